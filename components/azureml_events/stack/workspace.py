"""A workspace and its system topic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, ValidatorFunctionWrapHandler, WrapValidator
from pydantic.json_schema import JsonSchemaValue

from azureml_events.base.arm_ids import Guid, Location, OfType, parse_arm_id
from azureml_events.base.constraints import Excludes, Is, Needs
from azureml_events.base.mistakes import DeclarationError, Mistake, likely, show
from azureml_events.base.model import Declaration, Many, refuse
from azureml_events.base.names import COMPONENT_URN, SYSTEM_TOPIC, URN, NameForm, ResourceGroup
from azureml_events.base.values import Reference
from azureml_events.handlers.endpoint import USER_ASSIGNED_IDENTITY
from azureml_events.handlers.handler import GrantsMode
from azureml_events.stack.dead_letter import DeadLetter
from azureml_events.stack.watching import WorkspaceAlerts, WorkspaceDiagnostics

WORKSPACE = "Microsoft.MachineLearningServices/workspaces"
"""The resource type of workspaces."""

SYSTEM_TOPIC_TYPE = "Microsoft.EventGrid/systemTopics"
"""The resource type of system topics."""

ALL_IDENTITIES = "SystemAssigned, UserAssigned"
"""ARM's word for a topic that has identities of both kinds."""

Tags = dict[str, str]


def name_mistakes(given: Mapping[str, Any], form: NameForm) -> Iterator[Mistake]:
    """Yield the mistake in a name that Azure does not hold yet.

    Args:
        given: The fields of what may have an `import`, by their JSON names.
        form: The form of a new name.
    """
    name = given.get("name")
    problem = form.problem(name) if isinstance(name, str) and given.get("import") is None else None
    if problem:
        yield Mistake(("name",), problem)


def name_schema(form: NameForm) -> JsonSchemaValue:
    """Say the same as a JSON Schema.

    Args:
        form: The form of a new name.
    """
    return {
        "if": {"not": {"required": ["import"]}},
        "then": {"properties": {"name": {"pattern": f"^(?:{form.pattern})$"}}},
    }


class UserAssigned(Declaration):
    """A user-assigned identity of the system topic."""

    hints: ClassVar[Mapping[str, str]] = {
        "type": "write identity: SystemAssigned, identity: None, or userAssigned and principalId",
        "userAssignedIdentities": "write userAssigned",
    }

    user_assigned: Annotated[Reference, OfType(USER_ASSIGNED_IDENTITY)]
    """The identity's ARM id; required."""

    principal_id: Guid
    """The object id of its service principal, a GUID, which roles are assigned to; required."""


def _identity(value: object, union: ValidatorFunctionWrapHandler) -> object:
    if isinstance(value, UserAssigned) or value in ("SystemAssigned", "None", ALL_IDENTITIES):
        return union(value)
    if isinstance(value, Mapping):
        try:
            return UserAssigned.parse(value)
        except DeclarationError as error:
            refuse(error.mistakes)
    user_assigned = isinstance(value, str) and "user" in value.lower()
    meant = likely(value, ("SystemAssigned", "None")) if isinstance(value, str) and not user_assigned else None
    allowed = "allowed: SystemAssigned, None, or a map of userAssigned and principalId"
    raise ValueError(f"unknown identity {show(value)}; " + (f"did you mean '{meant}'?" if meant else allowed))


TopicIdentity = Annotated[
    Literal["SystemAssigned", "None", "SystemAssigned, UserAssigned"] | UserAssigned, WrapValidator(_identity)
]
"""The identity of a system topic."""


class SystemTopic(Declaration):
    """The system topic of a workspace: created, taken over, or only used."""

    constraints = (
        Needs(Is("existing", True), "name", "required, but missing: an existing topic is used by its name"),
        Excludes(Is("existing", True), "import", "either 'existing' or 'import'; not both"),
    )

    name: Annotated[str, Field(min_length=1)] | None = None
    """Its name, 3 to 50 letters, digits and `-`, beside `import` whatever Azure holds; default the workspace's with
    `-events`."""

    resource_group: ResourceGroup | None = None
    """Its resource group; default the workspace's."""

    identity: TopicIdentity | None = None
    """The identity that delivers: `SystemAssigned` (default), `None`, or a user-assigned one. Beside `import` the topic
    keeps the identities that it has where `None` or `SystemAssigned, UserAssigned` (both kinds; the first delivers)
    stands here, or nothing and all that delivers by identity is imported too."""

    existing: bool | None = None
    """True uses the topic called `name` without managing it; default false."""

    import_: Annotated[Annotated[str, OfType(SYSTEM_TOPIC_TYPE)] | None, Field(alias="import")] = None
    """The ARM id of a topic to take over."""

    aliases: Many[Annotated[str, URN]] = ()
    """The URNs that the topic had before, for one that another program of this stack declared."""

    @classmethod
    def rules(cls, given: Mapping[str, Any]) -> Iterator[Mistake]:
        """Yield the fields that differ from the id of the imported topic, and a name that a new one cannot have."""
        yield from name_mistakes(given, SYSTEM_TOPIC)
        try:
            imported = parse_arm_id(str(given.get("import")), SYSTEM_TOPIC_TYPE)
        except ValueError:
            return
        for field, value in (("name", imported.name), ("resourceGroup", imported.resource_group)):
            if given.get(field) is not None and str(given[field]).lower() != value.lower():
                yield Mistake((field,), f"differs from the imported id's {show(value)}; leave it out")

    @classmethod
    def schema_rules(cls) -> list[JsonSchemaValue]:
        """Say which names a topic may have that is not imported."""
        return [name_schema(SYSTEM_TOPIC)]


class Workspace(Declaration):
    """An Azure Machine Learning workspace whose events are subscribed to."""

    hints: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(("identity", "existing", "import"), "write it below 'systemTopic'"),
        **dict.fromkeys(("handlers", "subscriptions", "defaults"), "it is a map beside 'workspaces'"),
        **dict.fromkeys(("retryPolicy", "eventDeliverySchema"), "write it in each subscription, or below 'defaults'"),
        **dict.fromkeys(("actionGroupId", "silent"), "write it below 'alerts'"),
        "workspaceId": "write 'resourceId'; the one of Log Analytics stands below 'diagnostics'",
    }

    resource_id: Annotated[Reference, OfType(WORKSPACE)]
    """The workspace's ARM id; required."""

    location: Location | None = None
    """Its region, by name or display name; omitted: looked up at deployment."""

    system_topic: SystemTopic = SystemTopic()
    """Its system topic."""

    dead_letter: DeadLetter | None = None
    """Where undeliverable events go; default a created store."""

    grants: GrantsMode | None = None
    """`create` (default) role assignments, or `assume` that they are there and list them as prerequisites."""

    tags: Tags | None = None
    """Tags of what is created for this workspace."""

    diagnostics: WorkspaceDiagnostics = None
    """Where the log of failed deliveries is kept; `false` for nowhere, default as the defaults say, nowhere."""

    alerts: WorkspaceAlerts = None
    """Who is told when deliveries fail; `false` for nobody, merged by field with the defaults, default nobody."""

    aliases: Many[Annotated[str, COMPONENT_URN]] = ()
    """The URNs that its component had before, under another key."""

    @property
    def former_keys(self) -> tuple[str, ...]:
        """The keys that it had before."""
        return tuple(urn.rpartition("::")[2] for urn in self.aliases)
