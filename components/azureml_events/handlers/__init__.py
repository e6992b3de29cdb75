"""The table of handler types. A type is one module of this folder.

Types of further modules in this folder join the table at its end: the package's root looks for them.
"""

from __future__ import annotations

from types import ModuleType

from azureml_events.handlers.azure_devops_pipeline import AzureDevOpsPipeline as AzureDevOpsPipeline
from azureml_events.handlers.azure_function import AzureFunction as AzureFunction
from azureml_events.handlers.batch_endpoint import BatchEndpoint as BatchEndpoint
from azureml_events.handlers.chat_message import ChatMessage as ChatMessage
from azureml_events.handlers.data_factory_pipeline import DataFactoryPipeline as DataFactoryPipeline
from azureml_events.handlers.email_alert import EmailAlert as EmailAlert
from azureml_events.handlers.endpoint import Endpoint
from azureml_events.handlers.event_hub import EventHub as EventHub
from azureml_events.handlers.github_workflow import GitHubWorkflow as GitHubWorkflow
from azureml_events.handlers.handler import Handler
from azureml_events.handlers.hybrid_connection import HybridConnection as HybridConnection
from azureml_events.handlers.logic_app import LogicApp as LogicApp
from azureml_events.handlers.namespace_topic import NamespaceTopic as NamespaceTopic
from azureml_events.handlers.service_bus_queue import ServiceBusQueue as ServiceBusQueue
from azureml_events.handlers.service_bus_topic import ServiceBusTopic as ServiceBusTopic
from azureml_events.handlers.storage import DEAD_LETTER_ROLE
from azureml_events.handlers.storage_queue import StorageQueue as StorageQueue
from azureml_events.handlers.web_hook import WebHook as WebHook
from azureml_events.handlers.workflow_handler import Bridge, WorkflowHandler

_TYPES: tuple[type[Handler], ...] = (
    AzureFunction,
    EventHub,
    HybridConnection,
    NamespaceTopic,
    ServiceBusQueue,
    ServiceBusTopic,
    StorageQueue,
    WebHook,
    LogicApp,
    EmailAlert,
    DataFactoryPipeline,
    AzureDevOpsPipeline,
    GitHubWorkflow,
    BatchEndpoint,
    ChatMessage,
)

HANDLERS: dict[str, type[Handler]] = {}
"""All handler types by `type`."""

ENDPOINTS: dict[str, type[Endpoint]] = {}
"""The handlers that Event Grid delivers to itself, by `endpointType`."""

WORKFLOW_HANDLERS: dict[str, type[WorkflowHandler]] = {}
"""The handlers that Event Grid reaches through a workflow, by `type`."""


def _add(kind: type[Handler]) -> None:
    name = kind.model_fields["type"].default
    if not isinstance(name, str) or name in HANDLERS:
        return
    HANDLERS[name] = kind
    if issubclass(kind, Endpoint):
        ENDPOINTS[name] = kind
    elif issubclass(kind, WorkflowHandler):
        WORKFLOW_HANDLERS[name] = kind


for _each in _TYPES:
    _add(_each)


def add_types(module: ModuleType) -> None:
    """Add the handler types that a module defines and the table lacks.

    Args:
        module: A module of this folder.
    """
    for each in vars(module).values():
        if isinstance(each, type) and issubclass(each, Handler) and each.__module__ == module.__name__:
            _add(each)


def role_names() -> dict[str, str]:
    """Return the names of the roles that identities need, by the GUID of their definition."""
    kinds = [kind for kind in HANDLERS.values() if issubclass(kind, Endpoint | Bridge)]
    return {role.guid: role.name for role in (DEAD_LETTER_ROLE, *(kind.role for kind in kinds)) if role}


def secret_fields() -> set[str]:
    """Return the JSON names of the fields that may be encrypted, of all endpoint types."""
    return {name for kind in ENDPOINTS.values() for name in kind.secret_fields}
