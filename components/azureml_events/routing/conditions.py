"""One advanced filter against one value: the only place that says what matches.

Source: Event Grid's filtering page; of its retired Edge edition's page what it says of arrays and of exact numbers.
Where they are silent the outcome is uncertain.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from azureml_events.event_grid.operators import Operand, Operator, is_number


class Outcome(StrEnum):
    """Whether something matches; uncertain where Event Grid's documents are silent."""

    MATCH = "match"
    NO_MATCH = "no match"
    UNCERTAIN = "uncertain"


class Absence:
    """Why there is no value to look at.

    Args:
        text: What is there instead.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return f"<{self.text}>"


MISSING: Final = Absence("the key is missing")
IN_ARRAY: Final = Absence("the key leads into an array")
UNTOLD: Final = Absence("the event's text is of another schema and does not tell")


def operand(value: Any) -> Any:
    """An operand in the form that the operators compare: texts in lower case, numbers exact."""
    if isinstance(value, (tuple, list)):
        return tuple(operand(bound) for bound in value)
    if isinstance(value, str):
        return value.lower()
    return _exact(value)


@lru_cache(maxsize=4096)
def comparable(operands: tuple[Any, ...]) -> tuple[Any, ...]:
    """A filter's operands in the form that the operators compare."""
    return tuple(operand(each) for each in operands)


def settle(row: Operator, value: Any, on_arrays: bool) -> Outcome | tuple[Any, ...]:
    """What the operator says before it looks at its operands.

    Args:
        row: The operator.
        value: The value that an event has under the key, or an `Absence`.
        on_arrays: Whether filtering on arrays is enabled.

    Returns:
        The outcome where it is settled, else the elements to compare with the operands.
    """
    if isinstance(value, Absence):
        return _absent(row, value)
    if value is None:
        return outcome(row.matches_null)
    if isinstance(value, Mapping):
        return outcome(row.matches_object)
    if isinstance(value, (list, tuple)) and on_arrays and row.member:
        return _elements(row, value)
    return (_comparable(value),) if _takes(row, value) else outcome(row.matches_other_type)


def compare(row: Operator, elements: Iterable[Any], operands: Iterable[Any]) -> Outcome:
    """Whether elements match: any hit of a positive operator, no hit of a negated one.

    Args:
        row: The operator.
        elements: What `settle` gave.
        operands: The operands, each through `operand`.
    """
    assert row.hits is not None  # noqa: S101 `settle` gives no elements for operators without operands
    hit = any(row.hits(element, each) for element in elements for each in operands)
    return outcome(hit is not row.negated)


def judge(row: Operator, operands: Iterable[Any], value: Any, on_arrays: bool) -> Outcome:
    """Whether a value matches an operator with its operands.

    Args:
        row: The operator.
        operands: The operands, each through `operand`.
        value: The value that an event has under the key, or an `Absence`.
        on_arrays: Whether filtering on arrays is enabled.
    """
    settled = settle(row, value, on_arrays)
    return settled if isinstance(settled, Outcome) else compare(row, settled, operands)


def outcome(says: bool | None) -> Outcome:
    """The outcome of what an operator's row says; None is uncertain."""
    if says is None:
        return Outcome.UNCERTAIN
    return Outcome.MATCH if says else Outcome.NO_MATCH


def _absent(row: Operator, absence: Absence) -> Outcome:
    if absence is MISSING:
        return outcome(row.matches_missing)
    if absence is IN_ARRAY and not row.negated and row.matches_missing is False:
        return Outcome.NO_MATCH
    return Outcome.UNCERTAIN


def _elements(row: Operator, array: Iterable[Any]) -> Outcome | tuple[Any, ...]:
    array = tuple(array)
    fit = tuple(_comparable(element) for element in array if _takes(row, element))
    if fit:
        return fit
    if array and all(isinstance(element, (Mapping, list, tuple)) for element in array):
        return outcome(row.matches_object)
    return outcome(row.matches_other_type)


def _takes(row: Operator, value: Any) -> bool:
    if row.operand is Operand.TEXT:
        return isinstance(value, str)
    if row.operand is Operand.BOOLEAN:
        return isinstance(value, bool)
    return row.operand is not Operand.NOTHING and (is_number(value) or isinstance(value, Decimal))


def _comparable(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else _exact(value)


def _exact(value: Any) -> Any:
    return Decimal(repr(value)) if isinstance(value, float) else value
