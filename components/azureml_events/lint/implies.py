"""Whether one filter says what another says already."""

from __future__ import annotations

from collections.abc import Callable

from azureml_events.event_grid.filters import AdvancedFilter
from azureml_events.event_grid.operators import OPERATORS, Operand
from azureml_events.lint.domains import holds, operands, telling_numbers

_IN, _NOT_IN = OPERATORS["StringIn"], OPERATORS["StringNotIn"]
_NUMBERS = {Operand.NUMBER, Operand.RANGE}


def implies(first: AdvancedFilter, second: AdvancedFilter, on_arrays: bool) -> bool:
    """Whether whatever passes the first filter passes the second; true only where that is proven.

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
        return all(holds(second, point) for point in telling_numbers([first, second]) if holds(first, point))
    return one.operand is Operand.TEXT is other.operand and _texts_imply(first, second)


def _texts_imply(first: AdvancedFilter, second: AdvancedFilter) -> bool:
    one, other = first.operator, second.operator
    if one is _IN:
        return all(holds(second, text) for text in operands(first))
    if other is _NOT_IN:
        return not any(holds(first, text) for text in operands(second))
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
