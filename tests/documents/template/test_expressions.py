"""What a template's expressions are worth."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from azureml_events.documents.template.budget import Budget, Exceeded
from azureml_events.documents.template.functions import KNOWN_OUTSIDE, KNOWN_WHOLE, OF_PARTS
from azureml_events.documents.template.resource_ids import group_id
from azureml_events.documents.template.scope import Scope
from azureml_events.documents.unresolved import HOLE, Unresolved
from hypothesis import given, settings
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


def test_a_value_that_grows_without_end_stays_unresolved() -> None:
    variables = {f"v{n}": [f"[variables('v{n + 1}')]"] * 10 for n in range(30)}

    value = Scope.of({"variables": variables}).value("[variables('v0')]")

    assert str(value) == "<more than 200,000 values>"


@pytest.mark.parametrize(
    "expression",
    [
        "[map(range(0, 10000), lambda('a', map(range(0, 10000), lambda('b', lambdaVariables('a')))))]",
        "[map(range(0, 10000), lambda('a', skip(range(0, 10000), 1)))]",
        "[map(range(0, 10000), lambda('a', contains(range(0, 10000), 'x')))]",
    ],
)
def test_endless_work_is_refused(expression: str) -> None:
    with pytest.raises(Exceeded, match="1,000,000 values"):
        Scope.of({}).value(expression)


def test_a_parameter_is_worked_out_once() -> None:
    scope = Scope.of({"parameters": {"p": {"defaultValue": ["[concat('a', 'b')]"] * 100}}})
    scope.value("[parameters('p')]")
    before = scope.budget.steps

    scope.value("[parameters('p')]")

    assert before - scope.budget.steps < 10


def test_a_text_that_grows_without_end_stays_unresolved() -> None:
    variables = {f"v{n}": f"[concat(variables('v{n + 1}'), variables('v{n + 1}'))]" for n in range(14)}

    value = Scope.of({"variables": {**variables, "v14": "abc"}}).value("[variables('v0')]")

    assert isinstance(value, Unresolved)


@given(st.text(alphabet="[]()'.,a1 {}", max_size=40))
def test_no_text_breaks_the_evaluation(text: str) -> None:
    Scope.of(TEMPLATE).value(f"[{text}]")


NAMES = sorted({*KNOWN_WHOLE, *KNOWN_OUTSIDE, *OF_PARTS, "if", "resourceid", "copyindex", "contoso.named", "none"})
SINGLE = st.one_of(
    st.sampled_from(["''", "'a'", "'x/y'", "'{0}'", "null()", "true()", "parameters('free')", "parameters('list')"]),
    st.sampled_from(["variables('config')", "variables('config').stage", "parameters('list')[0]", "createObject()"]),
    st.integers(-(10**15), 10**15).map(str),
    st.integers(-3, 900).map(str),
    st.sampled_from(["lambda('x', lambdaVariables('x'))", "lambda('x', 'y', true())", "lambda(1)"]),
)
EXPRESSIONS = st.recursive(
    SINGLE,
    lambda inner: st.builds(
        lambda name, arguments: f"{name}({', '.join(arguments)})", st.sampled_from(NAMES), st.lists(inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=500)
@given(EXPRESSIONS)
def test_no_call_breaks_the_evaluation(text: str) -> None:
    with contextlib.suppress(Exceeded):
        Scope.of(TEMPLATE, budget=Budget(20_000)).value(f"[{text}]")


@pytest.mark.parametrize(("evaluation", "named"), [("outer", "[resourceGroup().name]"), ("inner", "rg-b")])
def test_a_nested_template_names_its_parents_group_or_its_own(evaluation: str, named: str) -> None:
    options = {"expressionEvaluationOptions": {"scope": evaluation}, "template": {}}

    scope = Scope.of({}).nested({"resourceGroup": "rg-b", "subscriptionId": "s", "properties": options})

    assert (str(scope.value("[resourceGroup().name]")), group_id(*scope.deployed_to)) == (
        named,
        "/subscriptions/s/resourceGroups/rg-b",
    )


TOPIC = {"type": "Microsoft.EventGrid/systemTopics", "name": "ml-events"}


@pytest.mark.parametrize("others", [[], [{**TOPIC, "type": "Microsoft.Logic/workflows"}]], ids=["one", "two"])
def test_a_resource_that_is_asked_by_its_name_is_found_where_only_one_has_it(others: list[Any]) -> None:
    scope = Scope.of({"resources": [TOPIC, *others]})

    value = scope.value("[reference('ML-Events').identity.principalId]")

    id_ = f"{group_id(*scope.deployed_to)}/providers/Microsoft.EventGrid/systemTopics/ml-events".lower()
    assert value.comes_from == (() if others else (id_,))
