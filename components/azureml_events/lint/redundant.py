"""Warnings: filters that another one of the subscription makes redundant."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain
from typing import Any

from azureml_events.base.mistakes import show
from azureml_events.event_grid.catalogue import EventType, event_type
from azureml_events.event_grid.filters import AdvancedFilter
from azureml_events.event_grid.operators import OPERATORS, Operand, Operator
from azureml_events.lint.filters import format_filter, subject_filters
from azureml_events.lint.rule import REMOVED, Change, Finding
from azureml_events.lint.rules import finding
from azureml_events.lint.values import Domain, SubjectForm, Value, domain_of, operands, passes, telling_numbers
from azureml_events.routing.conditions import Outcome, compare
from azureml_events.routing.keys import Key, Reach
from azureml_events.routing.subscription import PlacedFilter, RoutedSubscription

_IN, _NOT_IN = OPERATORS["StringIn"], OPERATORS["StringNotIn"]
_NUMBERS = {Operand.NUMBER, Operand.RANGE}


@dataclass(frozen=True, slots=True)
class Side:
    """A filter as it is compared with many others.

    Attributes:
        row: Its operator.
        operands: Its operands in the form that is compared.
    """

    row: Operator
    operands: tuple[Any, ...]

    @classmethod
    def of(cls, item: AdvancedFilter) -> Side:
        """Make the side of a filter."""
        return cls(item.operator, operands(item))

    def passes(self, value: object) -> bool:
        """Return whether a value passes."""
        return compare(self.row, (value,), self.operands) is Outcome.MATCH


def implies(first: Side, second: Side, on_arrays: bool) -> bool:
    """Return whether whatever passes the first filter passes the second; true only where that is proven.

    Args:
        first: A filter.
        second: Another one on the same key.
        on_arrays: Whether filtering on arrays is enabled.
    """
    one, other = first.row, second.row
    if one is other and first.operands == second.operands:
        return True
    if other.member is None:
        return other.negated and one.member is not None and one.matches_missing is False
    lets_more = one.matches_missing is not False and other.matches_missing is not True
    turns = one.negated is not other.negated and (on_arrays or one.negated)
    if one.member is None or lets_more or turns:
        return False
    if one.operand in _NUMBERS and other.operand in _NUMBERS:
        points = telling_numbers([first.operands, second.operands])
        return all(second.passes(point) for point in points if first.passes(point))
    return one.operand is Operand.TEXT is other.operand and _texts_imply(first, second)


def _texts_imply(first: Side, second: Side) -> bool:
    one, other = first.row, second.row
    if one is _IN:
        return all(second.passes(text) for text in first.operands)
    if other is _NOT_IN:
        return not any(first.passes(text) for text in second.operands)
    shows = _SHOWS.get((one.name, other.name))
    if shows is None:
        return False
    if one.negated:
        return all(any(shows(x, y) for x in first.operands) for y in second.operands)
    enough = all if other.negated else any
    return all(enough(shows(x, y) for y in second.operands) for x in first.operands)


def _apart_at_begin(x: str, y: str) -> bool:
    return not x.startswith(y) and not y.startswith(x)


def _apart_at_end(x: str, y: str) -> bool:
    return not x.endswith(y) and not y.endswith(x)


def _within(x: str, y: str) -> bool:
    return x in y


# For two operators, whether an operand x of the first shows that the second's operand y decides the same way.
_SHOWS: dict[tuple[str, str], Callable[[str, str], bool]] = {
    ("StringBeginsWith", "StringBeginsWith"): str.startswith,
    ("StringEndsWith", "StringEndsWith"): str.endswith,
    ("StringBeginsWith", "StringContains"): str.__contains__,
    ("StringEndsWith", "StringContains"): str.__contains__,
    ("StringContains", "StringContains"): str.__contains__,
    ("StringBeginsWith", "StringNotBeginsWith"): _apart_at_begin,
    ("StringEndsWith", "StringNotEndsWith"): _apart_at_end,
    ("StringNotBeginsWith", "StringNotBeginsWith"): lambda x, y: y.startswith(x),
    ("StringNotEndsWith", "StringNotEndsWith"): lambda x, y: y.endswith(x),
    ("StringNotContains", "StringNotBeginsWith"): _within,
    ("StringNotContains", "StringNotEndsWith"): _within,
    ("StringNotContains", "StringNotContains"): _within,
}


def find_redundant_filters(subscription: RoutedSubscription) -> Iterator[Finding]:
    """Yield the filters that let everything pass, and those that follow from another one."""
    yield from _saying_nothing(subscription, _rows(subscription))
    for key, group in subscription.filters_by_key().items():
        yield from _said_twice(subscription, key, group)


def begins_every_subject(subscription: RoutedSubscription, prefix: str) -> bool:
    """Tell whether every subject of a subscription's event types begins with a text."""
    rows = _rows(subscription)
    return bool(rows) and all(SubjectForm.of(row).fixed[0].startswith(prefix) for row in rows)


