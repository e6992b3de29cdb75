"""Dead letters: the events that Event Grid could not deliver, as it writes them to a container.

A blob lies at `<SUBSCRIPTION>/<year>/<month>/<day>/<hour>/<guid>.json`, UTC and without leading zeros, and holds an
array of events with what Event Grid adds to each. What is written here is what is read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from os.path import abspath
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from azureml_events.event_grid.dead_letters import ADDED, PUBLISHED, TELLING, explain_dead_letter
from azureml_events.routing.event import Event, folded, schema_of
from azureml_events.routing.subscription import RoutedSubscription

_BLOB = re.compile(r"(?:^|[/\\])([^/\\]+)[/\\]\d{4}(?:[/\\]\d{1,2}){3}[/\\][^/\\]+$")


@dataclass(frozen=True)
class DeadLetter:
    """The parts that Event Grid added to an event which it could not deliver.

    Attributes:
        reason: Why it gave up; None where the text does not say.
        attempts: How often it tried; None where the text does not say.
        outcome: How the last attempt ended; None where the text does not say.
        subscription: The subscription's name in upper case, from the blob's path; None where there is no such path.
        published: When the event was published, as Event Grid writes moments; None where the text does not say.
    """

    reason: str | None
    attempts: int | None
    outcome: str | None
    subscription: str | None = None
    published: str | None = None

    @property
    def meaning(self) -> str:
        """What reason and outcome mean, in words."""
        return explain_dead_letter(self.reason, self.outcome)

    def origin(
        self, event: Event, subscriptions: Iterable[RoutedSubscription], workspace: str | None = None
    ) -> RoutedSubscription | None:
        """Return the subscription that the event could not be delivered for, or None where none is known.

        Args:
            event: The event.
            subscriptions: The subscriptions that are declared.
            workspace: The workspace whose event it is taken to be; default the one that its source names.
        """
        if self.subscription is None:
            return None
        wanted = self.subscription.lower()
        named = [each for each in subscriptions if (each.azure_name or each.name).lower() == wanted]
        if workspace:
            return next((each for each in named if each.workspace == workspace), None)
        by_source = {(each.workspace_id or "").lower(): each for each in reversed(named)}
        return by_source.get((event.source or "").lower(), by_source.get(""))


def take_dead_letter(members: Mapping[str, Any], file: str) -> tuple[Mapping[str, Any], DeadLetter | None]:
    """Return an event's own members, and what makes it a dead letter; None where nothing does.

    Args:
        members: The event as it was read.
        file: The file that it was read from; a blob's path, from the root on, names the subscription.
    """
    added = {name.lower() for name in ADDED}
    found = {folded(name): value for name, value in members.items() if folded(name) in added}
    reason, attempts, outcome, published = (found.get(name.lower()) for name in (*TELLING, PUBLISHED))
    if reason is None and attempts is None and outcome is None:
        return members, None
    path = _BLOB.search(abspath(file))  # noqa: PTH100 no link is followed, and nothing read
    own = {name: value for name, value in members.items() if folded(name) not in added}
    subscription = path[1] if path else None
    return own, DeadLetter(_text(reason), _count(attempts), _text(outcome), subscription, _text(published))


def add_dead_letter(event: Mapping[str, Any], letter: DeadLetter, tried: str | None) -> dict[str, Any]:
    """Write an event as a blob has it: with what makes it a dead letter, CloudEvents in lower case.

    Args:
        event: The event in its delivery schema.
        letter: What makes it a dead letter.
        tried: The moment of the last attempt; None where it was never tried.
    """
    values = (letter.reason, letter.attempts, letter.outcome, letter.published, tried)
    cloud = schema_of(event) == "CloudEventSchemaV1_0"
    added = {name.lower() if cloud else name: value for name, value in zip(ADDED, values, strict=False)}
    return {**event, **{name: value for name, value in added.items() if value is not None}}


def blob_path(subscription: str, moment: datetime, guid: UUID) -> PurePosixPath:
    """Return where a blob lies in its container.

    Args:
        subscription: The subscription's name in Azure.
        moment: The moment at which it is written, UTC.
        guid: Its own name.
    """
    hour = (moment.year, moment.month, moment.day, moment.hour)
    return PurePosixPath(subscription.upper(), *map(str, hour), f"{guid}.json")


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _count(value: Any) -> int | None:
    if isinstance(value, str) and re.fullmatch("[0-9]{1,9}", value):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
