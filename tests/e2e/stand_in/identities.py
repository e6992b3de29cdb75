"""Identities of topics and what role assignments allow them."""

from __future__ import annotations

import re
import time

from e2e.stand_in.cloud import ArmError, Cloud, Existing, LateError, Properties, invalid

TENANT = "00000000-0000-0000-0000-00000000aaaa"

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_ROLE = re.compile(
    r"(/subscriptions/[^/]+)?/providers/Microsoft\.Authorization/roleDefinitions/([^/]+)",
    re.IGNORECASE,
)
_TYPES = ("None", "SystemAssigned", "UserAssigned", "SystemAssigned, UserAssigned")
_MOST_USER_ASSIGNED = 2


def granted_identity(cloud: Cloud, owner: str, wanted: Properties, now: Properties) -> Properties:
    """Return the identity of a resource as a GET answers it (recording: test_system_topic_identity).

    Args:
        cloud: What exists.
        owner: The resource's id.
        wanted: The identity that is asked for; may be empty.
        now: The one that it has; may be empty.
    """
    kind = wanted.get("type", "None")
    if kind not in _TYPES:
        raise invalid(f"Unknown identity type '{kind}'.")
    identity: Properties = {"type": kind, "userAssignedIdentities": None}
    if "SystemAssigned" in kind:
        identity["principalId"] = now.get("principalId") or cloud.principal(owner)
        identity["tenantId"] = TENANT
    users = list(wanted.get("userAssignedIdentities") or {})
    if ("UserAssigned" in kind.split(", ")) != bool(users) or len(users) > _MOST_USER_ASSIGNED:
        raise invalid(f"Identity type '{kind}' does not fit {len(users)} user-assigned identities.")
    if users:
        identity["userAssignedIdentities"] = {
            user: {"principalId": principal_of(cloud, user), "clientId": TENANT} for user in users
        }
    return identity


def principal_of(cloud: Cloud, user_assigned: str) -> str:
    """Return the principal of a user-assigned identity."""
    existing = cloud.get(user_assigned)
    if existing is None or "/userassignedidentities/" not in user_assigned.lower():
        raise invalid(f"The user-assigned identity '{user_assigned}' was not found.")
    return str(existing.outputs["principalId"])


def delivering_principal(topic: Existing, wanted: Properties) -> str:
    """Return the principal that a subscription delivers with, which must be one of its topic's."""
    identity = topic.outputs.get("identity", {})
    kind = wanted.get("type")
    if kind == "SystemAssigned" and identity.get("principalId"):
        return str(identity["principalId"])
    if kind == "UserAssigned":
        users = {key.lower(): user for key, user in (identity.get("userAssignedIdentities") or {}).items()}
        user = users.get(str(wanted.get("userAssignedIdentity")).lower())
        if user:
            return str(user["principalId"])
    raise invalid(f"The identity '{kind}' of the event subscription is not enabled on '{topic.id}'.")


def require_role(cloud: Cloud, principal: str, role: str, target: str) -> None:
    """Fail, after the PUT was accepted, where a principal lacks a role on a target or has it too short a time."""
    latest = time.time() - cloud.access_delay
    for assignment in cloud.of_type("roleAssignments"):
        scope = assignment.inputs["scope"].strip("/").lower()
        covers = f"{target.strip('/').lower()}/".startswith(f"{scope}/")
        same = assignment.inputs["principalId"].lower() == principal.lower()
        named = assignment.inputs["roleDefinitionId"].lower().endswith(role)
        if covers and same and named and assignment.since <= latest:
            return
    raise LateError(*MISSING_ACCESS)


MISSING_ACCESS = (
    "Managed Identity Authorization Error",
    "Managed Identity does not have permission to perform appropriate action on the destination resource.",
)
"""How Event Grid fails while an identity lacks access (Azure/bicep-registry-modules#5205)."""


def check_changed_role_assignment(existing: Existing, inputs: Properties) -> None:
    """Refuse another scope, principal or role; the same ones may be PUT again."""
    if _key(existing.inputs) != _key(inputs):
        raise ArmError(400, "RoleAssignmentUpdateNotPermitted", "It cannot be changed.")


def check_new_role_assignment(cloud: Cloud, resource_id: str, inputs: Properties) -> None:
    """Refuse what ARM refuses in a new role assignment."""
    name = resource_id.rsplit("/", 1)[1]
    if not _GUID.fullmatch(name):
        raise ArmError(400, "InvalidRoleAssignmentId", f"The id '{name}' is not a GUID.")
    if not _ROLE.fullmatch(inputs["roleDefinitionId"]):
        raise ArmError(400, "InvalidRoleDefinitionId", f"'{inputs['roleDefinitionId']}'")
    scope = "/" + inputs["scope"].strip("/")
    if "/providers/" in scope and cloud.get(scope) is None:
        raise ArmError(404, "ResourceNotFound", f"The scope '{scope}' was not found.")
    if not cloud.within_group(scope):
        raise ArmError(404, "ResourceGroupNotFound", f"The scope '{scope}' was not found.")
    if inputs["principalId"] not in principals(cloud):
        raise ArmError(400, "PrincipalNotFound", f"Principal {inputs['principalId']} not found.")
    if inputs.get("principalType") != "ServicePrincipal":
        raise ArmError(
            400,
            "PrincipalNotFound",
            "A principal that was just made is found only with principalType 'ServicePrincipal'.",
        )
    key = _key(inputs)
    for other in cloud.of_type("roleAssignments"):
        if _key(other.inputs) == key:
            found = other.id.rsplit("/", 1)[1]
            raise ArmError(
                409,
                "RoleAssignmentExists",
                f"The role assignment already exists. The ID of the existing role assignment is {found}.",
            )


def principals(cloud: Cloud) -> set[str]:
    """Return the principal of every identity."""
    found = set()
    for existing in cloud.resources.values():
        identity = existing.outputs.get("identity", {})
        users = (identity.get("userAssignedIdentities") or {}).values()
        for holder in (existing.outputs, identity, *users):
            if holder.get("principalId"):
                found.add(holder["principalId"])
    return found


def _key(inputs: Properties) -> tuple[str, str, str]:
    role = inputs["roleDefinitionId"].rsplit("/", 1)[1]
    return (
        inputs["scope"].strip("/").lower(),
        inputs["principalId"].lower(),
        role.lower(),
    )
