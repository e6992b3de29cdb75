"""What is imported is declared as Azure answers it, and leaves to Azure what it does not say."""

from __future__ import annotations

from typing import Any

import pytest
from azureml_events.offline.recording import ProgramError, Registration
from engine.options import request_of
from resources.stacks import (
    EVENT_HUB,
    FAILED,
    FUNCTION,
    HUB,
    ROLE,
    SUBSCRIPTION,
    TOPIC,
    arm,
    preview,
    user_assigned,
    workspace,
)

TOPIC_ID = arm("Microsoft.EventGrid/systemTopics", "portal-made", group="RG-Portal")
IDENTITY = user_assigned()["userAssigned"]
URN = "urn:pulumi:dev::raw::azure-native:eventgrid:SystemTopicEventSubscription::raw"
TYPES = ["Microsoft.MachineLearningServices.RunCompleted", "Microsoft.MachineLearningServices.ModelRegistered"]
FILTERS = [
    {"operatorType": "StringIn", "key": "data.experimentName", "values": ["z", "a"]},
    {"operatorType": "IsNotNull", "key": "id"},
]
IMPORTED = {
    "handler": "hub",
    "includedEventTypes": TYPES,
    "advancedFilters": FILTERS,
    "labels": ["b", "a", "b"],
    "import": f"{TOPIC_ID}/eventSubscriptions/a_b",
}


def topic(**fields: Any) -> dict[str, Any]:
    """A workspace whose topic is imported."""
    return {"ml": workspace(systemTopic={"import": TOPIC_ID, **fields})}


def imported(**fields: Any) -> Registration:
    """The only, imported subscription."""
    recording = preview(
        workspaces=topic(), subscriptions={"a-b": {**IMPORTED, "name": "a_b", **fields}}, defaults=DEFAULTS
    )
    assert not recording.of_type(ROLE)
    assert not recording.of_type("azure-native:storage:StorageAccount")
    return recording.resource("ml/a-b", SUBSCRIPTION)


DEFAULTS = {"retryPolicy": {"maxDeliveryAttempts": 3}, "eventDeliverySchema": "CloudEventSchemaV1_0"}


def test_nothing_of_ours_is_added_and_the_order_is_kept() -> None:
    """Neither defaults, roles nor dead letters; switches that are off are left out, empty subjects are there."""
    inputs = imported().inputs

    named = ("eventSubscriptionName", "resourceGroupName", "systemTopicName")
    assert {name: value for name, value in inputs.items() if name not in named} == {
        "deliveryWithResourceIdentity": {
            "identity": {"type": "SystemAssigned"},
            "destination": {"endpointType": "EventHub", "resourceId": HUB},
        },
        "filter": {
            "includedEventTypes": TYPES,
            "subjectBeginsWith": "",
            "subjectEndsWith": "",
            "advancedFilters": FILTERS,
        },
        "eventDeliverySchema": "EventGridSchema",
        "retryPolicy": {"maxDeliveryAttempts": 30, "eventTimeToLiveInMinutes": 1440},
        "labels": ["b", "a", "b"],
    }
    assert inputs["eventSubscriptionName"] == "a_b"


def test_switches_that_are_on_are_declared() -> None:
    filter_ = imported(isSubjectCaseSensitive=True, enableAdvancedFilteringOnArrays=True).inputs["filter"]

    assert filter_["isSubjectCaseSensitive"] is filter_["enableAdvancedFilteringOnArrays"] is True


def test_what_moves_from_another_program_is_declared_as_it_is_written() -> None:
    moved = imported(aliases=[URN], isSubjectCaseSensitive=False, retryPolicy={"maxDeliveryAttempts": 5})

    assert moved.inputs["filter"].keys() == {"isSubjectCaseSensitive", "includedEventTypes", "advancedFilters"}
    assert moved.inputs["retryPolicy"] == {"maxDeliveryAttempts": 5}
    assert "eventDeliverySchema" not in moved.inputs
    assert [each.urn for each in request_of(moved).aliases] == [URN]


