"""Service Bus topics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic.json_schema import JsonSchemaValue

from azureml_events.base.arm_ids import OfType
from azureml_events.base.mistakes import Mistake
from azureml_events.base.values import Reference
from azureml_events.handlers.created import Creation
from azureml_events.handlers.endpoint import DeliveryAttributes
from azureml_events.handlers.service_bus import CreateInServiceBus, EntityName, ServiceBusEndpoint


class CreateServiceBusTopic(CreateInServiceBus):
    """A new Service Bus topic, in a new namespace or an existing one; without keys, TLS 1.2."""

    topic_name: EntityName | None = None
    """The topic's name; default the handler's."""

    @classmethod
    def rules(cls, given: Mapping[str, Any]) -> Iterator[Mistake]:
        """Yield a tier that has no topics."""
        if given.get("sku") == "Basic":
            yield Mistake(("sku",), "the tier Basic has no topics; allowed: Standard, Premium")

    @classmethod
    def schema_rules(cls) -> list[JsonSchemaValue]:
        """Say that the tier Basic has no topics."""
        return [{"properties": {"sku": {"enum": ["Standard", "Premium"]}}}]

    def creation(self, key: str, suffix: str) -> Creation:
        """Return a namespace, unless one exists, and the topic."""
        return self.creation_of("Topic", self.topic_name, key, suffix)


class ServiceBusTopic(ServiceBusEndpoint):
    """Delivery to a Service Bus topic."""

    noun = "Service Bus topic"

    type: Literal["ServiceBusTopic"] = "ServiceBusTopic"
    """A Service Bus topic."""

    resource_id: Annotated[Reference, OfType("Microsoft.ServiceBus/namespaces/topics")] | None = None
    """The topic's ARM id."""

    create: CreateServiceBusTopic | None = None
    """A new topic, instead of `resourceId`."""

    delivery_attribute_mappings: DeliveryAttributes = ()
    """Properties added to each message, at most 10; a subscription with sessions needs `SessionId`."""
