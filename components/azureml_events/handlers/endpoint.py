"""The base of every endpoint type: its fields are ARM's own, its facts are class attributes."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Self, get_args

from pydantic import Field, PlainValidator, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue

from azureml_events.base.arm_ids import OfType
from azureml_events.base.constraints import Constraint, ExactlyOne, Excludes, Is
from azureml_events.base.mistakes import Mistake, show
from azureml_events.base.model import Between, Many
from azureml_events.base.names import any_case
from azureml_events.base.values import Reference, Secret
from azureml_events.event_grid.delivery_attributes import (
    MAX_MAPPINGS,
    DeliveryAttributeMapping,
    Form,
    mapping_mistakes,
    without_attributes,
)
from azureml_events.handlers.created import Create
from azureml_events.handlers.handler import Handler

DeliveryAttributes = Annotated[
    Many[DeliveryAttributeMapping],
    Field(json_schema_extra={"maxItems": MAX_MAPPINGS}),
]
"""Headers or properties added to what is delivered, at most 10."""

USER_ASSIGNED_IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities"
"""The resource type of user-assigned identities."""

_IDENTITY = OfType(USER_ASSIGNED_IDENTITY)


def _identity(value: object) -> bool | str:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.startswith("/"):
        return _IDENTITY.check(value)
    meant = f"; write {value.lower()}" if isinstance(value, str) and value.lower() in {"true", "false"} else ""
    raise ValueError(f"expected true or false, without quotes, got {show(value)}{meant}")


DeliveringIdentity = Annotated[
    bool | str,
    PlainValidator(_identity),
    WithJsonSchema({"anyOf": [{"type": "boolean"}, _IDENTITY.schema()]}),
]
"""Whether the system topic's identity delivers; or, of what is imported, the ARM id of another of the topic's."""

MaxEventsPerBatch = Annotated[int, Between(1, 5000)]
PreferredBatchSizeInKilobytes = Annotated[int, Between(1, 1024)]


@dataclass(frozen=True)
class Role:
    """A built-in Azure role.

    Attributes:
        name: Its display name.
        guid: The GUID of its definition.
    """

    name: str
    guid: str


class Endpoint(Handler):
    """Where Event Grid delivers to.

    Each kind is one module: its fields, the type of resource it delivers to, the role that delivery needs.
    """

    hints: ClassVar[Mapping[str, str]] = {
        "endpointType": "write 'type'",
        "properties": "write its members here",
        "maxEventsPerBatch": "Event Grid batches for AzureFunction and WebHook only",
        "preferredBatchSizeInKilobytes": "Event Grid batches for AzureFunction and WebHook only",
        "azureActiveDirectoryTenantId": "Event Grid takes it for WebHook only",
        "azureActiveDirectoryApplicationIdOrUri": "Event Grid takes it for WebHook only",
        "deliveryAttributeMappings": "Event Grid adds none to what it delivers here",
        "deadLetter": "write it in the subscription, the workspace or 'defaults'",
        "retryPolicy": "write it in the subscription, or below 'defaults'",
        "enableAdvancedFilteringOnArrays": "write it in the subscription, beside 'advancedFilters'",
    }

    role: ClassVar[Role | None] = None
    """The role that the system topic's identity needs on the endpoint; None where Event Grid delivers without it."""

    noun: ClassVar[str | None] = None
    """What it is in a sentence, as `event hub`; None for the name of its type."""

    authorization: ClassVar[bool] = False
    """Whether a delivery attribute may set the `Authorization` header."""

    secret_fields: ClassVar[tuple[str, ...]] = ()
    """The fields that may be encrypted, by JSON name."""

    shown_as: ClassVar[Mapping[str, str]] = {}
    """The members that Azure prints instead of ones that it hides, by the hidden one's name."""

    answered: ClassVar[tuple[str, ...]] = ()
    """The members that Azure answers also where they were left out, with the fields' defaults."""

    type: str
    """Its endpoint type."""

    identity: DeliveringIdentity | None = None
    """Whether delivery goes through the system topic's identity; default true where the kind supports it. For
    subscriptions with `import`, which may deliver by another of the topic's identities, the ARM id of that one."""

    @classmethod
    def rules(cls, given: Mapping[str, Any]) -> Iterator[Mistake]:
        """Yield an identity where the kind supports none, and the mistakes between delivery attributes."""
        if given.get("identity") not in (None, False) and cls.role is None:
            yield Mistake(
                ("identity",),
                f"Event Grid delivers to {cls.__name__} without an identity; leave it out",
            )
        for mistake in mapping_mistakes(given.get("deliveryAttributeMappings"), authorization=cls.authorization):
            yield mistake.below("deliveryAttributeMappings")

    @classmethod
    def schema_rules(cls) -> list[JsonSchemaValue]:
        """Say that there is an identity only where the kind supports it, and who may set `Authorization`."""
        rules: list[JsonSchemaValue] = []
        if cls.role is None:
            rules.append({"properties": {"identity": {"const": False}}})
        if "delivery_attribute_mappings" in cls.model_fields and not cls.authorization:
            rules.append(without_attributes({"name": {"pattern": f"^{any_case('authorization')}$"}}))
        return rules

    @classmethod
    def arm_members(cls) -> tuple[str, ...]:
        """Return the names of the members of its ARM destination, `endpointType` apart."""
        return tuple(field.alias or name for name, field in cls.model_fields.items() if name not in _NOT_ARM)

    @classmethod
    def place_members(cls) -> tuple[str, ...]:
        """Return the ARM members that say where it delivers; by default all but those that say how."""
        return tuple(name for name in cls.arm_members() if name not in _HOW)

    @classmethod
    def describe_place(cls, members: Mapping[str, str]) -> str | None:
        """Describe a place in one text, the same only for the same place; None where it is not known.

        Args:
            members: The texts of `place_members`, those that are known.
        """
        known = [members[name] for name in cls.place_members() if name in members]
        return " / ".join(known) or None

    @property
    def place(self) -> Hashable | None:
        """A value that is equal exactly where two endpoints deliver to the same place; None where that is not known."""
        body = self.to_arm()
        members = [body.get(name) for name in self.place_members()]
        if all(value is None or value == Secret(None) for value in members):
            return None
        return self.type, *(tuple(value) if isinstance(value, list) else value for value in members)

    def describe(self) -> str:
        """Describe what Event Grid delivers to."""
        body = self.to_arm()
        return self._described(str(body[name]) for name in self.place_members() if name in body)

    def _described(self, names: Iterable[str]) -> str:
        return f"{self.noun or self.type} {'/'.join(names)}".rstrip()

    @property
    def delivers_with_identity(self) -> bool:
        """Whether delivery goes through the system topic's identity."""
        return self.role is not None and self.identity is not False

    @property
    def scope(self) -> Reference | None:
        """The resource on which the role is assigned; None where there is none, or not yet."""
        return None

    @property
    def own_identity(self) -> str | None:
        """The ARM id of the identity that delivers where it is another than the topic's own choice."""
        return self.identity if isinstance(self.identity, str) else None

    def to_arm(self, form: Form = "declared") -> dict[str, Any]:
        """Write the destination as ARM knows it; deferred values and secrets stay.

        Args:
            form: `declared` writes every default out and sorts what has no order, `answered` writes what is given or
                always answered, `written` what is given.
        """
        body: dict[str, Any] = {"endpointType": self.type}
        for name, field in type(self).model_fields.items():
            value, member = getattr(self, name), field.alias or name
            written = form == "declared" or name in self.model_fields_set
            written |= form == "answered" and member in self.answered
            if written and name not in _NOT_ARM and value not in (None, ()):
                body[member] = _arm_value(value, form)
        return body


