"""The words for a change in delivery: which events, and what in the subscriptions brings it about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from azureml_events.base.mistakes import show
from azureml_events.event_grid.catalogue import short_name
from azureml_events.lint.filters import format_operand
from azureml_events.review.changes.conditions import Condition, conditions_of
from azureml_events.review.changes.destinations import Delivered, Named
from azureml_events.review.changes.version import workspace_key
from azureml_events.routing.subscription import RoutedSubscription

_MOST_REASONS = 3
_MOST_VALUES = 4


def describe_event(type_: str | None, deciding: Mapping[str, Any]) -> str:
    """Describe an event by its type and the members that decide.

    Args:
        type_: The full name of its type.
        deciding: The members by their keys.
    """
    values = [f"{key} {_value(value)}" for key, value in deciding.items()]
    type_ = short_name(type_ or "an event")
    return f"{type_} with {' and '.join(values)}" if values else type_


def _value(value: object) -> str:
    if value is None:
        return "missing or null"
    if isinstance(value, str):
        return f"'{show(value).strip(chr(39))}'"
    return "an array" if isinstance(value, list) else "an object" if isinstance(value, dict) else show(value)


def listed(texts: Iterable[str], most: int = _MOST_REASONS) -> str:
    """Join texts, those beyond a number counted.

    Args:
        texts: The texts.
        most: How many are written; default three.
    """
    given = list(dict.fromkeys(texts))
    more = [f"{len(given) - most} more"] if len(given) > most else []
    return ", ".join([*given[:most], *more])


def reasons(delivering: Sequence[Delivered], others: Named, *, is_new: bool) -> Iterator[str]:
    """Yield what became of subscriptions in the other version.

    Args:
        delivering: The subscriptions that deliver in the one version.
        others: All subscriptions of the other version, by their names.
        is_new: Whether the one version is what is reviewed.
    """
    for each in delivering:
        own = each.subscription
        name = f"subscription {own.name}"
        there = [other for other in others.get(own.name, ()) if workspace_key(other.subscription) == workspace_key(own)]
        if not there:
            yield f"{name} is {'new' if is_new else 'gone'}"
            continue
        other = next((one for one in there if one.place == each.place), there[0])
        if other.silence:
            yield f"{name} {'no longer ' if is_new else ''}{other.silence}"
        elif other.place != each.place:
            yield f"{name} delivered to {other.short} before" if is_new else f"{name} delivers to {other.short} now"
        else:
            old, new = (other.subscription, own) if is_new else (own, other.subscription)
            told = list(filter_changes(old, new))
            yield f"{name}: {listed(told)}" if told else name


def filter_changes(old: RoutedSubscription, new: RoutedSubscription) -> Iterator[str]:
    """Yield what became of a subscription's filter.

    Args:
        old: The subscription in the base.
        new: The subscription in what is reviewed.
    """
    yield from _type_changes(old.filter.included_event_types, new.filter.included_event_types)
    if old.filter.is_subject_case_sensitive != new.filter.is_subject_case_sensitive:
        yield f"isSubjectCaseSensitive is {show(new.filter.is_subject_case_sensitive)} now"
    if old.filter.enable_advanced_filtering_on_arrays != new.filter.enable_advanced_filtering_on_arrays:
        yield f"enableAdvancedFilteringOnArrays is {show(new.filter.enable_advanced_filtering_on_arrays)} now"
    before, after = list(conditions_of(old)), list(conditions_of(new))
    lost = [each for each in before if each not in after]
    gained = [each for each in after if each not in before]
    for each in lost:
        other = next((one for one in gained if one.key == each.key and one.operator is each.operator), None)
        if other is None:
            yield f"lost {_condition(each)}"
        else:
            gained.remove(other)
            yield from _operand_changes(each, other)
    yield from (f"gained {_condition(each)}" for each in gained)


def _type_changes(old: Sequence[str] | None, new: Sequence[str] | None) -> Iterator[str]:
    if old == new:
        return
    if old is None or new is None:
        kept = new if old is None else old
        names = listed(map(short_name, kept or ()), _MOST_VALUES)
        yield f"event types {names} instead of all" if old is None else f"all event types instead of {names}"
        return
    lost, gained = [each for each in old if each not in new], [each for each in new if each not in old]
    if lost:
        yield f"event types lost {listed(map(short_name, lost), _MOST_VALUES)}"
    if gained:
        yield f"event types gained {listed(map(short_name, gained), _MOST_VALUES)}"


def _operand_changes(old: Condition, new: Condition) -> Iterator[str]:
    lost = [each for each in old.written if each not in new.written]
    gained = [each for each in new.written if each not in old.written]
    name = new.words[1]
    if len(old.written) == len(new.written) == 1:
        yield f"{name} {format_operand(new.written[0])} instead of {format_operand(old.written[0])}"
        return
    if lost:
        yield f"{name} lost {listed(map(format_operand, lost), _MOST_VALUES)}"
    if gained:
        yield f"{name} gained {listed(map(format_operand, gained), _MOST_VALUES)}"
    if not lost and not gained:
        yield f"{name} of {new.words[0]} is compared otherwise"


def _condition(each: Condition) -> str:
    key, name = each.words
    start = name if name.startswith("subject") else f"{key} {name}"
    return " ".join(part for part in (start, listed(map(format_operand, each.written), _MOST_VALUES)) if part)
