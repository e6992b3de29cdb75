"""Handlers that are created: locked-down namespaces and accounts, and the entities in them."""

from __future__ import annotations

from typing import Any

import pytest
from engine.options import request_of
from resources.stacks import OTHER, ROLE, SUBSCRIPTION, Deployment, arm, names, preview, workspace

NO_STORE = {"deadLetter": {"disabled": "the archive has them all"}}
GROUP = {"resourceGroup": "rg-events"}
NO_KEYS = {"disableLocalAuth": True, "minimumTlsVersion": "1.2"}
NETWORK = {"publicNetworkAccess": "Enabled"}  # azure-native's own default
STANDARD = {"sku": {"name": "Standard", "tier": "Standard"}}

Created = tuple[str, dict[str, Any], str, dict[str, Any], str, dict[str, Any]]

CREATED: list[Created] = [
    # type, how it is created, the host's type and inputs, the entity's type and inputs
    (
        "EventHub",
        {"namespaceName": "evhns-ml", "partitionCount": 4, "retentionHours": 48},
        "azure-native:eventhub:Namespace",
        {"namespaceName": "evhns-ml", **NO_KEYS, **NETWORK, **STANDARD},
        "azure-native:eventhub:EventHub",
        {
            "eventHubName": "hub",
            "partitionCount": 4,
            "retentionDescription": {"cleanupPolicy": "Delete", "retentionTimeInHours": 48},
        },
    ),
    (
        "ServiceBusQueue",
        {"namespaceName": "sbns-ml", "queueName": "retraining"},
        "azure-native:servicebus:Namespace",
        {"namespaceName": "sbns-ml", **NO_KEYS, **NETWORK, **STANDARD},
        "azure-native:servicebus:Queue",
        {"queueName": "retraining"},
    ),
    (
        "ServiceBusTopic",
        {"namespaceName": "sbns-ml", "sku": "Premium"},
        "azure-native:servicebus:Namespace",
        {"namespaceName": "sbns-ml", **NO_KEYS, **NETWORK, "sku": {"name": "Premium", "tier": "Premium"}},
        "azure-native:servicebus:Topic",
        {"topicName": "hub"},
    ),
    (
        "StorageQueue",
        {"accountName": "stmlevents"},
        "azure-native:storage:StorageAccount",
        {
            "accountName": "stmlevents",
            "kind": "StorageV2",
            "sku": {"name": "Standard_LRS"},
            "allowSharedKeyAccess": False,
            "allowBlobPublicAccess": False,
            "minimumTlsVersion": "TLS1_2",
            "enableHttpsTrafficOnly": True,
            "networkRuleSet": {"bypass": "AzureServices", "defaultAction": "Allow"},
        },
        "azure-native:storage:Queue",
        {"queueName": "hub"},
    ),
]


@pytest.mark.parametrize("case", CREATED, ids=lambda case: case[0])
def test_a_handler_is_created_with_these_inputs(case: Created) -> None:
    kind, create, host, host_inputs, entity, entity_inputs = case
    recording = preview(
        handlers={"hub": {"type": kind, "create": {**GROUP, **create}}}, defaults={**NO_STORE, "tags": {"team": "ml"}}
    )

    (made,) = recording.of_type(host)
    place = {"resourceGroupName": "rg-events", "location": "westeurope", "tags": {"team": "ml"}}
    assert made.inputs == {**place, **host_inputs}
    (inside,) = recording.of_type(entity)
    named = "accountName" if kind == "StorageQueue" else "namespaceName"
    assert request_of(inside).propertyDependencies[named].urns == [made.urn]
    expected = {**entity_inputs, "resourceGroupName": "rg-events"}
    assert {name: value for name, value in inside.inputs.items() if name != named} == expected


@pytest.mark.parametrize("case", CREATED, ids=lambda case: case[0])
def test_a_subscription_and_its_role_wait_for_the_entity(case: Created) -> None:
    """Also a storage queue's, though role and destination name its account."""
    kind, create, host, _, entity, _ = case
    cloud = Deployment()
    recording = cloud.up(handlers={"hub": {"type": kind, "create": {**GROUP, **create}}}, defaults=NO_STORE)

    (inside,) = recording.of_type(entity)
    (granted,) = recording.of_type(ROLE)
    subscription = recording.resource("ml/failed", SUBSCRIPTION)
    assert inside.urn in granted.dependencies
    assert {inside.urn, granted.urn} <= set(subscription.dependencies)
    (at,) = recording.of_type(host if kind == "StorageQueue" else entity)
    destination = subscription.inputs["deliveryWithResourceIdentity"]["destination"]
    assert destination["resourceId"] == granted.inputs["scope"] == cloud.state[at.urn].id


