"""A stack's event subscription with the local target of its handler."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from azureml_events.base.values import Secret
from azureml_events.delivery.targets import Target
from azureml_events.event_grid.delivery import BATCHING, EventDeliverySchema
from azureml_events.event_grid.delivery_attributes import DeliveryAttributeMapping
from azureml_events.event_grid.samples import SAMPLE_WORKSPACE
from azureml_events.handlers.endpoint import ResourceEndpoint
from azureml_events.handlers.handler import Handler
from azureml_events.routing.event import Event
from azureml_events.routing.keys import resolve
from azureml_events.routing.of_stack import routed
from azureml_events.routing.subscription import RoutedSubscription
from azureml_events.stack.delivery import Delivery
from azureml_events.stack.stack import Stack

_KILOBYTE = 1024


@dataclass(frozen=True, eq=False)
class LocalSubscription:
    """An event subscription of a workspace, with the local target of its handler.

    Attributes:
        routed: The subscription as routing reads it.
        delivery: The subscription as the stack declares it.
        target: Where its events are delivered.
    """

    routed: RoutedSubscription
    delivery: Delivery
    target: Target

    @property
    def handler_name(self) -> str:
        """The handler's key."""
        return self.delivery.handler_name

    @property
    def handler(self) -> Handler:
        """The handler."""
        return self.delivery.handler

    @property
    def schema(self) -> EventDeliverySchema:
        """The form in which it delivers."""
        return self.delivery.schema

    @property
    def is_azure_resource(self) -> bool:
        """Whether Event Grid counts its handler as an Azure resource, in place of a webhook."""
        return isinstance(self.handler, ResourceEndpoint)

    @property
    def upper_name(self) -> str:
        """Its name in Azure as headers and blobs have it: in upper case."""
        return self.delivery.name.upper()

    @property
    def source(self) -> str:
        """The ARM id of its workspace; that of the samples where only the deployment knows it."""
        return self.routed.workspace_id or SAMPLE_WORKSPACE

    @cached_property
    def most_events(self) -> int:
        """Events that one call may have."""
        return self._batching("maxEventsPerBatch")

    @cached_property
    def preferred_bytes(self) -> int:
        """Bytes that one call should not exceed."""
        return self._batching("preferredBatchSizeInKilobytes") * _KILOBYTE

    @property
    def longest_life(self) -> int:
        """Seconds after which an event is not tried any more."""
        return self.delivery.retry_policy.event_time_to_live_in_minutes * 60

    @property
    def most_attempts(self) -> int:
        """Attempts after which an event is given up."""
        return self.delivery.retry_policy.max_delivery_attempts

    @property
    def mappings(self) -> tuple[DeliveryAttributeMapping, ...]:
        """The handler's delivery attributes."""
        return tuple(self.handler.given().get("deliveryAttributeMappings", ()))

    @property
    def hidden_attributes(self) -> list[str]:
        """The names of the delivery attributes whose value is encrypted."""
        return [each.name for each in self.mappings if not isinstance(each.value, (str, type(None)))]

    def attributes_of(self, event: Mapping[str, Any]) -> dict[str, str]:
        """Return the delivery attributes with their values for an event.

        An encrypted value is `<secret>`; an attribute from a field that holds no text, number or boolean is left out.

        Args:
            event: The event in the delivery schema.
        """
        return dict(self._attributes(Event(event))) if self.mappings else {}

    def _attributes(self, event: Event) -> Iterator[tuple[str, str]]:
        for each in self.mappings:
            if each.source_field is None:
                yield each.name, each.value if isinstance(each.value, str) else repr(Secret(None))
                continue
            found = resolve(each.source_field, event.schema).find(event)[0]
            if isinstance(found, (str, bool, int, float)):
                yield each.name, found if isinstance(found, str) else json.dumps(found)

    def _batching(self, name: str) -> int:
        value = self.handler.given().get(name)
        return value if isinstance(value, int) else BATCHING[name]


def local_subscriptions(stack: Stack, targets: Mapping[str, Target]) -> list[LocalSubscription]:
    """List the subscriptions whose handlers have a target, those that deliver nothing left out.

    Args:
        stack: The stack.
        targets: The targets by the handlers' keys.
    """
    return [
        LocalSubscription(each, delivery, targets[delivery.handler_name])
        for each, delivery in pairs(stack)
        if delivery.handler_name in targets and not each.disabled and not each.state
    ]


def pairs(stack: Stack) -> Iterable[tuple[RoutedSubscription, Delivery]]:
    """Yield every subscription of every workspace, as routing reads it and as it is declared.

    Args:
        stack: The stack.
    """
    return zip(routed(stack), stack.deliveries, strict=True)
