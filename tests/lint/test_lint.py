"""Lint; the cases lie in `tests/cases/lint.json`, filters that never match beside their twins that do."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from azureml_events.event_grid.catalogue import EVENT_TYPES
from azureml_events.event_grid.filters import AdvancedFilter, EventFilter
from azureml_events.event_grid.handshake import unanswered_handshake
from azureml_events.event_grid.intents import INTENTS
from azureml_events.event_grid.samples import SAMPLE_WORKSPACE
from azureml_events.lint.lint import analyse, analyse_each
from azureml_events.lint.rules import RULES
from azureml_events.routing.subscription import (
    Destination,
    DynamicAttribute,
    PlacedFilter,
    RoutedSubscription,
    UnknownCondition,
)

CASES = json.loads(Path(__file__).parents[1].joinpath("cases", "lint.json").read_text(encoding="utf-8"))
RUN_COMPLETED = EVENT_TYPES["RunCompleted"].name


def _subscription(name: str, filter_: dict[str, Any], **more: Any) -> RoutedSubscription:
    placed = tuple(
        PlacedFilter(AdvancedFilter.parse(item), index, ("subscriptions", name, "advancedFilters", index))
        for index, item in enumerate(filter_.get("advancedFilters", ()))
    )
    known: dict[str, Any] = {"handler": "archive", "workspace_id": SAMPLE_WORKSPACE, "placed_filters": placed}
    place = ("subscriptions", name)
    return RoutedSubscription("ml-dev", name, EventFilter.parse(filter_), **{**known, "path": place, **more})


def _rules(*subscriptions: RoutedSubscription) -> list[str]:
    return [item.rule.name for item in analyse(subscriptions)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_findings(case: dict[str, Any]) -> None:
    more = {"delivery_schema": case.get("deliverySchema", "EventGridSchema"), "all_events": "allEvents" in case}
    assert sorted(_rules(_subscription("s", case["filter"], **more))) == sorted(case["rules"]), case["why"]


def test_every_rule_has_a_case() -> None:
    beside_filters = {
        "redundant-subscription",
        "duplicate-subscription",
        "unknown-rule",
        "other-cloud",
        "not-delivering",
        "no-handshake",
        "attribute-missing-key",
    }
    of_entries = {"unused-workspace", "unused-handler", "unknown-location", "many-alerts", "fill-in"}
    of_documents = {"not-known", "missing-identity", "second-topic", "unordered-topic", "api-version"}
    others = beside_filters | of_entries | of_documents
    assert {rule for case in CASES for rule in case["rules"]} == set(RULES) - others


@pytest.mark.parametrize(
    ("location", "rules"), [("usgovvirginia", ["other-cloud"]), ("germanywestcentral", []), (None, [])]
)
def test_a_workspace_in_another_cloud_is_warned_of_once_at_its_region(location: str | None, rules: list[str]) -> None:
    filters: list[dict[str, Any]] = [{"subjectBeginsWith": f"models/{name}:"} for name in "ab"]
    chosen = [{"includedEventTypes": [EVENT_TYPES["ModelRegistered"].name], **each} for each in filters]
    found = analyse([_subscription(f"s{at}", each, location=location) for at, each in enumerate(chosen)])
    assert [each.rule.name for each in found] == rules
    assert {each.path for each in found} <= {("workspaces", "ml-dev", "location")}


def test_each_workspace_in_another_cloud_is_warned_of() -> None:
    one = _subscription("s", {"includedEventTypes": [EVENT_TYPES["ModelRegistered"].name]}, location="westeurope")
    others = [replace(one, workspace=name, location="usgovvirginia") for name in ("gov", "gov-2")]
    assert [each.workspace for each in analyse([one, *others])] == ["gov", "gov-2"]


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_a_rules_level_follows_its_name(rule: Any) -> None:
    notes = {"legacy-event-type", "casing", "recased-name", "not-known"}
    errors = rule.name.startswith("never-") or rule.name in {"not-delivering", "missing-identity"}
    assert rule.level == ("error" if errors else "note" if rule.name in notes else "warning")
    assert rule.text.endswith(".")


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_an_error_and_only_an_error_names_the_fact_that_proves_it(rule: Any) -> None:
    assert rule.fact.endswith(".") is (rule.level == "error")


def test_a_subscription_that_has_ended_delivers_nothing() -> None:
    filter_ = {"includedEventTypes": [RUN_COMPLETED]}
    past = _subscription("past", filter_, expires="2020-01-01T00:00:00Z")
    allowed = _subscription("allowed", filter_, expires="2020-01-01T00:00:00Z", allow={"not-delivering": "kept"})
    future = _subscription("future", filter_, expires="2099-01-01T00:00:00Z")

    [found] = analyse_each([past, allowed, future])

    assert found.level == "error"
    assert str(found) == (
        "subscriptions.past.expirationTimeUtc: '2020-01-01T00:00:00Z' has passed, so nothing is delivered any more; "
        "write a moment in the future, or leave it out (not-delivering)"
    )


DESTINATIONS = json.loads(Path(__file__).parents[1].joinpath("cases", "destinations.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", DESTINATIONS, ids=lambda case: case["name"])
def test_findings_about_where_a_subscription_delivers(case: dict[str, Any]) -> None:
    attributes = tuple(
        DynamicAttribute(name, field, ("handlers", "h", name)) for name, field in case.get("attributes", {}).items()
    )
    destination = Destination(unanswered_handshake(case.get("url", "")), ("handlers", "h", "endpointUrl"), attributes)
    types = [EVENT_TYPES[name].name for name in case.get("types", ["ModelRegistered"])]
    filter_ = {} if types == [] else {"includedEventTypes": types}
    subscription = _subscription("s", filter_, destination=destination, all_events=not types)

    found = [each for each in analyse([subscription]) if each.path[0] == "handlers"]

    assert [each.rule.name for each in found] == case["rules"], case["why"]
    assert all(case["says"] in str(each) for each in found)


def test_a_document_hears_of_its_destination_in_arms_words() -> None:
    for url, says in {
        "https://hooks.slack.com/x": "deliver to a function (endpointType AzureFunction)",
        "https://app1.azurewebsites.net/runtime/webhooks/EventGrid": "use endpointType AzureFunction with",
        "https://st1.queue.core.windows.net/q": "use endpointType StorageQueue",
    }.items():
        destination = Destination(unanswered_handshake(url), ("resources", 0, "destination", "endpointUrl"))
        filter_ = {"includedEventTypes": [EVENT_TYPES["ModelRegistered"].name]}
        [found] = analyse([_subscription("s", filter_, destination=destination, in_arm_words=True)])
        assert says in found.fix


def test_a_disputed_subject_is_told_with_both_forms() -> None:
    filter_ = {"includedEventTypes": [EVENT_TYPES["DatasetDriftDetected"].name], "subjectBeginsWith": "datadrifts/"}
    [found] = [item for item in analyse([_subscription("s", filter_)]) if item.rule.name == "disputed-subject"]

    assert str(found) == (
        "subscriptions.s.subjectBeginsWith: subjects look like 'datadrifts/…/runs/…' on Microsoft's page, but like "
        "'datadrift/…/run/…' in recorded events; write 'datadrift', with which both begin, or leave it out "
        "(disputed-subject)"
    )


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("runFailed", {"experimentName": "train-churn"}),
        ("runCompleted", {"runTags": {"stage": "prod"}}),
        ("runStatusChanged", {"status": ["Failed", "Canceled"]}),
        ("modelRegistered", {"modelName": "churn"}),
        ("modelRegistered", {"modelName": ["churn", "price"]}),
        ("modelDeployed", {"serviceName": "churn-scoring"}),
        ("monitorBreached", {"signal": "drift"}),
    ],
)
def test_an_intent_is_clean(name: str, arguments: dict[str, Any]) -> None:
    intent = INTENTS[name].parse(arguments)
    filter_ = EventFilter(
        included_event_types=(EVENT_TYPES[intent.event_type].name,),
        subject_begins_with=intent.subject_begins_with() or "",
        advanced_filters=tuple(intent.filters()),
    )
    assert analyse([RoutedSubscription("ml-dev", "s", filter_, intent=intent)]) == []


def test_a_finding_has_path_reason_and_fix() -> None:
    wanted = {"operatorType": "StringIn", "key": "data.runStaus", "values": ["Failed"]}
    filter_ = {"includedEventTypes": [EVENT_TYPES["RunStatusChanged"].name], "advancedFilters": [wanted]}
    found = {str(item) for item in analyse([_subscription("s", filter_)])}
    assert (
        "subscriptions.s.advancedFilters[0].key: 'data.runStaus' is not in the catalogue; "
        "did you mean 'data.runStatus'? (unknown-key)"
    ) in found


def test_errors_come_first() -> None:
    wanted = {"operatorType": "StringIn", "key": "data.RunStatus", "values": ["Failed"]}
    filter_ = {"includedEventTypes": [RUN_COMPLETED], "advancedFilters": [wanted]}
    assert _rules(_subscription("s", filter_)) == ["never-missing-key", "casing"]


def test_a_rule_is_silenced_for_one_subscription() -> None:
    filter_ = {"includedEventTypes": [EVENT_TYPES["RunStatusChanged"].name]}
    quiet = _subscription("quiet", filter_, allow={"every-status": "an audit log"}, handler="other")
    assert _rules(quiet, _subscription("loud", filter_)) == ["every-status"]


def test_a_silenced_rule_that_does_not_exist_is_told() -> None:
    filter_ = {"includedEventTypes": [EVENT_TYPES["RunStatusChanged"].name]}
    subscription = _subscription("s", filter_, allow={"every-status": "x", "every-stat": "x"})
    [found] = analyse([subscription])
    assert (found.rule.name, found.path[-2:]) == ("unknown-rule", ("allow", "every-stat"))
    assert (found.message, found.fix) == ("unknown rule 'every-stat'", "did you mean 'every-status'?")


def test_a_subscription_of_several_workspaces_is_told_once() -> None:
    filter_ = {"includedEventTypes": [EVENT_TYPES["RunStatusChanged"].name]}
    one = _subscription("s", filter_)
    other = RoutedSubscription("ml-prod", "s", one.filter, path=one.path)
    assert _rules(one, other) == ["every-status"]


@pytest.mark.parametrize(
    ("first", "second", "rules"),
    [
        ({}, {}, ["duplicate-subscription"]),
        ({}, {"subjectBeginsWith": "experiments/a"}, ["redundant-subscription"]),
        ({"subjectEndsWith": "/r"}, {"subjectEndsWith": "/R"}, ["duplicate-subscription"]),
        ({"subjectEndsWith": "1"}, {"subjectEndsWith": "2"}, []),
        (
            {"subjectEndsWith": "a", "isSubjectCaseSensitive": True},
            {"subjectEndsWith": "a"},
            ["redundant-subscription"],
        ),
        (
            {"advancedFilters": [{"operatorType": "StringIn", "key": "data.runType", "values": ["automl"]}]},
            {"advancedFilters": [{"operatorType": "StringIn", "key": "data.runType", "values": ["AutoML"]}]},
            ["duplicate-subscription"],
        ),
        (
            {"advancedFilters": [{"operatorType": "StringIn", "key": "data.runType", "values": ["automl"]}]},
            {"advancedFilters": [{"operatorType": "StringBeginsWith", "key": "data.runType", "values": ["auto"]}]},
            ["redundant-subscription"],
        ),
        (
            {"advancedFilters": [{"operatorType": "StringIn", "key": "data.runType", "values": ["automl"]}]},
            {"advancedFilters": [{"operatorType": "StringIn", "key": "data.experimentName", "values": ["x"]}]},
            [],
        ),
    ],
)
def test_two_subscriptions_to_one_handler(first: dict[str, Any], second: dict[str, Any], rules: list[str]) -> None:
    one, other = ({"includedEventTypes": [RUN_COMPLETED], **each} for each in (first, second))
    about = {"redundant-subscription", "duplicate-subscription"}
    found = [rule for rule in _rules(_subscription("a", one), _subscription("b", other)) if rule in about]
    assert found == rules


def test_event_types_decide_which_of_two_subscriptions_is_redundant() -> None:
    narrow = _subscription("narrow", {"includedEventTypes": [RUN_COMPLETED]})
    wide = _subscription("wide", {}, all_events=True)
    (finding,) = analyse([narrow, wide])
    assert (finding.rule.name, finding.subscription) == ("redundant-subscription", "narrow")


def test_a_duplicate_in_one_of_its_workspaces_alone_is_told_and_stays() -> None:
    filter_ = {"includedEventTypes": [RUN_COMPLETED]}
    kept, here = _subscription("kept", filter_), _subscription("both", filter_)
    everywhere = analyse([kept, here])
    elsewhere = replace(here, workspace="ml-prod")

    (finding,) = analyse([kept, here, elsewhere])

    assert [bool(each.edit) for each in everywhere] == [True]
    assert (finding.rule.name, finding.subscription, finding.edit) == ("duplicate-subscription", "both", ())


@pytest.mark.parametrize(
    "change",
    [
        {"handler": "other"},
        {"handler": ""},
        {"disabled": "later"},
        {"expires": "2020-01-01T00:00:00Z"},
        {"unknown": (UnknownCondition("subject", "a parameter"),)},
        {"delivery_schema": "CloudEventSchemaV1_0"},
    ],
)
def test_subscriptions_that_cannot_be_compared_are_not(change: dict[str, Any]) -> None:
    filter_ = {"includedEventTypes": [RUN_COMPLETED]}
    about = {"redundant-subscription", "duplicate-subscription"}
    assert not about & set(_rules(_subscription("a", filter_), _subscription("b", filter_, **change)))