def test_handlers_that_name_one_host_share_it() -> None:
    handlers = {
        "work": {"type": "ServiceBusQueue", "create": {**GROUP, "namespaceName": "sbns-ml"}},
        "news": {"type": "ServiceBusTopic", "create": {"resourceGroup": "RG-Events", "namespaceName": "SBNS-ml"}},
    }
    subscriptions = {name: {"handler": name, "allEvents": True} for name in handlers}

    recording = preview(handlers=handlers, subscriptions=subscriptions, defaults=NO_STORE)

    assert names(recording, "azure-native:servicebus:Namespace") == ["handlers/rg-events/sbns-ml"]


def test_handlers_that_name_no_host_have_one_each_with_a_stable_name() -> None:
    handlers = {name: {"type": "EventHub", "create": GROUP} for name in ("first", "second")}
    subscriptions = {name: {"handler": name, "allEvents": True} for name in handlers}

    once, again = (preview(handlers=handlers, subscriptions=subscriptions, defaults=NO_STORE) for _ in range(2))

    hosts = [
        [each.inputs["namespaceName"] for each in run.of_type("azure-native:eventhub:Namespace")]
        for run in (once, again)
    ]
    assert sorted(hosts[0]) == sorted(hosts[1])
    assert len(set(hosts[0])) == 2


def test_an_existing_namespace_is_not_declared() -> None:
    namespace = arm("Microsoft.EventHub/namespaces", "shared", group="rg-shared")
    recording = preview(handlers={"hub": {"type": "EventHub", "create": {**GROUP, "namespaceId": namespace}}})

    assert recording.of_type("azure-native:eventhub:Namespace") == ()
    (hub,) = recording.of_type("azure-native:eventhub:EventHub")
    assert (hub.inputs["resourceGroupName"], hub.inputs["namespaceName"]) == ("rg-shared", "shared")
    assert hub.provider is None


def test_an_existing_namespace_of_another_azure_subscription_has_its_provider() -> None:
    namespace = arm("Microsoft.EventHub/namespaces", "shared", subscription=OTHER)
    recording = preview(handlers={"hub": {"type": "EventHub", "create": {**GROUP, "namespaceId": namespace}}})

    (hub,) = recording.of_type("azure-native:eventhub:EventHub")
    assert hub.provider == recording.resource(f"azure-native/{OTHER}").urn


def test_a_handler_is_made_where_it_says_before_where_its_workspaces_are() -> None:
    handlers = {"hub": {"type": "EventHub", "create": {**GROUP, "location": "UK South"}}}
    recording = preview(workspaces={"ml": workspace(), "uk": workspace("uk", location="uksouth")}, handlers=handlers)

    (host,) = recording.of_type("azure-native:eventhub:Namespace")
    assert host.inputs["location"] == "uksouth"


def test_a_protected_handler_is_protected_with_its_new_host() -> None:
    """Also a host that several handlers name, where one of them is protected."""
    shared = {**GROUP, "location": "westeurope", "namespaceName": "sbns-ml"}
    handlers = {
        "kept": {"type": "EventHub", "create": {**GROUP, "protect": True}},
        "free": {"type": "EventHub", "create": GROUP},
        "news": {"type": "ServiceBusTopic", "create": shared},
        "work": {"type": "ServiceBusQueue", "create": {**shared, "protect": True}},
    }
    subscriptions = {f"to-{name}": {"handler": name, "allEvents": True} for name in handlers}

    recording = preview(handlers=handlers, subscriptions=subscriptions, defaults=NO_STORE)

    protected = {(each.type.rpartition(":")[2], each.name) for each in recording.resources if each.protect}
    assert protected == {
        ("Namespace", "handlers/kept"),
        ("EventHub", "handlers/kept"),
        ("Namespace", "handlers/rg-events/sbns-ml"),
        ("Queue", "handlers/work"),
    }
