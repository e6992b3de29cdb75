"""Azure Machine Learning events through Azure Event Grid, declared with Pulumi."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from azureml_events.bridges import (
    AzureDevOpsPipeline,
    DataFactoryPipeline,
    EmailAlert,
    GitHubWorkflow,
    LogicApp,
)
from azureml_events.bridges.entra import Entra
from azureml_events.bridges.parameters import Constant
from azureml_events.declarations.dead_letter import CreateDeadLetter, DeadLetter
from azureml_events.declarations.defaults import Defaults, DefaultSystemTopic
from azureml_events.declarations.delivery import RetryPolicy
from azureml_events.declarations.delivery_attributes import DeliveryAttributeMapping
from azureml_events.declarations.filters import AdvancedFilter
from azureml_events.declarations.intents import (
    drift_detected,
    model_deployed,
    model_registered,
    monitor_breached,
    run_completed,
    run_failed,
    run_status_changed,
)
from azureml_events.declarations.mistakes import DeclarationError
from azureml_events.declarations.subscription import Subscription
from azureml_events.declarations.workspace import SystemTopic, UserAssigned
from azureml_events.endpoints import (
    AzureFunction,
    EventHub,
    HybridConnection,
    NamespaceTopic,
    ServiceBusQueue,
    ServiceBusTopic,
    StorageQueue,
    WebHook,
)
from azureml_events.endpoints.event_hub import CreateEventHub
from azureml_events.endpoints.service_bus_queue import CreateServiceBusQueue
from azureml_events.endpoints.service_bus_topic import CreateServiceBusTopic
from azureml_events.endpoints.storage_queue import CreateStorageQueue

if TYPE_CHECKING:
    from azureml_events.resources.declare_stack import declare_stack
    from azureml_events.resources.workspace_events import WorkspaceEvents

__version__ = "0.1.0"

__all__ = [
    "AdvancedFilter",
    "AzureDevOpsPipeline",
    "AzureFunction",
    "Constant",
    "CreateDeadLetter",
    "CreateEventHub",
    "CreateServiceBusQueue",
    "CreateServiceBusTopic",
    "CreateStorageQueue",
    "DataFactoryPipeline",
    "DeadLetter",
    "DeclarationError",
    "DefaultSystemTopic",
    "Defaults",
    "DeliveryAttributeMapping",
    "EmailAlert",
    "Entra",
    "EventHub",
    "GitHubWorkflow",
    "HybridConnection",
    "LogicApp",
    "NamespaceTopic",
    "RetryPolicy",
    "ServiceBusQueue",
    "ServiceBusTopic",
    "StorageQueue",
    "Subscription",
    "SystemTopic",
    "UserAssigned",
    "WebHook",
    "WorkspaceEvents",
    "declare_stack",
    "drift_detected",
    "model_deployed",
    "model_registered",
    "monitor_breached",
    "run_completed",
    "run_failed",
    "run_status_changed",
]

_WITH_PULUMI = {
    "WorkspaceEvents": "azureml_events.resources.workspace_events",
    "declare_stack": "azureml_events.resources.declare_stack",
}


def __getattr__(name: str) -> Any:
    """Import what needs Pulumi with its first use, so that checking a stack file does not."""
    if name not in _WITH_PULUMI:
        raise AttributeError(f"module 'azureml_events' has no attribute {name!r}")
    return getattr(import_module(_WITH_PULUMI[name]), name)


def __dir__() -> list[str]:
    return __all__
