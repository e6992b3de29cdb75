"""The types of resource that receive events, in azure-native's names and in ARM's, and the ARM ids of resources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

RESOURCE_GROUP = "resources:ResourceGroup"
STORAGE_ACCOUNT = "storage:StorageAccount"
BLOB_CONTAINER = "storage:BlobContainer"
STORAGE_QUEUE = "storage:Queue"
EVENT_HUB_NAMESPACE = "eventhub:Namespace"
SERVICE_BUS_NAMESPACE = "servicebus:Namespace"
WORKFLOW = "logic:Workflow"
USER_ASSIGNED_IDENTITY = "managedidentity:UserAssignedIdentity"


class Named(NamedTuple):
    """How a type names its resources.

    Attributes:
        part: The part of the ARM id before the name.
        member: The input that holds the name.
        host: The type that it lies in; None where it lies in none.
    """

    part: str
    member: str
    host: str | None = None


NAMED: Mapping[str, Named] = {
    EVENT_HUB_NAMESPACE: Named("Microsoft.EventHub/namespaces", "namespaceName"),
    "eventhub:EventHub": Named("eventhubs", "eventHubName", EVENT_HUB_NAMESPACE),
    SERVICE_BUS_NAMESPACE: Named("Microsoft.ServiceBus/namespaces", "namespaceName"),
    "servicebus:Queue": Named("queues", "queueName", SERVICE_BUS_NAMESPACE),
    "servicebus:Topic": Named("topics", "topicName", SERVICE_BUS_NAMESPACE),
    STORAGE_ACCOUNT: Named("Microsoft.Storage/storageAccounts", "accountName"),
    STORAGE_QUEUE: Named("queueServices/default/queues", "queueName", STORAGE_ACCOUNT),
    BLOB_CONTAINER: Named("blobServices/default/containers", "containerName", STORAGE_ACCOUNT),
    "relay:Namespace": Named("Microsoft.Relay/namespaces", "namespaceName"),
    "relay:HybridConnection": Named("hybridConnections", "hybridConnectionName", "relay:Namespace"),
    "eventgrid:Namespace": Named("Microsoft.EventGrid/namespaces", "namespaceName"),
    "eventgrid:NamespaceTopic": Named("topics", "topicName", "eventgrid:Namespace"),
    "web:WebApp": Named("Microsoft.Web/sites", "name"),
    WORKFLOW: Named("Microsoft.Logic/workflows", "workflowName"),
}
"""The types that receive."""

RECEIVERS = (*NAMED, RESOURCE_GROUP)
"""The types that an id of a destination or a scope can come from."""


def line_of(type_: str) -> tuple[str, ...]:
    """Return a type and the one that it lies in, outermost first; nothing for a resource group.

    Args:
        type_: One of the types that receive.
    """
    if type_ not in NAMED:
        return ()
    host = NAMED[type_].host
    return (host, type_) if host else (type_,)


def arm_type_of(type_: str) -> str:
    """Return the ARM type of one of the types that receive, in lower case; empty for a resource group.

    Args:
        type_: The type in azure-native's names.
    """
    return "/".join(NAMED[each].part for each in line_of(type_)).replace("/default", "").lower()


def arm_type_in(id_: str) -> str:
    """Return the ARM type that an id is of, in lower case; empty for a resource group and what is wider.

    Args:
        id_: The ARM id.
    """
    return written_type_in(id_).lower()


def written_type_in(id_: str) -> str:
    """Return the ARM type that an id is of, in the case that it is written in; else as `arm_type_in`.

    Args:
        id_: The ARM id.
    """
    path, before = id_.rstrip("/"), "/providers/"
    at = path.lower().rfind(before)
    provider, *rest = path[at + len(before) :].split("/")
    return "/".join((provider, *rest[::2])) if at >= 0 and rest else ""


def tail_of(id_: str) -> str:
    """Return an ARM id in lower case from its resource group on; a scope above one is empty.

    Args:
        id_: The ARM id.
    """
    lower = id_.lower().rstrip("/")
    _, found, rest = lower.partition("/resourcegroups/")
    return f"{found}{rest}"


def is_below(id_: str, scope: str) -> bool:
    """Tell whether an id is a scope or lies in it, both in lower case.

    Args:
        id_: The id.
        scope: The scope.
    """
    return id_ == scope or id_.startswith(f"{scope.rstrip('/')}/")
