"""Grants: every role assignment and every needed one, who holds it, on what, and why."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from azureml_events.base.arm_ids import GUID_PATTERN
from azureml_events.documents.unresolved import UNKNOWN, Unresolved
from azureml_events.handlers import ENDPOINTS, role_names
from azureml_events.handlers.endpoint import Role
from azureml_events.handlers.storage import DEAD_LETTER_ROLE
from azureml_events.policy.deliveries import Identity, Need, Topics, delivery_roles, needs_of
from azureml_events.policy.event_subscription import EVENT_SUBSCRIPTIONS, TOPICS
from azureml_events.policy.places import Place, Places
from azureml_events.policy.reading import text_of, value_at
from azureml_events.policy.resource import STACK, Resource, Resources
from azureml_events.policy.resource_types import STORAGE_ACCOUNT, USER_ASSIGNED_IDENTITY, WORKFLOW, arm_type_of

ROLE_ASSIGNMENT = "authorization:RoleAssignment"
ROLE_DEFINITION = "authorization:RoleDefinition"

ACCESS_ADMINISTRATOR = Role("Role Based Access Control Administrator", "f58310d9-a9f6-439a-9e8d-f62e7b41a168")

PRIVILEGED = {
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "Owner",
    "b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
    "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": "User Access Administrator",
    ACCESS_ADMINISTRATOR.guid: ACCESS_ADMINISTRATOR.name,
}
"""Azure's privileged roles by GUID (source: its page on built-in roles)."""

_HOLDING = {
    "f526a384-b230-433a-b45c-95f59c4a2dec": ("Azure Event Hubs Data Owner", ENDPOINTS["EventHub"].role),
    "090c5cfd-751d-490a-894a-3ce6f1109419": ("Azure Service Bus Data Owner", ENDPOINTS["ServiceBusQueue"].role),
    "b7e6dc6d-f1e8-4753-8033-0f276bb0955b": ("Storage Blob Data Owner", DEAD_LETTER_ROLE),
}
"""Roles that hold more than the one that delivery needs: their names, and that role (source: as above)."""

Status = Literal["created", "assumed", "unused", "missing"]


@dataclass(frozen=True)
class Grant:
    """A row of the grants list.

    Attributes:
        principal: What holds the role: the topic's, the identity's or the workflow's name, or an object id.
        role: The role's name, or the GUID of its definition; `<unknown>` while unknown.
        scope: The ARM id that the role is on; None while unknown.
        scope_of: The resource that an unknown scope comes from; None where the program does not declare it.
        because: What needs it: subscriptions, and dead letters as `dead letter of <subscription>`.
        status: What became of it.
    """

    principal: str
    role: str
    scope: str | None
    scope_of: str | None
    because: tuple[str, ...]
    status: Status

    @property
    def place(self) -> str:
        """The scope, or the resource that it comes from."""
        return self.scope or (f"<unknown> of {self.scope_of}" if self.scope_of else "<unknown>")

    def to_json(self) -> dict[str, object]:
        """Write it as `review --format json` does."""
        scope: dict[str, object] = {"scope": self.scope or "<unknown>"}
        if self.scope is None:
            scope["scopeOf"] = self.scope_of
        return {
            "principal": self.principal,
            "role": self.role,
            **scope,
            "because": list(self.because),
            "status": self.status,
        }


@dataclass(frozen=True)
class Assignment:
    """A role assignment, as far as it is known.

    Attributes:
        resource: The resource.
        role: The GUID of its role in lower case; None while unknown.
        scope: The place that it is on.
        holders: The identities of topics that it is known to be for.
        principal: The object id where it is plain, in lower case.
        may_be_anyone: Whether nothing says whose the principal is.
    """

    resource: Resource
    role: str | None
    scope: Place
    holders: tuple[Identity, ...]
    principal: str | None
    may_be_anyone: bool

    @property
    def role_name(self) -> str:
        """The role's name, or its GUID."""
        return role_name(self.role) if self.role else "<unknown>"


