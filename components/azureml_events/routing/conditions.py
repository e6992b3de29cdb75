"""Compares a value of an event with the operands of one condition: the only place that says what matches.

Source: Event Grid's filtering page; of its retired Edge edition's page what it says of arrays and of exact numbers.
Where they are silent the outcome is uncertain.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from azureml_events.event_grid.operators import Operand, Operator, is_number


class Outcome(StrEnum):
    """The answer whether something matches; uncertain where Event Grid's documents are silent."""

    MATCH = "match"
    NO_MATCH = "no match"
    UNCERTAIN = "uncertain"


class Absence:
    """The reason why there is no value to look at.

    Args:
        text: The reason, in words.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return f"<{self.text}>"


MISSING: Final = Absence("the key is missing")
IN_ARRAY: Final = Absence("the key leads into an array")
UNTOLD: Final = Absence("the event's text is of another schema and does not tell")


@dataclass(frozen=True)
class Comparison:
    """An operator as an advanced filter applies it to what its key holds.

    Attributes:
        row: The operator.
        on_arrays: Whether filtering on arrays is enabled.
    """

    row: Operator
    on_arrays: bool

    def settle(self, value: Any) -> Outcome | tuple[Any, ...]:
        """Decide as far as the operands do not matter.

        Args:
            value: The value that an event has under the key, or an `Absence`.

        Returns:
            The outcome where it is settled, else the elements to compare with the operands.
        """
        row = self.row
        if _takes(row, value):
            return (_comparable(value),)
        if isinstance(value, Absence):
            return _absent(row, value)
        if value is None:
            return outcome_of(row.matches_null)
        if isinstance(value, Mapping):
            return outcome_of(row.matches_object)
        if isinstance(value, (list, tuple)) and self.on_arrays and row.member:
            return _elements(row, value)
        return outcome_of(row.matches_other_type)


@dataclass(frozen=True)
class SubjectComparison:
    """An operator as a subject's prefix or suffix applies it to the subject.

    Attributes:
        row: The operator: StringBeginsWith or StringEndsWith.
        cased: Whether case counts.
    """

    row: Operator
    cased: bool

    def settle(self, subject: Any) -> Outcome | tuple[str, ...]:
        """Decide as far as the operand does not matter.

        Args:
            subject: The event's subject; anything but text counts as none.

        Returns:
            The outcome where it is settled, else the subject to compare with the operand.
        """
        if not isinstance(subject, str):
            return Outcome.UNCERTAIN
        return (subject if self.cased else subject.lower(),)

    def fold(self, text: str) -> str:
        """Return a subject or an operand in the form that is compared."""
        return text if self.cased else text.lower()


def operand(value: Any) -> Any:
    """Return an operand in the form that the operators compare: texts in lower case, numbers exact."""
    if isinstance(value, (tuple, list)):
        return tuple(operand(bound) for bound in value)
    return _comparable(value)


@lru_cache(maxsize=4096)
def comparable(operands: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return a filter's operands in the form that the operators compare."""
    return tuple(operand(each) for each in operands)


def judge_value(comparison: Comparison | SubjectComparison, operands: Iterable[Any], value: Any) -> Outcome:
    """Decide whether a value passes an operator with its operands.

    Args:
        comparison: The operator and its mode.
        operands: The operands, in the form that the operators compare.
        value: The value that an event has, or an `Absence`.
    """
    settled = comparison.settle(value)
    return settled if isinstance(settled, Outcome) else compare(comparison.row, settled, operands)


def compare(row: Operator, elements: Iterable[Any], operands: Iterable[Any]) -> Outcome:
    """Compare elements with operands: any hit of a positive operator matches, no hit of a negated one.

    Args:
        row: The operator.
        elements: The elements that `settle` gave.
        operands: The operands, in the form that the operators compare.
    """
    assert row.hits is not None  # noqa: S101 `settle` gives no elements for operators without operands
    hit = any(row.hits(element, each) for element in elements for each in operands)
    return outcome_of(hit is not row.negated)


def outcome_of(answer: bool | None) -> Outcome:
    """Return the outcome of an operator's own answer; None is uncertain."""
    if answer is None:
        return Outcome.UNCERTAIN
    return Outcome.MATCH if answer else Outcome.NO_MATCH


def _absent(row: Operator, absence: Absence) -> Outcome:
    if absence is MISSING:
        return outcome_of(row.matches_missing)
    if absence is IN_ARRAY and not row.negated and row.matches_missing is False:
        return Outcome.NO_MATCH
    return Outcome.UNCERTAIN


def _elements(row: Operator, array: Iterable[Any]) -> Outcome | tuple[Any, ...]:
    array = tuple(array)
    fit = tuple(_comparable(element) for element in array if _takes(row, element))
    if fit:
        return fit
    if array and all(isinstance(element, (Mapping, list, tuple)) for element in array):
        return outcome_of(row.matches_object)
    return outcome_of(row.matches_other_type)


def _takes(row: Operator, value: Any) -> bool:
    if row.operand is Operand.TEXT:
        return isinstance(value, str)
    if row.operand is Operand.BOOLEAN:
        return isinstance(value, bool)
    return row.operand is not Operand.NOTHING and (is_number(value) or isinstance(value, Decimal))


def _comparable(value: Any) -> Any:
    if isinstance(value, str):
        return value.lower()
    return Decimal(repr(value)) if isinstance(value, float) else value
