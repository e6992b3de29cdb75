"""Refusals of the namespaces, accounts and entities that events are sent to."""

from __future__ import annotations

import re
from collections.abc import Callable

from e2e.stand_in.cloud import ArmError, Cloud, Existing, Properties, invalid

_ACCOUNT = re.compile(r"[a-z0-9]{3,24}")
_STORAGE_ENTITY = re.compile(r"(?!.*--)[a-z0-9][-a-z0-9]{1,61}[a-z0-9]")
_NAMESPACE = re.compile(r"[a-zA-Z][-a-zA-Z0-9]{4,48}[a-zA-Z0-9]")
_ENTITY = re.compile(r"[a-zA-Z0-9]([-._a-zA-Z0-9]{0,254}[a-zA-Z0-9])?")
_WORKFLOW = re.compile(r"[-_.()a-zA-Z0-9]{1,43}")
_HUB_PARTITIONS = range(1, 33)
_HUB_HOURS = {"Basic": range(1, 25), "Standard": range(1, 7 * 24 + 1), "Premium": range(1, 2161)}


def check_destination(
    cloud: Cloud, token: str, resource_id: str, inputs: Properties, existing: Existing | None
) -> None:
    """Refuse what ARM refuses in a new or changed resource of these kinds.

    Args:
        cloud: What exists.
        token: Pulumi's name of the type.
        resource_id: The resource's id.
        inputs: Its wire inputs.
        existing: The resource as it is, None where it is new.
    """
    kind, name = token.removeprefix("azure-native:"), resource_id.rsplit("/", 1)[1]
    if kind in _NAMES and not _NAMES[kind].fullmatch(name):
        raise ArmError(400, "InvalidResourceName", f"The name '{name}' is not valid.")
    if kind in _UNIQUE:
        _refuse_taken(cloud, name, resource_id, _UNIQUE[kind])
    if kind in _CHECKS:
        _CHECKS[kind](cloud, resource_id, inputs)
    if existing is not None and token.endswith(":EventHub"):
        before, after = existing.inputs.get("partitionCount"), inputs.get("partitionCount")
        if before != after and _tier(cloud, resource_id) != "Premium":
            raise invalid("The number of partitions of an event hub cannot be changed.")


def _policy(_: Cloud, resource_id: str, inputs: Properties) -> None:
    name = resource_id.rsplit("/", 1)[1]
    if name != "default":
        raise invalid(f"A management policy is called 'default', not '{name}'.")
    rules = inputs["policy"].get("rules")
    if not rules:
        raise invalid("A management policy needs a rule.")
    for rule in rules:
        definition = rule.get("definition", {})
        blobs = definition.get("filters", {}).get("blobTypes")
        if rule.get("type") != "Lifecycle" or not rule.get("name") or not blobs:
            raise invalid("A rule needs a name, the type Lifecycle and blob types.")
        if not definition.get("actions"):
            raise invalid("A rule needs actions.")


def _event_hub(cloud: Cloud, resource_id: str, inputs: Properties) -> None:
    if inputs.get("partitionCount", 1) not in _HUB_PARTITIONS:
        raise invalid("An event hub has 1 to 32 partitions.")
    retention = inputs.get("retentionDescription", {})
    hours = _HUB_HOURS[_tier(cloud, resource_id)]
    if retention.get("retentionTimeInHours", 1) not in hours:
        raise invalid(f"Retention takes {hours.start} to {hours.stop - 1} hours.")
    if "messageRetentionInDays" in inputs and retention:
        raise invalid("Either messageRetentionInDays or retentionDescription is allowed.")


def _topic(cloud: Cloud, resource_id: str, _: Properties) -> None:
    if _tier(cloud, resource_id) == "Basic":
        raise invalid("Topics are not available in the Basic tier.")


def _refuse_taken(cloud: Cloud, name: str, resource_id: str, kind: str) -> None:
    for other in cloud.of_type(kind):
        other_name = other.id.rsplit("/", 1)[1]
        if other_name.lower() == name.lower() and other.id.lower() != resource_id.lower():
            raise ArmError(409, "NameAlreadyTaken", f"The name '{name}' is already taken.")


def _tier(cloud: Cloud, resource_id: str) -> str:
    namespace = cloud.get(resource_id.rsplit("/", 2)[0])
    sku = namespace.inputs.get("sku", {}) if namespace else {}
    return str(sku.get("name", "Standard"))


_NAMES = {
    "storage:StorageAccount": _ACCOUNT,
    "storage:BlobContainer": _STORAGE_ENTITY,
    "storage:Queue": _STORAGE_ENTITY,
    "eventhub:Namespace": _NAMESPACE,
    "eventhub:EventHub": _ENTITY,
    "servicebus:Namespace": _NAMESPACE,
    "servicebus:Queue": _ENTITY,
    "servicebus:Topic": _ENTITY,
    "logic:Workflow": _WORKFLOW,
}
_UNIQUE = {
    "storage:StorageAccount": "storageAccounts",
    "eventhub:Namespace": "namespaces",
    "servicebus:Namespace": "namespaces",
}
"""The kinds whose names are taken once in all of Azure, by the last part of their ARM type."""

_CHECKS: dict[str, Callable[[Cloud, str, Properties], None]] = {
    "storage:ManagementPolicy": _policy,
    "eventhub:EventHub": _event_hub,
    "servicebus:Topic": _topic,
}
