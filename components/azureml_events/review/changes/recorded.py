"""Recorded events held against both versions: how many each change concerns, and the first of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from azureml_events.review.changes.compared import Compared, Difference, Router, Witness
from azureml_events.review.changes.pairs import Pair
from azureml_events.routing.event import Event
from azureml_events.routing.keys import Key
from azureml_events.routing.match import plain

_MOST_KEPT = 50


@dataclass
class Counts:
    """What recorded events say of one destination.

    Attributes:
        numbers: How many tell the versions apart, by what.
        witnesses: The first of them.
    """

    numbers: Counter[Difference] = field(default_factory=Counter)
    witnesses: list[Witness] = field(default_factory=list)


@dataclass
class Recorded:
    """What recorded events say.

    Attributes:
        total: How many events there are.
        counts: What they say of each destination, by its position.
    """

    total: int = 0
    counts: Mapping[int, Counts] = field(default_factory=dict)


def count_events(events: Iterable[Event], compared: Sequence[Compared]) -> Recorded:
    """Ask the matcher what both versions do with recorded events.

    Args:
        events: The events; each belongs to the workspace that its source names.
        compared: The destinations.
    """
    total = 0
    counts: defaultdict[int, Counts] = defaultdict(Counts)
    asked = [(at, Router(each.pair, recorded=True)) for at, each in enumerate(compared) if each.differs]
    for event in events:
        total += 1
        for at, router in asked:
            witness = router.witness(event)
            if witness.difference is None:
                continue
            own = counts[at]
            own.numbers[witness.difference] += 1
            if own.numbers[witness.difference] <= _MOST_KEPT:
                own.witnesses.append(witness)
    return Recorded(total, counts)


def cut_to_deciding(pair: Pair, event: Event) -> dict[str, Any]:
    """Return of a recorded event its type, its subject and the data that conditions look at.

    Args:
        pair: The destination's deliveries.
        event: The event.
    """
    shown: dict[str, Any] = {"eventType": event.type, "subject": event.subject}
    data: dict[str, Any] = {}
    keys = {condition.key: None for each in pair.all for condition in each.conditions}
    for key in keys:
        if key.attribute == "data" and key.path:
            _copy(event, key, data)
    return {**shown, "data": data}


def _copy(event: Event, key: Key, data: dict[str, Any]) -> None:
    """Copy one value of an event's data, under the names that it has there."""
    source: Any = next(iter(event.attributes.get("data", ())), None)
    target = data
    for depth, name in enumerate(key.path, 1):
        own = next((each for each in source if each.lower() == name), None) if isinstance(source, Mapping) else None
        if own is None:
            return
        source = source[own]
        if depth == len(key.path) or not isinstance(source, Mapping):
            target.setdefault(own, plain(source))
            return
        inner = target.setdefault(own, {})
        if not isinstance(inner, dict):
            return
        target = inner
