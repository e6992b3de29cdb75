"""Azure Machine Learning events through Azure Event Grid, declared with Pulumi.

`help(Subscription)`, `help(EventHub)`, … say what each argument means. The reference of every field of a stack file, of
which Python's arguments are the same in snake_case, is `stack_file.md` beside this file, and `stacks/README.md` in the
repository.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from azureml_events.base.interruption import end_quietly as _end_quietly

if not TYPE_CHECKING:  # a command hears Ctrl-C before the imports that take long
    _end_quietly()

# isort: split
from azureml_events import handlers as _handlers
from azureml_events.base.mistakes import DeclarationError
from azureml_events.event_grid.delivery import RetryPolicy
from azureml_events.event_grid.delivery_attributes import DeliveryAttributeMapping
from azureml_events.event_grid.filters import AdvancedFilter
from azureml_events.event_grid.intents import (
    drift_detected,
    model_deployed,
    model_registered,
    monitor_breached,
    run_completed,
    run_failed,
    run_status_changed,
)
from azureml_events.handlers import (
    AzureDevOpsPipeline,
    AzureFunction,
    BatchEndpoint,
    ChatMessage,
    DataFactoryPipeline,
    EmailAlert,
    EventHub,
    GitHubWorkflow,
    HybridConnection,
    LogicApp,
    NamespaceTopic,
    ServiceBusQueue,
    ServiceBusTopic,
    StorageQueue,
    WebHook,
)
from azureml_events.handlers.email_alert import CreateEmailAlert
from azureml_events.handlers.event_hub import CreateEventHub
from azureml_events.handlers.service_bus_queue import CreateServiceBusQueue
from azureml_events.handlers.service_bus_topic import CreateServiceBusTopic
from azureml_events.handlers.storage_queue import CreateStorageQueue
from azureml_events.stack.dead_letter import CreateDeadLetter, DeadLetter
from azureml_events.stack.defaults import Defaults, DefaultSystemTopic
from azureml_events.stack.subscription import Subscription
from azureml_events.stack.watching import Alerts, DefaultAlerts, Diagnostics, Failing, Silent
from azureml_events.stack.workspace import SystemTopic, UserAssigned
from azureml_events.workflows.entra import Entra
from azureml_events.workflows.parameters import Constant

if TYPE_CHECKING:
    from azureml_events.resources.declare_stack import declare_stack
    from azureml_events.resources.workspace_events import WorkspaceEvents

__version__ = "0.1.0"

__all__ = [
    "AdvancedFilter",
    "Alerts",
    "AzureDevOpsPipeline",
    "AzureFunction",
    "BatchEndpoint",
    "ChatMessage",
    "Constant",
    "CreateDeadLetter",
    "CreateEmailAlert",
    "CreateEventHub",
    "CreateServiceBusQueue",
    "CreateServiceBusTopic",
    "CreateStorageQueue",
    "DataFactoryPipeline",
    "DeadLetter",
    "DeclarationError",
    "DefaultAlerts",
    "DefaultSystemTopic",
    "Defaults",
    "DeliveryAttributeMapping",
    "Diagnostics",
    "EmailAlert",
    "Entra",
    "EventHub",
    "Failing",
    "GitHubWorkflow",
    "HybridConnection",
    "LogicApp",
    "NamespaceTopic",
    "RetryPolicy",
    "ServiceBusQueue",
    "ServiceBusTopic",
    "Silent",
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

for _module in iter_modules(_handlers.__path__):
    _handlers.add_types(import_module(f"{_handlers.__name__}.{_module.name}"))
__all__ += [name for name in _handlers.HANDLERS if name not in __all__]
__all__.sort()

_WITH_PULUMI = {
    "WorkspaceEvents": "azureml_events.resources.workspace_events",
    "declare_stack": "azureml_events.resources.declare_stack",
}


def _resolve(name: str) -> Any:
    """Import what needs Pulumi with its first use, so that checking a stack file does not."""
    if name in _handlers.HANDLERS:
        return _handlers.HANDLERS[name]
    if name not in _WITH_PULUMI:
        raise AttributeError(f"module 'azureml_events' has no attribute {name!r}")
    return getattr(import_module(_WITH_PULUMI[name]), name)


if not TYPE_CHECKING:  # a type checker knows the names, and finds a misspelt one
    __getattr__ = _resolve


def __dir__() -> list[str]:
    return __all__
