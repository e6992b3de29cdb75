"""Role assignments for the identities that deliver, shared by all that need the same one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain, count
from uuid import UUID, uuid5

import pulumi
from pulumi_azure_native import authorization

from azureml_events.base.values import Reference
from azureml_events.handlers.endpoint import Role
from azureml_events.handlers.handler import GrantsMode
from azureml_events.resources.access import AccessDelay
from azureml_events.resources.existing import ROLE_ASSIGNMENT, explain_existing
from azureml_events.resources.inputs import to_input, to_output
from azureml_events.resources.look_ups import name_in
from azureml_events.resources.program import once

_ASSIGNMENTS = UUID("6f9a4a3e-3c0c-5d5e-9a44-6d1c0f6f2b57")
"""The namespace of our role assignments' GUIDs."""


@dataclass(frozen=True)
class Principal:
    """An identity that roles are assigned to.

    Attributes:
        keys: What tells it from others, stable over deployments: a workspace's key, or the ARM id of a user-assigned
            identity; behind it those that it had, where its workspace had another key.
        id: The object id of its service principal.
        name: What people call it: a workspace's key, or the name in Azure.
    """

    keys: Sequence[str]
    id: pulumi.Input[str]
    name: pulumi.Input[str]


@dataclass(frozen=True)
class Grant:
    """A role that an identity needs on a resource.

    Attributes:
        role: The role.
        scope: The resource's ARM id.
        labels: What the resource is called in Pulumi names where its id is deferred; behind it what it was called,
            where its workspace had another key.
        principal: The identity.
    """

    role: Role
    scope: Reference
    labels: Sequence[str]
    principal: Principal

    @property
    def key(self) -> tuple[object, ...]:
        """The values that tell it from others."""
        scope = self.scope.lower() if isinstance(self.scope, str) else self.scope
        return scope, self.principal.keys[0].lower(), self.role.guid

    @property
    def names(self) -> list[str]:
        """Its Pulumi name and those that it had: identity, role and resource, so that it outlives a handler's name."""
        names = [self._name(key, label) for key in self.principal.keys for label in self.labels]
        return list(dict.fromkeys(names))

    def _name(self, principal: str, label: str) -> str:
        role = self.role.name.lower().replace(" ", "-")
        place = self.scope if isinstance(self.scope, str) else label
        digest = sha256(f"{principal} {place}".lower().encode()).hexdigest()[:8]
        return f"{name_in(principal)}/{role}/{name_in(place)}-{digest}"


