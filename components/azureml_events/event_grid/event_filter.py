"""The filter of an event subscription, whole: what routing evaluates and ARM receives."""

from __future__ import annotations

import json

from pydantic import field_validator

from azureml_events.base.model import Declaration, Many
from azureml_events.event_grid.filters import AdvancedFilter


class EventFilter(Declaration):
    """Which events are delivered: type, subject prefix, subject suffix and every advanced filter must all match.

    Lists whose order means nothing are kept sorted, so that two filters that say the same are equal.
    """

    included_event_types: Many[str] | None = None
    """Full names; None for every event type of the source."""

    subject_begins_with: str = ""
    """What the subject begins with, without wildcards; default anything."""

    subject_ends_with: str = ""
    """What the subject ends with, without wildcards; default anything."""

    is_subject_case_sensitive: bool = False
    """Whether prefix and suffix heed case; default false. Advanced filters never do."""

    enable_advanced_filtering_on_arrays: bool = False
    """Whether an advanced filter looks into an array of texts, numbers or booleans; default false."""

    advanced_filters: Many[AdvancedFilter] = ()
    """Conditions on the event's values, ANDed."""

    @field_validator("included_event_types")
    @classmethod
    def _sorted_types(cls, names: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return None if names is None else tuple(sorted(set(names)))

    @field_validator("advanced_filters")
    @classmethod
    def _sorted_filters(cls, filters: tuple[AdvancedFilter, ...]) -> tuple[AdvancedFilter, ...]:
        return tuple(sorted((_sorted_values(item) for item in filters), key=_order))


def _sorted_values(item: AdvancedFilter) -> AdvancedFilter:
    if item.values is None:
        return item
    return item.model_copy(update={"values": tuple(sorted(item.values))})


def _order(item: AdvancedFilter) -> tuple[str, str, str]:
    return item.key, item.operator_type, json.dumps(item.operands)
