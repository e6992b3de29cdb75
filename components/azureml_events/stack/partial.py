"""What can be read of a subscription with mistakes, so that they hide nothing that its filters prove."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from azureml_events.base.mistakes import DeclarationError, Mistake, likely
from azureml_events.base.model import json_names
from azureml_events.event_grid.filters import EventFilter
from azureml_events.stack.subscription import WAYS, Subscription

_FILTERS = "advancedFilters"
_OF_FILTER = {*WAYS, *json_names(EventFilter)}
_WIDEST = {
    "enableAdvancedFilteringOnArrays": True,
    "disabled": "not read",
}
"""What stands for a refused field whose default would say more than what was written."""


@dataclass(frozen=True)
class PartialSubscription:
    """A subscription with mistakes of its own, as far as it can be read.

    Attributes:
        subscription: What can be read; a handler without a name where it names none, and every event that it may take.
        positions: The places of its own advanced filters in the list as written.
        whole: Whether nothing of its filter is missing.
    """

    subscription: Subscription
    positions: tuple[int, ...]
    whole: bool


def read_partially(given: object, wrong: Iterable[Mistake]) -> PartialSubscription | None:
    """Read what can be read of a subscription; None where that is nothing.

    Without a condition a filter takes more events, so what the rest of it never matches the whole never matches.

    Args:
        given: The subscription as written, of any type.
        wrong: The mistakes in it, with paths that begin at it.
    """
    if not isinstance(given, Mapping):
        return None
    mistakes = list(wrong)
    refused = refused_fields(mistakes)
    kept: dict[str, Any] = {name: value for name, value in given.items() if name not in refused}
    kept |= {name: value for name, value in _WIDEST.items() if name in refused}
    positions: tuple[int, ...] = ()
    if isinstance(given.get(_FILTERS), list):
        positions = _right_filters(given[_FILTERS], mistakes)
        kept[_FILTERS] = [given[_FILTERS][position] for position in positions]
    if refused & {*WAYS, ""}:
        kept = {**{name: value for name, value in kept.items() if name not in WAYS}, "allEvents": True}
    if "allow" in refused and isinstance(given["allow"], Mapping):
        kept["allow"] = {name: "not read" for name in given["allow"] if isinstance(name, str)}
    whole = not any(name in {*_OF_FILTER, ""} or likely(name, _OF_FILTER) for name in refused)
    try:
        return PartialSubscription(Subscription.parse({"handler": "", **kept}), positions, whole)
    except DeclarationError:
        return None


def refused_fields(wrong: Iterable[Mistake]) -> set[str]:
    """Name the fields of an entry that have mistakes; an empty name stands for the entry as a whole.

    Args:
        wrong: The mistakes in it, with paths that begin at it.
    """
    return {str(mistake.path[0]) if mistake.path else "" for mistake in wrong}


def _right_filters(filters: list[object], mistakes: Iterable[Mistake]) -> tuple[int, ...]:
    """Give the places of the advanced filters that are right in themselves, where the list as a whole is."""
    paths = [mistake.path for mistake in mistakes if mistake.path[:1] == (_FILTERS,)]
    if any(len(path) == 1 for path in paths):
        return ()
    wrong = {path[1] for path in paths}
    return tuple(position for position in range(len(filters)) if position not in wrong)
