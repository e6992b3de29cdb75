"""What is found in documents beside the filters; the cases lie in `tests/cases/document_findings.json`."""

from __future__ import annotations

import copy
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from azureml_events.base.mistakes import dotted
from azureml_events.documents.api_versions import KNOWN_TO
from azureml_events.documents.document import read_document
from azureml_events.event_grid.operators import OPERATORS
from azureml_events.handlers import ENDPOINTS
from azureml_events.lint.lint import analyse
from azureml_events.lint.rule import Finding
from stack_texts import ML_DEV, ML_PROVIDERS

CASES = json.loads((Path(__file__).parents[1] / "cases" / "document_findings.json").read_text())
STANDS_FOR = {
    "hub": {
        "endpointType": "EventHub",
        "properties": {"resourceId": f"{ML_PROVIDERS}/Microsoft.EventHub/namespaces/n1/eventhubs/eh1"},
    },
    "queue": {
        "endpointType": "StorageQueue",
        "properties": {"resourceId": f"{ML_PROVIDERS}/Microsoft.Storage/storageAccounts/stev1", "queueName": "events"},
    },
    "store": {
        "endpointType": "StorageBlob",
        "properties": {
            "resourceId": f"{ML_PROVIDERS}/Microsoft.Storage/storageAccounts/stev1",
            "blobContainerName": "dead",
        },
    },
}
FILTER = {"includedEventTypes": ["Microsoft.MachineLearningServices.ModelRegistered"]}
BODY = {"destination": STANDS_FOR["hub"], "filter": FILTER}


def topic(name: str) -> dict[str, Any]:
    """A system topic of the workspace."""
    properties = {"source": ML_DEV, "topicType": "Microsoft.MachineLearningServices.Workspaces"}
    return {"type": "Microsoft.EventGrid/systemTopics", "name": name, "properties": properties}


OF_TOPIC = {
    "type": "Microsoft.EventGrid/systemTopics/eventSubscriptions",
    "apiVersion": "2025-02-15",
    "name": "ml-events/models",
    "properties": BODY,
}
EXTENSION = {"type": "Microsoft.EventGrid/eventSubscriptions", "name": "models", "scope": ML_DEV, "properties": BODY}
QUEUE = {
    **EXTENSION,
    "properties": {**BODY, "destination": STANDS_FOR["queue"], "eventDeliverySchema": "EventGridSchema"},
}
DOCUMENTS = {
    "one-topic": [topic("ml-events"), OF_TOPIC],
    "topic-elsewhere": [OF_TOPIC],
    "topic-and-extension": [topic("ml-events"), EXTENSION],
    "two-topics": [topic("ml-events"), topic("second")],
    "extension": [QUEUE],
}
TEMPLATE = {"contentVersion": "1.0.0.0", "parameters": {}}


def found(document: Any) -> list[Finding]:
    """All findings of a document, as `check` has them."""
    read = read_document(document)
    return [*analyse(read.subscriptions), *read.findings]


def changed(name: str, changes: list[list[Any]]) -> dict[str, Any]:
    """A document with other values at some places; null takes a member away."""
    document: Any = copy.deepcopy({**TEMPLATE, "resources": DOCUMENTS[name]})
    for *path, last, value in changes:
        holder = document
        for step in path:
            holder = holder[step]
        holder[last] = _whole(value)
        if value is None:
            del holder[last]
    return document  # type: ignore[no-any-return]


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _whole(member) for name, member in value.items()}
    return STANDS_FOR.get(value, value) if isinstance(value, str) else value


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_a_document_is_judged_beside_its_filters(case: dict[str, Any]) -> None:
    lines = [
        f"{each.rule.name} {dotted(each.path)}: {each.message}{each.fix and '; '}{each.fix}"
        for each in found(changed(case["document"], case["set"]))
    ]
    assert sorted(lines) == sorted(case["rules"])


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (("location",), "global", "lies in its workspace's region, never 'global'"),
        (("location",), "Global", "lies in its workspace's region, never 'global'"),
        (("properties", "topicType"), "Microsoft.Storage.StorageAccounts", "is not the type of a workspace's topic"),
    ],
)
def test_a_topic_that_azure_refuses_is_a_mistake(path: tuple[str, ...], value: str, says: str) -> None:
    document = changed("one-topic", [["resources", 0, *path, value]])

    (mistake,) = read_document(document).mistakes
    assert (mistake.path, says in mistake.message) == (("resources", 0, *path), True)


