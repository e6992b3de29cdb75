"""The settings of a resource that people look for first.

Here stand only the inputs that a preview shows; `handlers` and `resources` know the types that they create.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from azureml_events.event_grid.catalogue import short_name
from azureml_events.event_grid.operators import describe_condition
from azureml_events.handlers import ENDPOINTS, role_names
from azureml_events.offline.wire import UNKNOWN, shown

Setting = tuple[str, str]
"""A label and a text."""

ROLE_ASSIGNMENT = "azure-native:authorization:RoleAssignment"
SYSTEM_TOPIC = "azure-native:eventgrid:SystemTopic"
SYSTEM_TOPIC_EVENT_SUBSCRIPTION = "azure-native:eventgrid:SystemTopicEventSubscription"
EVENT_SUBSCRIPTIONS = (SYSTEM_TOPIC_EVENT_SUBSCRIPTION, "azure-native:eventgrid:EventSubscription")
WORKFLOW = "azure-native:logic:Workflow"
WITH_IDENTITY = (SYSTEM_TOPIC, WORKFLOW)
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
    "azure-native:monitor:DiagnosticSetting": {"of": "resourceUri", "logs": "logs.0.category", "to": "workspaceId"},
    "azure-native:monitor:MetricAlert": {
        "name": "ruleName",
        "resource group": "resourceGroupName",
        "of": "scopes",
        "metric": "criteria.allOf.0.metricName",
        "subscriptions": "criteria.allOf.0.dimensions.0.values",
        "threshold": "criteria.allOf.0.threshold",
        "window": "windowSize",
        "severity": "severity",
        "action group": "actions.0.actionGroupId",
    },
    "pulumi:providers:azure-native": {"Azure subscription": "subscriptionId"},
}
"""For each type, label to the path of an input whose value is shown as it is."""


def settings_of(type_: str, inputs: Mapping[str, Any]) -> list[Setting]:
    """Give the settings of a resource that matter, those that it has.

    Args:
        type_: Its type token.
        inputs: Its wire inputs.
    """
    found = _found(type_, shown(inputs))
    return [(label, _text(value)) for label, value in found if value not in (None, "", [], {})]


def _found(type_: str, inputs: Any) -> Iterator[tuple[str, Any]]:
    for label, path in PATHS.get(type_, {}).items():
        yield label, _at(inputs, path)
    if type_ == ROLE_ASSIGNMENT:
        role = str(_at(inputs, "roleDefinitionId")).rpartition("/")[2]
        yield "role", role_names().get(role.lower(), role)
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
    for each in _filters(inputs):
        yield "filter", _condition(each) if isinstance(each, Mapping) else each
    yield "destination", _destination(_delivery(inputs))
    yield "delivers as", _identity(_at(_at(inputs, "deliveryWithResourceIdentity"), "identity"))
    yield "dead letter", _destination(_store(inputs)) or "none"
    yield "retry", _retry(_at(inputs, "retryPolicy"))
    yield "schema", _at(inputs, "eventDeliverySchema")
    yield "expires", _at(inputs, "expirationTimeUtc")


def describe_event_subscription(inputs: Mapping[str, Any]) -> Iterator[Setting]:
    """Yield what an event subscription delivers (`when`, `if`) and where (`to`, `dead letter`), in words.

    Args:
        inputs: Its wire inputs.
    """
    inputs = shown(inputs)
    if isinstance(inputs.get("filter"), str):
        yield "when", inputs["filter"]
    else:
        yield from _chosen(inputs)
    yield "to", _destination(_delivery(inputs)) or UNKNOWN.value
    yield "dead letter", _destination(_store(inputs)) or "none"


def _chosen(inputs: Any) -> Iterator[Setting]:
    types = _at(inputs, "filter.includedEventTypes") or ["any event"]
    yield "when", " or ".join(short_name(_text(each)) for each in _listed(types))
    for words, member in (("begins with", "subjectBeginsWith"), ("ends with", "subjectEndsWith")):
        if wanted := _at(inputs, f"filter.{member}"):
            yield "if", f"subject {words} '{_text(wanted)}'"
    for each in _filters(inputs):
        yield "if", _condition_in_words(each) if isinstance(each, Mapping) else _text(each)


def _filters(inputs: Any) -> list[Any]:
    return [each for each in _listed(_at(inputs, "filter.advancedFilters")) if each]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _delivery(inputs: Any) -> Any:
    return _at(_at(inputs, "deliveryWithResourceIdentity"), "destination") or _at(inputs, "destination")


def _store(inputs: Any) -> Any:
    within = _at(_at(inputs, "deadLetterWithResourceIdentity"), "deadLetterDestination")
    return within or _at(inputs, "deadLetterDestination")


def _condition_in_words(advanced_filter: Mapping[str, Any]) -> str:
    key, operator, operands = _parts(advanced_filter)
    return describe_condition(key, operator, operands).replace(f"'{UNKNOWN.value}'", UNKNOWN.value)


def _parts(advanced_filter: Mapping[str, Any]) -> tuple[str, str, list[Any]]:
    """Return a filter's key, operator and operands."""
    operands = advanced_filter.get("values", advanced_filter.get("value"))
    key, operator = advanced_filter.get("key", ""), advanced_filter.get("operatorType", "")
    return _text(key), _text(operator), [] if operands is None else _listed(operands)


def named_in(inputs: Mapping[str, Any], member: str) -> str | None:
    """Give the last part of an ARM id, or a name, among inputs; None where it is not known.

    Args:
        inputs: Wire inputs.
        member: The input that holds it.
    """
    held = inputs.get(member)
    return held.rpartition("/")[2] if isinstance(held, str) else None


def _condition(advanced_filter: Mapping[str, Any]) -> str:
    """Say an advanced filter in words: `data.runStatus StringIn Failed, Canceled`."""
    key, operator, operands = _parts(advanced_filter)
    words = [f"{_text(each[0])} to {_text(each[1])}" if isinstance(each, list) else _text(each) for each in operands]
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
    return f"{_many(attempts, 'attempt')} in {_many(minutes, 'minute')}"


def _many(count: Any, noun: str) -> str:
    return f"{count} {noun if count == 1 else noun + 's'}"


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
            return ", ".join(f"{key}={_text(each)}" if each else str(key) for key, each in value.items())
        case _:
            return str(value)
