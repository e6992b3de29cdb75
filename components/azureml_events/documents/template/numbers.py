"""Template functions of numbers, and those that compare, choose and convert.

Source: Azure's pages on numeric, comparison and logical functions for ARM templates.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from azureml_events.documents.template.kinds import of_kind
from azureml_events.documents.template.lists import equal
from azureml_events.documents.unresolved import Unresolved

_LARGEST = 2**63


def _whole(value: Any) -> int:
    if not -_LARGEST <= of_kind(value, int) < _LARGEST:
        raise ValueError(value)
    return int(value)


def _numbers(function: Callable[[int, int], int]) -> Callable[..., int]:
    """Make a function refuse what are no two numbers of 64 bits, also in its outcome."""
    return lambda one, other: _whole(function(_whole(one), _whole(other)))


def _divide(one: int, other: int) -> int:
    quotient = abs(one) // abs(other)
    return quotient if (one < 0) == (other < 0) else -quotient


def _int(value: Any) -> int:
    return _whole(int(value) if isinstance(value, str) and value.strip("+-").isdecimal() else value)


def _bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return {"true": True, "false": False}[value.lower()]
    return {0: False, 1: True}[_whole(value)]


def _least(choose: Callable[[list[int]], int]) -> Callable[..., int]:
    def chosen(*values: Any) -> int:
        listed = values[0] if len(values) == 1 and isinstance(values[0], list) else values
        return choose([_whole(each) for each in listed])

    return chosen


def _compared(holds: Callable[[int], bool]) -> Callable[..., bool]:
    """Make a comparison of two numbers; of texts it depends on an order that is not documented."""
    return lambda one, other: holds(_whole(one) - _whole(other))


def _decided(*, by: bool) -> Callable[..., bool]:
    """Make `and` or `or`, which one argument may decide, whatever is not known of the others."""

    def decide(*values: Any) -> bool:
        if any(value is by for value in values):
            return by
        for value in values:
            of_kind(value, bool)
        return not by

    return decide


def _coalesce(*values: Any) -> Any:
    first = next((value for value in values if value is not None), None)
    if isinstance(first, Unresolved):
        raise ValueError(first)
    return first


OF_ALTERNATIVES: dict[str, Callable[..., Any]] = {
    "and": _decided(by=False),
    "coalesce": _coalesce,
    "or": _decided(by=True),
}
"""Functions of which one argument may decide, by name in lower case."""

OF_NUMBERS: dict[str, Callable[..., Any]] = {
    "add": _numbers(lambda one, other: one + other),
    "bool": _bool,
    "div": _numbers(_divide),
    "equals": equal,
    "false": lambda: False,
    "greater": _compared(lambda difference: difference > 0),
    "greaterorequals": _compared(lambda difference: difference >= 0),
    "int": _int,
    "less": _compared(lambda difference: difference < 0),
    "lessorequals": _compared(lambda difference: difference <= 0),
    "max": _least(max),
    "min": _least(min),
    "mod": _numbers(lambda one, other: one - _divide(one, other) * other),
    "mul": _numbers(lambda one, other: one * other),
    "not": lambda value: not of_kind(value, bool),
    "null": lambda: None,
    "sub": _numbers(lambda one, other: one - other),
    "true": lambda: True,
}
"""Functions of arguments that are known whole, by name in lower case."""
