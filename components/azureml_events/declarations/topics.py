"""The system topic of each workspace, with what the defaults add."""

from __future__ import annotations

from dataclasses import dataclass

from azureml_events.declarations.defaults import Defaults
from azureml_events.declarations.reference import parse_arm_id
from azureml_events.declarations.workspace import (
    SYSTEM_TOPIC_TYPE,
    WORKSPACE,
    TopicIdentity,
    Workspace,
)


@dataclass(frozen=True)
class Topic:
    """The system topic of a workspace.

    Attributes:
        name: Its name.
        resource_group: Its resource group; None where only the deployment knows the workspace's.
        subscription_id: Its Azure subscription, the workspace's; None where only the deployment knows it.
        identity: The identity that delivers.
        existing: Whether it is only used, not managed.
        import_id: The ARM id of the topic to take over.
    """

    name: str
    resource_group: str | None
    subscription_id: str | None
    identity: TopicIdentity
    existing: bool
    import_id: str | None


def topic_of(key: str, workspace: Workspace, defaults: Defaults) -> Topic:
    """The system topic of a workspace.

    Args:
        key: The workspace's key.
        workspace: The workspace.
        defaults: What holds for all.
    """
    declared = workspace.system_topic
    imported = parse_arm_id(declared.import_, SYSTEM_TOPIC_TYPE) if declared.import_ else None
    home = parse_arm_id(workspace.resource_id, WORKSPACE) if isinstance(workspace.resource_id, str) else None
    group = declared.resource_group or (imported.resource_group if imported else None)
    return Topic(
        name=declared.name or (imported.name if imported else f"{key.replace('_', '-')}-events"),
        resource_group=group or defaults.system_topic.resource_group or (home.resource_group if home else None),
        subscription_id=home.subscription_id.lower() if home else None,
        identity=defaults.identity_of(workspace),
        existing=bool(declared.existing),
        import_id=declared.import_,
    )
