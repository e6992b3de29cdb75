"""The effect of an event on the handler that it reaches, as `route` describes it."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from azureml_events.cli.route_report import print_routes, route_json
from azureml_events.event_grid.samples import sample
from azureml_events.routing.event import Event
from azureml_events.routing.match import match
from azureml_events.routing.of_stack import routed
from azureml_events.routing.subscription import RoutedSubscription
from azureml_events.stackfile.stack_file import load_stack_file
from hypothesis import given
from hypothesis import strategies as st

RECIPES = {
    each.name: each
    for each in routed(load_stack_file(Path(__file__).parents[2] / "stacks" / "Pulumi.recipes.yaml").stack)
}
WORKSPACE = RECIPES["drift"].workspace_id or ""
TAG = "data.runTags.azureml_modelmonitor_threshold_breached"
BREACH = "Monitor has failed due to one or more features violating metric thresholds"

CASES: list[tuple[str, str, dict[str, Any], str]] = [
    (
        "failed-run",
        "RunStatusChanged",
        {"data.runStatus": "Failed", "data.experimentName": "train-churn"},
        "mails ml-operators@contoso.com: Run Failed: train-churn in ml-prod",
    ),
    (
        "drift",
        "DatasetDriftDetected",
        {"data.dataDriftName": "churn-drift", "data.runId": "drift_1", "data.driftCoefficient": 0.9},
        "starts pipeline retrain of factory adf-ml with monitor=churn-drift, run=drift_1",
    ),
    (
        "monitor-breach",
        "RunCompleted",
        {TAG: BREACH, "data.experimentName": "churn-monitor", "data.runId": "run_7"},
        "starts pipeline retrain of factory adf-ml with monitor=churn-monitor, run=run_7",
    ),
    (
        "tagged-model",
        "ModelRegistered",
        {"data.modelName": "churn", "data.modelVersion": "3", "data.modelTags.stage": "release"},
        "runs pipeline 12 of contoso/churn with modelName=churn, modelVersion=3",
    ),
    (
        "registered-model",
        "ModelRegistered",
        {"subject": "models/churn:3", "data.modelName": "churn", "data.modelVersion": "3"},
        "dispatches model-registered to contoso/churn with modelName=churn, modelVersion=3",
    ),
    (
        "canceled-run",
        "RunStatusChanged",
        {"data.runStatus": "Canceled"},
        "starts workflow open-ticket by its trigger manual",
    ),
]


def describe(subscription: RoutedSubscription, event: Event) -> tuple[str | None, str]:
    """Return the effect in `route --json`, and the line of `route`, of one subscription."""
    routes = [(subscription, match(subscription, event))]
    with redirect_stdout(io.StringIO()) as printed:
        print_routes(event, routes)
    return route_json(event, routes)["routes"][0].get("would"), printed.getvalue()


@pytest.mark.parametrize("schema", ["EventGridSchema", "CloudEventSchemaV1_0"])
@pytest.mark.parametrize(("recipe", "event_type", "settings", "expected"), CASES)
def test_a_recipe_says_what_it_would_do(
    recipe: str, event_type: str, settings: dict[str, Any], expected: str, schema: Any
) -> None:
    event = Event(sample(event_type, schema, set=settings, workspace_id=WORKSPACE))

    would, printed = describe(RECIPES[recipe], event)

    assert would == expected
    assert expected in printed


def test_nothing_would_happen_with_an_event_that_does_not_reach_it() -> None:
    running = Event(sample("RunStatusChanged", set={"data.runStatus": "Running"}, workspace_id=WORKSPACE))

    would, printed = describe(RECIPES["failed-run"], running)

    assert would is None
    assert "mails" not in printed


def test_an_event_without_a_topic_is_taken_for_the_workspaces() -> None:
    event = sample("RunStatusChanged", set={"data.runStatus": "Failed"}, workspace_id=WORKSPACE)
    del event["topic"]

    verdict = match(RECIPES["failed-run"], Event(event), "ml-prod")
    [route] = route_json(Event(event), [(RECIPES["failed-run"], verdict)])["routes"]

    assert route["would"].endswith(" in ml-prod")


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
members = st.sampled_from(["id", "topic", "subject", "eventType", "data", "type", "source"])
data = st.dictionaries(st.sampled_from(["modelName", "RunTags", "runId", "dataDriftName", "runStatus"]), anything)


@given(event=st.dictionaries(members, anything | data), recipe=st.sampled_from(sorted(RECIPES)))
def test_whatever_an_event_holds_it_is_said_in_one_printable_line(event: dict[str, Any], recipe: str) -> None:
    describe_effect = RECIPES[recipe].describe_effect
    assert describe_effect is not None
    assert describe_effect(Event(event)).isprintable()


def test_what_would_happen_is_no_part_of_what_a_subscription_is() -> None:
    """Two readings of one stack are equal."""
    stack = load_stack_file(Path(__file__).parents[2] / "stacks" / "Pulumi.recipes.yaml").stack

    assert routed(stack) == tuple(RECIPES.values())
