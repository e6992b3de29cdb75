"""Topics of Event Grid namespaces."""

from __future__ import annotations

from typing import Annotated, Literal

from azureml_events.base.arm_ids import OfType
from azureml_events.base.values import Reference
from azureml_events.handlers.endpoint import ResourceEndpoint


class NamespaceTopic(ResourceEndpoint):
    """Delivery to a topic of an Event Grid namespace, which takes CloudEvents only."""

    noun = "namespace topic"

    local_place = "folder"

    delivery_schema = "CloudEventSchemaV1_0"

    type: Literal["NamespaceTopic"] = "NamespaceTopic"
    """A topic of an Event Grid namespace; the subscription needs `eventDeliverySchema: CloudEventSchemaV1_0`."""

    resource_id: Annotated[Reference, OfType("Microsoft.EventGrid/namespaces/topics")]
    """The namespace topic's ARM id."""