class Grants:
    """The role assignments of a program held against the roles that deliveries need.

    Args:
        resources: All resources.

    Attributes:
        assignments: The role assignments.
        needs: The roles that are needed.
    """

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._places = resources.derived(Places)
        self._topics = resources.derived(Topics)
        self.needs = resources.derived(needs_of)
        self._of_topics = _identities_of_topics(resources)
        self._principals = _known_principals(resources, self._topics)
        self._known_identities = set(self._principals.values())
        self.assignments = [self._read(each) for each in resources.of_type(ROLE_ASSIGNMENT)]
        self._prerequisites = list(_prerequisites(resources))
        self._serving: dict[int, list[tuple[Need, bool | None]]] = {}
        self._granting: dict[int, list[bool | None]] = defaultdict(list)
        self._by_subscription: dict[int, list[Need]] = defaultdict(list)
        self._by_resource = {id(each.resource): each for each in self.assignments}
        self._through = resources.derived(_through_workflows)
        self._hold_together()

    def of(self, resource: Resource) -> Assignment:
        """Return what is known of a role assignment.

        Args:
            resource: The role assignment.
        """
        return self._by_resource[id(resource)]

    def holders(self, assignment: Assignment) -> tuple[Identity, ...]:
        """Return the identities of topics that hold a role; none where it is not theirs.

        Args:
            assignment: The role assignment.
        """
        if assignment.holders:
            return assignment.holders
        return self._concluded.get(assignment.principal or id(assignment.resource), ())

    def needs_of(self, subscription: Resource) -> list[Need]:
        """Return what a subscription needs.

        Args:
            subscription: The event subscription.
        """
        return self._by_subscription.get(id(subscription), [])

    def is_undecided(self, assignment: Assignment) -> bool:
        """Tell whether a role assignment may be a topic's, and nothing says so.

        Args:
            assignment: The role assignment.
        """
        return assignment.may_be_anyone and assignment.principal is None and not self.holders(assignment)

    def served(self, assignment: Assignment) -> list[tuple[Need, bool | None]]:
        """Return the needs that a role assignment serves, or may serve where that is not known (None).

        Args:
            assignment: The role assignment.
        """
        return self._serving.get(id(assignment.resource), [])

    def granted(self, need: Need) -> bool | None:
        """Tell whether a role that is needed is granted or a declared prerequisite; None where that is not known.

        Args:
            need: What is needed.
        """
        verdicts = self._granting.get(id(need), [])
        if True in verdicts or any(self._is_met_by(need, each) for each in self._prerequisites):
            return True
        return None if None in verdicts or need.identity is None or need.role is None else False

    def rows(self) -> Iterator[Grant]:
        """Yield the grants list: the role assignments in their order, what is assumed, what is missing."""
        for each in self.assignments:
            yield self._row(each)
        yield from self._assumed_rows()
        missing: dict[tuple[object, ...], Grant] = {}
        for need in self.needs if self._resources.is_whole else ():
            if self.granted(need) is False and need.identity and need.role:
                key = need.identity, need.role, need.place.id or tuple(id(each) for each in need.place.resources)
                scope = text_of(need.target.subscription, *need.place.member)
                row = Grant(need.identity.name, need.role.name, scope, _scope_of(need.place), (), "missing")
                row = missing.get(key, row)
                missing[key] = replace(row, because=_once((*row.because, need.because)))
        yield from missing.values()

    def _row(self, each: Assignment) -> Grant:
        holders = self.holders(each)
        served = [need for need, verdict in self.served(each) if verdict is not False]
        because = [need.because for need in served]
        principal = holders[0].name if holders else each.principal
        for workflow in self._resources.sources_of(each.resource, "principalId"):
            if workflow.type == WORKFLOW:
                principal = workflow.name
                because += self._through[id(workflow)]
        unused = bool(holders) and not served
        return Grant(
            principal or _principal_name(self._resources, each.resource),
            each.role_name,
            text_of(each.resource, "scope"),
            _scope_of(each.scope) or _scope_source(self._resources, each),
            _once(because),
            "unused" if unused else "created",
        )

    def _assumed_rows(self) -> Iterator[Grant]:
        workflows = {text_of(each, "workflowName"): each for each in self._resources.of_type(WORKFLOW)}
        for each in self._prerequisites:
            if each.name in workflows:
                yield self._assumed_of_workflow(workflows[each.name], each)
                continue
            because = [need for need in self.needs if self._is_met_by(need, each)]
            because = [need for need in because if each.is_of(need)] or because
            held = _once(need.identity.name for need in because if need.identity)
            yield Grant(
                ", ".join(held) or each.principal or each.name or "<unknown>",
                each.role,
                each.scope,
                _scope_of(because[0].place) if because else None,
                _once(need.because for need in because),
                "assumed",
            )

    def _assumed_of_workflow(self, workflow: Resource, prerequisite: _Prerequisite) -> Grant:
        """Return what is assumed for a bridge; a scope that is not known comes from what its workflow names."""
        named = _once(each.name for each in self._resources.sources_of(workflow, "definition"))
        scope_of = named[0] if prerequisite.scope is None and len(named) == 1 else None
        because = _once(self._through[id(workflow)])
        return Grant(workflow.name, prerequisite.role, prerequisite.scope, scope_of, because, "assumed")

    def _is_met_by(self, need: Need, prerequisite: _Prerequisite) -> bool:
        """Tell whether a prerequisite is for a need: its object id is the identity's, or nothing speaks against it."""
        if not prerequisite.is_on(need):
            return False
        known = self._principals.get(prerequisite.principal or "")
        if known is None or need.identity is None:
            return need.identity not in self._known_identities
        return need.identity == known

    def _read(self, resource: Resource) -> Assignment:
        definition, principal = value_at(resource, "roleDefinitionId"), text_of(resource, "principalId")
        text = definition.known if isinstance(definition, Unresolved) else definition
        guid = re.search(GUID_PATTERN, text.lower().rpartition("/")[2]) if isinstance(text, str) else None
        sources = self._resources.sources_of(resource, "principalId")
        holders = [holder for source in sources for holder in self._holders_from(source)]
        if principal is not None and principal.lower() in self._principals:
            holders = [self._principals[principal.lower()]]
        return Assignment(
            resource,
            guid[0] if guid else None,
            self._places.at(resource, "scope"),
            tuple(dict.fromkeys(holders)),
            principal.lower() if principal is not None else None,
            may_be_anyone=not holders and not resource.sources.get("principalId"),
        )

    def _holders_from(self, source: Resource) -> list[Identity]:
        own = Identity.of(source)
        if source.type == USER_ASSIGNED_IDENTITY:
            return [own] if own in self._of_topics else []
        held = self._topics.held_by(source) if source.type in TOPICS else []
        return [own] if own in held else held

    def _hold_together(self) -> None:
        """Find which role assignment serves which need."""
        by_identity: dict[Identity | None, list[Need]] = defaultdict(list)
        for need in self.needs:
            self._by_subscription[id(need.target.subscription)].append(need)
            by_identity[need.identity].append(need)
        self._concluded = self._conclude(by_identity)
        for each in self.assignments:
            served = list(self._serve(each, by_identity))
            self._serving[id(each.resource)] = served
            for need, verdict in served:
                if verdict is None or each.role is None or need.role is None:
                    self._granting[id(need)].append(None)
                elif _has_role(each, need):
                    self._granting[id(need)].append(True)

    def _conclude(self, by_identity: Mapping[Identity | None, list[Need]]) -> Mapping[object, tuple[Identity, ...]]:
        """Conclude from what a role assignment serves whose principal it is, where nothing else says so."""
        found: dict[object, dict[Identity, None]] = defaultdict(dict)
        unlinked = [each for each in by_identity if each and each not in self._known_identities]
        for each in self.assignments:
            if each.holders or not each.may_be_anyone:
                continue
            for identity in unlinked:
                served = [
                    need
                    for need in by_identity[identity]
                    if self._places.covers(each.scope, need.place) and _has_role(each, need)
                ]
                if served and not identity.is_declared:
                    found[each.principal or id(each.resource)][identity] = None
                elif each.principal is not None:
                    for need in served:
                        self._granting[id(need)].append(None)
        return {key: tuple(identities) for key, identities in found.items()}

    def _serve(
        self, assignment: Assignment, by_identity: Mapping[Identity | None, list[Need]]
    ) -> Iterator[tuple[Need, bool | None]]:
        for identity in (*self.holders(assignment), None):
            for need in by_identity.get(identity, ()):
                verdict = self._places.covers(assignment.scope, need.place)
                if verdict is not False and _may_serve(assignment, need):
                    yield need, verdict if identity else None


