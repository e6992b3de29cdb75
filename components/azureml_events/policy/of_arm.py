"""The resources of a document beside topics and subscriptions: from ARM's words to azure-native's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from azureml_events.base.mistakes import MemberPath
from azureml_events.documents.found import FoundResource
from azureml_events.documents.unresolved import UNKNOWN
from azureml_events.documents.values import member_at
from azureml_events.policy.event_subscription import WORKSPACE_RESOURCE
from azureml_events.policy.grants import ROLE_ASSIGNMENT, definition_of
from azureml_events.policy.resource import Resource
from azureml_events.policy.resource_types import NAMED, STORAGE_ACCOUNT, USER_ASSIGNED_IDENTITY, arm_type_of, line_of

_DIAGNOSTIC_SETTING = "monitor:DiagnosticSetting"


def _named(type_: str) -> tuple[str, Mapping[str, int]]:
    """Return a type that receives, and the inputs that hold its names, each with its place among those in the id."""
    return type_, {NAMED[each].member: arm_type_of(each).count("/") - 1 for each in line_of(type_)}


ARM_TYPES: Mapping[str, tuple[str, Mapping[str, int]]] = {
    **{arm_type_of(type_): _named(type_) for type_ in NAMED},
    "microsoft.authorization/roleassignments": (ROLE_ASSIGNMENT, {"roleAssignmentName": 0}),
    "microsoft.insights/diagnosticsettings": (_DIAGNOSTIC_SETTING, {"name": 0}),
    "microsoft.eventhub/namespaces/networkrulesets": ("eventhub:NamespaceNetworkRuleSet", {"namespaceName": 0}),
    "microsoft.servicebus/namespaces/networkrulesets": ("servicebus:NamespaceNetworkRuleSet", {"namespaceName": 0}),
    "microsoft.storage/storageaccounts/managementpolicies": ("storage:ManagementPolicy", {"accountName": 0}),
    "microsoft.managedidentity/userassignedidentities": (USER_ASSIGNED_IDENTITY, {"resourceName": 0}),
    "microsoft.machinelearningservices/workspaces": (WORKSPACE_RESOURCE, {"workspaceName": 0}),
}
"""What rules read beside topics and subscriptions: azure-native's type, and the inputs that hold its names, by ARM type
in lower case."""

_RENAMED: Mapping[str, Mapping[str, str]] = {
    STORAGE_ACCOUNT: {"supportsHttpsTrafficOnly": "enableHttpsTrafficOnly", "networkAcls": "networkRuleSet"}
}
"""Members that azure-native calls otherwise than ARM, whose names come first."""

_EXTENDING = {ROLE_ASSIGNMENT: "scope", _DIAGNOSTIC_SETTING: "resourceUri"}
"""The types that extend another resource, each with the input that names it."""


def resource_of(found: FoundResource, urn: str, host: str | None) -> Resource:
    """Return a document's resource as rules read it.

    Args:
        found: The resource, of one of `ARM_TYPES`.
        urn: Its URN.
        host: That of the resource that it lies in; None where the document does not have it.
    """
    type_, names = ARM_TYPES[found.type.lower()]
    renamed = _RENAMED.get(type_, {})
    inputs = {renamed.get(name, name): member for name, member in found.members.items()}
    inputs |= {member: found.names[index] for member, index in names.items() if index < len(found.names)}
    if "roleDefinitionName" in inputs:
        inputs.setdefault("roleDefinitionId", definition_of(inputs.pop("roleDefinitionName")))
    if type_ in _EXTENDING:
        inputs[_EXTENDING[type_]] = UNKNOWN if found.extends is None else found.extends
    return Resource(
        name=found.called or "/".join(map(str, found.names)),
        type=type_,
        inputs={name: value for name, value in inputs.items() if value is not None},
        urn=urn,
        id=found.id if isinstance(found.id, str) else None,
        sources={next(iter(names)): (host,)} if host is not None else {},
        path=found.path,
    )


def place_in(document: Any, found: FoundResource, member: MemberPath) -> MemberPath:
    """Find the place of a resource's member, which ARM may call otherwise, and which may stand in `properties`.

    Args:
        document: The document.
        found: The resource.
        member: The member's path, in azure-native's words.
    """
    if not member:
        return found.path
    type_, _ = ARM_TYPES[found.type.lower()]
    arm_names = {new: old for old, new in _RENAMED.get(type_, {}).items()}
    if type_ in _EXTENDING:
        arm_names[_EXTENDING[type_]] = "scope"
    path = (arm_names.get(str(member[0]), member[0]), *member[1:])
    for known in range(len(path), 0, -1):
        if path[:known] in found.places:
            return (*found.places[path[:known]], *path[known:])
    written = member_at(document, found.path)
    inside = isinstance(written, Mapping) and path[0] not in written and "properties" in written
    return (*found.path, *(("properties",) if inside else ()), *path)
