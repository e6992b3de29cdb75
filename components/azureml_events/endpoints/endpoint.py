"""What every kind of endpoint has: its fields are ARM's own, its facts are class attributes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, Self

from azureml_events.declarations.delivery import EventDeliverySchema
from azureml_events.declarations.delivery_attributes import (
    DeliveryAttributeMapping,
    mapping_mistakes,
)
from azureml_events.declarations.mistakes import Mistake
from azureml_events.declarations.model import Between, Declaration, Many
from azureml_events.declarations.deferred import Deferred
from azureml_events.endpoints.creation import Create, Creation

GrantsMode = Literal["create", "assume"]
"""Whether role assignments are made, or taken as made by someone else."""

DeliveryAttributes = Many[DeliveryAttributeMapping]
"""Headers or properties added to what is delivered, at most 10."""

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


class Endpoint(Declaration):
    """Where Event Grid delivers to.

    Each kind is one module: its fields, the type of resource it delivers to, the role that delivery needs.
    """

    role: ClassVar[Role | None] = None
    """What the system topic's identity needs on the endpoint; None where Event Grid delivers without it."""

    delivery_schema: ClassVar[EventDeliverySchema | None] = None
    """The only delivery schema it takes; None where it takes every one."""

    authorization: ClassVar[bool] = False
    """Whether a delivery attribute may set the `Authorization` header."""

    type: str
    """Its endpoint type."""

    identity: bool | None = None
    """Whether delivery goes through the system topic's identity; default true where the kind supports it."""

    grants: GrantsMode | None = None
    """`create` (default) the role assignments, or `assume` that they are there."""

    @classmethod
    def rules(cls, given: Mapping[str, Any]) -> Iterator[Mistake]:
        """Identity only where the kind supports it; either an existing resource or a created one."""
        if given.get("identity") is True and cls.role is None:
            yield Mistake(
                ("identity",),
                f"Event Grid delivers to {cls.__name__} without an identity; leave it out",
            )
        if "create" in cls.model_fields:
            yield from _one_resource(given)
        for mistake in mapping_mistakes(given.get("deliveryAttributeMappings"), authorization=cls.authorization):
            yield mistake.below("deliveryAttributeMappings")

    @property
    def delivers_with_identity(self) -> bool:
        """Whether delivery goes through the system topic's identity."""
        return self.role is not None and self.identity is not False

    @property
    def scope(self) -> str | Deferred | None:
        """The resource on which the role is assigned; None where there is none, or not yet."""
        return getattr(self, "resource_id", None)

    @property
    def creates(self) -> Create | None:
        """How it is created; None where it exists."""
        return getattr(self, "create", None)

    def creation(self, key: str, suffix: str) -> Creation | None:
        """The resources to create.

        Args:
            key: The handler's name; names default to it.
            suffix: Hexadecimal digits that make a name unique in all of Azure.
        """
        del key, suffix

    def at(self, resource_id: str | Deferred, **fields: Any) -> Self:
        """The endpoint once it is created.

        Args:
            resource_id: The created resource's ARM id.
            fields: What its other fields became.
        """
        return self.model_copy(update={"create": None, "resource_id": resource_id, **fields})

    def to_arm(self) -> dict[str, Any]:
        """The destination as ARM knows it, every default written out; deferred values and secrets stay."""
        body: dict[str, Any] = {"endpointType": self.type}
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if name not in _NOT_ARM and value not in (None, ()):
                body[field.alias or name] = _arm_value(value)
        return body


_NOT_ARM = {"type", "identity", "grants", "create"}


def _arm_value(value: object) -> object:
    if isinstance(value, tuple):
        mappings: list[DeliveryAttributeMapping] = sorted(value, key=lambda item: item.name)
        return [mapping.to_arm() for mapping in mappings]
    return value


def _one_resource(given: Mapping[str, Any]) -> Iterator[Mistake]:
    existing, created = given.get("resourceId"), given.get("create")
    if existing is None and created is None:
        yield Mistake(("resourceId",), "required, but missing: the ARM id, or 'create' for a new one")
    elif existing is not None and created is not None:
        yield Mistake(("create",), "either 'resourceId' of an existing one, or 'create'; not both")
