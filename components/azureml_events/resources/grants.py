"""Role assignments for the identities that deliver, shared by all that need the same one."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID, uuid5

import pulumi
from pulumi_azure_native import authorization

from azureml_events.declarations.deferred import Deferred
from azureml_events.endpoints.endpoint import GrantsMode, Role
from azureml_events.resources.access import wait_for_access
from azureml_events.resources.inputs import to_input, to_output
from azureml_events.resources.program import shared
from azureml_events.resources.version_aliases import without_version_aliases

_ASSIGNMENTS = UUID("6f9a4a3e-3c0c-5d5e-9a44-6d1c0f6f2b57")
"""The namespace of our role assignments' GUIDs."""


@dataclass(frozen=True)
class Principal:
    """An identity that roles are assigned to.

    Attributes:
        key: What tells it from others, stable over deployments: a workspace's key, or the ARM id of a user-assigned
            identity.
        id: The object id of its service principal.
    """

    key: str
    id: pulumi.Input[str]


@dataclass(frozen=True)
class Grant:
    """A role that an identity needs on a resource.

    Attributes:
        role: The role.
        scope: The resource's ARM id.
        label: What the resource is called in Pulumi names.
        principal: The identity.
    """

    role: Role
    scope: str | Deferred
    label: str
    principal: Principal

    @property
    def key(self) -> tuple[object, ...]:
        """What tells it from others."""
        scope = self.scope.lower() if isinstance(self.scope, str) else self.scope
        return scope, self.principal.key.lower(), self.role.guid

    @property
    def name(self) -> str:
        """Its Pulumi name: the identity, the role and the resource."""
        identity = self.principal.key.rpartition("/")[2]
        place = self.scope.lower() if isinstance(self.scope, str) else self.label
        digest = sha256(f"{self.principal.key.lower()} {place}".encode()).hexdigest()[:8]
        return f"{identity}/{self.role.name.lower().replace(' ', '-')}/{self.label}-{digest}"


class Grants(pulumi.ComponentResource):
    """The role assignments of a program, one for each scope, identity and role.

    Each is made on the single entity, for a service principal, under a GUID derived from scope, principal and role, and
    is followed by a wait until it holds.

    Args:
        name: Its Pulumi name.
        access_delay_seconds: Seconds to wait after a new role assignment.
        keep_version_aliases: Whether the role assignments keep azure-native's aliases of older API versions.
        opts: Pulumi's options.

    Attributes:
        role_assignments: The role assignments that are made, by Pulumi name.
        prerequisites: The role assignments that are taken as made: maps of `role`, `scope` and `principalId`.
    """

    def __init__(
        self,
        name: str = "grants",
        *,
        access_delay_seconds: int = 60,
        keep_version_aliases: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "azureml-events:index:Grants",
            name,
            {},
            without_version_aliases(opts, keep=keep_version_aliases),
        )
        self.role_assignments: dict[str, authorization.RoleAssignment] = {}
        self.prerequisites: list[dict[str, pulumi.Input[str]]] = []
        self._made: dict[tuple[object, ...], authorization.RoleAssignment] = {}
        self._assumed: set[tuple[object, ...]] = set()
        self._wait = wait_for_access(name, access_delay_seconds)
        self.register_outputs({})

    @classmethod
    def of_program(cls, *, access_delay_seconds: int, keep_version_aliases: bool) -> Grants:
        """The program's grants, made with the first use.

        Args:
            access_delay_seconds: Seconds to wait after a new role assignment.
            keep_version_aliases: Whether the role assignments keep azure-native's aliases of older API versions.
        """
        made = shared(cls, Grants)
        if not made:
            made[None] = cls(access_delay_seconds=access_delay_seconds, keep_version_aliases=keep_version_aliases)
        return made[None]

    def ensure(self, grant: Grant, mode: GrantsMode) -> list[pulumi.Resource]:
        """See that a role is assigned, once.

        Args:
            grant: What is needed.
            mode: `create` makes the role assignment, `assume` lists it as a prerequisite.

        Returns:
            What must be there before the identity can deliver.
        """
        if mode == "assume":
            if grant.key not in self._assumed:
                self._assumed.add(grant.key)
                self.prerequisites.append(
                    {"role": grant.role.name, "scope": to_input(grant.scope), "principalId": grant.principal.id}
                )
            return []
        if grant.key not in self._made:
            self._made[grant.key] = self.role_assignments[grant.name] = self._assign(grant)
        return [self._made[grant.key]]

    def _assign(self, grant: Grant) -> authorization.RoleAssignment:
        scope = to_output(grant.scope)
        name = pulumi.Output.all(scope, grant.principal.id).apply(
            lambda known: assignment_guid(known[0], known[1], grant.role)
        )
        return authorization.RoleAssignment(
            grant.name,
            role_assignment_name=name,
            scope=scope,
            role_definition_id=scope.apply(lambda known: role_definition_id(known, grant.role)),
            principal_id=grant.principal.id,
            principal_type="ServicePrincipal",
            opts=pulumi.ResourceOptions(parent=self, hooks=self._wait),
        )


def assignment_guid(scope: str, principal_id: str, role: Role) -> str:
    """The name of a role assignment: one GUID for each scope, principal and role.

    Args:
        scope: The resource's ARM id, in any case.
        principal_id: The object id of the service principal.
        role: The role.
    """
    return str(uuid5(_ASSIGNMENTS, f"{scope.lower()} {principal_id.lower()} {role.guid}"))


def role_definition_id(scope: str, role: Role) -> str:
    """The ARM id of a role's definition in the Azure subscription of a scope."""
    subscription_id = scope.split("/")[2]
    return f"/subscriptions/{subscription_id}/providers/Microsoft.Authorization/roleDefinitions/{role.guid}"