def test_an_end_that_is_not_written_stays_in_azure() -> None:
    assert request_of(imported()).ignoreChanges == ["expirationTimeUtc"]
    assert request_of(imported(expirationTimeUtc="2099-01-01T00:00:00Z")).ignoreChanges == []


def test_a_store_that_is_to_be_created_for_it_gets_its_role() -> None:
    recording = preview(
        workspaces=topic(), subscriptions={"a-b": {**IMPORTED, "name": "a_b", "deadLetter": {"create": {}}}}
    )

    assert [each.name.split("/")[1] for each in recording.of_type(ROLE)] == ["storage-blob-data-contributor"]


def test_a_store_of_ones_own_keeps_the_roles_that_it_has() -> None:
    account = arm("Microsoft.Storage/storageAccounts", "letters")

    inputs = imported(deadLetter={"storageAccountId": account, "blobContainerName": "dead"}).inputs

    assert inputs["deadLetterWithResourceIdentity"]["deadLetterDestination"]["resourceId"] == account


@pytest.mark.parametrize(
    ("fields", "subscriptions", "left"),
    [
        ({}, {"a-b": {**IMPORTED, "name": "a_b"}}, ["identity"]),
        ({}, {"failed": FAILED}, ["identity.principalId", "identity.tenantId"]),
        ({"identity": "SystemAssigned"}, {"failed": FAILED}, ["identity.principalId", "identity.tenantId"]),
        ({"identity": "SystemAssigned, UserAssigned"}, {"failed": FAILED}, ["identity"]),
        ({"identity": "None"}, {"failed": {"handler": "function", "when": "runFailed"}}, ["identity"]),
        (
            {"identity": user_assigned()},
            {"failed": FAILED},
            [
                "identity.principalId",
                "identity.tenantId",
                f'identity.userAssignedIdentities["{IDENTITY}"].principalId',
                f'identity.userAssignedIdentities["{IDENTITY}"].clientId',
            ],
        ),
    ],
    ids=["all imported", "one new", "system-assigned", "both kinds", "none", "user-assigned"],
)
def test_the_identities_of_an_imported_topic_stay(fields: Any, subscriptions: Any, left: list[str]) -> None:
    recording = preview(
        workspaces=topic(**fields),
        handlers={"hub": EVENT_HUB, "function": FUNCTION},
        subscriptions=subscriptions,
        defaults={"deadLetter": {"disabled": "nobody reads them"}},
    )

    ignored = request_of(recording.of_type(TOPIC)[0]).ignoreChanges
    assert ignored == ["source", "topicType", *left, "tags"]


def test_an_identity_by_its_id_is_for_what_is_imported() -> None:
    handlers = {"hub": {**EVENT_HUB, "identity": IDENTITY}}

    recording = preview(workspaces=topic(), handlers=handlers, subscriptions={"a-b": {**IMPORTED, "name": "a_b"}})
    delivery = recording.resource("ml/a-b", SUBSCRIPTION).inputs["deliveryWithResourceIdentity"]
    assert delivery["identity"] == {"type": "UserAssigned", "userAssignedIdentity": IDENTITY}
    with pytest.raises(
        ProgramError, match=r"handlers\.hub\.identity: an identity by its id is for imported subscriptions"
    ):
        preview(handlers=handlers)
    with pytest.raises(ProgramError, match="for imported topics only"):
        preview(workspaces={"ml": workspace(systemTopic={"identity": "SystemAssigned, UserAssigned"})})


def test_a_name_that_a_new_one_cannot_have_is_refused_without_import() -> None:
    with pytest.raises(ProgramError, match=r"subscriptions\.failed\.name: 'a_b' is refused"):
        preview(subscriptions={"failed": {**FAILED, "name": "a_b"}})
