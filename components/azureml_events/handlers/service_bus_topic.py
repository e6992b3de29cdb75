"""Service Bus topics."""

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


class ServiceBusTopic(CreatableEndpoint):
    """Delivery to a Service Bus topic."""

    role = SENDER

    type: Literal["ServiceBusTopic"] = "ServiceBusTopic"
    """A Service Bus topic."""

    resource_id: Annotated[Reference, OfType("Microsoft.ServiceBus/namespaces/topics")] | None = None
    """The topic's ARM id."""

    create: CreateServiceBusTopic | None = None
    """A new topic, instead of `resourceId`."""

    delivery_attribute_mappings: DeliveryAttributes = ()
    """Properties added to each message, at most 10; a subscription with sessions needs `SessionId`."""

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
        """A namespace, unless one exists, and the topic."""
        if self.create is None:
            return None
        topic = Part(
            token="azure-native:servicebus:Topic",
            name_input="topicName",
            name=self.create.topic_name or ENTITY.check(key),
            inputs={},
        )
        return Creation(self.create, self.create.namespace(key, suffix), self.create.namespace_id, topic)
