"""Declaring a whole stack from its configuration: what `__main__.py` calls."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from azureml_events.handlers.handler import Handler
from azureml_events.resources.configuration import read_configuration
from azureml_events.resources.created_handlers import CreatedHandlers
from azureml_events.resources.inputs import to_input
from azureml_events.resources.providers import Providers
from azureml_events.resources.workspace_events import WorkspaceEvents
from azureml_events.stack.stack import Stack


def declare_stack() -> dict[str, WorkspaceEvents]:
    """Declare every workspace's events as the stack's configuration says.

    Exports `systemTopics`, their names by workspace, and `prerequisites`, what someone else must
    grant.

    Returns:
        The components by workspace.

    Raises:
        pulumi.RunError: The configuration is wrong; with every mistake.
    """
    stack = read_configuration()
    providers = Providers.of_configuration()
    handlers = _handlers(stack, providers)
    declared = {key: _workspace(key, stack, handlers, providers) for key in stack.workspaces}
    grants = next((each.grants for each in declared.values() if each.grants), None)
    pulumi.export("systemTopics", {key: each.system_topic_name for key, each in declared.items()})
    pulumi.export("prerequisites", grants.prerequisites if grants else [])
    return declared


def _handlers(stack: Stack, providers: Providers) -> Mapping[str, Handler]:
    if not any(handler.creates for handler in stack.endpoints.values()):
        return stack.handlers
    users = {item.handler_name: stack.workspaces[item.workspace].location for item in stack.deliveries}
    created = CreatedHandlers(
        "handlers",
        stack.endpoints,
        locations=users,
        tags=stack.defaults.tags,
        provider_of=providers.of,
        keep_version_aliases=stack.defaults.keep_version_aliases,
    )
    return {**stack.handlers, **created.endpoints}


def _workspace(key: str, stack: Stack, handlers: Mapping[str, Handler], providers: Providers) -> WorkspaceEvents:
    workspace = stack.workspaces[key]
    return WorkspaceEvents(
        key,
        workspace_id=to_input(workspace.resource_id, key),
        location=to_input(workspace.location, key),
        system_topic=workspace.system_topic,
        dead_letter=workspace.dead_letter,
        grants=workspace.grants,
        tags=workspace.tags,
        handlers=handlers,
        subscriptions={
            item.key: item.subscription.model_copy(update={"to": item.handler_name, "workspaces": None})
            for item in stack.deliveries
            if item.workspace == key
        },
        defaults=stack.defaults,
        provider_of=providers.of,
        opts=pulumi.ResourceOptions(provider=providers.of(stack.topics[key].subscription_id)),
    )
