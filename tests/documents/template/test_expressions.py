"""What a template's expressions are worth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from azureml_events.documents.template.scope import Scope
from azureml_events.documents.unresolved import HOLE, Unresolved
from hypothesis import given
from hypothesis import strategies as st

CASES = json.loads((Path(__file__).parents[2] / "cases" / "expressions.json").read_text())
TEMPLATE = CASES["template"]


@pytest.mark.parametrize("case", CASES["known"], ids=lambda case: case["expression"])
def test_an_expression_is_evaluated(case: dict[str, Any]) -> None:
    assert Scope.of(TEMPLATE).value(case["expression"]) == case["value"]


@pytest.mark.parametrize("case", CASES["unknown"], ids=lambda case: case["expression"])
def test_what_only_a_deployment_knows_stays_unresolved(case: dict[str, Any]) -> None:
    value = Scope.of(TEMPLATE).value(case["expression"])

    assert isinstance(value, Unresolved), value
    assert (str(value), value.known) == (case["text"], case["known"].replace("?", HOLE))


def test_a_template_that_asks_for_endless_work_stays_unresolved() -> None:
    variables = {f"v{n}": [f"[variables('v{n + 1}')]"] * 10 for n in range(30)}

    value = Scope.of({"variables": variables}).value("[variables('v0')]")

    assert isinstance(value, list)


def test_a_text_that_grows_without_end_stays_unresolved() -> None:
    variables = {f"v{n}": f"[concat(variables('v{n + 1}'), variables('v{n + 1}'))]" for n in range(14)}

    value = Scope.of({"variables": {**variables, "v14": "abc"}}).value("[variables('v0')]")

    assert isinstance(value, Unresolved)


@given(st.text(alphabet="[]()'.,a1 {}", max_size=40))
def test_no_text_breaks_the_evaluation(text: str) -> None:
    Scope.of(TEMPLATE).value(f"[{text}]")
