"""Documents of what exists, as Azure answers and as its command line prints it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000001"
WORKSPACE = f"{SUBSCRIPTION}/resourcegroups/rg-ml/providers/microsoft.machinelearningservices/workspaces/ml-prod"
"""As Azure has it in a topic: in lower case."""
TOPIC = f"{SUBSCRIPTION}/resourceGroups/RG-ML/providers/Microsoft.EventGrid/systemTopics/ml-prod-1f0a"
HUB = f"{SUBSCRIPTION}/resourceGroups/rg-EV/providers/Microsoft.EventHub/namespaces/n1/eventhubs/eh1"
ACCOUNT = f"{SUBSCRIPTION}/resourceGroups/rg-EV/providers/Microsoft.Storage/storageAccounts/stev"
IDENTITY = f"{SUBSCRIPTION}/resourceGroups/rg-id/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uai-1"
PRINCIPAL = "00000000-0000-0000-0000-0000000000aa"
RUN_STATUS = "Microsoft.MachineLearningServices.RunStatusChanged"


def topic(**members: Any) -> dict[str, Any]:
    """A system topic as `az eventgrid system-topic list` prints it, with a system-assigned identity."""
    return {
        "id": TOPIC,
        "identity": {
            "principalId": PRINCIPAL,
            "tenantId": PRINCIPAL,
            "type": "SystemAssigned",
            "userAssignedIdentities": None,
        },
        "location": "westeurope",
        "metricResourceId": "00000000-0000-0000-0000-0000000000bb",
        "name": "ml-prod-1f0a",
        "provisioningState": "Succeeded",
        "resourceGroup": "rg-ml",
        "source": WORKSPACE,
        "systemData": None,
        "tags": {"team": "ml"},
        "topicType": "microsoft.machinelearningservices.workspaces",
        "type": "Microsoft.EventGrid/systemTopics",
        **members,
    }


def flattened(name: str, **members: Any) -> dict[str, Any]:
    """An event subscription as the Azure CLI prints it: absent members are null."""
    return {
        "deadLetterDestination": None,
        "deadLetterWithResourceIdentity": None,
        "deliveryWithResourceIdentity": None,
        "destination": {"deliveryAttributeMappings": None, "endpointType": "EventHub", "resourceId": HUB},
        "eventDeliverySchema": "EventGridSchema",
        "expirationTimeUtc": None,
        "filter": filter_of(),
        "id": f"{TOPIC}/eventSubscriptions/{name}",
        "labels": None,
        "name": name,
        "provisioningState": "Succeeded",
        "resourceGroup": "rg-ml",
        "retryPolicy": {"eventTimeToLiveInMinutes": 1440, "maxDeliveryAttempts": 30},
        "systemData": None,
        "topic": TOPIC.lower(),
        "type": "Microsoft.EventGrid/systemTopics/eventSubscriptions",
        **members,
    }


def filter_of(**members: Any) -> dict[str, Any]:
    """A filter as the Azure CLI prints it."""
    return {
        "advancedFilters": None,
        "enableAdvancedFilteringOnArrays": True,
        "includedEventTypes": [RUN_STATUS],
        "isSubjectCaseSensitive": None,
        "subjectBeginsWith": "",
        "subjectEndsWith": "",
        **members,
    }


def web_hook(**members: Any) -> dict[str, Any]:
    """A webhook as the Azure CLI prints it."""
    return {
        "azureActiveDirectoryApplicationIdOrUri": None,
        "azureActiveDirectoryTenantId": None,
        "deliveryAttributeMappings": None,
        "endpointBaseUrl": "https://hooks.example.com/services/hush",
        "endpointType": "WebHook",
        "endpointUrl": None,
        "maxEventsPerBatch": 1,
        "preferredBatchSizeInKilobytes": 64,
        **members,
    }


def answer(*subscriptions: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of ARM itself that holds event subscriptions."""
    return {"value": list(map(nested, subscriptions)), "nextLink": None}


def nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    """An event subscription in ARM's own form."""
    outer = {name: flat[name] for name in ("id", "name", "type")}
    inner = {name: value for name, value in flat.items() if name not in {*outer, "resourceGroup", "systemData"}}
    return {**outer, "properties": {name: _deep(name, value) for name, value in inner.items()}, "systemData": {}}


def _deep(name: str, value: Any) -> Any:
    if name in {"destination", "deadLetterDestination"} and value is not None:
        members = {
            member: [_deep("attribute", each) for each in inner] if isinstance(inner, list) else inner
            for member, inner in value.items()
            if member != "endpointType"
        }
        return {"endpointType": value["endpointType"], "properties": members}
    if name == "attribute":
        properties = {member: inner for member, inner in value.items() if member not in {"name", "type"}}
        return {"name": value["name"], "type": value["type"], "properties": properties}
    if name in {"deliveryWithResourceIdentity", "deadLetterWithResourceIdentity"} and value is not None:
        return {member: _deep(member, inner) for member, inner in value.items()}
    return value
