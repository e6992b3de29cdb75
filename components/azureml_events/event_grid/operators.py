"""Event Grid's 19 advanced filter operators, one row each.

Validation, the JSON Schema, ARM bodies, matching and analysis all read these rows. Operands and the outcome for a
missing key: Event Grid's filtering page and its ARM contract, API version 2025-02-15.
"""

from __future__ import annotations

import operator as compare
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal

from azureml_events.base.mistakes import Mistake, likely, show, unknown

MAX_TEXT_LENGTH = 512
"""Characters that one text operand may have."""


class Operand(Enum):
    """The kinds of operand."""

    NUMBER = "a number"
    RANGE = "a range [low, high] of two numbers"
    BOOLEAN = "true or false, without quotes"
    TEXT = "text"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Operator:
    """One operator.

    Attributes:
        name: Its `operatorType`.
        words: What stands between key and operands in a sentence.
        operand: What one operand is.
        member: The member that holds the operands: one in `value`, several, ORed, in `values`.
        hits: Whether a value of an event hits one operand; None where there is no operand.
        negated: Whether it matches where no operand is hit.
        matches_missing: Whether it matches where the event lacks the key; None where Event Grid's documents are
            silent.
    """

    name: str
    words: str
    operand: Operand
    member: Literal["value", "values"] | None
    hits: Callable[[Any, Any], bool] | None
    negated: bool = False
    matches_missing: bool | None = False

    @property
    def matches_null(self) -> bool | None:
        """Whether it matches a null; None where Event Grid's documents are silent, so wherever there is an operand."""
        return None if self.member else self.matches_missing

    @property
    def matches_other_type(self) -> bool | None:
        """Whether it matches a text, number or boolean of another type than its operands; None where they are silent.

        The same holds of an array where filtering on arrays is off.
        """
        if self.member is None:
            return self.negated
        return None if self.negated else False

    @property
    def matches_object(self) -> bool:
        """Whether it matches an object, or an array of objects: with an operand never."""
        return self.member is None and self.negated

    def check(self, member: str, given: object) -> Iterator[Mistake]:
        """Yield the mistakes in an operand.

        Args:
            member: The member that was given, `value` or `values`.
            given: What it holds, of any type.

        Yields:
            Mistakes whose paths start with the member.
        """
        if member != self.member:
            yield Mistake((member,), f"{self.name} takes {self._takes()}{self._moved(given)}")
        elif member == "value":
            yield from (problem.below(member) for problem in self._check_one(given))
        elif not isinstance(given, (list, tuple)):
            fix = f"; write values: [{given}]" if _is_short(given) else ""
            yield Mistake((member,), f"expected a list, got {show(given)}{fix}")
        elif not given:
            yield Mistake((member,), f"an empty list matches nothing; {self.name} takes {self._takes()}")
        else:
            for index, element in enumerate(given):
                yield from (problem.below(member, index) for problem in self._check_one(element))

    def check_absent(self) -> Iterator[Mistake]:
        """Yield the mistake where an operand is missing."""
        if self.member is not None:
            yield Mistake((self.member,), f"required, but missing: {self.name} takes {self._takes()}")

    def _takes(self) -> str:
        if self.member is None:
            return "neither 'value' nor 'values'"
        if self.member == "value":
            return f"'value': {self.operand.value}"
        return f"'values': a list, each {self.operand.value}"

    def _moved(self, given: object) -> str:
        if self.member == "values" and _is_short(given):
            return f"; write values: [{given}]"
        if self.member == "value" and isinstance(given, (list, tuple)) and len(given) == 1:
            return f"; write value: {given[0]}" if _is_short(given[0]) else ""
        return ""

    def _check_one(self, given: object) -> Iterator[Mistake]:
        if self.operand is Operand.RANGE:
            yield from _check_range(given)
        elif self.operand is Operand.NUMBER and not is_number(given):
            yield Mistake((), f"expected a number, got {show(given)}{_unquoted(given)}")
        elif self.operand is Operand.BOOLEAN and not isinstance(given, bool):
            yield Mistake((), f"expected {self.operand.value}, got {show(given)}{_unquoted(given)}")
        elif self.operand is Operand.TEXT:
            yield from _check_text(given)