class Grants(pulumi.ComponentResource):
    """The role assignments of a program, one for each scope, identity and role.

    Each is made on one resource, for a service principal, under a GUID derived from scope, principal and role, and
    is followed by a wait until it holds.

    Args:
        name: Its Pulumi name; default `grants`.
        access_delay_seconds: Seconds to wait after a new role assignment, 0 or more; default 180.
        opts: Pulumi's options.

    Attributes:
        role_assignments: The role assignments that are made, by Pulumi name.
        prerequisites: What someone else must grant, each a map with the `identity` and its `principalId`: role
            assignments that are taken as made (`role` and `scope`), and what no role assignment gives (`needed`).
    """

    def __init__(
        self,
        name: str = "grants",
        *,
        access_delay_seconds: int = 180,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "azureml-events:index:Grants",
            name,
            {"accessDelaySeconds": access_delay_seconds},
            opts,
        )
        self.role_assignments: dict[str, authorization.RoleAssignment] = {}
        self.prerequisites: list[dict[str, pulumi.Input[str]]] = []
        self._made: dict[tuple[object, ...], pulumi.Output[pulumi.Resource]] = {}
        self._assumed: set[tuple[object, ...]] = set()
        self._delay = AccessDelay(name, access_delay_seconds)
        self._hooks = self._delay.hooks
        self._hooks.on_error = explain_existing(name, ROLE_ASSIGNMENT)
        self.register_outputs({})

    @classmethod
    def of_program(cls, *, access_delay_seconds: int, opts: pulumi.ResourceOptions | None) -> Grants:
        """Give the program's grants, made with the first use and as the first use says.

        Args:
            access_delay_seconds: Seconds to wait after a new role assignment.
            opts: Pulumi's options.
        """
        return once(cls, None, lambda: cls(access_delay_seconds=access_delay_seconds, opts=opts))

    def ensure(
        self, grant: Grant, mode: GrantsMode, provider: pulumi.ProviderResource | None = None
    ) -> list[pulumi.Output[pulumi.Resource]]:
        """See that a role is assigned, once.

        Args:
            grant: What is needed.
            mode: `create` makes the role assignment, `assume` lists it as a prerequisite.
            provider: The provider that makes it; default the one that is there anyway.

        Returns:
            What must be there before the identity can deliver: the role assignment, once it is likely to hold.
        """
        if mode == "assume":
            if grant.key not in self._assumed:
                self._assumed.add(grant.key)
                scope = to_input(grant.scope, f"grants.{grant.labels[0]}")
                principal = grant.principal
                assumed = {"role": grant.role.name, "scope": scope, "principalId": principal.id}
                self.prerequisites.append({**assumed, "identity": principal.name})
            return []
        if grant.key not in self._made:
            name = self._free(grant.names[0])
            self.role_assignments[name] = self._assign(name, grant, provider)
            self._made[grant.key] = self._delay.after(self.role_assignments[name])
        return [self._made[grant.key]]

    def require(self, needed: str, principal: Principal) -> None:
        """List something that only someone else can grant.

        Args:
            needed: What it is, in words.
            principal: The identity that needs it.
        """
        self.prerequisites.append({"needed": needed, "identity": principal.name, "principalId": principal.id})
        pulumi.log.info(f"prerequisite of {name_in(principal.keys[0])}: {needed}")

    def _assign(
        self, name: str, grant: Grant, provider: pulumi.ProviderResource | None
    ) -> authorization.RoleAssignment:
        present, *former = grant.names
        scope = to_output(grant.scope, f"{name}: scope")
        guid = pulumi.Output.all(scope, grant.principal.id).apply(
            lambda known: assignment_guid(known[0], known[1], grant.role)
        )
        return authorization.RoleAssignment(
            name,
            role_assignment_name=guid,
            scope=scope,
            role_definition_id=role_definition_id(grant.scope, grant.role),
            principal_id=grant.principal.id,
            principal_type="ServicePrincipal",
            opts=pulumi.ResourceOptions(
                parent=self,
                provider=provider,
                hooks=self._hooks,
                delete_before_replace=True,
                aliases=[pulumi.Alias(name=each + name.removeprefix(present)) for each in former],
            ),
        )

    def _free(self, name: str) -> str:
        """Make the name distinct where another deferred resource is called the same."""
        names = chain([name], (f"{name}-{number}" for number in count(2)))
        return next(each for each in names if each not in self.role_assignments)


def assignment_guid(scope: str, principal_id: str, role: Role) -> str:
    """Derive the name of a role assignment: one GUID for each scope, principal and role.

    Args:
        scope: The resource's ARM id, in any case.
        principal_id: The object id of the service principal.
        role: The role.
    """
    return str(uuid5(_ASSIGNMENTS, f"{scope.lower()} {principal_id.lower()} {role.guid}"))


def role_definition_id(scope: Reference, role: Role) -> str:
    """Write the ARM id of a built-in role's definition, plain so that a preview and its policies know the role.

    Args:
        scope: The ARM id of the resource that the role is assigned on; where it is plain, its Azure subscription stands
            in the definition's id.
        role: The role.
    """
    subscription = "/".join(scope.split("/")[:3]) if isinstance(scope, str) else ""
    return f"{subscription}/providers/Microsoft.Authorization/roleDefinitions/{role.guid}"
