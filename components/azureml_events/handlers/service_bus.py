"""What Service Bus queues and topics have in common: their namespace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from azureml_events.base.arm_ids import OfType
from azureml_events.base.mistakes import Mistake
from azureml_events.base.names import NameForm
from azureml_events.base.values import Reference
from azureml_events.event_grid.delivery_attributes import raw_mappings, without_attributes
from azureml_events.handlers.created import NAMESPACE, Create, Part, new_or_existing, own_name
from azureml_events.handlers.endpoint import Role

SENDER = Role("Azure Service Bus Data Sender", "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39")

ENTITY = NameForm(
    "[A-Za-z0-9]([A-Za-z0-9._/-]{0,258}[A-Za-z0-9])?",
    "1 to 260 letters, digits, . - _ /, a letter or digit first and last",
)
EntityName = Annotated[str, ENTITY]


def message_id_mistakes(given: Mapping[str, Any]) -> Iterator[Mistake]:
    """What is wrong with the property `MessageId`, which Event Grid's page on delivery properties restricts.

    Args:
        given: The endpoint's fields as written.
    """
    written = {name: (index, type_) for index, name, type_ in raw_mappings(given.get("deliveryAttributeMappings"))}
    if "MessageId" not in written:
        return
    index, type_ = written["MessageId"]
    at = ("deliveryAttributeMappings", index)
    if "SessionId" in written:
        yield Mistake((*at, "name"), "beside SessionId, MessageId is refused; set one of them")
    if type_ == "Static":
        yield Mistake((*at, "type"), "MessageId is taken from the event; write type: Dynamic and a sourceField")


MESSAGE_ID_SCHEMAS = [
    without_attributes({"name": {"const": "MessageId"}}, {"name": {"const": "SessionId"}}),
    without_attributes({"name": {"const": "MessageId"}, "type": {"const": "Static"}}),
]
"""What `message_id_mistakes` finds, as JSON Schemas."""


class CreateInServiceBus(Create):
    """A new entity in a new Service Bus namespace or an existing one; without keys, TLS 1.2."""

    constraints = new_or_existing("namespaceName", "namespaceId")

    namespace_name: Annotated[str, NAMESPACE] | None = None
    """The name of a new namespace, unique in all of Azure; handlers that give the same one share it. Default one of
    its own."""

    namespace_id: Annotated[Reference, OfType("Microsoft.ServiceBus/namespaces")] | None = None
    """The ARM id of an existing namespace, instead of a new one."""

    sku: Literal["Basic", "Standard", "Premium"] | None = None
    """The new namespace's tier; default `Standard`."""

    @property
    def host_name(self) -> str | None:
        """The new namespace's name."""
        return self.namespace_name

    def namespace(self, key: str, suffix: str) -> Part:
        """The namespace.

        Args:
            key: The handler's name.
            suffix: Hexadecimal digits that make a name unique in all of Azure.
        """
        sku = self.sku or "Standard"
        return Part(
            token="azure-native:servicebus:Namespace",
            name_input="namespaceName",
            name=self.namespace_name or own_name(key, "sb", suffix),
            inputs={
                "sku": {"name": sku, "tier": sku},
                "disableLocalAuth": True,
                "minimumTlsVersion": "1.2",
            },
        )
