"""Conditions in words."""

from __future__ import annotations

from typing import Any

import pytest
from azureml_events.event_grid.filters import AdvancedFilter
from azureml_events.event_grid.operators import OPERATORS, describe_condition

CASES: list[tuple[str, dict[str, Any], str]] = [
    ("StringIn", {"values": ["a"]}, "is 'a'"),
    ("StringIn", {"values": ["a", "b"]}, "is 'a' or 'b'"),
    ("StringNotContains", {"values": ["a"]}, "does not contain 'a'"),
    ("NumberLessThanOrEquals", {"value": 0.5}, "is at most 0.5"),
    ("NumberInRange", {"values": [[1, 2], [3.5, 4]]}, "is within 1 to 2 or 3.5 to 4"),
    ("BoolEquals", {"value": False}, "is false"),
    ("IsNotNull", {}, "is there and not null"),
]


@pytest.mark.parametrize(("operator", "operands", "words"), CASES)
def test_a_filter_in_words(operator: str, operands: dict[str, Any], words: str) -> None:
    written = AdvancedFilter.parse({"operatorType": operator, "key": "data.x", **operands})

    assert written.describe() == f"data.x {words}"


def test_an_operator_that_is_not_known_is_shown_as_written() -> None:
    assert describe_condition("data.x", "StringMatches", ["a"]) == "data.x StringMatches 'a'"


def test_no_two_operators_of_one_operand_have_the_same_words() -> None:
    kinds = [(row.words, row.operand) for row in OPERATORS.values()]

    assert len(set(kinds)) == len(kinds)
    assert all(row.words for row in OPERATORS.values())
