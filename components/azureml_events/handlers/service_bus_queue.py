"""Service Bus queues."""

from __future__ import annotations

from typing import Annotated, Literal

from azureml_events.base.arm_ids import OfType
from azureml_events.base.values import Reference
from azureml_events.handlers.created import Creation
from azureml_events.handlers.endpoint import DeliveryAttributes
from azureml_events.handlers.service_bus import CreateInServiceBus, EntityName, ServiceBusEndpoint


class CreateServiceBusQueue(CreateInServiceBus):
    """A new Service Bus queue, in a new namespace or an existing one; without keys, TLS 1.2."""

    queue_name: EntityName | None = None
    """The queue's name; default the handler's."""

    def creation(self, key: str, suffix: str) -> Creation:
        """Return a namespace, unless one exists, and the queue."""
        return self.creation_of("Queue", self.queue_name, key, suffix)


class ServiceBusQueue(ServiceBusEndpoint):
    """Delivery to a Service Bus queue."""

    noun = "Service Bus queue"

    type: Literal["ServiceBusQueue"] = "ServiceBusQueue"
    """A Service Bus queue."""

    resource_id: Annotated[Reference, OfType("Microsoft.ServiceBus/namespaces/queues")] | None = None
    """The queue's ARM id."""

    create: CreateServiceBusQueue | None = None
    """A new queue, instead of `resourceId`."""

    delivery_attribute_mappings: DeliveryAttributes = ()
    """Properties added to each message, at most 10; a queue with sessions needs `SessionId`."""
