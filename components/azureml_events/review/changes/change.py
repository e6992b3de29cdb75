"""A change between two versions of an input, as reports show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from azureml_events.event_grid.catalogue import short_name
from azureml_events.lint.rule import Level
from azureml_events.policy.exemption import Exemption
from azureml_events.routing.conditions import Outcome
from azureml_events.routing.match import Because

ChangeKind = Literal[
    "change-newly-delivered",
    "change-no-longer-delivered",
    "change-delivered-differently",
    "change-may-differ",
    "change-new-grant",
    "change-removed-grant",
    "change-replaced",
    "change-dead-letter-removed",
    "change-exemption",
    "change-level-lowered",
]
"""The kinds of change: the names of the rules about them."""

CHANGE_KINDS: tuple[ChangeKind, ...] = get_args(ChangeKind)


@dataclass(frozen=True)
class Side:
    """What becomes of an example in one of the two versions.

    Attributes:
        verdict: Whether it reaches the destination.
        subscription: The subscription that decides, in the version's own words; None where none delivers there.
        because: The condition that decides; None where no subscription delivers there.
    """

    verdict: Outcome
    subscription: str | None = None
    because: Because | None = None

    def to_json(self) -> dict[str, Any]:
        """Write it as `review --format json` does."""
        because = self.because
        told = because and {"where": because.where, "key": because.key, "saw": because.saw, "text": because.text}
        return {"verdict": str(self.verdict), "subscription": self.subscription, "because": told}


@dataclass(frozen=True)
class Example:
    """An event that shows a change.

    Attributes:
        event: The event in the Event Grid schema, whole; one of an archive has only its type, its subject and the data
            that decide.
        before: What becomes of it in the base.
        after: What becomes of it in what is reviewed.
        outside: Whether no event is documented that has such a value.
        deciding: The members that decide, by their keys, as `{"data.runStatus": "Canceled"}`.
    """

    event: Mapping[str, Any]
    before: Side
    after: Side
    outside: bool = False
    deciding: Mapping[str, Any] | None = None

    @property
    def type(self) -> str:
        """The event's type without prefix; empty where it has none."""
        return short_name(str(self.event.get("eventType") or ""))

    def to_json(self) -> dict[str, Any]:
        """Write it as `review --format json` does."""
        return {
            "event": dict(self.event),
            "before": self.before.to_json(),
            "after": self.after.to_json(),
            "outside": self.outside,
        }


@dataclass(frozen=True)
class Change:
    """One change.

    Attributes:
        kind: Which rule it is one for.
        workspace: The workspace's key; None for changes of policy, and for what several workspaces share.
        destination: Who receives the events: `<handler> (<type> <hub, queue or host>)`; else what changes.
        subscriptions: The subscriptions that it comes from, by their names.
        because: What changes and why, in one sentence without its period.
        endpoint: The type of the endpoint; empty where there is none, or it is not known.
        events: At most three examples, from different conditions.
        count: How many recorded events it concerns; None where none were given, or where it concerns no events.
        level: What the rule makes of it; default a note, until the rule is asked.
        exempt: What lets it pass, so that it does not count for the exit status; None where nothing does.
    """

    kind: ChangeKind
    workspace: str | None
    destination: str
    subscriptions: tuple[str, ...]
    because: str
    endpoint: str = ""
    events: tuple[Example, ...] = ()
    count: int | None = None
    level: Level = "note"
    exempt: Exemption | None = None

    def to_json(self) -> dict[str, Any]:
        """Write it as `review --format json` does, without its level, which the rule's name tells."""
        return {
            "kind": self.kind,
            "workspace": self.workspace,
            "destination": self.destination,
            "subscriptions": list(self.subscriptions),
            "because": self.because,
            "events": [each.to_json() for each in self.events],
            "count": self.count,
        }
