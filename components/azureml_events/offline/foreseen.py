"""What azure-native tells of a resource in a preview, beside what the program says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from azureml_events.offline.wire import UNKNOWN, Secret

_AZURE_NATIVE = "azure-native"
_OF_IDENTITY = ("principalId", "tenantId")
_OF_USER_ASSIGNED = ("principalId", "clientId")


def foreseen_outputs(type_: str, inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give the outputs of a resource before it is there: its inputs, and what Azure adds inside them as unknown.

    The SDK itself takes an absent output for unknown, but not an absent member of one. Azure adds members to a
    managed identity, which programs read: without them a program would see None where a preview has an unknown value
    (source: `PreviewOutputs` of azure-native's provider, and ARM's managed service identity).

    Args:
        type_: The resource's type token.
        inputs: Its inputs.
    """
    identity = inputs.get("identity")
    if not type_.startswith(_AZURE_NATIVE):
        return inputs
    if isinstance(identity, Secret) and isinstance(identity.value, Mapping):
        return {**inputs, "identity": Secret(_identity(identity.value))}
    return {**inputs, "identity": _identity(identity)} if isinstance(identity, Mapping) else inputs


def _identity(given: Mapping[str, Any]) -> Mapping[str, Any]:
    users = given.get("userAssignedIdentities")
    found = {**dict.fromkeys(_OF_IDENTITY, UNKNOWN), **given}
    if isinstance(users, list):  # azure-native takes a list of ids, and answers with a map
        users = {each: {} for each in users} if all(isinstance(each, str) for each in users) else UNKNOWN
    if isinstance(users, Mapping):
        users = {id_: dict.fromkeys(_OF_USER_ASSIGNED, UNKNOWN) for id_ in users}
    return found if users is None else {**found, "userAssignedIdentities": users}
