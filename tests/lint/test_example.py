"""An event that reaches a subscription: found by search, taken by the matcher."""

from __future__ import annotations

from typing import Any

import pytest
from azureml_events.base.mistakes import DeclarationError
from azureml_events.event_grid.catalogue import PREFIX
from azureml_events.event_grid.filters import EventFilter
from azureml_events.lint.example import find_example
from azureml_events.routing.conditions import Outcome
from azureml_events.routing.match import match
from azureml_events.routing.subscription import RoutedSubscription, UnknownCondition

WORKSPACE = (
    "/subscriptions/00000000-0000-0000-0000-000000000009/resourceGroups/rg"
    "/providers/Microsoft.MachineLearningServices/workspaces/ml"
)


def subscription(*advanced: dict[str, Any], types: tuple[str, ...] = (), **members: Any) -> RoutedSubscription:
    given = {"includedEventTypes": [PREFIX + each for each in types], "advancedFilters": list(advanced), **members}
    filter_ = EventFilter.parse({name: value for name, value in given.items() if value})
    return RoutedSubscription("ml", "s", filter_, WORKSPACE)


def condition(key: str, operator: str, *values: Any) -> dict[str, Any]:
    return {"key": key, "operatorType": operator, **({"values": list(values)} if values else {})}


REACHABLE = {
    "all events": subscription(),
    "a prefix": subscription(types=("ModelRegistered",), subjectBeginsWith="models/fraud"),
    "a whole subject": subscription(
        types=("ModelRegistered",), subjectBeginsWith="models/fraud:12", subjectEndsWith=":12"
    ),
    "prefix and suffix": subscription(types=("ModelRegistered",), subjectBeginsWith="models/a", subjectEndsWith="9"),
    "a suffix of a run": subscription(types=("RunCompleted",), subjectEndsWith="_step"),
    "a prefix of a run": subscription(types=("RunCompleted",), subjectBeginsWith="experiments/abc"),
    "a cased prefix": subscription(
        types=("ModelDeployed",), subjectBeginsWith="endpoints/CRM", isSubjectCaseSensitive=True
    ),
    "the subject as a key": subscription(
        condition("subject", "StringContains", "fraud"), condition("subject", "StringNotContains", "churn")
    ),
    "a tag that samples lack": subscription(condition("data.modelTags.size", "StringIn", "large")),
    "a tag in another case": subscription(condition("data.modeltags.STAGE", "StringIn", "prod")),
    "two conditions on a key": subscription(
        condition("data.modelName", "StringBeginsWith", "churn"), condition("data.modelName", "StringEndsWith", "-eu")
    ),
    "one that is negated": subscription(
        condition("data.modelName", "StringNotIn", "churn"), condition("data.modelName", "StringNotContains", "example")
    ),
    "overlapping ends": subscription(
        condition("data.modelName", "StringBeginsWith", "churn-eu"),
        condition("data.modelName", "StringEndsWith", "eu-2"),
        condition("data.modelName", "StringNotContains", "eueu"),
        types=("ModelRegistered",),
    ),
    "a status": subscription(condition("data.runStatus", "StringIn", "Canceled")),
    "a range": subscription(condition("data.driftCoefficient", "NumberInRange", [0.1, 0.2], [3, 4])),
    "between numbers": subscription(
        {"key": "data.driftCoefficient", "operatorType": "NumberGreaterThan", "value": 0.2},
        {"key": "data.driftCoefficient", "operatorType": "NumberLessThan", "value": 0.3},
    ),
    "nothing there": subscription(condition("data.modelTags.area", "IsNullOrUndefined"), types=("ModelRegistered",)),
    "a truth": subscription({"key": "data.modelTags.live", "operatorType": "BoolEquals", "value": True}),
    "name and subject": subscription(
        condition("data.modelVersion", "StringIn", "7"), types=("ModelRegistered",), subjectBeginsWith="models/fraud"
    ),
    "an id": subscription(condition("id", "StringBeginsWith", "abc")),
}


@pytest.mark.parametrize("case", REACHABLE)
@pytest.mark.parametrize("schema", ["EventGridSchema", "CloudEventSchemaV1_0"])
def test_an_event_that_reaches_a_subscription_is_found(case: str, schema: Any) -> None:
    wanted = REACHABLE[case]

    found = find_example(wanted, schema=schema)

    assert isinstance(found, dict)
    assert match(wanted, found).outcome is Outcome.MATCH
    assert ("specversion" in found) is (schema == "CloudEventSchemaV1_0")


def test_subject_and_data_say_the_same() -> None:
    found = find_example(REACHABLE["name and subject"])

    assert isinstance(found, dict)
    assert found["subject"] == f"models/{found['data']['modelName']}:7"
    assert found["data"]["modelName"].startswith("fraud")


UNREACHABLE = {
    "a subject that none has": (subscription(types=("RunCompleted",), subjectBeginsWith="/experiments/"), "subject: "),
    "a key that none carries": (
        subscription(condition("data.runStatus", "StringIn", "Failed"), types=("RunCompleted",)),
        "advancedFilters[0]: ",
    ),
    "two that exclude each other": (
        subscription(
            condition("data.modelName", "StringIn", "a"),
            condition("data.modelName", "StringIn", "b"),
            types=("ModelRegistered",),
        ),
        "advancedFilters[0]: ",
    ),
    "subject against data": (
        subscription(
            condition("data.modelName", "StringIn", "churn"),
            types=("ModelRegistered",),
            subjectBeginsWith="models/fraud",
        ),
        "subject: ",
    ),
    "what only the deployment knows": (
        RoutedSubscription("ml", "s", EventFilter(), WORKSPACE, unknown=(UnknownCondition("subject", "not known"),)),
        "perhaps: subject: not known",
    ),
}


@pytest.mark.parametrize("case", UNREACHABLE)
def test_where_there_is_none_the_condition_is_named(case: str) -> None:
    unreachable, beginning = UNREACHABLE[case]

    found = find_example(unreachable)

    assert isinstance(found, list)
    assert {each.text[: len(beginning)] for each in found} == {beginning}


def test_values_that_are_set_stay() -> None:
    found = find_example(subscription(), [PREFIX + "ModelRegistered"], {"data.modelTags.size": "small"})

    assert isinstance(found, dict)
    assert found["data"]["modelTags"]["size"] == "small"

    wanted = REACHABLE["a tag that samples lack"]
    assert isinstance(find_example(wanted, settings={"data.modelTags.size": "small"}), list)


def test_values_that_no_event_has_are_refused() -> None:
    with pytest.raises(DeclarationError):
        find_example(subscription(types=("RunCompleted",)), settings={"data.modelName": "x"})


def test_a_type_without_a_sample_is_named() -> None:
    [reason] = find_example(subscription(types=("NewThing",)))

    assert (reason.event_type, reason.text) == (  # type: ignore[union-attr]
        f"{PREFIX}NewThing",
        "eventType: the catalogue has no sample of this type",
    )
