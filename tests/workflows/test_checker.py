from __future__ import annotations

from typing import Any

import pytest
from azureml_events.event_grid.catalogue import EVENT_TYPES
from azureml_events.handlers.workflow_handler import Bridge
from workflows.checker import problems
from workflows.samples import BRIDGES, subscription

GOOD = {
    "A": {"type": "Compose", "inputs": "@parameters('p')", "runAfter": {}},
    "B": {"type": "Compose", "inputs": "@outputs('A')", "runAfter": {"A": ["Succeeded"]}},
}


def _definition(actions: dict[str, Any]) -> dict[str, Any]:
    return {"parameters": {"p": {}}, "triggers": {"manual": {}}, "actions": actions}


def _with(name: str, **changes: Any) -> dict[str, Any]:
    return _definition({**GOOD, name: {**GOOD[name], **changes}})


def test_a_sound_definition_has_no_problems() -> None:
    assert problems(_definition(GOOD)) == []


@pytest.mark.parametrize(
    ("definition", "problem"),
    [
        (_with("A", type="Shell"), "actions.A: unknown kind 'Shell'"),
        (_with("A", runAfter={"Z": ["Succeeded"]}), "actions.A: waits for 'Z', which is no action"),
        (_with("B", runAfter={"A": ["Done"]}), "actions.B: waits for 'A' to end in an unknown way"),
        (_with("A", runAfter={"B": ["Succeeded"]}), "actions.A: waits for itself"),
        (_with("B", inputs="@outputs('Z')"), "actions.B.inputs: outputs('Z') names nothing"),
        (_with("A", inputs="@outputs('B')"), "actions.A.inputs: outputs('B') names nothing"),
        (_with("A", inputs="@parameters('q')"), "actions.A.inputs: parameters('q') names nothing"),
        (_with("A", inputs=["@variables('v')"]), "actions.A.inputs[0]: variables('v') names nothing"),
        (_with("A", inputs="@eval('x')"), "actions.A.inputs: eval() does not exist"),
        (_with("A", inputs="@concat('x')"), "actions.A.inputs: concat() does not exist with 1"),
        (_with("A", inputs="@concat('x'"), "actions.A.inputs: expected ')'"),
        (_with("A", inputs="a @{guid()"), "actions.A.inputs: an expression does not end"),
        (_with("A", inputs=f"@string('{'x' * 8200}')"), "an expression of 8,210 characters"),
    ],
)
def test_each_problem_is_found(definition: dict[str, Any], problem: str) -> None:
    assert any(problem in found for found in problems(definition)), problems(definition)


def test_nesting_that_is_too_deep_is_found() -> None:
    actions: dict[str, Any] = GOOD
    for _ in range(8):
        actions = {"If": {"type": "If", "actions": actions, "runAfter": {}}}
    assert any("nested more than 8 levels deep" in found for found in problems(_definition(actions)))


@pytest.mark.parametrize("bridge", BRIDGES.values(), ids=list(BRIDGES))
@pytest.mark.parametrize("event_types", [(), *((short,) for short in EVENT_TYPES), tuple(EVENT_TYPES)])
def test_every_bridge_makes_a_sound_definition(bridge: Bridge, event_types: tuple[str, ...]) -> None:
    assert problems(bridge.definition(subscription(*event_types))) == []