def grants_of(resources: Resources) -> Grants:
    """Return the grants of a program, found once.

    Args:
        resources: All resources.
    """
    return resources.derived(Grants)


def role_name(guid: str) -> str:
    """Return the name of a built-in role, where it is one that has to do with events; else its GUID.

    Args:
        guid: The GUID of its definition, in lower case.
    """
    return _known_roles().get(guid, guid)


def definition_of(name: object) -> object:
    """Return the definition's id of a built-in role that has to do with events; not known for others.

    Args:
        name: The role's name, or what stands in its place.
    """
    guid = next((guid for guid, known in _known_roles().items() if known == name), None)
    return UNKNOWN if guid is None else f"/providers/Microsoft.Authorization/roleDefinitions/{guid}"


def _known_roles() -> dict[str, str]:
    return {**PRIVILEGED, **{each: name for each, (name, _) in _HOLDING.items()}, **role_names()}


def _has_role(assignment: Assignment, need: Need) -> bool:
    """Tell whether a role is the one that is needed, or holds it."""
    if need.role is None or assignment.role is None:
        return False
    return assignment.role == need.role.guid or _HOLDING.get(assignment.role, ("", None))[1] == need.role


def _may_serve(assignment: Assignment, need: Need) -> bool:
    """Tell whether a role may serve a need: not where it is known to be for another kind of endpoint."""
    return _has_role(assignment, need) or need.role is None or assignment.role not in delivery_roles()


