"""Rules on the roles of the identities that deliver."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_events.base.model import Many
from azureml_events.handlers import ENDPOINTS
from azureml_events.handlers.endpoint import ResourceEndpoint
from azureml_events.handlers.storage import STORAGE_ACCOUNT
from azureml_events.lint.rule import Example
from azureml_events.policy.deliveries import delivery_roles, needs_of
from azureml_events.policy.event_subscription import EVENT_SUBSCRIPTIONS
from azureml_events.policy.grants import PRIVILEGED, ROLE_ASSIGNMENT, ROLE_DEFINITION, Assignment, grants_of
from azureml_events.policy.reading import UndecidedError, read, read_text
from azureml_events.policy.receivers import arm_type_in, arm_type_of
from azureml_events.policy.rule import Question, Rule, Settings, Violation

_ON_HUB = (
    "roleDefinitionId: /providers/Microsoft.Authorization/roleDefinitions/{role}\n"
    "principalId: <the object id of the topic's identity>\n"
    "principalType: {type}\n"
    "scope: /subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.EventHub/"
    "namespaces/ns{hub}\n"
)
_SENDER = "2b629674-e913-4c01-ae53-ef4638d8f975"


def _on_hub(role: str = _SENDER, type_: str = "ServicePrincipal", hub: str = "/eventhubs/events") -> str:
    return _ON_HUB.format(role=role, type=type_, hub=hub)


class RoleTooBroadSettings(Settings):
    """The settings of `role-too-broad`."""

    allowed: Many[str] = ()
    """Further roles that a topic's identity may hold, by name or GUID; default none."""


class ScopeTooBroadSettings(Settings):
    """The settings of `scope-too-broad`."""

    allow_namespace: bool = False
    """Whether a role may be on a whole namespace; default false."""


def _of_topic(question: Question) -> Assignment | None:
    """Return a role assignment that is, or may be, for a topic's identity."""
    grants = grants_of(question.resources)
    assignment = grants.of(question.resource)
    return assignment if grants.holders(assignment) or grants.is_undecided(assignment) else None


def _decide_holder(question: Question, assignment: Assignment) -> None:
    """Raise where nothing says whose role it is, and the program has subscriptions that it may be for."""
    if grants_of(question.resources).is_undecided(assignment):
        raise UndecidedError(("principalId",))


def _privileged(question: Question) -> Iterator[Violation]:
    assignment = _of_topic(question)
    if assignment is None:
        return
    if assignment.role is None:
        read(question.resource, "roleDefinitionId")
        return
    if assignment.role in PRIVILEGED:
        _decide_holder(question, assignment)
        name = PRIVILEGED[assignment.role]
        yield Violation(
            ("roleDefinitionId",),
            f"the topic's identity holds the role '{name}', which Event Grid never needs",
            "assign the role that the endpoint needs",
            name,
        )


def _too_broad(question: Question) -> Iterator[Violation]:
    assignment = _of_topic(question)
    if assignment is None:
        return
    allowed = {each.lower() for each in question.settings.allowed}
    name = assignment.role_name
    if assignment.role is None:
        sources = question.resources.sources_of(question.resource, "roleDefinitionId")
        if not any(each.type == ROLE_DEFINITION for each in sources):
            read(question.resource, "roleDefinitionId")
            return
        name = f"custom role {sources[0].name}"
    elif assignment.role in delivery_roles() or {assignment.role, name.lower()} & allowed:
        return
    _decide_holder(question, assignment)
    holders = grants_of(question.resources).holders(assignment)
    needed = sorted({need.role.name for need in needs_of(question.resources) if need.role and need.identity in holders})
    wanted = ", ".join(needed) or "none, for nothing is delivered with an identity"
    yield Violation(
        ("roleDefinitionId",),
        f"the topic's identity holds the role '{name}', needed: {wanted}",
        "assign the role that the endpoint needs, or allow this one in role-too-broad.allowed",
        name,
    )


def _scope(question: Question) -> Iterator[Violation]:
    assignment = _of_topic(question)
    if assignment is None:
        return
    scope = assignment.scope
    if scope.id is not None:
        types = {arm_type_in(scope.id)}
        shown = _shown(arm_type_in(scope.id), scope.id)
    else:
        sources = question.resources.sources_of(question.resource, "scope")
        types = {arm_type_of(each.type) or each.type for each in sources}
        shown = ", ".join(f"{each.name} ({each.type})" for each in sources)
        if scope.text is not None and scope.text.startswith("/"):
            types, shown = {arm_type_in(scope.text)}, _shown(arm_type_in(scope.text), scope.text)
    broad = {each for each in types if not _is_narrow(each, allow_namespace=question.settings.allow_namespace)}
    if not types or (broad and broad != types):
        read(question.resource, "scope")
        return
    if broad:
        _decide_holder(question, assignment)
        yield Violation(
            ("scope",),
            f"the role '{assignment.role_name}' is on {shown}; allowed: the single event hub, queue or topic, "
            "or the storage account",
            "assign the role on what the subscription delivers to",
            assignment.role_name,
        )


def _unused(question: Question) -> Iterator[Violation]:
    grants = grants_of(question.resources)
    assignment = _of_topic(question)
    if assignment is None:
        return
    _decide_holder(question, assignment)
    verdicts = [verdict for _, verdict in grants.served(assignment)]
    if True in verdicts:
        return
    if None in verdicts:
        for member in ("scope", "roleDefinitionId"):
            read(question.resource, member)
        raise UndecidedError(("scope",))
    holders = ", ".join(each.name for each in grants.holders(assignment))
    yield Violation(
        ("scope",),
        f"no subscription and no dead letter of {holders} needs the role '{assignment.role_name}' there",
        "delete the role assignment",
        assignment.role_name,
    )


