"""Rules between fields: the mistakes that they yield, and a schema that refuses the same fields."""

from __future__ import annotations

from typing import Any

import pytest
from azureml_events.base.constraints import Constraint, ExactlyOne, Excludes, Is, Needs, Together
from azureml_events.base.mistakes import Mistake
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

ONE = ExactlyOne(("a", "b", ("c", "d")), Mistake((), "one of a, b, c; got {got}"))
EITHER = ExactlyOne(("a", "b"), Mistake(("a",), "a or b"), Mistake(("b",), "not both"))
ANY_ONE = ExactlyOne((), Mistake((), "got {got}"))
PAIR = Together(("a", "b"), "'{given}' needs it")
NEEDS = Needs("a", "b", "a needs b")
NEEDS_AT = Needs(Is("a", True), ("b", "c"), "a needs b", at="a")
EXCLUDES = Excludes("a", "b", "a excludes b")
EXCLUDES_AT = Excludes(Is("a", "x"), Is("b", True), "x excludes b", at="a")

CASES: list[tuple[Constraint, dict[str, Any], list[str]]] = [
    (ONE, {}, ["one of a, b, c; got none"]),
    (ONE, {"a": 0}, []),
    (ONE, {"c": 1, "d": 1}, []),
    (ONE, {"c": 1, "d": 1, "b": 1}, ["one of a, b, c; got b and c"]),
    (EITHER, {}, ["a: a or b"]),
    (EITHER, {"a": False, "b": False}, ["b: not both"]),
    (ANY_ONE, {}, ["got none"]),
    (ANY_ONE, {"x": 1}, []),
    (ANY_ONE, {"x": None, "y": {}}, ["got x and y"]),
    (PAIR, {"c": 1}, []),
    (PAIR, {"a": 1, "b": 1}, []),
    (PAIR, {"b": 1}, ["a: 'b' needs it"]),
    (NEEDS, {}, []),
    (NEEDS, {"a": False}, ["b: a needs b"]),
    (NEEDS, {"a": False, "b": False}, []),
    (NEEDS_AT, {"a": True}, ["a: a needs b"]),
    (NEEDS_AT, {"a": 1}, []),
    (NEEDS_AT, {"a": False}, []),
    (NEEDS_AT, {"a": True, "b": 1, "c": 1}, []),
    (EXCLUDES, {"a": 1, "c": 1}, []),
    (EXCLUDES, {"a": 1, "b": False}, ["b: a excludes b"]),
    (EXCLUDES_AT, {"a": "x", "b": True}, ["a: x excludes b"]),
    (EXCLUDES_AT, {"a": "x", "b": False}, []),
    (EXCLUDES_AT, {"a": "x", "b": 1}, []),
    (EXCLUDES_AT, {"a": "y", "b": True}, []),
]


@pytest.mark.parametrize(("constraint", "given", "mistakes"), CASES)
def test_a_constraint_yields_the_mistakes_and_its_schema_refuses_the_same(
    constraint: Constraint, given: dict[str, Any], mistakes: list[str]
) -> None:
    assert [str(mistake) for mistake in constraint.mistakes(given)] == mistakes
    assert Draft202012Validator(constraint.schema()).is_valid(given) is (not mistakes)


@pytest.mark.parametrize("constraint", [EITHER, PAIR, NEEDS])
def test_a_field_without_a_value_is_not_given(constraint: Constraint) -> None:
    assert list(constraint.mistakes({"a": 1, "b": None})) == list(constraint.mistakes({"a": 1}))
