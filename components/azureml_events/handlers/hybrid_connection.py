"""Hybrid connections of Azure Relay."""

from __future__ import annotations

from typing import Annotated, Literal

from azureml_events.base.arm_ids import OfType
from azureml_events.base.values import Reference
from azureml_events.handlers.endpoint import DeliveryAttributes, ResourceEndpoint


class HybridConnection(ResourceEndpoint):
    """Delivery through a hybrid connection to a listener behind a firewall."""

    noun = "hybrid connection"

    has_handshake = False

    type: Literal["HybridConnection"] = "HybridConnection"
    """A hybrid connection of Azure Relay."""

    resource_id: Annotated[Reference, OfType("Microsoft.Relay/namespaces/hybridConnections")]
    """The hybrid connection's ARM id."""

    delivery_attribute_mappings: DeliveryAttributes = ()
    """Headers added to each call, at most 10."""
