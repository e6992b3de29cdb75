"""Declaring a whole stack from its configuration, as `__main__.py` does."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from azureml_events.handlers.endpoint import Endpoint
from azureml_events.resources.configuration import read_configuration
from azureml_events.resources.created_handlers import CreatedHandlers
from azureml_events.resources.garbage import collect_rarely
from azureml_events.resources.mail_service import create_mail_services
from azureml_events.resources.providers import Providers
from azureml_events.resources.version_aliases import with_version_aliases_of
from azureml_events.resources.workspace_events import WorkspaceEvents
from azureml_events.stack.stack import Stack


def declare_stack() -> dict[str, WorkspaceEvents]:
    """Declare every workspace's events as the stack's configuration says.

    Exports `systemTopics` (ARM ids by workspace), `principals` (the object ids of the identities that deliver, by
    workspace; those without an identity are not there), `subscriptions` (ARM ids by workspace and name) and
    `prerequisites`, what someone else must grant. From here on Python looks for garbage less often.

    Returns:
        The components by workspace.

    Raises:
        pulumi.RunError: The configuration is wrong, or a filter can never match; with every mistake and every finding
            at level error.
    """
    collect_rarely()
    stack = read_configuration()
    providers = Providers.of_configuration()
    endpoints = _endpoints(stack, providers)
    workflow_handlers, _ = create_mail_services(
        "handlers",
        stack.workflow_handlers,
        tags=stack.defaults.tags,
        subscription_id=lambda: providers.own,
        opts=with_version_aliases_of(stack.defaults),
    )
    declared = {
        key: WorkspaceEvents.of_stack(
            stack,
            key,
            endpoints=endpoints,
            workflow_handlers=workflow_handlers,
            provider_of=providers.of,
            opts=pulumi.ResourceOptions(
                provider=providers.of(stack.topics[key].subscription_id), aliases=[*workspace.aliases]
            ),
        )
        for key, workspace in stack.workspaces.items()
    }
    grants = next((each.grants for each in declared.values() if each.grants), None)
    pulumi.export("systemTopics", {key: each.system_topic_id for key, each in declared.items()})
    pulumi.export("principals", {key: each.principal_id for key, each in declared.items() if each.principal_id})
    pulumi.export("subscriptions", {key: _ids(each.event_subscriptions) for key, each in declared.items()})
    pulumi.export("prerequisites", grants.prerequisites if grants else [])
    return declared


def _ids(resources: Mapping[str, pulumi.CustomResource]) -> dict[str, pulumi.Output[str]]:
    return {name: resource.id for name, resource in resources.items()}


def _endpoints(stack: Stack, providers: Providers) -> Mapping[str, Endpoint]:
    """Give the handlers that Event Grid delivers to, after declaring those to create."""
    if not any(handler.creates for handler in stack.endpoints.values()):
        return stack.endpoints
    users = {item.handler_name: stack.workspaces[item.workspace].location for item in stack.deliveries}
    created = CreatedHandlers(
        "handlers",
        stack.endpoints,
        locations=users,
        tags=stack.defaults.tags,
        subscription_id=lambda: providers.own,
        provider_of=providers.of,
        opts=with_version_aliases_of(stack.defaults),
    )
    return created.endpoints
