"""Terraform's plans and states: azurerm's members in ARM's words, nothing secret, nothing guessed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from azureml_events.base.mistakes import dotted
from azureml_events.documents.body import Body
from azureml_events.documents.document import Document, find, read_document
from azureml_events.documents.terraform import OF_TOPIC
from stack_texts import ML_PROVIDERS

DOCUMENTS = Path(__file__).parents[1] / "cases" / "documents"
HUB = f"{ML_PROVIDERS}/Microsoft.EventHub/namespaces/n1/eventhubs/eh1"
ACCOUNT = f"{ML_PROVIDERS}/Microsoft.Storage/storageAccounts/stev1"
APP = f"{ML_PROVIDERS}/Microsoft.Web/sites/app1/functions/on-model"
IDENTITY = f"{ML_PROVIDERS}/Microsoft.ManagedIdentity/userAssignedIdentities/id1"


def written(name: str) -> Any:
    """A document of the cases."""
    return json.loads((DOCUMENTS / name).read_text())


def state(**values: Any) -> dict[str, Any]:
    """A state with one event subscription of a system topic."""
    resource = {
        "address": f"{OF_TOPIC}.a",
        "mode": "managed",
        "type": OF_TOPIC,
        "values": {"name": "models", "system_topic": "ml-events", **values},
    }
    return {"format_version": "1.0", "values": {"root_module": {"resources": [resource]}}}


def body(**values: Any) -> dict[str, Any]:
    """The body in ARM's words of a state's event subscription, checked whole."""
    (found,) = find(state(**values)).subscriptions
    read = Body(found.body)
    assert read.mistakes == []
    return read.members


@pytest.mark.parametrize(
    ("values", "destination"),
    [
        ({"eventhub_endpoint_id": HUB}, {"endpointType": "EventHub", "resourceId": HUB}),
        ({"eventhub_id": HUB}, {"endpointType": "EventHub", "resourceId": HUB}),
        ({"eventhub_endpoint": [{"eventhub_id": HUB}]}, {"endpointType": "EventHub", "resourceId": HUB}),
        (
            {"azure_function_endpoint": [{"function_id": APP, "max_events_per_batch": 5}]},
            {"endpointType": "AzureFunction", "resourceId": APP, "maxEventsPerBatch": 5},
        ),
        (
            {"storage_queue_endpoint": [{"storage_account_id": ACCOUNT, "queue_name": "events"}]},
            {"endpointType": "StorageQueue", "resourceId": ACCOUNT, "queueName": "events"},
        ),
        (
            {"service_bus_queue_id": f"{ML_PROVIDERS}/Microsoft.ServiceBus/namespaces/n1/queues/q1"},
            {
                "endpointType": "ServiceBusQueue",
                "resourceId": f"{ML_PROVIDERS}/Microsoft.ServiceBus/namespaces/n1/queues/q1",
            },
        ),
        (
            {"webhook_endpoint": [{"url": "https://hooks.example.com/a", "active_directory_tenant_id": ""}]},
            {"endpointType": "WebHook", "endpointUrl": "https://hooks.example.com/a"},
        ),
    ],
)
def test_an_endpoint_of_any_major_version_is_read(values: dict[str, Any], destination: dict[str, Any]) -> None:
    assert body(**values) == {"destination": destination}


def test_every_member_has_its_name_in_arm() -> None:
    assert body(
        eventhub_id=HUB,
        delivery_identity=[{"type": "UserAssigned", "user_assigned_identity": IDENTITY}],
        dead_letter_identity=[{"type": "SystemAssigned", "user_assigned_identity": None}],
        storage_blob_dead_letter_destination=[{"storage_account_id": ACCOUNT, "storage_blob_container_name": "dead"}],
        delivery_property=[{"header_name": "PartitionKey", "type": "Dynamic", "source_field": "data.runId"}],
        expiration_time_utc="2030-01-01T00:00:00Z",
        event_delivery_schema="CloudEventSchemaV1_0",
        labels=["ml"],
        retry_policy=[{"max_delivery_attempts": 5, "event_time_to_live": 60}],
        advanced_filtering_on_arrays_enabled=True,
        subject_filter=[{"subject_begins_with": "models/", "subject_ends_with": ":3", "case_sensitive": True}],
        advanced_filter=[
            {"string_in": [{"key": "data.modelName", "values": ["churn"]}], "is_not_null": [{"key": "data.modelTags"}]}
        ],
    ) == {
        "deliveryWithResourceIdentity": {
            "identity": {"type": "UserAssigned", "userAssignedIdentity": IDENTITY},
            "destination": {
                "endpointType": "EventHub",
                "resourceId": HUB,
                "deliveryAttributeMappings": [{"name": "PartitionKey", "type": "Dynamic", "sourceField": "data.runId"}],
            },
        },
        "deadLetterWithResourceIdentity": {
            "identity": {"type": "SystemAssigned"},
            "deadLetterDestination": {
                "endpointType": "StorageBlob",
                "resourceId": ACCOUNT,
                "blobContainerName": "dead",
            },
        },
        "expirationTimeUtc": "2030-01-01T00:00:00Z",
        "eventDeliverySchema": "CloudEventSchemaV1_0",
        "labels": ["ml"],
        "retryPolicy": {"maxDeliveryAttempts": 5, "eventTimeToLiveInMinutes": 60},
        "filter": {
            "enableAdvancedFilteringOnArrays": True,
            "subjectBeginsWith": "models/",
            "subjectEndsWith": ":3",
            "isSubjectCaseSensitive": True,
            "advancedFilters": [
                {"operatorType": "StringIn", "key": "data.modelName", "values": ["churn"]},
                {"operatorType": "IsNotNull", "key": "data.modelTags"},
            ],
        },
    }


def test_what_is_sensitive_is_never_shown() -> None:
    for name in ("terraform-plan.json", "terraform-state.json"):
        assert "-secret" not in repr(read_document(written(name)))


def test_findings_name_terraforms_own_members() -> None:
    document = read_document(written("terraform-plan.json"))
    failed = document.subscriptions[0]

    assert [(each.rule.name, dotted(each.path).rpartition(".values.")[2]) for each in document.findings] == [
        ("not-known", "advanced_filter"),
        ("unordered-topic", "system_topic"),
    ]
    assert sorted(dotted(each.path).rpartition(".values.")[2] for each in failed.filters) == [
        "advanced_filter[0].bool_equals[0]",
        "advanced_filter[0].number_in_range[0]",
        "advanced_filter[0].string_in[0]",
    ]


def test_a_mistake_is_at_terraforms_own_member() -> None:
    (mistake,) = read_document(state(eventhub_id=ACCOUNT)).mistakes

    assert dotted(mistake.path) == "values.root_module.resources[0].values.eventhub_id"


def test_an_extension_of_a_topic_is_told_azurerms_resource() -> None:
    scope = f"{ML_PROVIDERS}/Microsoft.EventGrid/systemTopics/ml-events"
    extension = state(
        eventhub_id=HUB, scope=scope, included_event_types=["Microsoft.MachineLearningServices.RunCompleted"]
    )
    extension["values"]["root_module"]["resources"][0]["type"] = "azurerm_eventgrid_event_subscription"

    (mistake,) = read_document(extension).mistakes
    assert OF_TOPIC in mistake.message


@pytest.mark.parametrize("marks", [True, [True], [{"subject_begins_with": True}]])
def test_a_block_of_which_the_plan_has_only_marks_is_not_known(marks: Any) -> None:
    document = state(
        eventhub_endpoint_id=HUB, included_event_types=["Microsoft.MachineLearningServices.ModelRegistered"]
    )
    change = {"address": f"{OF_TOPIC}.a", "change": {"after_unknown": {"subject_filter": marks, "labels": [False]}}}

    (read,) = read_document({**document, "resource_changes": [change]}).subscriptions
    assert [each.where for each in read.unknown] == ["subject"]


def unset(document: Document) -> list[str]:
    """What is not known of a document."""
    return [dotted(each.path) for each in document.findings if each.rule.name == "not-known"]


def test_a_computed_list_that_the_configuration_leaves_out_is_every_type() -> None:
    plan = written("terraform-plan.json")
    hook = plan["configuration"]["root_module"]["resources"][2]

    assert read_document(plan).subscriptions[1].filter.included_event_types is None
    assert not [path for path in unset(read_document(plan)) if path.endswith("included_event_types")]
    hook["expressions"]["included_event_types"] = {"references": ["var.types"]}
    assert [path for path in unset(read_document(plan)) if path.endswith("included_event_types")]
    del plan["configuration"]
    assert [path for path in unset(read_document(plan)) if path.endswith("included_event_types")]


def test_an_empty_state_is_a_document_without_subscriptions() -> None:
    document = read_document({"format_version": "1.0"})

    assert (document.subscriptions, [note.text for note in document.notes]) == (
        (),
        ["it holds no event subscription of the azurerm provider"],
    )