class ResourceEndpoint(Endpoint):
    """An Azure resource that Event Grid delivers to."""

    resource_id: Reference | None = None
    """The resource's ARM id."""

    @classmethod
    def resource_types(cls) -> tuple[str, ...]:
        """Return the types of resource that its id may be of, in their canonical case."""
        field = cls.model_fields["resource_id"]
        written = (*field.metadata, *(each for option in get_args(field.annotation) for each in get_args(option)))
        return next((each.types for each in written if isinstance(each, OfType)), ())

    @classmethod
    def place_members(cls) -> tuple[str, ...]:
        """Return the member that names the resource."""
        return ("resourceId",)

    def describe(self) -> str:
        """Describe the resource by its names, outermost first."""
        first, *others = self.place_members()
        body = self.to_arm()
        return self._described((shown_names(body.get(first)), *(str(body[name]) for name in others if name in body)))

    @property
    def place(self) -> Hashable | None:
        """A value that is equal exactly where two endpoints deliver to the same place: ARM heeds no case in ids."""
        if self.resource_id is None:
            return None
        id_ = self.resource_id.lower() if isinstance(self.resource_id, str) else self.resource_id
        body = self.to_arm()
        return self.type, id_, *(body.get(name) for name in self.place_members()[1:])

    @property
    def scope(self) -> Reference | None:
        """The resource; None where it is not there yet."""
        return self.resource_id


class CreatableEndpoint(ResourceEndpoint):
    """An Azure resource that Event Grid delivers to, which exists or is created."""

    constraints: ClassVar[tuple[Constraint, ...]] = (
        ExactlyOne(
            ("resourceId", "create"),
            Mistake(("resourceId",), "required, but missing: the ARM id, or 'create' for a new one"),
            Mistake(("create",), "either 'resourceId' of an existing one, or 'create'; not both"),
        ),
        Excludes(
            "create",
            Is("identity", False),
            "what is created has no keys, so delivery needs an identity; leave it out",
        ),
    )

    create: Create | None = None
    """A new resource, instead of `resourceId`."""

    def describe(self) -> str:
        """Describe the resource by its names; what is created, by the place where it will be."""
        if self.create is None:
            return super().describe()
        place = self.create.host_name or f"resource group {self.create.resource_group}"
        return f"new {self.noun or self.type} in {place}"

    @property
    def creates(self) -> Create | None:
        """The settings with which it is created; None where it exists."""
        return self.create

    def at(self, resource_id: Reference, **fields: Any) -> Self:
        """Return the endpoint once it is created.

        Args:
            resource_id: The created resource's ARM id.
            fields: What its other fields became.
        """
        return self.model_copy(update={"create": None, "resource_id": resource_id, **fields})


def shown_names(resource_id: object) -> str:
    """Show a resource by the names in its ARM id, outermost first; `<unknown>` where only a deployment knows it."""
    if not isinstance(resource_id, str):
        return "<unknown>"
    _, _, below_provider = resource_id.partition("/providers/")
    return "/".join(below_provider.split("/")[2::2])


_NOT_ARM = {"type", "identity", "grants", "create"}
_HOW = {"maxEventsPerBatch", "preferredBatchSizeInKilobytes", "deliveryAttributeMappings"}


def _arm_value(value: object, form: Form) -> object:
    if isinstance(value, tuple):
        mappings = [each for each in value if isinstance(each, DeliveryAttributeMapping)]
        if form == "declared":  # their order means nothing
            mappings.sort(key=lambda each: each.name)
        return [each.to_arm(form) for each in mappings] or list(value)
    return value
