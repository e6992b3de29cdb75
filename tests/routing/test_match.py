"""Verdicts on single events; the cases lie in `tests/cases/match.json`, each with its source."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from azureml_events.event_grid.delivery import EventDeliverySchema
from azureml_events.event_grid.filters import EventFilter
from azureml_events.event_grid.samples import SAMPLE_WORKSPACE, sample
from azureml_events.routing.conditions import Outcome
from azureml_events.routing.match import match
from azureml_events.routing.reading.streams import Block
from azureml_events.routing.replay.replay import Replay
from azureml_events.routing.subscription import RoutedSubscription, UnknownCondition
from routing_strategies import match_filter

CASES = json.loads(Path(__file__).parents[1].joinpath("cases", "match.json").read_text(encoding="utf-8"))


def _event(case: dict[str, Any]) -> dict[str, Any]:
    event = sample(case["type"], set=case.get("set"))
    event |= case.get("event", {})
    if "data" in case:
        event["data"] = case["data"]
    return {name: value for name, value in event.items() if name not in case.get("without", ())}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_verdict(case: dict[str, Any]) -> None:
    schema: EventDeliverySchema = case.get("deliverySchema", "EventGridSchema")
    verdict = match_filter(EventFilter.parse(case["filter"]), _event(case), schema)
    assert verdict.outcome == case["expected"], case["why"]
    assert verdict.because.where == case.get("where", verdict.because.where)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_replay_counts_the_same_verdict(case: dict[str, Any]) -> None:
    schema: EventDeliverySchema = case.get("deliverySchema", "EventGridSchema")
    filter_ = EventFilter.parse(case["filter"])
    replay = Replay([RoutedSubscription("ml-dev", "s", filter_, SAMPLE_WORKSPACE, delivery_schema=schema)])
    replay.add_block(Block((1,), (json.dumps(_event(case)).encode(),)), "events.json")
    (count,) = replay.summary().counts
    counted = {(1, 0): Outcome.MATCH, (0, 1): Outcome.UNCERTAIN, (0, 0): Outcome.NO_MATCH}
    assert counted[count.match, count.uncertain] == case["expected"], case["why"]


def _subscription(**more: Any) -> RoutedSubscription:
    return RoutedSubscription("ml-dev", "s", EventFilter(), **more)


def test_an_event_belongs_to_the_workspace_that_it_names_in_any_casing() -> None:
    verdict = match(_subscription(workspace_id=SAMPLE_WORKSPACE.upper()), sample("RunCompleted"))
    assert verdict.outcome is Outcome.MATCH


def test_an_event_of_another_source_reaches_nothing() -> None:
    verdict = match(_subscription(workspace_id=SAMPLE_WORKSPACE + "2"), sample("RunCompleted"))
    assert (verdict.outcome, verdict.because.where) == (Outcome.NO_MATCH, "source")
    assert verdict.because.saw == SAMPLE_WORKSPACE


def test_an_event_of_no_source_reaches_nothing() -> None:
    event = {name: value for name, value in sample("RunCompleted").items() if name != "topic"}
    verdict = match(_subscription(workspace_id=SAMPLE_WORKSPACE), event)
    assert (verdict.outcome, verdict.because.where) == (Outcome.NO_MATCH, "source")


def test_an_event_can_be_taken_as_a_workspaces() -> None:
    assert match(_subscription(), {"type": "x"}, workspace="ml-prod").because.where == "source"
    assert match(_subscription(), sample("RunCompleted"), workspace="ml-dev").outcome is Outcome.MATCH


def test_a_workspace_that_only_the_deployment_knows_is_uncertain() -> None:
    verdict = match(_subscription(), sample("RunCompleted"))
    assert (verdict.outcome, verdict.because.where) == (Outcome.UNCERTAIN, "source")


def test_a_condition_that_cannot_be_known_is_uncertain() -> None:
    unknown = UnknownCondition("subject", "[parameters('prefix')] is known only to the deployment")
    verdict = match(_subscription(unknown=(unknown,)), sample("RunCompleted"), workspace="ml-dev")
    assert (verdict.outcome, verdict.because.text) == (Outcome.UNCERTAIN, unknown.text)


def test_a_verdict_says_what_was_seen_and_what_was_wanted() -> None:
    wanted = {"operatorType": "StringIn", "key": "data.runStatus", "values": ["Failed"]}
    event = sample("RunStatusChanged", set={"data.runStatus": "Running"})
    because = match_filter(EventFilter.parse({"advancedFilters": [wanted]}), event).because
    assert (because.key, because.saw) == ("data.runStatus", "Running")
    assert because.text == "StringIn 'Failed' is not met: the value is the text 'Running'"


def test_a_deep_value_is_shown_in_part() -> None:
    deep: Any = "x"
    for _ in range(500):
        deep = [deep]
    event = sample("RunStatusChanged") | {"data": {"value": deep}}
    wanted = {"operatorType": "StringIn", "key": "data.value", "values": ["x"]}
    because = match_filter(EventFilter.parse({"advancedFilters": [wanted]}), event).because
    assert because.saw == [[[["…"]]]]
