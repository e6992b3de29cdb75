"""The settings of a resource that people look for first.

Here stand only the inputs that a preview shows; `handlers` and `resources` know the types that they create.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from azureml_events.handlers import ENDPOINTS
from azureml_events.offline.wire import shown

Setting = tuple[str, str]
"""A label and a text."""

Roles = Mapping[str, str]
"""GUID of a role definition, lower case, to the role's name."""

ROLE_ASSIGNMENT = "azure-native:authorization:RoleAssignment"
EVENT_SUBSCRIPTIONS = (
    "azure-native:eventgrid:SystemTopicEventSubscription",
    "azure-native:eventgrid:EventSubscription",
)
WITH_IDENTITY = ("azure-native:eventgrid:SystemTopic", "azure-native:logic:Workflow")
HOST = {"resource group": "resourceGroupName", "location": "location", "sku": "sku.name"}
PATHS: Mapping[str, Mapping[str, str]] = {
    "azure-native:eventgrid:SystemTopic": {
        "name": "systemTopicName",
        "resource group": "resourceGroupName",
        "location": "location",
        "source": "source",
    },
    "azure-native:logic:Workflow": {
        "name": "workflowName",
        "resource group": "resourceGroupName",
        "location": "location",
    },
    "azure-native:storage:StorageAccount": {
        "name": "accountName",
        **HOST,
        "shared keys": "allowSharedKeyAccess",
        "public blobs": "allowBlobPublicAccess",
        "network": "networkRuleSet.defaultAction",
    },
    "azure-native:storage:BlobContainer": {"name": "containerName", "account": "accountName"},
    "azure-native:storage:ManagementPolicy": {
        "account": "accountName",
        "deletes after days": "policy.rules.0.definition.actions.baseBlob.delete.daysAfterModificationGreaterThan",
    },
    "azure-native:storage:Queue": {"name": "queueName", "account": "accountName"},
    "azure-native:eventhub:Namespace": {
        "name": "namespaceName",
        **HOST,
        "keys disabled": "disableLocalAuth",
    },
    "azure-native:eventhub:EventHub": {
        "name": "eventHubName",
        "namespace": "namespaceName",
        "partitions": "partitionCount",
        "retention in hours": "retentionDescription.retentionTimeInHours",
    },
    "azure-native:servicebus:Namespace": {
        "name": "namespaceName",
        **HOST,
        "keys disabled": "disableLocalAuth",
    },
    "azure-native:servicebus:Queue": {"name": "queueName", "namespace": "namespaceName"},
    "azure-native:servicebus:Topic": {"name": "topicName", "namespace": "namespaceName"},
    "pulumi:providers:azure-native": {"Azure subscription": "subscriptionId"},
}
"""For each type, label to the path of an input whose value is shown as it is."""


def settings_of(type_: str, inputs: Mapping[str, Any], roles: Roles) -> list[Setting]:
    """Give the settings of a resource that matter, those that it has.

    Args:
        type_: Its type token.
        inputs: Its wire inputs.
        roles: The roles whose names are known.
    """
    found = _found(type_, shown(inputs), roles)
    return [(label, _text(value)) for label, value in found if value not in (None, "", [], {})]


def _found(type_: str, inputs: Any, roles: Roles) -> Iterator[tuple[str, Any]]:
    for label, path in PATHS.get(type_, {}).items():
        yield label, _at(inputs, path)
    if type_ == ROLE_ASSIGNMENT:
        role = str(_at(inputs, "roleDefinitionId")).rpartition("/")[2]
        yield "role", roles.get(role.lower(), role)
        yield "principal", _at(inputs, "principalId")
        yield "scope", _at(inputs, "scope")
    elif type_ in WITH_IDENTITY:
        yield "identity", _identity(_at(inputs, "identity"))
    elif type_ in EVENT_SUBSCRIPTIONS:
        yield from _event_subscription(inputs)


def _event_subscription(inputs: Any) -> Iterator[tuple[str, Any]]:
    yield "name", _at(inputs, "eventSubscriptionName")
    yield "event types", _at(inputs, "filter.includedEventTypes") or "all"
    yield "subject begins with", _at(inputs, "filter.subjectBeginsWith")
    yield "subject ends with", _at(inputs, "filter.subjectEndsWith")
    filters = _at(inputs, "filter.advancedFilters")
    for each in filters if isinstance(filters, list) else [filters]:
        yield "filter", _condition(each) if isinstance(each, Mapping) else each
    delivery = _at(inputs, "deliveryWithResourceIdentity")
    destination = _at(delivery, "destination") or _at(inputs, "destination")
    yield "destination", _destination(destination)
    yield "delivers as", _identity(_at(delivery, "identity"))
    dead_letter = _at(inputs, "deadLetterWithResourceIdentity")
    store = _at(dead_letter, "deadLetterDestination") or _at(inputs, "deadLetterDestination")
    yield "dead letter", _destination(store) or "none"
    yield "retry", _retry(_at(inputs, "retryPolicy"))
    yield "schema", _at(inputs, "eventDeliverySchema")
    yield "expires", _at(inputs, "expirationTimeUtc")


def _condition(advanced_filter: Mapping[str, Any]) -> str:
    """Say an advanced filter in words: `data.runStatus StringIn Failed, Canceled`."""
    operands = advanced_filter.get("values", advanced_filter.get("value"))
    if not isinstance(operands, list):
        operands = [] if operands is None else [operands]
    words = [f"{_text(each[0])} to {_text(each[1])}" if isinstance(each, list) else _text(each) for each in operands]
    key, operator = advanced_filter.get("key", ""), advanced_filter.get("operatorType", "")
    return f"{key} {operator} {', '.join(words)}".rstrip()


def _destination(destination: Any) -> Any:
    """Say where events go: the endpoint type and what it names."""
    if not isinstance(destination, Mapping):
        return destination
    kind = destination.get("endpointType")
    members = ENDPOINTS[kind].place_members() if kind in ENDPOINTS else ("resourceId", "blobContainerName")
    place = [_text(destination[name]) for name in members if destination.get(name)]
    return f"{kind or ''} {' / '.join(place)}".strip()


def _identity(identity: Any) -> Any:
    if not isinstance(identity, Mapping):
        return identity
    user_assigned = identity.get("userAssignedIdentity") or identity.get("userAssignedIdentities")
    return f"{identity.get('type')} {_text(user_assigned or '')}".rstrip()


def _retry(policy: Any) -> Any:
    if not isinstance(policy, Mapping):
        return policy
    attempts, minutes = policy.get("maxDeliveryAttempts"), policy.get("eventTimeToLiveInMinutes")
    return f"{attempts} attempts in {minutes} minutes"


def _at(value: Any, path: str) -> Any:
    """Find the value at a path of keys and indexes; the value itself where it is unknown or secret as a whole."""
    for key in path.split("."):
        if isinstance(value, str):
            return value
        if isinstance(value, list):
            value = dict(enumerate(value)).get(int(key))
        else:
            value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _text(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case list():
            return ", ".join(_text(each) for each in value)
        case Mapping():
            return ", ".join(f"{key}={_text(each)}" for key, each in value.items())
        case _:
            return str(value)