@pytest.mark.parametrize("value", ["westeurope", "[parameters('location')]", None])
def test_a_topic_in_a_region_is_no_mistake(value: str | None) -> None:
    topic_ = {**topic("ml-events"), **({} if value is None else {"location": value})}
    assert read_document({**TEMPLATE, "resources": [topic_, OF_TOPIC]}).mistakes == ()


def test_a_topic_of_another_source_may_be_global() -> None:
    of_group = {"source": ML_PROVIDERS.removesuffix("/providers"), "topicType": "Microsoft.Resources.ResourceGroups"}
    topic_ = {**topic("groups"), "location": "global", "properties": of_group}
    assert read_document({**TEMPLATE, "resources": [topic_]}).mistakes == ()


@pytest.mark.parametrize(
    ("state", "rules"),
    [
        ("Failed", ["not-delivering"]),
        ("Canceled", ["not-delivering"]),
        ("AwaitingManualAction", ["not-delivering"]),
        ("Updating", ["not-known"]),
        ("Succeeded", []),
        (None, []),
    ],
)
def test_a_subscription_that_was_never_wholly_made_is_an_error(state: str | None, rules: list[str]) -> None:
    properties = {**BODY, "topic": ML_DEV, "provisioningState": state}
    answer = {"type": "Microsoft.EventGrid/eventSubscriptions", "name": "models", "properties": properties}

    assert [(each.rule.name, dotted(each.path)) for each in found({"value": [answer]})] == [
        (rule, "value[0].properties.provisioningState") for rule in rules
    ]
    (subscription,) = read_document({"value": [answer]}).subscriptions
    assert subscription.state == (state if "not-delivering" in rules else None)


HUB = {"endpointType": "EventHub", "resourceId": f"{ML_PROVIDERS}/Microsoft.EventHub/namespaces/n1/eventhubs/eh1"}


def preview(dependencies: list[str], parent: str = "stack") -> dict[str, Any]:
    """A program's preview: a topic, what uses its identity, and a subscription that names it as text."""
    source = {"systemTopicName": "ml-events", "source": ML_DEV}
    inputs = {"systemTopicName": "ml-events", "eventSubscriptionName": "models", "destination": HUB, "filter": FILTER}
    kind = "azure-native:eventgrid:SystemTopic"
    return {
        "stack": "dev",
        "resources": [
            {"urn": "topic", "type": kind, "inputs": source, "dependencies": []},
            {"urn": "role", "type": "azure-native:authorization:RoleAssignment", "dependencies": ["topic"]},
            {
                "urn": "models",
                "type": f"{kind}EventSubscription",
                "parent": parent,
                "inputs": inputs,
                "dependencies": dependencies,
            },
        ],
    }


def test_a_topic_that_is_named_as_text_is_not_waited_for() -> None:
    (only,) = found(preview([]))

    assert (only.rule.name, dotted(only.path)) == ("unordered-topic", "resources[2].inputs.systemTopicName")
    assert "without waiting for topic ml-events" in only.message
    assert found(preview(["topic"])) == []
    assert found(preview(["role"])) == [], "what it waits for waits for the topic"
    assert found(preview([], parent="topic")) == [], "a child is made after its parent"


def test_a_topic_of_another_name_or_none_may_be_there_already() -> None:
    other = preview([])
    other["resources"][0]["inputs"]["systemTopicName"] = "other"

    assert found(other) == []
    assert found({**other, "resources": other["resources"][2:]}) == []


def test_what_does_not_say_its_dependencies_is_not_judged() -> None:
    silent = preview([])
    del silent["resources"][2]["dependencies"]

    assert found(silent) == []


def test_later_versions_know_all_that_earlier_ones_do() -> None:
    versions = list(KNOWN_TO.values())

    assert all(earlier < later for earlier, later in pairwise(versions))
    assert set(ENDPOINTS) - versions[-1] == {"MonitorAlert", "NamespaceTopic"} & set(ENDPOINTS)
    assert len(set(OPERATORS) & versions[-1]) == len(set(OPERATORS) & versions[2]) == 12


def test_what_azure_itself_prints_side_by_side_exists_side_by_side() -> None:
    id_ = f"{ML_DEV}/providers/Microsoft.EventGrid/eventSubscriptions/models"

    assert found([{**topic("ml-dev-1f0a"), "location": "westeurope"}, {**EXTENSION, "id": id_}]) == []
