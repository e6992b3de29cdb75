"""Warnings: redundant filters and subscriptions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from azureml_events.base.mistakes import show
from azureml_events.event_grid.catalogue import EventType, event_type
from azureml_events.event_grid.filters import AdvancedFilter
from azureml_events.event_grid.operators import OPERATORS, Operand
from azureml_events.lint.rules import Finding, finding, format_filter, subject_filters
from azureml_events.lint.values import Domain, SubjectForm, Value, domain_of, operands, passes, telling_numbers
from azureml_events.routing.keys import Key, Reach
from azureml_events.routing.subscription import PlacedFilter, RoutedSubscription

_IN, _NOT_IN = OPERATORS["StringIn"], OPERATORS["StringNotIn"]
_NUMBERS = {Operand.NUMBER, Operand.RANGE}


def implies(first: AdvancedFilter, second: AdvancedFilter, on_arrays: bool) -> bool:
    """Return whether whatever passes the first filter passes the second; true only where that is proven.

    Args:
        first: A filter.
        second: Another one on the same key.
        on_arrays: Whether filtering on arrays is enabled.
    """
    one, other = first.operator, second.operator
    if one is other and operands(first) == operands(second):
        return True
    if other.member is None:
        return other.negated and one.member is not None and one.matches_missing is False
    lets_more = one.matches_missing is not False and other.matches_missing is not True
    turns = one.negated is not other.negated and (on_arrays or one.negated)
    if one.member is None or lets_more or turns:
        return False
    if one.operand in _NUMBERS and other.operand in _NUMBERS:
        return all(passes(second, point) for point in telling_numbers([first, second]) if passes(first, point))
    return one.operand is Operand.TEXT is other.operand and _texts_imply(first, second)


def _texts_imply(first: AdvancedFilter, second: AdvancedFilter) -> bool:
    one, other = first.operator, second.operator
    if one is _IN:
        return all(passes(second, text) for text in operands(first))
    if other is _NOT_IN:
        return not any(passes(first, text) for text in operands(second))
    shows = _SHOWS.get((one.name, other.name))
    if shows is None:
        return False
    if one.negated:
        return all(any(shows(x, y) for x in operands(first)) for y in operands(second))
    enough = all if other.negated else any
    return all(enough(shows(x, y) for y in operands(second)) for x in operands(first))


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
    """Yield the filters that let everything pass, and those that follow from another one.

    Args:
        subscription: The subscription.
    """
    rows = [event_type(name) for name in subscription.event_types]
    known = [row for row in rows if row is not None]
    if len(known) < len(rows):
        known = []
    known += [replace(row, subject=row.disputed_subject) for row in known if row.disputed_subject]
    yield from _saying_nothing(subscription, known)
    for key, group in subscription.filters_by_key().items():
        yield from _said_twice(subscription, key, group)


def _saying_nothing(subscription: RoutedSubscription, rows: Sequence[EventType]) -> Iterator[Finding]:
    if not rows:
        return
    prefix = subscription.filter.subject_begins_with
    if prefix and all(SubjectForm.of(row).fixed[0].startswith(prefix) for row in rows):
        message = f"every subject of the event types begins with {show(prefix)}"
        yield finding("always-true", subscription, subscription.at("subjectBeginsWith"), message, "leave it out")
    for key, group in subscription.filters_by_key().items():
        domains = [domain_of(key, row, subscription.workspace_id) for row in rows]
        for placed in group:
            if all(_always(placed.filter, key, domain) for domain in domains):
                message = (
                    f"every event of the event types passes {format_filter(placed.filter)} on '{placed.filter.key}'"
                )
                yield finding("always-true", subscription, placed.path, message, "leave it out")


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
    for position, placed in enumerate(group):
        others = [*outer, *(item.filter for item in group[:position])]
        later = [item.filter for item in group[position + 1 :] if not implies(placed.filter, item.filter, on_arrays)]
        stronger = next((item for item in (*others, *later) if implies(item, placed.filter, on_arrays)), None)
        if stronger is not None:
            message = f"{format_filter(placed.filter)} on '{placed.filter.key}' follows from {format_filter(stronger)}"
            yield finding("redundant-filter", subscription, placed.path, message, "leave it out")


@dataclass(frozen=True)
class _Shape:
    """The parts of a subscription that are compared with those of many others."""

    subscription: RoutedSubscription
    types: frozenset[str] | None
    groups: dict[Key, list[AdvancedFilter]]
    texts: dict[Key, frozenset[str]]


def find_redundant_subscriptions(subscriptions: Sequence[RoutedSubscription]) -> Iterator[Finding]:
    """Yield the subscriptions whose events another one sends to the same handler already.

    Args:
        subscriptions: All subscriptions, in the document's order.
    """
    places: dict[tuple[str, str, str], list[_Shape]] = {}
    for item in subscriptions:
        if item.handler and not item.unknown and item.disabled is None:
            place = (item.workspace, item.handler, item.delivery_schema)
            places.setdefault(place, []).append(_shape(item))
    for shapes in places.values():
        for position, shape in enumerate(shapes):
            yield from _covered(shape, position, shapes)


def _covered(shape: _Shape, position: int, shapes: Sequence[_Shape]) -> Iterator[Finding]:
    for other_position, other in enumerate(shapes):
        if other is shape or not _covers(other, shape):
            continue
        mine, name = shape.subscription, other.subscription.name
        if not _covers(shape, other):
            message = f"'{name}' sends all its events to the same handler too, so they arrive twice"
            yield finding("redundant-subscription", mine, mine.path, message, f"narrow '{name}', or leave this one out")
            return
        if other_position < position:
            message = f"'{name}' sends the same events to the same handler, so they arrive twice"
            yield finding("duplicate-subscription", mine, mine.path, message, "leave one of them out")
            return


def _shape(subscription: RoutedSubscription) -> _Shape:
    groups: dict[Key, list[AdvancedFilter]] = {}
    for key, group in subscription.filters_by_key().items():
        groups[key] = [item.filter for item in group]
    names = subscription.filter.included_event_types
    texts = {
        key: frozenset(map(str, operands(group[0])))
        for key, group in groups.items()
        if len(group) == 1 and group[0].operator is _IN
    }
    types = None if names is None else frozenset(name.lower() for name in names)
    return _Shape(subscription, types, groups, texts)


def _covers(wide: _Shape, narrow: _Shape) -> bool:
    """Return whether every event of the narrow subscription is one of the wide one's."""
    if wide.types is not None and (narrow.types is None or not narrow.types <= wide.types):
        return False
    if not _affix_covers(wide.subscription, narrow.subscription):
        return False
    for key in wide.groups:
        if key not in narrow.groups and not (key.is_subject and subject_filters(narrow.subscription)):
            return False
        if key in wide.texts and key in narrow.texts and not narrow.texts[key] <= wide.texts[key]:
            return False
    on_arrays = wide.subscription.filter.enable_advanced_filtering_on_arrays
    if on_arrays is not narrow.subscription.filter.enable_advanced_filtering_on_arrays and wide.groups:
        return False
    return all(
        any(implies(item, asked, on_arrays) for item in _all_on(narrow, key))
        for key, group in wide.groups.items()
        for asked in group
    )


def _all_on(shape: _Shape, key: Key) -> list[AdvancedFilter]:
    return [*shape.groups.get(key, ()), *(subject_filters(shape.subscription) if key.is_subject else ())]


def _affix_covers(wide: RoutedSubscription, narrow: RoutedSubscription) -> bool:
    one, other = wide.filter, narrow.filter
    if (one.subject_begins_with or one.subject_ends_with) and one.is_subject_case_sensitive:
        if not other.is_subject_case_sensitive:
            return False
        begins = other.subject_begins_with.startswith(one.subject_begins_with)
        return begins and other.subject_ends_with.endswith(one.subject_ends_with)
    begins = other.subject_begins_with.lower().startswith(one.subject_begins_with.lower())
    return begins and other.subject_ends_with.lower().endswith(one.subject_ends_with.lower())
