"""The common part of Service Bus queues and topics: the role, the rules of a message's id, and the namespace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

from pydantic.json_schema import JsonSchemaValue

from azureml_events.base.arm_ids import OfType
from azureml_events.base.mistakes import Mistake
from azureml_events.base.names import NameForm
from azureml_events.base.values import Reference
from azureml_events.event_grid.delivery_attributes import raw_mappings, without_attributes
from azureml_events.handlers.created import CreateInNamespace, Creation, Part
from azureml_events.handlers.endpoint import CreatableEndpoint, Role

_ENTITY = NameForm(
    "[A-Za-z0-9]([A-Za-z0-9._-]{0,258}[A-Za-z0-9])?",
    "1 to 260 letters, digits, . - _, a letter or digit first and last; one with / cannot be created here, but used by "
    "its resourceId",
)
EntityName = Annotated[str, _ENTITY]


def _message_id_mistakes(given: Mapping[str, Any]) -> Iterator[Mistake]:
    """Yield the mistakes of the property `MessageId`, which Event Grid's page on delivery properties restricts."""
    written = {name: (index, type_) for index, name, type_ in raw_mappings(given.get("deliveryAttributeMappings"))}
    if "MessageId" not in written:
        return
    index, type_ = written["MessageId"]
    at = ("deliveryAttributeMappings", index)
    if "SessionId" in written:
        yield Mistake((*at, "name"), "beside SessionId, MessageId is refused; set one of them")
    if type_ == "Static":
        yield Mistake((*at, "type"), "MessageId is taken from the event; write type: Dynamic and a sourceField")


_MESSAGE_ID_SCHEMAS = [
    without_attributes({"name": {"const": "MessageId"}}, {"name": {"const": "SessionId"}}),
    without_attributes({"name": {"const": "MessageId"}, "type": {"const": "Static"}}),
]
"""The mistakes of `_message_id_mistakes`, as JSON Schemas."""


class CreateInServiceBus(CreateInNamespace):
    """A new entity in a new Service Bus namespace or an existing one; without keys, TLS 1.2."""

    service = "servicebus"

    abbreviation = "sb"

    namespace_id: Annotated[Reference, OfType("Microsoft.ServiceBus/namespaces")] | None = None
    """The ARM id of an existing namespace, instead of a new one."""

    def creation_of(self, kind: str, name: str | None, key: str, suffix: str) -> Creation:
        """Return a namespace, unless one exists, and an entity in it.

        Args:
            kind: `Queue` or `Topic`.
            name: The entity's name; None for the handler's.
            key: The handler's name.
            suffix: Hexadecimal digits that make a name unique in all of Azure.
        """
        entity = Part(
            token=f"azure-native:servicebus:{kind}",
            name_input=f"{kind.lower()}Name",
            name=name or _ENTITY.check(key),
            inputs={},
        )
        return Creation(self, self.namespace(key, suffix), entity)


class ServiceBusEndpoint(CreatableEndpoint):
    """Delivery to an entity of a Service Bus namespace."""

    role = Role("Azure Service Bus Data Sender", "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39")

    local_place = "folder"

    message_properties = "applicationProperties"

    message_attributes: ClassVar[Mapping[str, str]] = {
        "MessageId": "messageId",
        "PartitionKey": "partitionKey",
        "SessionId": "sessionId",
        "CorrelationId": "correlationId",
        "Label": "subject",
        "ReplyTo": "replyTo",
        "ReplyToSessionId": "replyToSessionId",
        "To": "to",
    }

    @classmethod
    def rules(cls, given: Mapping[str, Any]) -> Iterator[Mistake]:
        """Yield the mistakes of every endpoint, and of a message's id."""
        yield from super().rules(given)
        yield from _message_id_mistakes(given)

    @classmethod
    def schema_rules(cls) -> list[JsonSchemaValue]:
        """Say what holds of every endpoint, and of a message's id."""
        return [*super().schema_rules(), *_MESSAGE_ID_SCHEMAS]
