"""The system topic of a workspace: created, taken over, or only used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_azure_native import eventgrid

from azureml_events.arm.identity import topic_identity_body
from azureml_events.base.values import Reference
from azureml_events.event_grid.catalogue import TOPIC_TYPE
from azureml_events.resources.azure_native import declare
from azureml_events.resources.grants import Principal
from azureml_events.resources.inputs import to_output
from azureml_events.stack.topics import Topic
from azureml_events.stack.workspace import UserAssigned

_IMMUTABLE = ["source", "topicType"]


@dataclass(frozen=True)
class DeclaredTopic:
    """The part of a system topic that its subscriptions need.

    Attributes:
        resource: The system topic; None where it is only used.
        id: Its ARM id.
        name: Its name, known once it exists.
        resource_group: Its resource group.
        principal: The identity that delivers; None without one.
    """

    resource: eventgrid.SystemTopic | None
    id: pulumi.Output[str]
    name: pulumi.Output[str]
    resource_group: pulumi.Input[str]
    principal: Principal | None


def declare_topic(
    workspace: str,
    topic: Topic,
    *,
    source: Reference,
    resource_group: pulumi.Input[str],
    location: Callable[[], pulumi.Input[str]],
    tags: dict[str, str],
    parent: pulumi.Resource,
) -> DeclaredTopic:
    """Declare a workspace's system topic, or look it up where it is only used.

    Args:
        workspace: The workspace's key.
        topic: The topic to declare.
        source: The workspace's ARM id.
        resource_group: The topic's resource group.
        location: Gives the workspace's region, where the topic is created or taken over.
        tags: Tags of the topic.
        parent: The component that it belongs to.
    """
    if topic.existing:
        found = eventgrid.get_system_topic_output(
            resource_group_name=resource_group,
            system_topic_name=topic.name,
            opts=pulumi.InvokeOutputOptions(parent=parent),
        )
        principal = _principal(workspace, topic, found.apply(lambda result: result.identity))
        # Subscriptions take the name, so none is tried before the identity is known to be there.
        checked = pulumi.Output.all(found.apply(lambda result: result.name), principal and principal.id)
        topic_id = found.apply(lambda result: result.id)
        return DeclaredTopic(None, topic_id, checked.apply(lambda known: known[0]), resource_group, principal)
    resource = declare(
        eventgrid.SystemTopic,
        f"{workspace}/system-topic",
        {
            "systemTopicName": topic.name,
            "resourceGroupName": resource_group,
            "location": location(),
            "source": source,
            "topicType": TOPIC_TYPE,
            "identity": topic_identity_body(topic.identity),
            "tags": tags or None,
        },
        _options(topic, parent),
    )
    principal = _principal(workspace, topic, resource.identity)
    return DeclaredTopic(resource, resource.id, resource.name, resource_group, principal)


def _options(topic: Topic, parent: pulumi.Resource) -> pulumi.ResourceOptions:
    if topic.import_id:
        return pulumi.ResourceOptions(parent=parent, import_=topic.import_id, protect=True, ignore_changes=_IMMUTABLE)
    return pulumi.ResourceOptions(parent=parent, replace_on_changes=_IMMUTABLE, delete_before_replace=True)


def _principal(workspace: str, topic: Topic, found: pulumi.Output[Any]) -> Principal | None:
    identity = topic.identity
    if identity == "None":
        return None
    where = f"workspaces.{workspace}.systemTopic.identity"
    if isinstance(identity, UserAssigned):
        key = identity.user_assigned if isinstance(identity.user_assigned, str) else workspace
        principal_id = to_output(identity.principal_id, where)
        if topic.existing:
            user_assigned = to_output(identity.user_assigned, where)
            principal_id = pulumi.Output.all(found.apply(_user_assigned), user_assigned, principal_id).apply(
                lambda known: _user_assigned_of_existing(where, topic.name, *known)
            )
        return Principal(key, principal_id)
    if topic.existing:
        return Principal(workspace, found.apply(lambda known: _system_assigned_of_existing(where, topic.name, known)))
    return Principal(workspace, found.apply(_system_assigned_of_created))


def _system_assigned_of_created(found: Any) -> Any:
    """Give the principal; unknown in a preview, which gives the identity as it is asked for."""
    return getattr(found, "principal_id", None) or pulumi.UNKNOWN


def _system_assigned_of_existing(where: str, name: str, found: Any) -> str:
    principal_id: str | None = getattr(found, "principal_id", None)
    if not principal_id:
        raise pulumi.RunError(
            f"{where}: system topic '{name}' has no system-assigned identity; give it one, or name here the identity "
            "that delivers"
        )
    return principal_id


def _user_assigned(found: Any) -> list[str]:
    return list(getattr(found, "user_assigned_identities", None) or {})


def _user_assigned_of_existing(where: str, name: str, held: list[str], user_assigned: str, principal_id: str) -> str:
    if user_assigned.lower() not in map(str.lower, held):
        raise pulumi.RunError(
            f"{where}: system topic '{name}' does not have the identity {user_assigned}; assign it to the topic first"
        )
    return principal_id