def _missing(question: Question) -> Iterator[Violation]:
    grants = grants_of(question.resources)
    for need in grants.needs_of(question.resource) if question.resources.is_whole else ():
        granted = grants.granted(need)
        if granted is None:
            if need.identity is None:
                read_text(question.resource, str(need.member[0]), "identity", "type")
                read_text(question.resource, str(need.member[0]), "identity", "userAssignedIdentity")
                return
            for member in ("endpointType", "resourceId", "queueName", "blobContainerName"):
                read(question.resource, *need.member, member)
            raise UndecidedError((*need.member, "resourceId"))
        if not granted and need.role and need.identity:
            what = "dead letters" if need.dead_letters else "delivery"
            yield Violation(
                (*need.member, "resourceId"),
                f"{need.identity.name} has no role '{need.role.name}' for its {what}",
                "assign the role on what it delivers to, or list it as a prerequisite with 'grants: assume'",
                need.role.name,
            )


def _principal_type(question: Question) -> Iterator[Violation]:
    assignment = _of_topic(question)
    if assignment is None:
        return
    type_ = read_text(question.resource, "principalType")
    if type_ != "ServicePrincipal":
        _decide_holder(question, assignment)
        yield Violation(
            ("principalType",),
            f"principalType is {type_ or 'not given'}, allowed: ServicePrincipal",
            "write principalType: ServicePrincipal",
        )


def _entity_types() -> set[str]:
    kinds = [kind for kind in ENDPOINTS.values() if kind.role and issubclass(kind, ResourceEndpoint)]
    return {type_.lower() for kind in kinds for type_ in kind.resource_types()}


def _is_narrow(type_: str, *, allow_namespace: bool) -> bool:
    entities, account = _entity_types(), STORAGE_ACCOUNT.lower()
    if type_ in entities or type_.startswith(f"{account}/"):
        return True
    return allow_namespace and any(each.startswith(f"{type_}/") for each in entities) and bool(type_)


def _shown(type_: str, id_: str) -> str:
    if type_:
        return f"a whole {type_}"
    if "/providers/microsoft.management/managementgroups/" in id_:
        return "a management group"
    return "a resource group" if "/resourcegroups/" in id_ else "a whole Azure subscription"


GRANT_RULES = (
    Rule(
        "role-privileged",
        "A topic's identity never holds Owner, Contributor, User Access Administrator or Role Based Access Control "
        "Administrator.",
        why="Whoever can change the topic could do with the identity whatever the role allows.",
        severity="critical",
        level="error",
        types=(ROLE_ASSIGNMENT,),
        check=_privileged,
        fix="Assign the role that the endpoint needs.",
        example=Example(_on_hub(role="b24988ac-6180-42a0-ab88-20f7382dd24c"), _on_hub()),
        reads_others=True,
    ),
    Rule(
        "role-too-broad",
        "A topic's identity holds only the roles that its endpoints need.",
        why="A role that delivery does not need can only be misused.",
        severity="high",
        level="warning",
        types=(ROLE_ASSIGNMENT,),
        check=_too_broad,
        fix="Assign the role that the endpoint needs, or allow this one in the setting 'allowed'.",
        example=Example(_on_hub(role="f526a384-b230-433a-b45c-95f59c4a2dec"), _on_hub()),
        settings=RoleTooBroadSettings,
        reads_others=True,
    ),
    Rule(
        "scope-too-broad",
        "A role of a topic's identity is on the single event hub, queue or topic, or on the storage account.",
        why="On a namespace, resource group or Azure subscription it lets the identity send to everything there.",
        severity="high",
        level="warning",
        types=(ROLE_ASSIGNMENT,),
        check=_scope,
        fix="Assign the role on what the subscription delivers to.",
        example=Example(_on_hub(hub=""), _on_hub()),
        settings=ScopeTooBroadSettings,
        reads_others=True,
    ),
    Rule(
        "grant-unused",
        "Each role of a topic's identity serves a subscription or a dead letter.",
        why="A role that was left over still lets the identity in.",
        severity="low",
        level="warning",
        types=(ROLE_ASSIGNMENT,),
        check=_unused,
        fix="Delete the role assignment.",
        example=Example(_on_hub(hub="/eventhubs/left-over"), _on_hub()),
        reads_others=True,
    ),
    Rule(
        "grant-missing",
        "Each delivery with an identity has its role in the program, or lists it as a prerequisite.",
        why="Azure refuses the delivery, and events are dropped after the last attempt.",
        severity="medium",
        level="warning",
        types=EVENT_SUBSCRIPTIONS,
        check=_missing,
        fix="Assign the role on what it delivers to, or list it as a prerequisite with 'grants: assume'.",
        example=Example(
            "deliveryWithResourceIdentity:\n"
            "  identity: {type: SystemAssigned}\n"
            "  destination: {endpointType: EventHub, resourceId: <an event hub without a role assignment>}\n",
            "deliveryWithResourceIdentity:\n"
            "  identity: {type: SystemAssigned}\n"
            "  destination: {endpointType: EventHub, resourceId: <the scope of a role assignment>}\n",
        ),
        reads_others=True,
    ),
    Rule(
        "grant-principal-type",
        "A role assignment for a topic's identity says principalType: ServicePrincipal.",
        why="Azure looks for a new identity that has not yet replicated, and refuses the assignment.",
        severity="low",
        level="warning",
        types=(ROLE_ASSIGNMENT,),
        check=_principal_type,
        fix="Write principalType: ServicePrincipal.",
        example=Example(_on_hub(type_="User"), _on_hub()),
        reads_others=True,
    ),
)
"""Rules on the roles of the identities that deliver."""
