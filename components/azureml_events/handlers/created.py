"""The parts of a created endpoint: a host (namespace or account) and the entity in it that takes the events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

from azureml_events.base.arm_ids import Location
from azureml_events.base.constraints import Constraint, Excludes
from azureml_events.base.model import Declaration
from azureml_events.base.names import NameForm, ResourceGroup
from azureml_events.base.values import Reference

_NAMESPACE = NameForm("[A-Za-z][A-Za-z0-9-]{4,48}[A-Za-z0-9]", "6 to 50 letters, digits and -, a letter first")


@dataclass(frozen=True)
class Part:
    """One resource to create.

    Attributes:
        token: Its Pulumi type, as `azure-native:eventhub:Namespace`.
        name_input: The input that holds its ARM name, as `namespaceName`.
        name: Its ARM name.
        inputs: Its other wire inputs, but for the resource group, its host's name, location and tags.
    """

    token: str
    name_input: str
    name: str
    inputs: Mapping[str, Any]


@dataclass(frozen=True)
class Creation:
    """The resources of one created endpoint.

    Attributes:
        create: The declaration that it comes from.
        host: The namespace or account; where it exists, only its name counts.
        entity: The event hub, queue or topic in it.
        resource: Which of the two is the endpoint's `resourceId`.
        fields: What the endpoint's other fields become.
    """

    create: Create
    host: Part
    entity: Part
    resource: Literal["host", "entity"] = "entity"
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def host_id(self) -> Reference | None:
        """The ARM id of the host where it exists."""
        return self.create.existing_host

    @property
    def named_host(self) -> bool:
        """Whether the new host has a name of its own, by which several handlers can share it."""
        return self.create.host_name is not None


class Create(Declaration):
    """The settings of an endpoint that is created."""

    resource_group: ResourceGroup
    """The resource group to create it in, which must exist; required."""

    location: Location | None = None
    """The region; default that of the workspaces that use the handler, required where these differ or are
    not plain; an existing namespace or account keeps its own."""

    protect: bool = False
    """Whether Pulumi refuses to delete it, with the new namespace or account that it is in: it holds events; default
    false."""

    @property
    def host_name(self) -> str | None:
        """The name of a new namespace or account, by which several handlers share it; None for one of its own."""
        return None

    @property
    def existing_host(self) -> Reference | None:
        """The ARM id of an existing namespace or account to create it in; None for a new one."""
        return None

    @property
    def storage_account(self) -> str | None:
        """The name of a new storage account; None where it names none."""
        return None

    def creation(self, key: str, suffix: str) -> Creation:
        """Return the resources to create: a namespace or account, unless one exists, and what lies in it.

        Args:
            key: The handler's name; names default to it.
            suffix: Hexadecimal digits that make a name unique in all of Azure.

        Raises:
            ValueError: The handler's name cannot be the default of one.
        """
        raise NotImplementedError


def new_or_existing(new: str, existing: str) -> tuple[Constraint, ...]:
    """Build the constraints between a new host and an existing one, whose tier is not ours to set.

    Args:
        new: The field that names a new host, by its JSON name.
        existing: The field that holds the id of an existing one.
    """
    return (
        Excludes(existing, new, f"'{new}' creates one, '{existing}' uses an existing one; give one", at=existing),
        Excludes(existing, "sku", f"what '{existing}' names exists, its sku stays; leave it out"),
    )


def own_name(key: str, kind: str, suffix: str) -> str:
    """Make the default name of a namespace of a handler's own.

    Args:
        key: The handler's name.
        kind: Two letters for the service.
        suffix: Hexadecimal digits that make it unique in all of Azure.
    """
    return f"{kind}-{key[:37].strip('-')}-{suffix[:8]}"


class CreateInNamespace(Create):
    """A new entity in a new namespace of a messaging service or an existing one; without keys, TLS 1.2."""

    service: ClassVar[str]
    """The service, as Pulumi's types name it."""

    abbreviation: ClassVar[str]
    """Two letters for the service, in the name of a namespace of a handler's own."""

    constraints = new_or_existing("namespaceName", "namespaceId")

    namespace_name: Annotated[str, _NAMESPACE] | None = None
    """The name of a new namespace, unique in all of Azure; handlers that give the same one share it. Default one of
    its own."""

    namespace_id: Reference | None = None
    """The ARM id of an existing namespace, instead of a new one."""

    sku: Literal["Basic", "Standard", "Premium"] | None = None
    """The new namespace's tier; default `Standard`."""

    @property
    def host_name(self) -> str | None:
        """The new namespace's name."""
        return self.namespace_name

    @property
    def existing_host(self) -> Reference | None:
        """The existing namespace's id."""
        return self.namespace_id

    def namespace(self, key: str, suffix: str) -> Part:
        """Return the namespace to create.

        Args:
            key: The handler's name.
            suffix: Hexadecimal digits that make a name unique in all of Azure.
        """
        sku = self.sku or "Standard"
        return Part(
            token=f"azure-native:{self.service}:Namespace",
            name_input="namespaceName",
            name=self.namespace_name or own_name(key, self.abbreviation, suffix),
            inputs={
                "sku": {"name": sku, "tier": sku},
                "disableLocalAuth": True,
                "minimumTlsVersion": "1.2",
            },
        )
