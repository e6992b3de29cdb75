"""What azurerm's stores, namespaces, roles and settings are in ARM's words.

Source: the pages of the azurerm provider on each resource, in its third and fourth major version.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from azureml_events.base.mistakes import MemberPath
from azureml_events.documents.azurerm import only, text_in
from azureml_events.documents.unresolved import UNKNOWN, Text, Unresolved

_Read = Callable[[Any], Any]


@dataclass(frozen=True)
class ArmResource:
    """An azurerm resource in ARM's words.

    Attributes:
        type: The ARM type.
        names: Its name and those of what it lies in, outermost first.
        members: Its members, `properties` lifted.
        extends: What it extends; None where it extends nothing.
        places: The places of members below the resource's values.
    """

    type: str
    names: tuple[Text, ...]
    members: Mapping[str, Any]
    extends: Text | None = None
    places: Mapping[MemberPath, MemberPath] = field(default_factory=dict)


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


_ACCOUNT: Mapping[str, tuple[str, _Read]] = {
    "https_traffic_only_enabled": ("supportsHttpsTrafficOnly", _same),
    "enable_https_traffic_only": ("supportsHttpsTrafficOnly", _same),
    "min_tls_version": ("minimumTlsVersion", _same),
    "allow_nested_items_to_be_public": ("allowBlobPublicAccess", _same),
    "shared_access_key_enabled": ("allowSharedKeyAccess", _same),
    "public_network_access_enabled": ("publicNetworkAccess", _enabled),
}
_NAMESPACE: Mapping[str, tuple[str, _Read]] = {
    "local_authentication_enabled": ("disableLocalAuth", _opposite),
    "local_auth_enabled": ("disableLocalAuth", _opposite),
    "minimum_tls_version": ("minimumTlsVersion", _same),
    "public_network_access_enabled": ("publicNetworkAccess", _enabled),
}
_RULES: Mapping[str, tuple[str, _Read]] = {
    "default_action": ("defaultAction", _same),
    "trusted_service_access_enabled": ("trustedServiceAccessEnabled", _same),
    "trusted_services_allowed": ("trustedServiceAccessEnabled", _same),
    "public_network_access_enabled": ("publicNetworkAccess", _enabled),
}
_ACCOUNT_RULES: Mapping[str, tuple[str, _Read]] = {
    "default_action": ("defaultAction", _same),
    "bypass": ("bypass", _joined),
}
_ROLE: Mapping[str, tuple[str, _Read]] = {
    "role_definition_id": ("roleDefinitionId", _same),
    "role_definition_name": ("roleDefinitionName", _same),
    "principal_id": ("principalId", _same),
    "principal_type": ("principalType", _same),
}


def arm_resources(type_: str, values: Mapping[str, Any]) -> Iterator[ArmResource]:
    """Yield what an azurerm resource is in ARM's words; nothing for one that no rule reads.

    Args:
        type_: Its type, as `azurerm_storage_account`.
        values: Its members; what is unknown or sensitive is `Unresolved`.
    """
    if type_ in _SINGLE:
        yield _SINGLE[type_](values)
    elif type_ in _NAMESPACES:
        arm_type, rules = _NAMESPACES[type_]
        yield _resource(arm_type, values, _NAMESPACE, _name(values, "name"))
        written = only(values.get(rules))
        if isinstance(written, Mapping):
            made = _resource(f"{arm_type}/networkRuleSets", written, _RULES, _name(values, "name"), "default")
            places = {path: (rules, 0, *place) for path, place in made.places.items()}
            yield ArmResource(made.type, made.names, {**made.members, **_group(values)}, places=places)


def _resource(
    type_: str, values: Mapping[str, Any], members: Mapping[str, tuple[str, _Read]], *names: Text
) -> ArmResource:
    made: dict[str, Any] = _group(values)
    places: dict[MemberPath, MemberPath] = {}
    for name, (arm, read) in members.items():
        if values.get(name) is not None:
            value = values[name]
            made[arm] = value if isinstance(value, Unresolved) else read(value)
            places[arm,] = (name,)
    return ArmResource(type_, names, made, places=places)


def _group(values: Mapping[str, Any]) -> dict[str, Any]:
    given = {"resourceGroupName": values.get("resource_group_name"), "location": values.get("location")}
    return {name: value for name, value in given.items() if value is not None}


def _account(values: Mapping[str, Any]) -> ArmResource:
    made = _resource("Microsoft.Storage/storageAccounts", values, _ACCOUNT, _name(values, "name"))
    rules = only(values.get("network_rules"))
    if rules is None:
        return made
    given = rules if isinstance(rules, Mapping) else {}
    network: Any = {arm: read(given[name]) for name, (arm, read) in _ACCOUNT_RULES.items() if given.get(name)}
    members = {**made.members, "networkAcls": UNKNOWN if isinstance(rules, Unresolved) else network}
    return ArmResource(made.type, made.names, members, places={**made.places, ("networkAcls",): ("network_rules",)})


def _role(values: Mapping[str, Any]) -> ArmResource:
    made = _resource("Microsoft.Authorization/roleAssignments", values, _ROLE, _name(values, "name"))
    by_name = values.get("role_definition_name") is not None
    places: dict[MemberPath, MemberPath] = {
        **made.places,
        ("scope",): ("scope",),
        ("roleDefinitionId",): ("role_definition_name" if by_name else "role_definition_id",),
        ("principalType",): ("principal_type",),
    }
    return ArmResource(made.type, made.names, made.members, text_in(values.get("scope")) or UNKNOWN, places)


def _diagnostics(values: Mapping[str, Any]) -> ArmResource:
    logs: Any = []
    for block in ("enabled_log", "log"):
        written = values.get(block)
        if isinstance(written, Unresolved):
            logs = UNKNOWN
        elif isinstance(written, list) and isinstance(logs, list):
            logs += [_log(each) for each in written if isinstance(each, Mapping)]
    target = text_in(values.get("target_resource_id")) or UNKNOWN
    places: dict[MemberPath, MemberPath] = {("scope",): ("target_resource_id",), ("logs",): ("enabled_log",)}
    name = _name(values, "name")
    return ArmResource("Microsoft.Insights/diagnosticSettings", (name,), {"logs": logs}, target, places)


def _log(written: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "category": written.get("category"),
        "categoryGroup": written.get("category_group"),
        "enabled": written.get("enabled", True),
    }


def _child(type_: str, outer: str, members: Mapping[str, tuple[str, _Read]]) -> _Read:
    """Make the reader of a type that lies in another, which it names, or whose id it gives."""

    def read(values: Mapping[str, Any]) -> ArmResource:
        between = ("default",) * (type_.count("/") - 2)
        host = values.get(f"{outer}_name")
        if host is None:
            id_ = text_in(values.get(f"{outer}_id")) or UNKNOWN
            host = id_ if isinstance(id_, Unresolved) else id_.rpartition("/")[2]
        return _resource(type_, values, members, text_in(host) or UNKNOWN, *between, _name(values, "name"))

    return read


def _plain(type_: str) -> _Read:
    return lambda values: _resource(type_, values, {}, _name(values, "name"))


_NAMESPACES = {
    "azurerm_eventhub_namespace": ("Microsoft.EventHub/namespaces", "network_rulesets"),
    "azurerm_servicebus_namespace": ("Microsoft.ServiceBus/namespaces", "network_rule_set"),
}
_CONTAINER: Mapping[str, tuple[str, _Read]] = {"container_access_type": ("publicAccess", _access)}
_SINGLE: Mapping[str, _Read] = {
    "azurerm_storage_account": _account,
    "azurerm_role_assignment": _role,
    "azurerm_monitor_diagnostic_setting": _diagnostics,
    "azurerm_user_assigned_identity": _plain("Microsoft.ManagedIdentity/userAssignedIdentities"),
    "azurerm_machine_learning_workspace": _plain("Microsoft.MachineLearningServices/workspaces"),
    "azurerm_logic_app_workflow": _plain("Microsoft.Logic/workflows"),
    "azurerm_eventhub": _child("Microsoft.EventHub/namespaces/eventhubs", "namespace", {}),
    "azurerm_servicebus_queue": _child("Microsoft.ServiceBus/namespaces/queues", "namespace", {}),
    "azurerm_servicebus_topic": _child("Microsoft.ServiceBus/namespaces/topics", "namespace", {}),
    "azurerm_storage_queue": _child("Microsoft.Storage/storageAccounts/queueServices/queues", "storage_account", {}),
    "azurerm_storage_container": _child(
        "Microsoft.Storage/storageAccounts/blobServices/containers", "storage_account", _CONTAINER
    ),
}
READ = frozenset({*_SINGLE, *_NAMESPACES})
"""The types that are read."""


def _name(values: Mapping[str, Any], member: str) -> Text:
    return text_in(values.get(member)) or UNKNOWN
