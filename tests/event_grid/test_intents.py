"""Intents: the event type and the filters that each stands for."""

from __future__ import annotations

from typing import Any

import azureml_events
import pytest
from azureml_events import Subscription
from azureml_events.event_grid.catalogue import PREFIX
from azureml_events.event_grid.filters import AdvancedFilter, EventFilter, OperatorName
from azureml_events.event_grid.intents import INTENTS
from pydantic.alias_generators import to_snake
from stack_texts import cases

CASES = cases("intents.yaml")


@pytest.mark.parametrize("case", CASES)
def test_an_intent_says(case: dict[str, Any]) -> None:
    subscription = Subscription.parse({"handler": "hub", "when": case["when"]})

    assert subscription.filter == EventFilter(
        included_event_types=(PREFIX + case["eventType"],),
        subject_begins_with=case.get("subjectBeginsWith", ""),
        advanced_filters=tuple(made(*row) for row in case["filters"]),
    )


def made(key: str, operator: OperatorName, operands: list[Any]) -> AdvancedFilter:
    operand = {"value": operands[0]} if operator == "NumberGreaterThanOrEquals" else {"values": operands}
    return AdvancedFilter(operator_type=operator, key=key, **operand)


def test_every_intent_is_tried() -> None:
    whens = [case.values[0]["when"] for case in CASES]
    assert {when if isinstance(when, str) else next(iter(when)) for when in whens} == INTENTS.keys()


@pytest.mark.parametrize("name", INTENTS)
def test_python_calls_it_by_its_snake_case_name(name: str) -> None:
    assert getattr(azureml_events, to_snake(name)) is INTENTS[name]


def test_python_gives_it_first() -> None:
    failed = azureml_events.run_failed(experiment_name="train")

    written = Subscription.parse({"handler": "hub", "when": {"runFailed": {"experimentName": "train"}}})
    assert Subscription(failed, to="hub").filter == written.filter


def test_filters_beside_it_are_added() -> None:
    added = AdvancedFilter(operator_type="IsNotNull", key="data.runTags.owner")

    subscription = Subscription(azureml_events.run_completed(), to="hub", advanced_filters=[added])

    assert subscription.filter.advanced_filters == (added,)


def test_a_prefix_beside_an_intent_that_sets_none_is_kept() -> None:
    subscription = Subscription(azureml_events.model_registered(), to="hub", subject_begins_with="models/churn")

    assert subscription.filter.subject_begins_with == "models/churn"


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("runFailed", []),
        ({"runFailed": {"experimentName": ["a", "b"]}}, ["experiment name is 'a' or 'b'"]),
        ({"runFailed": {"runTags": {"x": "1", "y": ["2", "3"]}}}, ["run tags x is '1'", "run tags y is '2' or '3'"]),
        ({"runStatusChanged": {"status": "Canceled"}}, ["status is 'Canceled'"]),
        ({"driftDetected": {"minimumCoefficient": 0.3}}, ["minimum coefficient is 0.3"]),
        ({"monitorBreached": {"signal": "s"}}, ["signal is 's'"]),
    ],
)
def test_an_intent_in_words(when: object, said: list[str]) -> None:
    intent = Subscription.parse({"handler": "hub", "when": when}).intent

    assert intent is not None
    assert intent.meaning
    assert list(intent.conditions()) == said
