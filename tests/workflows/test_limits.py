"""Sizes of definitions: what is found, and that no bridge comes near them unless somebody writes that much."""

from __future__ import annotations

from typing import Any

import pytest
from azureml_events.base.values import Deferred
from azureml_events.event_grid.catalogue import EVENT_TYPES
from azureml_events.handlers.workflow_handler import Bridge
from azureml_events.workflows.limits import size_problems
from azureml_events.workflows.parameters import Constant
from workflows.samples import BRIDGES, DEVOPS, FACTORY, subscription


def _definition(actions: dict[str, Any], parameters: int = 1) -> dict[str, Any]:
    return {
        "parameters": {f"p{at}": {"type": "String"} for at in range(parameters)},
        "triggers": {"manual": {"conditions": [{"expression": "@startsWith('a','a')"}]}},
        "actions": actions,
    }


def _compose(text: object) -> dict[str, Any]:
    return {"A": {"type": "Compose", "inputs": text, "runAfter": {}}}


def _many(count: int) -> dict[str, Any]:
    half = {f"A{at}": {"type": "Compose", "runAfter": {}} for at in range(count // 2)}
    other = {f"B{at}": {"type": "Compose", "runAfter": {}} for at in range(count - count // 2 - 1)}
    return {"If": {"type": "If", "actions": half, "else": {"actions": other}, "runAfter": {}}}


def _deep(levels: int) -> dict[str, Any]:
    actions: dict[str, Any] = {}
    for _ in range(levels):
        actions = {"If": {"type": "If", "actions": actions, "runAfter": {}}}
    return actions


def _text(length: int) -> str:
    return "x" * length


@pytest.mark.parametrize(
    ("fits", "too_large", "problem"),
    [
        (_many(500), _many(501), "501 actions; allowed: 500"),
        (_deep(8), _deep(9), "9 levels of actions in actions; allowed: 8"),
        (
            {_text(80): {"type": "Compose"}},
            {_text(81): {"type": "Compose"}},
            "81 characters in the name of an action; allowed: 80",
        ),
        (
            _compose(f"@string('{_text(8182)}')"),
            _compose(f"@string('{_text(8183)}')"),
            "8,193 characters in an expression; allowed: 8,192",
        ),
        (
            _compose([f"{_text(8181)} @{{guid()}}", f"{_text(9000)} @@{{guid()}}"]),
            _compose([f"{_text(8183)} @{{guid()}}"]),
            "8,193 characters in a text with expressions in it; allowed: 8,192",
        ),
        (_compose(_text(999_000)), _compose(_text(1_000_000)), "bytes; allowed: 1,000,000"),
        (_compose("ä" * 499_000), _compose("ä" * 500_000), "bytes; allowed: 1,000,000"),
    ],
)
def test_what_is_too_large_is_found_and_what_just_fits_is_not(
    fits: dict[str, Any], too_large: dict[str, Any], problem: str
) -> None:
    assert list(size_problems(_definition(fits))) == []
    [found] = size_problems(_definition(too_large))
    assert problem in found


def test_parameters_are_counted() -> None:
    assert list(size_problems(_definition({}, parameters=50))) == []
    assert list(size_problems(_definition({}, parameters=51))) == ["51 parameters; allowed: 50"]


def test_a_deferred_value_counts_for_nothing() -> None:
    assert list(size_problems(_definition(_compose(Deferred("known at deployment"))))) == []


@pytest.mark.parametrize("bridge", BRIDGES.values(), ids=list(BRIDGES))
@pytest.mark.parametrize("event_types", [(), tuple(EVENT_TYPES)])
def test_every_bridge_fits(bridge: Bridge, event_types: tuple[str, ...]) -> None:
    assert list(bridge.size_mistakes(subscription(*event_types))) == []


def test_what_somebody_writes_too_much_of_is_refused_at_its_handler() -> None:
    long: dict[str, str | Constant] = {f"p{at}": Constant(value=_text(90_000)) for at in range(12)}
    [mistake] = DEVOPS.size_mistakes(subscription("ModelRegistered", parameters=long))
    assert str(mistake).startswith("handler: its workflow would have 1,08")
    assert str(mistake).endswith(
        " bytes; allowed: 1,000,000 by Azure; write fewer or shorter parameters, texts and event types"
    )


def test_event_types_make_an_expression_too_long() -> None:
    names = [f"{_text(300)}{at}" for at in range(30)]
    [mistake] = FACTORY.size_mistakes(subscription(*names))
    assert "characters in an expression; allowed: 8,192" in str(mistake)
