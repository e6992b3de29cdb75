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
    name = resource_id.rsplit("/", 1)[1]
    check = _CHECKS.get(token.removeprefix("azure-native:"))
    if check is not None:
        check(cloud, name, resource_id, inputs)
    if existing is not None and token.endswith(":EventHub"):
        before, after = existing.inputs.get("partitionCount"), inputs.get("partitionCount")
        if before != after and _tier(cloud, resource_id) != "Premium":
            raise invalid("The number of partitions of an event hub cannot be changed.")


def _account(cloud: Cloud, name: str, resource_id: str, _: Properties) -> None:
    _named(_ACCOUNT, name)
    _unique(cloud, name, resource_id, "storageAccounts")


def _storage_entity(_: Cloud, name: str, __: str, ___: Properties) -> None:
    _named(_STORAGE_ENTITY, name)


def _policy(_: Cloud, name: str, __: str, inputs: Properties) -> None:
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


def _namespace(cloud: Cloud, name: str, resource_id: str, _: Properties) -> None:
    _named(_NAMESPACE, name)
    _unique(cloud, name, resource_id, "namespaces")


def _event_hub(cloud: Cloud, name: str, resource_id: str, inputs: Properties) -> None:
    _named(_ENTITY, name)
    if inputs.get("partitionCount", 1) not in _HUB_PARTITIONS:
        raise invalid("An event hub has 1 to 32 partitions.")
    retention = inputs.get("retentionDescription", {})
    hours = _HUB_HOURS[_tier(cloud, resource_id)]
    if retention.get("retentionTimeInHours", 1) not in hours:
        raise invalid(f"Retention takes {hours.start} to {hours.stop - 1} hours.")
    if "messageRetentionInDays" in inputs and retention:
        raise invalid("Either messageRetentionInDays or retentionDescription is allowed.")


def _queue(_: Cloud, name: str, __: str, ___: Properties) -> None:
    _named(_ENTITY, name)


def _topic(cloud: Cloud, name: str, resource_id: str, _: Properties) -> None:
    _named(_ENTITY, name)
    if _tier(cloud, resource_id) == "Basic":
        raise invalid("Topics are not available in the Basic tier.")


def _workflow(_: Cloud, name: str, __: str, ___: Properties) -> None:
    _named(_WORKFLOW, name)


def _named(pattern: re.Pattern[str], name: str) -> None:
    if not pattern.fullmatch(name):
        raise ArmError(400, "InvalidResourceName", f"The name '{name}' is not valid.")


def _unique(cloud: Cloud, name: str, resource_id: str, kind: str) -> None:
    for other in cloud.of_type(kind):
        other_name = other.id.rsplit("/", 1)[1]
        if other_name.lower() == name.lower() and other.id.lower() != resource_id.lower():
            raise ArmError(409, "NameAlreadyTaken", f"The name '{name}' is already taken.")


def _tier(cloud: Cloud, resource_id: str) -> str:
    namespace = cloud.get(resource_id.rsplit("/", 2)[0])
    sku = namespace.inputs.get("sku", {}) if namespace else {}
    return str(sku.get("name", "Standard"))


_CHECKS: dict[str, Callable[[Cloud, str, str, Properties], None]] = {
    "storage:StorageAccount": _account,
    "storage:BlobContainer": _storage_entity,
    "storage:Queue": _storage_entity,
    "storage:ManagementPolicy": _policy,
    "eventhub:Namespace": _namespace,
    "eventhub:EventHub": _event_hub,
    "servicebus:Namespace": _namespace,
    "servicebus:Queue": _queue,
    "servicebus:Topic": _topic,
    "logic:Workflow": _workflow,
}
