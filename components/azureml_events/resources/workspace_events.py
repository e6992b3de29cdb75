"""A workspace's events: its system topic, its event subscriptions and all that makes delivery work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
from pulumi_azure_native import eventgrid, machinelearningservices

from azureml_events.declarations.dead_letter import DeadLetter
from azureml_events.declarations.dead_letter_stores import place_of, settings_of
from azureml_events.declarations.defaults import Defaults
from azureml_events.declarations.deferred import Deferred
from azureml_events.declarations.deliveries import Delivery
from azureml_events.declarations.reference import ArmId, parse_arm_id
from azureml_events.declarations.stack import Stack, workspace_stack
from azureml_events.declarations.subscription import Subscription
from azureml_events.declarations.workspace import WORKSPACE, SystemTopic, Workspace
from azureml_events.endpoints.endpoint import Endpoint, GrantsMode, Role
from azureml_events.endpoints.roles import DEAD_LETTER_ROLE
from azureml_events.resources.access import retry_while_access_is_missing
from azureml_events.resources.created_handlers import CreatedHandlers
from azureml_events.resources.dead_letter import Container, DeadLetterStore, existing_container
from azureml_events.resources.event_subscriptions import (
    declare_event_subscription,
    event_subscription_of,
)
from azureml_events.resources.grants import Grant, Grants
from azureml_events.resources.inputs import to_input, to_output
from azureml_events.resources.system_topic import declare_topic
from azureml_events.resources.version_aliases import without_version_aliases


class WorkspaceEvents(pulumi.ComponentResource):
    """The events of one Azure Machine Learning workspace, and where they go.

    Declares the workspace's system topic with its identity, the event subscriptions, the handlers that are created, the
    store for dead letters and the role assignments, in the order in which delivery works.

    Args:
        name: Its Pulumi name: the workspace's key, 1 to 33 letters, digits, `-` and `_`.
        workspace_id: The workspace's ARM id.
        subscriptions: The subscriptions by name; each says `to` which handler it delivers.
        handlers: Handlers by name, for subscriptions that name theirs; default none.
        location: The workspace's region; omitted: looked up at deployment.
        system_topic: Its system topic; default a created one with a system-assigned identity.
        dead_letter: Where undeliverable events go; default a created store.
        grants: `create` (default) role assignments, or `assume` that they are there.
        tags: Tags of what is created.
        defaults: What holds for everything that does not say otherwise.
        opts: Pulumi's options. What it depends on is there before the subscriptions are: the code of a function.

    Attributes:
        system_topic: The system topic; None where an existing one is used.
        system_topic_name: Its name.
        event_subscriptions: The event subscriptions by name; disabled ones are not there.
        handlers: The handlers that are created; None without any.
        dead_letter_stores: The stores for dead letters that are created, by Pulumi name.
        grants: The program's role assignments; None where none is needed.

    Raises:
        DeclarationError: With every mistake.
    """

    def __init__(
        self,
        name: str,
        *,
        workspace_id: pulumi.Input[str],
        subscriptions: Mapping[str, Subscription],
        handlers: Mapping[str, Endpoint] | None = None,
        location: pulumi.Input[str] | None = None,
        system_topic: SystemTopic | None = None,
        dead_letter: DeadLetter | None = None,
        grants: GrantsMode | None = None,
        tags: Mapping[str, str] | None = None,
        defaults: Defaults | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        workspace = Workspace(
            resource_id=workspace_id,
            location=location,
            system_topic=system_topic or SystemTopic(),
            dead_letter=dead_letter,
            grants=grants,
            tags=None if tags is None else dict(tags),
        )
        stack = workspace_stack(name, workspace, handlers or {}, subscriptions, defaults or Defaults())
        self._defaults = stack.defaults
        super().__init__(
            "azureml-events:index:WorkspaceEvents",
            name,
            {"workspaceId": to_input(workspace.resource_id)},
            without_version_aliases(opts, keep=self._defaults.keep_version_aliases),
        )
        self._key = name
        self._workspace = workspace
        self._tags = self._defaults.tags_of(workspace)
        self._after = _depends_on(opts)
        self._retry = retry_while_access_is_missing(name, self._defaults.access_retry_minutes)
        self.grants: Grants | None = None
        self.dead_letter_stores: dict[str, DeadLetterStore] = {}
        self._containers: dict[DeadLetter, Container | None] = {}
        self.handlers = self._created(stack)
        self._location = self._located()
        self._topic = stack.topics[name]
        self._declared = declare_topic(
            name,
            self._topic,
            source=to_input(workspace.resource_id),
            resource_group=self._topic.resource_group or self._home_group(),
            location=self._location,
            tags=self._tags,
            parent=self,
        )
        self.system_topic: eventgrid.SystemTopic | None = self._declared.resource
        self.system_topic_name = self._declared.name
        self.event_subscriptions: dict[str, eventgrid.SystemTopicEventSubscription] = {
            delivery.key: self._subscribe(delivery)
            for delivery in stack.deliveries
            if not delivery.subscription.disabled
        }
        self.register_outputs({"systemTopicName": self.system_topic_name})

    def _created(self, stack: Stack) -> CreatedHandlers | None:
        if not any(handler.creates for handler in stack.handlers.values()):
            return None
        return CreatedHandlers(
            f"{self._key}/handlers",
            stack.handlers,
            locations=dict.fromkeys(stack.handlers, self._workspace.location),
            tags=self._defaults.tags,
            keep_version_aliases=self._defaults.keep_version_aliases,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _subscribe(self, delivery: Delivery) -> eventgrid.SystemTopicEventSubscription:
        destination = self.handlers.endpoints[delivery.handler_name] if self.handlers else delivery.handler
        container = self._container(delivery.dead_letter)
        declared = event_subscription_of(delivery, self._topic, destination, container and container.store)
        needed: list[pulumi.Resource] = []
        if declared.delivery_identity and destination.role and destination.scope:
            needed += self._grant(destination.role, destination.scope, delivery.handler_name, delivery.grants)
        if declared.dead_letter_identity and container:
            label = f"{self._key}-dead-letters"
            needed += self._grant(DEAD_LETTER_ROLE, container.id, label, delivery.dead_letter_grants)
        return declare_event_subscription(
            delivery,
            declared,
            self._declared,
            parent=self,
            depends_on=[*needed, *self._after],
            hooks=self._retry,
        )

    def _grant(self, role: Role, scope: str | Deferred, label: str, mode: GrantsMode) -> list[pulumi.Resource]:
        principal = self._declared.principal
        if principal is None:
            return []
        self.grants = Grants.of_program(
            access_delay_seconds=self._defaults.access_delay_seconds,
            keep_version_aliases=self._defaults.keep_version_aliases,
        )
        return self.grants.ensure(Grant(role, scope, label, principal), mode)

    def _container(self, dead_letter: DeadLetter) -> Container | None:
        if dead_letter not in self._containers:
            self._containers[dead_letter] = self._resolved(dead_letter)
        return self._containers[dead_letter]

    def _resolved(self, dead_letter: DeadLetter) -> Container | None:
        if dead_letter.storage_account_id and dead_letter.blob_container_name:
            return existing_container(dead_letter.storage_account_id, dead_letter.blob_container_name)
        create = dead_letter.create
        if create is None:
            return None
        made = DeadLetterStore.of_program(
            place_of(self._key, self._workspace, create),
            settings_of(create),
            resource_group=create.resource_group or self._home_group(),
            location=to_input(create.location) or self._location,
            tags=self._tags,
            keep_version_aliases=self._defaults.keep_version_aliases,
            provider=self.get_provider("azure-native:storage:StorageAccount"),
        )
        self.dead_letter_stores[made.name] = made
        return made.container(self._key)

    def _located(self) -> pulumi.Input[str]:
        if self._workspace.location is not None:
            located: pulumi.Input[str] = to_input(self._workspace.location)
            return located
        found = machinelearningservices.get_workspace_output(
            resource_group_name=self._home_group(),
            workspace_name=self._home().apply(lambda known: known.name),
            opts=pulumi.InvokeOutputOptions(parent=self),
        )
        return found.apply(lambda workspace: workspace.location)

    def _home(self) -> pulumi.Output[ArmId]:
        return to_output(self._workspace.resource_id).apply(lambda known: parse_arm_id(known, WORKSPACE))

    def _home_group(self) -> pulumi.Input[str]:
        if isinstance(self._workspace.resource_id, str):
            return parse_arm_id(self._workspace.resource_id, WORKSPACE).resource_group
        return self._home().apply(lambda known: known.resource_group)


def _depends_on(opts: pulumi.ResourceOptions | None) -> list[pulumi.Resource]:
    given = opts.depends_on if opts else None
    if given is None:
        return []
    return list(given) if isinstance(given, Sequence) else [given]
