"""Event hubs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic.json_schema import JsonSchemaValue

from azureml_events.base.arm_ids import OfType
from azureml_events.base.mistakes import Mistake
from azureml_events.base.model import Between
from azureml_events.base.names import NameForm
from azureml_events.base.values import Reference
from azureml_events.handlers.created import CreateInNamespace, Creation, Part
from azureml_events.handlers.endpoint import CreatableEndpoint, DeliveryAttributes, Role

_HUB = NameForm(
    "[A-Za-z0-9]([A-Za-z0-9._-]{0,254}[A-Za-z0-9])?",
    "1 to 256 letters, digits, . - _, a letter or digit first and last",
)

_LONGEST_RETENTION = {"Basic": 24, "Standard": 168, "Premium": 2160}


class CreateEventHub(CreateInNamespace):
    """A new event hub, in a new namespace or an existing one; without keys, TLS 1.2.

    Bounds: Event Hubs' page on quotas and limits.
    """

    service = "eventhub"

    abbreviation = "eh"

    namespace_id: Annotated[Reference, OfType("Microsoft.EventHub/namespaces")] | None = None
    """The ARM id of an existing namespace, instead of a new one."""

    event_hub_name: Annotated[str, _HUB] | None = None
    """The event hub's name; default the handler's."""

    partition_count: Annotated[int, Between(1, 32)] = 2
    """Partitions, 1 to 32; default 2."""

    retention_hours: Annotated[int, Between(1, 2160)] = 24
    """Hours that events are kept, 1 to 24 (Basic), 168 (Standard) or 2160 (Premium); default 24."""

    @classmethod
    def rules(cls, given: Mapping[str, Any]) -> Iterator[Mistake]:
        """Yield a retention that the namespace's tier does not have."""
        hours, sku = given.get("retentionHours"), given.get("sku") or "Standard"
        most = _LONGEST_RETENTION.get(str(sku))
        if isinstance(hours, int) and most and given.get("namespaceId") is None and hours > most:
            yield Mistake(("retentionHours",), f"{hours} is too long for {sku}; allowed: 1 to {most}")

    @classmethod
    def schema_rules(cls) -> list[JsonSchemaValue]:
        """Say how long the tiers keep events; without a tier, a new namespace gets Standard."""
        return [
            {
                "if": {
                    "properties": {"sku": {"const": sku}, "namespaceId": False},
                    "required": [] if sku == "Standard" else ["sku"],
                },
                "then": {"properties": {"retentionHours": {"maximum": most}}},
            }
            for sku, most in _LONGEST_RETENTION.items()
        ]

    def creation(self, key: str, suffix: str) -> Creation:
        """Return a namespace, unless one exists, and the event hub."""
        hub = Part(
            token="azure-native:eventhub:EventHub",
            name_input="eventHubName",
            name=self.event_hub_name or _HUB.check(key),
            inputs={
                "partitionCount": self.partition_count,
                "retentionDescription": {
                    "cleanupPolicy": "Delete",
                    "retentionTimeInHours": self.retention_hours,
                },
            },
        )
        return Creation(self, self.namespace(key, suffix), hub)


class EventHub(CreatableEndpoint):
    """Delivery to an event hub."""

    noun = "event hub"

    local_place = "folder"

    message_attributes: ClassVar[Mapping[str, str]] = {"PartitionKey": "partitionKey"}

    role = Role("Azure Event Hubs Data Sender", "2b629674-e913-4c01-ae53-ef4638d8f975")

    type: Literal["EventHub"] = "EventHub"
    """An event hub."""

    resource_id: Annotated[Reference, OfType("Microsoft.EventHub/namespaces/eventhubs")] | None = None
    """The event hub's ARM id."""

    create: CreateEventHub | None = None
    """A new event hub, instead of `resourceId`."""

    delivery_attribute_mappings: DeliveryAttributes = ()
    """Properties added to each message, at most 10; `PartitionKey` chooses the partition."""
