from typing import Any

import pytest
from azureml_events.cli.settings import settings_of
from azureml_events.offline.wire import UNKNOWN, Secret

EVENT_HUB = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.EventHub/namespaces/n/eventhubs/e"
ACCOUNT = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/a"
SUBSCRIPTION = "azure-native:eventgrid:SystemTopicEventSubscription"


def advanced(operator: str, **operands: Any) -> dict[str, Any]:
    return {"advancedFilters": [{"operatorType": operator, "key": "data.a", **operands}]}


CASES = [
    ("azure-native:eventgrid:SystemTopic", {"location": "westeurope", "source": "/ws"},
     {"location": "westeurope", "source": "/ws"}),
    ("azure-native:eventgrid:SystemTopic", {"location": UNKNOWN}, {"location": "<unknown>"}),
    ("azure-native:eventgrid:SystemTopic", {"identity": {"type": "SystemAssigned"}},
     {"identity": "SystemAssigned"}),
    ("azure-native:eventgrid:SystemTopic",
     {"identity": {"type": "UserAssigned", "userAssignedIdentities": ["/id"]}},
     {"identity": "UserAssigned /id"}),
    ("azure-native:eventgrid:SystemTopic",
     {"identity": {"type": "UserAssigned", "userAssignedIdentities": {"/id": {}, "/other": None}}},
     {"identity": "UserAssigned /id, /other"}),
    (SUBSCRIPTION, {"filter": {"includedEventTypes": ["A", "B"]}}, {"event types": "A, B"}),
    (SUBSCRIPTION, {"filter": {}}, {"event types": "all"}),
    (SUBSCRIPTION, {"filter": UNKNOWN}, {"event types": "<unknown>"}),
    (SUBSCRIPTION, {"filter": {"subjectBeginsWith": "models/", "subjectEndsWith": ":1"}},
     {"subject begins with": "models/", "subject ends with": ":1"}),
    (SUBSCRIPTION, {"filter": advanced("StringIn", values=["x", "y"])},
     {"filter": "data.a StringIn x, y"}),
    (SUBSCRIPTION, {"filter": advanced("NumberInRange", values=[[1, 2], [3.5, 4]])},
     {"filter": "data.a NumberInRange 1 to 2, 3.5 to 4"}),
    (SUBSCRIPTION, {"filter": advanced("NumberGreaterThan", value=0)},
     {"filter": "data.a NumberGreaterThan 0"}),
    (SUBSCRIPTION, {"filter": advanced("BoolEquals", value=False)},
     {"filter": "data.a BoolEquals false"}),
    (SUBSCRIPTION, {"filter": advanced("IsNotNull")}, {"filter": "data.a IsNotNull"}),
    (SUBSCRIPTION, {"destination": {"endpointType": "WebHook", "endpointUrl": Secret("https://x?k=1")}},
     {"destination": "WebHook <secret>"}),
    (SUBSCRIPTION,
     {"deliveryWithResourceIdentity": {
         "identity": {"type": "SystemAssigned"},
         "destination": {"endpointType": "EventHub", "resourceId": EVENT_HUB}}},
     {"destination": f"EventHub {EVENT_HUB}", "delivers as": "SystemAssigned"}),
    (SUBSCRIPTION,
     {"deliveryWithResourceIdentity": {
         "identity": {"type": "UserAssigned", "userAssignedIdentity": "/id"},
         "destination": {"endpointType": "StorageQueue", "resourceId": ACCOUNT, "queueName": "q"}}},
     {"destination": f"StorageQueue {ACCOUNT} / q", "delivers as": "UserAssigned /id"}),
    (SUBSCRIPTION, {}, {"dead letter": "none"}),
    (SUBSCRIPTION,
     {"deadLetterWithResourceIdentity": {
         "identity": {"type": "SystemAssigned"},
         "deadLetterDestination": {
             "endpointType": "StorageBlob", "resourceId": ACCOUNT, "blobContainerName": "c"}}},
     {"dead letter": f"StorageBlob {ACCOUNT} / c"}),
    (SUBSCRIPTION, {"retryPolicy": {"maxDeliveryAttempts": 30, "eventTimeToLiveInMinutes": 1440}},
     {"retry": "30 attempts in 1440 minutes"}),
    (SUBSCRIPTION, {"retryPolicy": {"maxDeliveryAttempts": 1, "eventTimeToLiveInMinutes": 1}},
     {"retry": "1 attempt in 1 minute"}),
    ("azure-native:authorization:RoleAssignment",
     {"roleDefinitionId": "/x/roleDefinitions/2B629674-e913-4c01-ae53-ef4638d8f975",
      "principalId": UNKNOWN, "scope": EVENT_HUB},
     {"role": "Azure Event Hubs Data Sender", "principal": "<unknown>", "scope": EVENT_HUB}),
    ("azure-native:authorization:RoleAssignment", {"roleDefinitionId": "/x/roleDefinitions/other"},
     {"role": "other"}),
    ("azure-native:authorization:RoleAssignment", {"roleDefinitionId": UNKNOWN},
     {"role": "<unknown>"}),
    ("azure-native:storage:StorageAccount",
     {"sku": {"name": "Standard_LRS"}, "allowSharedKeyAccess": False,
      "networkRuleSet": {"defaultAction": "Deny"}},
     {"sku": "Standard_LRS", "shared keys": "false", "network": "Deny"}),
    ("azure-native:storage:ManagementPolicy",
     {"policy": {"rules": [{"definition": {"actions": {"baseBlob": {
         "delete": {"daysAfterModificationGreaterThan": 30}}}}}]}},
     {"deletes after days": "30"}),
    ("azure-native:storage:ManagementPolicy", {"policy": {"rules": []}}, {"deletes after days": None}),
    ("azure-native:eventhub:EventHub", {"partitionCount": 2}, {"partitions": "2"}),
    ("pulumi:providers:azure-native", {"subscriptionId": "s"}, {"Azure subscription": "s"}),
]  # fmt: skip


@pytest.mark.parametrize(("type_", "inputs", "expected"), CASES)
def test_the_settings_that_matter_are_shown(type_: str, inputs: dict[str, Any], expected: dict[str, str]) -> None:
    found = dict(settings_of(type_, inputs))
    assert {label: found.get(label) for label in expected} == expected


def test_settings_that_are_not_there_are_not_shown() -> None:
    type_ = "azure-native:eventgrid:SystemTopic"
    assert settings_of(type_, {"location": "westeurope", "tags": {}}) == [("location", "westeurope")]


def test_types_that_nobody_knows_have_no_settings() -> None:
    assert settings_of("cloud:index:Thing", {"name": "a"}) == []
