"""The system topic of each workspace, with what the defaults add."""

from __future__ import annotations

from dataclasses import dataclass

from azureml_events.base.arm_ids import in_case_of, parse_arm_id
from azureml_events.stack.defaults import Defaults
from azureml_events.stack.workspace import (
    ALL_IDENTITIES,
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
        keeps_identities: Whether a topic that is taken over keeps the identities that it has.
        aliases: The URNs that it had before.
        former_keys: The keys that the workspace had before.
    """

    name: str
    resource_group: str | None
    subscription_id: str | None
    identity: TopicIdentity
    existing: bool
    import_id: str | None
    keeps_identities: bool = False
    aliases: tuple[str, ...] = ()
    former_keys: tuple[str, ...] = ()


def default_topic_name(key: str) -> str:
    """Derive the name of a workspace's system topic where none is written."""
    return f"{key.replace('_', '-')}-events"


def topic_of(key: str, workspace: Workspace, defaults: Defaults, *, needs_identity: bool) -> Topic:
    """Resolve the system topic of a workspace.

    Args:
        key: The workspace's key.
        workspace: The workspace.
        defaults: The settings of everything that gives none.
        needs_identity: Whether something that is not imported delivers by its identity.
    """
    declared = workspace.system_topic
    imported = parse_arm_id(declared.import_, SYSTEM_TOPIC_TYPE) if declared.import_ else None
    home = parse_arm_id(workspace.resource_id, WORKSPACE) if isinstance(workspace.resource_id, str) else None
    written = declared.identity or defaults.system_topic.identity
    name, group = declared.name, declared.resource_group
    if imported:
        name = in_case_of(imported.name, name or imported.name)
        group = in_case_of(imported.resource_group, group or imported.resource_group)
    return Topic(
        name=name or default_topic_name(key),
        resource_group=group or defaults.system_topic.resource_group or (home.resource_group if home else None),
        subscription_id=home.subscription_id.lower() if home else None,
        identity=defaults.identity_of(workspace),
        existing=bool(declared.existing),
        import_id=declared.import_,
        keeps_identities=written in ("None", ALL_IDENTITIES) or (written is None and not needs_identity),
        aliases=tuple(declared.aliases),
        former_keys=workspace.former_keys,
    )
