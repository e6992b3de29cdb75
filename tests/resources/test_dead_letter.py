"""The store for dead letters: who shares it, what it is called, how it is locked down."""

from __future__ import annotations

import re
from typing import Any

import pytest
from azureml_events.resources.dead_letter import account_name_of, container_name
from engine.options import request_of
from resources.stacks import (
    EVENT_HUB,
    OTHER,
    OWN,
    ROLE,
    SUBSCRIPTION,
    Deployment,
    arm,
    names,
    preview,
    workspace,
)

ACCOUNT = "azure-native:storage:StorageAccount"
CONTAINER = "azure-native:storage:BlobContainer"
LIFECYCLE = "azure-native:storage:ManagementPolicy"
OWN_STORE = {
    "storageAccountId": arm("Microsoft.Storage/storageAccounts", "letters"),
    "blobContainerName": "dead-letters",
}


def test_a_created_account_has_no_keys_no_public_blobs_and_lets_event_grid_in() -> None:
    (account,) = preview(defaults={"tags": {"team": "ml"}}).of_type(ACCOUNT)

    assert re.fullmatch("eg[0-9a-f]{20}", account.inputs["accountName"])
    assert {name: value for name, value in account.inputs.items() if name != "accountName"} == {
        "resourceGroupName": "rg-ml",
        "location": "westeurope",
        "kind": "StorageV2",
        "sku": {"name": "Standard_LRS"},
        "allowSharedKeyAccess": False,
        "allowBlobPublicAccess": False,
        "minimumTlsVersion": "TLS1_2",
        "enableHttpsTrafficOnly": True,
        "networkRuleSet": {"bypass": "AzureServices", "defaultAction": "Allow"},
        "tags": {"team": "ml"},
    }


def test_old_dead_letters_are_deleted() -> None:
    create = {"create": {"retentionDays": 7}}
    (lifecycle,) = preview(workspaces={"ml": workspace(deadLetter=create)}).of_type(LIFECYCLE)

    (rule,) = lifecycle.inputs["policy"]["rules"]
    assert rule["definition"] == {
        "actions": {"baseBlob": {"delete": {"daysAfterModificationGreaterThan": 7}}},
        "filters": {"blobTypes": ["blockBlob"]},
    }


@pytest.mark.parametrize(
    ("second", "accounts"),
    [
        ({}, 1),
        ({"location": "West Europe"}, 1),
        ({"group": "RG-ML"}, 1),
        ({"location": "uksouth"}, 2),
        ({"group": "rg-other"}, 2),
        ({"group": "rg-other", "deadLetter": {"create": {"resourceGroup": "rg-ml"}}}, 1),
        ({"subscription": OTHER}, 2),
    ],
    ids=str,
)
def test_workspaces_of_one_subscription_group_and_location_share_an_account(
    second: dict[str, Any], accounts: int
) -> None:
    recording = preview(workspaces={"a": workspace("a"), "b": workspace("b", **second)})

    assert len(recording.of_type(ACCOUNT)) == len(recording.of_type(LIFECYCLE)) == accounts
    assert {each.inputs["containerName"] for each in recording.of_type(CONTAINER)} == {
        "dead-letters-a",
        "dead-letters-b",
    }


def test_a_protected_store_is_protected_with_its_containers() -> None:
    recording = preview(workspaces={"ml": workspace(deadLetter={"create": {"protect": True}})})

    assert {each.type for each in recording.resources if each.protect} == {ACCOUNT, CONTAINER}


def test_a_workspace_whose_location_is_looked_up_has_an_account_of_its_own() -> None:
    unplaced = workspace("b")
    del unplaced["location"]
    recording = preview(workspaces={"a": workspace("a"), "b": unplaced})

    assert names(recording, ACCOUNT) == [
        f"dead-letters/{OWN}/rg-ml/b/account",
        f"dead-letters/{OWN}/rg-ml/westeurope/account",
    ]