def _rows(subscription: RoutedSubscription) -> list[EventType]:
    """Return the event types, with each form of their subjects; none where one of them is not in the catalogue."""
    rows = [event_type(name) for name in subscription.event_types]
    known = [row for row in rows if row is not None]
    if len(known) < len(rows):
        return []
    return known + [replace(row, subject=row.disputed_subject) for row in known if row.disputed_subject]


def _saying_nothing(subscription: RoutedSubscription, rows: Sequence[EventType]) -> Iterator[Finding]:
    if not rows:
        return
    prefix = subscription.filter.subject_begins_with
    if prefix and begins_every_subject(subscription, prefix):
        message = f"every subject of the event types begins with {show(prefix)}"
        path = subscription.at("subjectBeginsWith")
        yield finding("always-true", subscription, path, message, "leave it out", edit=[(path, REMOVED)])
    for key, group in subscription.filters_by_key().items():
        for placed in group:
            if all(_always(placed.filter, key, domain_of(key, row, subscription.workspace_id)) for row in rows):
                message = (
                    f"every event of the event types passes {format_filter(placed.filter)} on '{placed.filter.key}'"
                )
                yield finding("always-true", subscription, placed.path, message, "leave it out", edit=_without(placed))


def _without(placed: PlacedFilter) -> list[Change]:
    """Take a filter out, unless the intent has it whatever its arguments."""
    return [] if placed.path[-1:] == ("when",) else [(placed.path, REMOVED)]


def _always(asked: AdvancedFilter, key: Key, domain: Domain) -> bool:
    row = asked.operator
    if domain.lack or key.reach is not Reach.YES:
        return bool(domain.lack) and row.matches_missing is True
    if row.member is None:
        return row.negated and key.attribute in {"id", "subject", "type"}
    if row.operand is not Operand.TEXT:
        return False
    if domain.values == frozenset({Value.TEXT}) and domain.text is not None:
        return passes(asked, domain.text)
    return domain.form is not None and _always_subject(asked, domain.form)


def _always_subject(asked: AdvancedFilter, form: SubjectForm) -> bool:
    texts = [text for text in operands(asked) if isinstance(text, str)]
    begin, *inside = form.fixed
    if asked.operator_type == "StringBeginsWith":
        return any(begin.startswith(text) for text in texts)
    if asked.operator_type == "StringContains":
        return any(text in part for text in texts for part in (begin, *inside))
    can = {
        "StringNotBeginsWith": form.can_begin,
        "StringNotEndsWith": form.can_end,
        "StringNotContains": form.can_contain,
        "StringNotIn": form.fits,
    }.get(asked.operator_type)
    return can is not None and not any(can(text) for text in texts)


def _said_twice(subscription: RoutedSubscription, key: Key, group: Sequence[PlacedFilter]) -> Iterator[Finding]:
    on_arrays = subscription.filter.enable_advanced_filtering_on_arrays
    cased = subscription.filter.is_subject_case_sensitive
    outer = subject_filters(subscription) if key.is_subject and not cased else []
    if len(group) + len(outer) == 1:
        return
    filters = [*outer, *(item.filter for item in group)]
    sides = [Side.of(item) for item in filters]

    @cache
    def follows(second: int, first: int) -> bool:
        return implies(sides[first], sides[second], on_arrays)

    for position, placed in enumerate(group, len(outer)):
        # Of two that say the same, the first stays.
        later = (other for other in range(position + 1, len(sides)) if not follows(other, position))
        stronger = next((other for other in chain(range(position), later) if follows(position, other)), None)
        if stronger is not None:
            follows_from = format_filter(filters[stronger])
            message = f"{format_filter(placed.filter)} on '{placed.filter.key}' follows from {follows_from}"
            yield finding("redundant-filter", subscription, placed.path, message, "leave it out", edit=_without(placed))
