"""The system topic of a workspace: created, taken over, or only used."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_azure_native import eventgrid

from azureml_events.arm.identity import topic_identity_body
from azureml_events.base.values import Reference
from azureml_events.event_grid.catalogue import TOPIC_TYPE
from azureml_events.resources.azure_native import declare, invoke
from azureml_events.resources.existing import TOPIC, explain_existing
from azureml_events.resources.grants import Principal
from azureml_events.resources.inputs import to_output
from azureml_events.resources.look_ups import name_in, principal_of, stopping
from azureml_events.stack.topics import Topic
from azureml_events.stack.workspace import UserAssigned

_IMMUTABLE = ["source", "topicType"]
_READ = "azure-native:eventgrid:getSystemTopic"


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
        found = invoke(
            _READ,
            {"resourceGroupName": resource_group, "systemTopicName": topic.name},
            pulumi.InvokeOutputOptions(parent=parent),
            stopping(f"workspaces.{workspace}.systemTopic.name", f"system topic '{topic.name}'"),
        )
        principal = _principal_of_existing(workspace, topic, found.apply(lambda result: result.identity))
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
        _options(workspace, topic, parent, tagged=bool(tags)),
    )
    principal = _principal(workspace, topic, resource, resource_group)
    return DeclaredTopic(resource, resource.id, resource.name, resource_group, principal)


def _options(workspace: str, topic: Topic, parent: pulumi.Resource, *, tagged: bool) -> pulumi.ResourceOptions:
    aliases: list[str | pulumi.Alias] = [*topic.aliases]
    if topic.import_id:
        return pulumi.ResourceOptions(
            parent=parent,
            import_=topic.import_id,
            aliases=aliases or None,
            protect=True,
            ignore_changes=[*_IMMUTABLE, *_identities_left_to_azure(topic), *([] if tagged else ["tags"])],
        )
    return pulumi.ResourceOptions(
        parent=parent,
        aliases=aliases or None,
        replace_on_changes=_IMMUTABLE,
        delete_before_replace=True,
        hooks=pulumi.ResourceHookBinding(on_error=explain_existing(f"{workspace}/system-topic", TOPIC)),
    )


def _identities_left_to_azure(topic: Topic) -> list[str]:
    """Name what only Azure sets in the identity of a topic that is taken over, or all of it where nothing is said."""
    if topic.keeps_identities:
        return ["identity"]
    only_azure_sets = ["identity.principalId", "identity.tenantId"]
    if not isinstance(topic.identity, UserAssigned):
        return only_azure_sets
    held = "identity.userAssignedIdentities"
    if not isinstance(topic.identity.user_assigned, str):
        return [*only_azure_sets, held]
    one = f"{held}[{json.dumps(topic.identity.user_assigned)}]"
    return [*only_azure_sets, f"{one}.principalId", f"{one}.clientId"]


def _principal(
    workspace: str, topic: Topic, resource: eventgrid.SystemTopic, resource_group: pulumi.Input[str]
) -> Principal | None:
    if topic.identity == "None":
        return None
    if isinstance(topic.identity, UserAssigned):
        return _sender(workspace, topic, _user_assigned_principal(workspace, topic.identity))
    reading = {"resourceGroupName": resource_group, "systemTopicName": resource.name}
    return _sender(workspace, topic, principal_of(resource.identity, _READ, reading, parent=resource))


def _principal_of_existing(workspace: str, topic: Topic, found: pulumi.Output[Any]) -> Principal | None:
    identity, where = topic.identity, f"workspaces.{workspace}.systemTopic.identity"
    if identity == "None":
        return None
    if isinstance(identity, UserAssigned):
        user_assigned = to_output(identity.user_assigned, where)
        principal_id = _user_assigned_principal(workspace, identity)
        checked = pulumi.Output.all(found.apply(_user_assigned), user_assigned, principal_id).apply(
            lambda known: _user_assigned_of_existing(where, topic.name, *known)
        )
        return _sender(workspace, topic, checked)
    return _sender(workspace, topic, found.apply(lambda known: _system_assigned_of_existing(where, topic.name, known)))


def _sender(workspace: str, topic: Topic, principal_id: pulumi.Output[str]) -> Principal:
    identity = topic.identity
    if isinstance(identity, UserAssigned) and isinstance(identity.user_assigned, str):
        return Principal([identity.user_assigned], principal_id, name_in(identity.user_assigned))
    return Principal([workspace, *topic.former_keys], principal_id, workspace)


def _user_assigned_principal(workspace: str, identity: UserAssigned) -> pulumi.Output[str]:
    return to_output(identity.principal_id, f"workspaces.{workspace}.systemTopic.identity")


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