def _known_principals(resources: Resources, topics: Topics) -> dict[str, Identity]:
    """Return the identities by object id, as Azure's answers and the stack's outputs say."""
    known: dict[str, Identity] = {}
    for topic in resources.of_type(*TOPICS):
        for members in (topic.inputs, topic.outputs):
            identity = members.get("identity")
            if not isinstance(identity, Mapping):
                continue
            if isinstance(principal := identity.get("principalId"), str):
                known[principal.lower()] = Identity.of(topic)
            users = identity.get("userAssignedIdentities")
            for id_, user in users.items() if isinstance(users, Mapping) else ():
                if isinstance(user, Mapping) and isinstance(principal := user.get("principalId"), str):
                    known[principal.lower()] = topics.user_assigned(str(id_))
    known.update(_listed_principals(resources))
    for each in resources.of_type(USER_ASSIGNED_IDENTITY):
        for members in (each.inputs, each.outputs):
            if isinstance(principal := members.get("principalId"), str):
                known[principal.lower()] = Identity.of(each)
    return known


def _listed_principals(resources: Resources) -> Iterator[tuple[str, Identity]]:
    """Yield object ids with their identities, which our programs list by workspace as the output `principals`."""
    by_workspace = {
        need.target.subscription.name.partition("/")[0]: need.identity for need in resources.derived(needs_of)
    }
    for stack in resources.of_type(STACK):
        listed = stack.outputs.get("principals", stack.inputs.get("principals"))
        for workspace, principal in listed.items() if isinstance(listed, Mapping) else ():
            identity = by_workspace.get(str(workspace))
            if isinstance(principal, str) and identity is not None:
                yield principal.lower(), identity


def _identities_of_topics(resources: Resources) -> set[Identity]:
    """Return every identity that a topic holds or a subscription delivers with."""
    topics = resources.derived(Topics)
    held = {identity for topic in resources.of_type(*TOPICS) for identity in topics.held_by(topic)}
    return held | {need.identity for need in resources.derived(needs_of) if need.identity}


def _through_workflows(resources: Resources) -> Mapping[int, list[str]]:
    """Return the subscriptions that deliver to a workflow, by `id()` of the workflow."""
    through: dict[int, list[str]] = defaultdict(list)
    for subscription in resources.of_type(*EVENT_SUBSCRIPTIONS):
        for member in ("destination", "deliveryWithResourceIdentity"):
            for source in resources.sources_of(subscription, member):
                if source.type == WORKFLOW:
                    through[id(source)].append(subscription.name)
    return through


@dataclass(frozen=True)
class _Prerequisite:
    """What others must grant, as far as known: the role's name, the ARM id, the object id, the identity's name."""

    role: str
    scope: str | None
    principal: str | None
    name: str

    def is_on(self, need: Need) -> bool:
        """Tell whether it is the role that is needed, on what it is needed on."""
        if need.role is None or need.role.name != self.role:
            return False
        if self.scope is None or need.place.id is None:
            return self.scope is None and need.place.id is None
        return need.place.is_inside(self.scope)

    def is_of(self, need: Need) -> bool:
        """Tell whether it is for the identity that is needed, which for a topic's is called as its workspace."""
        return need.identity is not None and self.name in {
            need.identity.name,
            need.target.subscription.name.partition("/")[0],
        }


def listed_prerequisites(resources: Resources) -> Iterator[Mapping[str, Any]]:
    """Yield what our programs list as the stack's output `prerequisites`, in its order.

    Args:
        resources: All resources.
    """
    for stack in resources.of_type(STACK):
        listed = stack.outputs.get("prerequisites", stack.inputs.get("prerequisites"))
        yield from (each for each in listed if isinstance(each, Mapping)) if isinstance(listed, list) else ()


def _prerequisites(resources: Resources) -> Iterator[_Prerequisite]:
    """Yield the role assignments among them."""
    for each in listed_prerequisites(resources):
        if isinstance(role := each.get("role"), str):
            scope, principal, name = each.get("scope"), each.get("principalId"), each.get("identity")
            yield _Prerequisite(
                role,
                scope if isinstance(scope, str) else None,
                principal.lower() if isinstance(principal, str) else None,
                name if isinstance(name, str) else "",
            )


def _principal_name(resources: Resources, resource: Resource) -> str:
    """Return the name of what an unknown principal comes from."""
    sources = resources.sources_of(resource, "principalId")
    if sources:
        return sources[0].name
    urns = resource.sources.get("principalId", ())
    return urns[0].rpartition("::")[2] if urns else "<unknown>"


def _scope_of(place: Place) -> str | None:
    """Return the resource that an unknown scope comes from: the storage account, or else the innermost."""
    if place.id is not None or not place.resources:
        return None
    accounts = [each for each in place.resources if each.type == STORAGE_ACCOUNT]
    return max(accounts or place.resources, key=lambda each: arm_type_of(each.type).count("/")).name


def _scope_source(resources: Resources, assignment: Assignment) -> str | None:
    sources = resources.sources_of(assignment.resource, "scope")
    return sources[0].name if assignment.scope.id is None and sources else None


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