def test_the_container_takes_its_accounts_name_from_the_account() -> None:
    recording = preview()

    (account,) = recording.of_type(ACCOUNT)
    (container,) = recording.of_type(CONTAINER)
    assert request_of(container).propertyDependencies["accountName"].urns == [account.urn]
    assert container.inputs["publicAccess"] == "None"


def test_subscriptions_wait_for_the_container() -> None:
    recording = preview()

    (container,) = recording.of_type(CONTAINER)
    assert container.urn in recording.resource("ml/failed", SUBSCRIPTION).dependencies


def test_the_role_is_on_the_container() -> None:
    cloud = Deployment()
    recording = cloud.up()

    container = recording.resource(f"dead-letters/{OWN}/rg-ml/westeurope/ml")
    (granted,) = [each for each in recording.of_type(ROLE) if "blob" in each.name]
    assert granted.inputs["scope"] == cloud.state[container.urn].id


def test_an_own_store_is_used_as_it_is() -> None:
    recording = preview(workspaces={"ml": workspace(deadLetter=OWN_STORE)})

    assert recording.of_type(ACCOUNT) == ()
    assert recording.resource("ml/failed", SUBSCRIPTION).inputs["deadLetterWithResourceIdentity"] == {
        "identity": {"type": "SystemAssigned"},
        "deadLetterDestination": {
            "endpointType": "StorageBlob",
            "resourceId": OWN_STORE["storageAccountId"],
            "blobContainerName": "dead-letters",
        },
    }
    scope = f"{OWN_STORE['storageAccountId']}/blobServices/default/containers/dead-letters"
    assert scope in [each.inputs["scope"] for each in recording.of_type(ROLE)]


def test_an_own_store_without_identity_needs_no_role() -> None:
    recording = preview(workspaces={"ml": workspace(deadLetter={**OWN_STORE, "identity": False})})

    assert "deadLetterDestination" in recording.resource("ml/failed", SUBSCRIPTION).inputs
    assert len(recording.of_type(ROLE)) == 1


def test_a_subscription_may_give_its_dead_letters_up() -> None:
    lost = {"handler": "hub", "when": "runFailed", "deadLetter": {"disabled": "nobody reads them"}}
    recording = preview(subscriptions={"failed": lost})

    assert recording.of_type(ACCOUNT) == ()
    assert (
        not {"deadLetterDestination", "deadLetterWithResourceIdentity"}
        & recording.resource("ml/failed", SUBSCRIPTION).inputs.keys()
    )


def test_only_disabled_subscriptions_need_no_store_and_no_roles() -> None:
    recording = preview(subscriptions={"failed": {"handler": "hub", "when": "runFailed", "disabled": "not yet"}})

    assert {each.type.rpartition(":")[2] for each in recording.resources} == {
        "Stack",
        "WorkspaceEvents",
        "SystemTopic",
    }


def test_the_account_is_made_with_the_provider_of_its_azure_subscription() -> None:
    recording = preview(workspaces={"ml": workspace(subscription=OTHER)}, handlers={"hub": EVENT_HUB})

    provider = recording.resource(f"azure-native/{OTHER}").urn
    assert {each.provider for kind in (ACCOUNT, CONTAINER, LIFECYCLE) for each in recording.of_type(kind)} == {provider}


def test_the_accounts_name_depends_on_where_it_is_alone() -> None:
    assert account_name_of("S", "RG", "weu", "p", "dev") == account_name_of("s", "rg", "weu", "p", "dev")
    assert account_name_of("s", "rg", "weu", "p", "dev") != account_name_of("s", "rg", "weu", "p", "prod")


@pytest.mark.parametrize("workspace_key", ["ml", "ML", "m_l", "-", "a" * 33, "A--_b"])
def test_a_containers_name_is_one_that_azure_takes(workspace_key: str) -> None:
    name = container_name(workspace_key)

    assert re.fullmatch("(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*", name)


def test_workspaces_never_share_a_container() -> None:
    keys = ["ml-a", "ml_a", "ML-a", "ml--a", "-ml-a"]

    assert len({container_name(key) for key in keys}) == len(keys)
