"""A change before its rule says what it amounts to."""

from __future__ import annotations

from dataclasses import dataclass

from azureml_events.review.changes.change import ChangeKind, Example


@dataclass(frozen=True)
class Draft:
    """A change without its level; its members are those of `Change`.

    Attributes:
        kind: Which rule it is one for.
        workspace: The workspace's key, or None.
        destination: Who receives the events, or what changes.
        subscriptions: The subscriptions that it comes from.
        because: What changes and why.
        endpoint: The type of the endpoint; empty where there is none, or it is not known.
        events: The examples.
        count: How many recorded events it concerns, or None.
    """

    kind: ChangeKind
    workspace: str | None
    destination: str
    subscriptions: tuple[str, ...]
    because: str
    endpoint: str = ""
    events: tuple[Example, ...] = ()
    count: int | None = None
