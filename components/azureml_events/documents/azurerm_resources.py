"""What azurerm's stores, namespaces, roles and settings are in ARM's words.

Source: the pages of the azurerm provider on each resource, in its third and fourth major version.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from azureml_events.base.mistakes import MemberPath
from azureml_events.documents.azurerm import only
from azureml_events.documents.found import FoundResource
from azureml_events.documents.unresolved import UNKNOWN, Text, Unresolved, text_in

_Members = Mapping[str, tuple[str, Callable[[Any], Any]]]
"""ARM's names of members, and how their values are read, by azurerm's."""


def _same(value: Any) -> Any:
    return value


def _opposite(value: Any) -> Any:
    return not value if isinstance(value, bool) else value


def _enabled(value: Any) -> Any:
    return value if not isinstance(value, bool) else "Enabled" if value else "Disabled"


def _joined(value: Any) -> Any:
    known = isinstance(value, list) and all(isinstance(each, str) for each in value)
    return (", ".join(value) or "None") if known else UNKNOWN


def _access(value: Any) -> Any:
    return {"private": "None", "blob": "Blob", "container": "Container"}.get(value, value)


_ACCOUNT: _Members = {
    "https_traffic_only_enabled": ("supportsHttpsTrafficOnly", _same),
    "enable_https_traffic_only": ("supportsHttpsTrafficOnly", _same),
    "min_tls_version": ("minimumTlsVersion", _same),
    "allow_nested_items_to_be_public": ("allowBlobPublicAccess", _same),
    "shared_access_key_enabled": ("allowSharedKeyAccess", _same),
    "public_network_access_enabled": ("publicNetworkAccess", _enabled),
}
_NAMESPACE: _Members = {
    "local_authentication_enabled": ("disableLocalAuth", _opposite),
    "local_auth_enabled": ("disableLocalAuth", _opposite),
    "minimum_tls_version": ("minimumTlsVersion", _same),
    "public_network_access_enabled": ("publicNetworkAccess", _enabled),
}
_RULES: _Members = {
    "default_action": ("defaultAction", _same),
    "trusted_service_access_enabled": ("trustedServiceAccessEnabled", _same),
    "trusted_services_allowed": ("trustedServiceAccessEnabled", _same),
    "public_network_access_enabled": ("publicNetworkAccess", _enabled),
}
_ACCOUNT_RULES: _Members = {
    "default_action": ("defaultAction", _same),
    "bypass": ("bypass", _joined),
}
_CONTAINER: _Members = {"container_access_type": ("publicAccess", _access)}
_ROLE: _Members = {
    "role_definition_id": ("roleDefinitionId", _same),
    "role_definition_name": ("roleDefinitionName", _same),
    "principal_id": ("principalId", _same),
    "principal_type": ("principalType", _same),
}


@dataclass(frozen=True)
class _Row:
    """What an azurerm type is: its ARM type, what it lies in (as it names that), its members that rules read."""

    type: str
    inside: str | None = None
    members: _Members = field(default_factory=dict)


_ROWS = {
    "azurerm_storage_account": _Row("Microsoft.Storage/storageAccounts", members=_ACCOUNT),
    "azurerm_storage_queue": _Row("Microsoft.Storage/storageAccounts/queueServices/queues", "storage_account"),
    "azurerm_storage_container": _Row(
        "Microsoft.Storage/storageAccounts/blobServices/containers", "storage_account", _CONTAINER
    ),
    "azurerm_eventhub_namespace": _Row("Microsoft.EventHub/namespaces", members=_NAMESPACE),
    "azurerm_eventhub": _Row("Microsoft.EventHub/namespaces/eventhubs", "namespace"),
    "azurerm_servicebus_namespace": _Row("Microsoft.ServiceBus/namespaces", members=_NAMESPACE),
    "azurerm_servicebus_queue": _Row("Microsoft.ServiceBus/namespaces/queues", "namespace"),
    "azurerm_servicebus_topic": _Row("Microsoft.ServiceBus/namespaces/topics", "namespace"),
    "azurerm_role_assignment": _Row("Microsoft.Authorization/roleAssignments", members=_ROLE),
    "azurerm_monitor_diagnostic_setting": _Row("Microsoft.Insights/diagnosticSettings"),
    "azurerm_user_assigned_identity": _Row("Microsoft.ManagedIdentity/userAssignedIdentities"),
    "azurerm_machine_learning_workspace": _Row("Microsoft.MachineLearningServices/workspaces"),
    "azurerm_logic_app_workflow": _Row("Microsoft.Logic/workflows"),
}
READ = frozenset(_ROWS)
"""The types that are read."""

_RULE_BLOCKS = {
    "azurerm_eventhub_namespace": "network_rulesets",
    "azurerm_servicebus_namespace": "network_rule_set",
}
"""The blocks that are resources of their own in ARM."""


def arm_resources(type_: str, values: Mapping[str, Any]) -> Iterator[FoundResource]:
    """Yield what an azurerm resource is in ARM's words, with places below its values; nothing for one that is not read.

    Args:
        type_: Its type, as `azurerm_storage_account`.
        values: Its members; what is unknown or sensitive is `Unresolved`.
    """
    row = _ROWS.get(type_)
    if row is None:
        return
    made = _resource(row.type, _names(row, values), values, row.members)
    yield _OF_MORE[type_](made, values) if type_ in _OF_MORE else made
    block = _RULE_BLOCKS.get(type_)
    rules = only(values.get(block)) if block else None
    if isinstance(rules, Mapping):
        inner = _resource(f"{row.type}/networkRuleSets", (*made.names, "default"), rules, _RULES)
        places = {path: (str(block), 0, *place) for path, place in inner.places.items()}
        yield replace(inner, members={**inner.members, **_group(values)}, places=places)


def _names(row: _Row, values: Mapping[str, Any]) -> tuple[Text, ...]:
    """List its name behind those of what it lies in, which it names, or whose id it gives."""
    name = text_in(values.get("name")) or UNKNOWN
    if row.inside is None:
        return (name,)
    host = text_in(values.get(f"{row.inside}_name"))
    if host is None:
        host = (text_in(values.get(f"{row.inside}_id")) or UNKNOWN).split("/")[-1]
    return (host, *("default",) * (row.type.count("/") - 2), name)


def _resource(type_: str, names: tuple[Text, ...], values: Mapping[str, Any], members: _Members) -> FoundResource:
    made: dict[str, Any] = _group(values)
    places: dict[MemberPath, MemberPath] = {}
    for name, (arm, read) in members.items():
        if values.get(name) is not None:
            value = values[name]
            made[arm] = value if isinstance(value, Unresolved) else read(value)
            places[arm,] = (name,)
    return FoundResource(type=type_, names=names, keys=(), members=made, places=places)


def _group(values: Mapping[str, Any]) -> dict[str, Any]:
    given = {"resourceGroupName": values.get("resource_group_name"), "location": values.get("location")}
    return {name: value for name, value in given.items() if value is not None}


def _with(made: FoundResource, member: str, value: Any, place: str) -> FoundResource:
    places: dict[MemberPath, MemberPath] = {**made.places, (member,): (place,)}
    return replace(made, members={**made.members, member: value}, places=places)


def _account(made: FoundResource, values: Mapping[str, Any]) -> FoundResource:
    rules = only(values.get("network_rules"))
    if rules is None:
        return made
    given = rules if isinstance(rules, Mapping) else {}
    network = {arm: read(given[name]) for name, (arm, read) in _ACCOUNT_RULES.items() if given.get(name)}
    return _with(made, "networkAcls", UNKNOWN if isinstance(rules, Unresolved) else network, "network_rules")


def _role(made: FoundResource, values: Mapping[str, Any]) -> FoundResource:
    by_name = values.get("role_definition_name") is not None
    places: dict[MemberPath, MemberPath] = {
        **made.places,
        ("scope",): ("scope",),
        ("roleDefinitionId",): ("role_definition_name" if by_name else "role_definition_id",),
        ("principalType",): ("principal_type",),
    }
    return replace(made, extends=text_in(values.get("scope")) or UNKNOWN, places=places)


def _diagnostics(made: FoundResource, values: Mapping[str, Any]) -> FoundResource:
    logs: Any = []
    for block in ("enabled_log", "log"):
        written = values.get(block)
        if isinstance(written, Unresolved):
            logs = UNKNOWN
        elif isinstance(written, list) and isinstance(logs, list):
            logs += [_log(each) for each in written if isinstance(each, Mapping)]
    target = text_in(values.get("target_resource_id")) or UNKNOWN
    places: dict[MemberPath, MemberPath] = {("scope",): ("target_resource_id",)}
    return _with(replace(made, extends=target, places=places), "logs", logs, "enabled_log")


def _log(written: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "category": written.get("category"),
        "categoryGroup": written.get("category_group"),
        "enabled": written.get("enabled", True),
    }


_OF_MORE: Mapping[str, Callable[[FoundResource, Mapping[str, Any]], FoundResource]] = {
    "azurerm_storage_account": _account,
    "azurerm_role_assignment": _role,
    "azurerm_monitor_diagnostic_setting": _diagnostics,
}
"""What is read beyond the row, by the type."""
