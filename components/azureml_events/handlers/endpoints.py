"""The kinds of endpoint that Event Grid delivers to, one module each."""

from __future__ import annotations

from azureml_events.handlers.azure_function import AzureFunction
from azureml_events.handlers.endpoint import Endpoint
from azureml_events.handlers.event_hub import EventHub
from azureml_events.handlers.hybrid_connection import HybridConnection
from azureml_events.handlers.namespace_topic import NamespaceTopic
from azureml_events.handlers.service_bus_queue import ServiceBusQueue
from azureml_events.handlers.service_bus_topic import ServiceBusTopic
from azureml_events.handlers.storage_queue import StorageQueue
from azureml_events.handlers.web_hook import WebHook

__all__ = [
    "ENDPOINTS",
    "AzureFunction",
    "EventHub",
    "HybridConnection",
    "NamespaceTopic",
    "ServiceBusQueue",
    "ServiceBusTopic",
    "StorageQueue",
    "WebHook",
]

ENDPOINTS: dict[str, type[Endpoint]] = {
    "AzureFunction": AzureFunction,
    "EventHub": EventHub,
    "HybridConnection": HybridConnection,
    "NamespaceTopic": NamespaceTopic,
    "ServiceBusQueue": ServiceBusQueue,
    "ServiceBusTopic": ServiceBusTopic,
    "StorageQueue": StorageQueue,
    "WebHook": WebHook,
}
"""The kinds by `endpointType`."""