def is_number(value: object) -> bool:
    """Tell whether a value is a finite number; true and false are none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return isinstance(value, int) or abs(value) < float("inf")


def describe_condition(key: str, operator_type: str, operands: Iterable[object]) -> str:
    """Describe an advanced filter in words: `data.modelTags.size is 'large' or 'x-large'`.

    Args:
        key: The value of an event that it looks at.
        operator_type: Its operator; one that is not known is shown as written.
        operands: What it holds the value against.
    """
    row = OPERATORS.get(operator_type)
    words = row.words if row else operator_type
    return " ".join([key, words, " or ".join(map(_in_words, operands))]).rstrip()


def operator_named(name: str) -> Operator:
    """Find the operator of an `operatorType`, case included.

    Raises:
        ValueError: There is none; the message names the likely one.
    """
    if name in OPERATORS:
        return OPERATORS[name]
    meant = _OFTEN_WRITTEN.get(name.lower()) or likely(name, OPERATORS)
    if meant:
        raise ValueError(f"unknown operator {show(name)}; did you mean '{meant}'?")
    raise ValueError(unknown("operator", name, OPERATORS))


def _in_words(operand: object) -> str:
    if isinstance(operand, (list, tuple)):
        return " to ".join(map(_in_words, operand))
    if isinstance(operand, bool):
        return str(operand).lower()
    return f"'{operand}'" if isinstance(operand, str) else str(operand)


def _check_range(given: object) -> Iterator[Mistake]:
    pair = 2
    if not isinstance(given, (list, tuple)) or len(given) != pair:
        yield Mistake((), f"expected {Operand.RANGE.value}, got {show(given)}")
        return
    wrong = [index for index, bound in enumerate(given) if not is_number(bound)]
    for index in wrong:
        yield Mistake((index,), f"expected a number, got {show(given[index])}{_unquoted(given[index])}")
    if not wrong and given[0] > given[1]:
        low, high = given
        yield Mistake((), f"the range [{low}, {high}] is empty; write [{high}, {low}]")


def _check_text(given: object) -> Iterator[Mistake]:
    if not isinstance(given, str):
        yield Mistake((), f"expected text, got {show(given)}; quote it")
    elif not given:
        yield Mistake((), "an empty text says nothing; leave it out")
    elif len(given) > MAX_TEXT_LENGTH:
        yield Mistake((), f"{show(given)} is too long; allowed: {MAX_TEXT_LENGTH} characters")


def _unquoted(given: object) -> str:
    if not isinstance(given, str):
        return ""
    if given.lower() in {"true", "false"}:
        return f"; write {given.lower()}"
    try:
        float(given)
    except ValueError:
        return ""
    return f"; write {given}" if _is_short(given) else ""


def _is_short(given: object) -> bool:
    return isinstance(given, (str, int, float)) and len(str(given)) < len("a value that an error repeats")


def _within(value: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= value <= bounds[1]


_NUMBER, _RANGE, _BOOLEAN, _TEXT = Operand.NUMBER, Operand.RANGE, Operand.BOOLEAN, Operand.TEXT

OPERATORS: dict[str, Operator] = {
    row.name: row
    for row in (
        Operator("NumberIn", "is", _NUMBER, "values", compare.eq),
        Operator("NumberNotIn", "is not", _NUMBER, "values", compare.eq, negated=True, matches_missing=True),
        Operator("NumberLessThan", "is less than", _NUMBER, "value", compare.lt),
        Operator("NumberGreaterThan", "is greater than", _NUMBER, "value", compare.gt),
        Operator("NumberLessThanOrEquals", "is at most", _NUMBER, "value", compare.le),
        Operator("NumberGreaterThanOrEquals", "is at least", _NUMBER, "value", compare.ge),
        Operator("NumberInRange", "is within", _RANGE, "values", _within),
        Operator("NumberNotInRange", "is not within", _RANGE, "values", _within, negated=True, matches_missing=None),
        Operator("BoolEquals", "is", _BOOLEAN, "value", compare.eq),
        Operator("StringContains", "contains", _TEXT, "values", compare.contains),
        Operator("StringNotContains", "does not contain", _TEXT, "values", compare.contains, negated=True),
        Operator("StringBeginsWith", "begins with", _TEXT, "values", str.startswith),
        Operator("StringNotBeginsWith", "does not begin with", _TEXT, "values", str.startswith, negated=True),
        Operator("StringEndsWith", "ends with", _TEXT, "values", str.endswith),
        Operator("StringNotEndsWith", "does not end with", _TEXT, "values", str.endswith, negated=True),
        Operator("StringIn", "is", _TEXT, "values", compare.eq),
        Operator("StringNotIn", "is not", _TEXT, "values", compare.eq, negated=True, matches_missing=True),
        Operator("IsNullOrUndefined", "is null or missing", Operand.NOTHING, None, None, matches_missing=True),
        Operator("IsNotNull", "is there and not null", Operand.NOTHING, None, None, negated=True),
    )
}
"""The operators by `operatorType`."""

_OFTEN_WRITTEN = {
    "stringequals": "StringIn",
    "stringnotequals": "StringNotIn",
    "stringstartswith": "StringBeginsWith",
    "stringnotstartswith": "StringNotBeginsWith",
    "numberequals": "NumberIn",
    "numbernotequals": "NumberNotIn",
    "boolin": "BoolEquals",
    "isnull": "IsNullOrUndefined",
    "isundefined": "IsNullOrUndefined",
    "exists": "IsNotNull",
}
