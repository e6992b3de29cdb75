"""Service Bus queues."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic.json_schema import JsonSchemaValue

from azureml_events.base.arm_ids import OfType
from azureml_events.base.mistakes import Mistake
from azureml_events.base.values import Reference
from azureml_events.handlers.created import Creation, Part
from azureml_events.handlers.endpoint import CreatableEndpoint, DeliveryAttributes
from azureml_events.handlers.service_bus import (
    ENTITY,
    MESSAGE_ID_SCHEMAS,
    SENDER,
    CreateInServiceBus,
    EntityName,
    message_id_mistakes,
)


class CreateServiceBusQueue(CreateInServiceBus):
    """A new Service Bus queue, in a new namespace or an existing one; without keys, TLS 1.2."""

    queue_name: EntityName | None = None
    """The queue's name; default the handler's."""


class ServiceBusQueue(CreatableEndpoint):
    """Delivery to a Service Bus queue."""

    role = SENDER

    type: Literal["ServiceBusQueue"] = "ServiceBusQueue"
    """A Service Bus queue."""

    resource_id: Annotated[Reference, OfType("Microsoft.ServiceBus/namespaces/queues")] | None = None
    """The queue's ARM id."""

    create: CreateServiceBusQueue | None = None
    """A new queue, instead of `resourceId`."""

    delivery_attribute_mappings: DeliveryAttributes = ()
    """Properties added to each message, at most 10; a queue with sessions needs `SessionId`."""

    @classmethod
    def rules(cls, given: Mapping[str, Any]) -> Iterator[Mistake]:
        """What holds of every endpoint, and of a message's id."""
        yield from super().rules(given)
        yield from message_id_mistakes(given)

    @classmethod
    def schema_rules(cls) -> list[JsonSchemaValue]:
        """Say what holds of every endpoint, and of a message's id."""
        return [*super().schema_rules(), *MESSAGE_ID_SCHEMAS]

    def creation(self, key: str, suffix: str) -> Creation | None:
        """A namespace, unless one exists, and the queue."""
        if self.create is None:
            return None
        queue = Part(
            token="azure-native:servicebus:Queue",
            name_input="queueName",
            name=self.create.queue_name or ENTITY.check(key),
            inputs={},
        )
        return Creation(self.create, self.create.namespace(key, suffix), self.create.namespace_id, queue)
