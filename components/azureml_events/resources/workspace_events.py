"""A workspace's events: its system topic, its event subscriptions and all that makes delivery work."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Literal, Self

import pulumi
from pulumi_azure_native import eventgrid

from azureml_events.arm.event_subscription import event_subscription_body
from azureml_events.base.arm_ids import ArmId, parse_arm_id
from azureml_events.base.calls import checked_call
from azureml_events.base.documented import DocumentedComponent
from azureml_events.base.mistakes import DeclarationError
from azureml_events.base.names import COMPONENT
from azureml_events.base.values import Deferred
from azureml_events.handlers.endpoint import Endpoint
from azureml_events.handlers.handler import GrantsMode, Handler
from azureml_events.handlers.storage import DEAD_LETTER_ROLE
from azureml_events.handlers.workflow_handler import Bridge, WorkflowHandler
from azureml_events.resources.access import retry_while_access_is_missing
from azureml_events.resources.arguments import (
    by_argument,
    check_arguments,
    environment_with,
    former_urns,
    python_spelling,
)
from azureml_events.resources.azure_native import invoke
from azureml_events.resources.bridge import BridgeWorkflow
from azureml_events.resources.created_handlers import CreatedHandlers
from azureml_events.resources.dead_letter import Container, DeadLetterStore, existing_container
from azureml_events.resources.declared import note_workspace
from azureml_events.resources.event_subscriptions import declare_event_subscription
from azureml_events.resources.existing import EVENT_SUBSCRIPTION, explain_existing
from azureml_events.resources.findings import heed_findings, with_findings
from azureml_events.resources.grants import Grant, Grants
from azureml_events.resources.inputs import to_input, to_output
from azureml_events.resources.look_ups import LookUps, stopping
from azureml_events.resources.mail_service import MailService, create_mail_services
from azureml_events.resources.providers import ProviderOf
from azureml_events.resources.provisioning import ProvisioningStates
from azureml_events.resources.retention import retained_below
from azureml_events.resources.system_topic import declare_topic
from azureml_events.resources.version_aliases import event_subscription_class, with_version_aliases_of
from azureml_events.resources.watching import declare_alerts, declare_diagnostic_setting
from azureml_events.stack.dead_letter import DeadLetter
from azureml_events.stack.dead_letter_stores import place_of, store_settings_of
from azureml_events.stack.defaults import Defaults
from azureml_events.stack.delivery import Delivery
from azureml_events.stack.parse import StackError, workspace_stack
from azureml_events.stack.stack import Stack
from azureml_events.stack.subscription import Subscription
from azureml_events.stack.watching import Alerts, Diagnostics
from azureml_events.stack.workspace import WORKSPACE, SystemTopic, Workspace


class WorkspaceEvents(pulumi.ComponentResource, metaclass=DocumentedComponent):
    """The events of one Azure Machine Learning workspace, and where they go.

    Declares the workspace's system topic with its identity, the event subscriptions, the handlers that are created, the
    store for dead letters and the role assignments, in the order in which delivery works.

    Args:
        name: Its Pulumi name: the workspace's key, 1 to 33 letters, digits, `-` and `_`.
        workspace_id: The workspace's ARM id, which may be an output.
        subscriptions: The subscriptions by name; each says `to` which handler it delivers, at most 500.
        handlers: Handlers by name, for subscriptions that name theirs; default none.
        location: The workspace's region, by name or display name, which may be an output; omitted: looked up at
            deployment.
        system_topic: Its system topic; default a created one with a system-assigned identity.
        dead_letter: Where undeliverable events go; default a created store.
        grants: `create` role assignments, or `assume` that they are there; default as `defaults` says, `create`.
        tags: Tags of what is created; default none beside those of `defaults`.
        diagnostics: Where the log of failed deliveries is kept; False for nowhere, default as `defaults` says, nowhere.
        alerts: Who is told when deliveries fail; False for nobody, merged by field with `defaults`, default nobody.
        defaults: The settings of everything that gives none. Of several workspaces, the first that needs a
            role assignment says how long to wait after one.
        provider_of: The provider for the Azure subscription of a workflow or service that is looked up, or of a
            namespace or account that a handler is created in, where that is not the workspace's; default the one that
            is there anyway.
        opts: Pulumi's options. What it depends on is there before the subscriptions are: the code of a function. A
            provider must be one of the workspace's Azure subscription.

    Attributes:
        system_topic: The system topic; None where an existing one is used.
        system_topic_id: Its ARM id.
        system_topic_name: Its name.
        principal_id: The object id of the identity that delivers; None where the topic has no identity.
        event_subscriptions: The event subscriptions by name; disabled ones are not there.
        handlers: The handlers that are created; None without any.
        mail_services: The mail services that are created, by handler.
        workflows: The workflows that stand before handlers which Event Grid cannot deliver to, by subscription.
        dead_letter_stores: The stores for dead letters that are created, by Pulumi name.
        diagnostic_setting: The diagnostic setting of the topic; None without one.
        alerts: The metric alerts by name: `dropped`, `failing`, …
        grants: The program's role assignments; None where none is needed.

    Raises:
        DeclarationError: A plain value is wrong, or a filter can never match; with every mistake and every finding at
            level error. A deferred value stops the deployment.
    """

    @checked_call
    def __init__(
        self,
        name: str,
        *,
        workspace_id: pulumi.Input[str],
        subscriptions: Mapping[str, Subscription],
        handlers: Mapping[str, Handler] | None = None,
        location: pulumi.Input[str | None] | None = None,
        system_topic: SystemTopic | None = None,
        dead_letter: DeadLetter | None = None,
        grants: GrantsMode | None = None,
        tags: Mapping[str, str] | None = None,
        diagnostics: Diagnostics | Literal[False] | None = None,
        alerts: Alerts | Literal[False] | None = None,
        defaults: Defaults | None = None,
        provider_of: ProviderOf | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        check_arguments(opts, provider_of)
        try:
            workspace = Workspace(
                resource_id=workspace_id,  # type: ignore[arg-type]  # an output becomes a deferred value
                location=location,  # type: ignore[arg-type]  # the same
                system_topic=SystemTopic() if system_topic is None else system_topic,
                dead_letter=dead_letter,
                grants=grants,
                tags=dict(tags) if isinstance(tags, Mapping) else tags,
                diagnostics=diagnostics,
                alerts=alerts,
                aliases=former_urns(name, opts),
            )
        except DeclarationError as error:
            raise DeclarationError(map(by_argument, error.mistakes)) from None
        spelling = python_spelling(handlers.keys() if isinstance(handlers, Mapping) else ())
        try:
            stack = workspace_stack(
                name,
                workspace,
                {} if handlers is None else handlers,
                subscriptions,
                Defaults() if defaults is None else defaults,
                environment=environment_with(opts),
            )
            heed_findings(stack, spelling)
        except StackError as error:
            raise with_findings(error, spelling) from None
        self._declare(stack, name, endpoints=None, provider_of=provider_of or _no_provider, opts=opts)

    @classmethod
    def of_stack(
        cls,
        stack: Stack,
        key: str,
        *,
        endpoints: Mapping[str, Endpoint],
        workflow_handlers: Mapping[str, WorkflowHandler],
        provider_of: ProviderOf,
        opts: pulumi.ResourceOptions,
    ) -> Self:
        """Declare the events of one workspace of a stack that is already checked.

        Args:
            stack: The stack.
            key: The workspace's key.
            endpoints: The handlers that Event Grid delivers to, created where they had to be, by name.
            workflow_handlers: The handlers that it reaches through a workflow, likewise.
            provider_of: The provider for an Azure subscription.
            opts: Pulumi's options.
        """
        component = cls.__new__(cls)
        component._declare(  # noqa: SLF001
            stack, key, endpoints=endpoints, workflow_handlers=workflow_handlers, provider_of=provider_of, opts=opts
        )
        return component

    def _declare(
        self,
        stack: Stack,
        key: str,
        *,
        endpoints: Mapping[str, Endpoint] | None,
        workflow_handlers: Mapping[str, WorkflowHandler] | None = None,
        provider_of: ProviderOf,
        opts: pulumi.ResourceOptions | None,
    ) -> None:
        """Declare one workspace of a checked stack; without handlers, those to create are created below it."""
        note_workspace(stack, key)
        workspace = stack.workspaces[key]
        self._defaults = stack.defaults
        super().__init__(
            COMPONENT,
            key,
            {"workspaceId": to_input(workspace.resource_id, f"{key}: workspaceId")},
            with_version_aliases_of(self._defaults, retained_below(opts)),
        )
        self._key = key
        self._workspace = workspace
        self._tags = self._defaults.tags_of(workspace)
        self._after = pulumi.ResourceOptions(depends_on=opts.depends_on if opts else None)
        self._hooks = pulumi.ResourceHookBinding(
            on_error=[
                *retry_while_access_is_missing(key, self._defaults.access_retry_minutes),
                *explain_existing(key, EVENT_SUBSCRIPTION),
            ]
        )
        self._topic = stack.topics[key]
        self._containers: dict[DeadLetter, Container | None] = {}
        self._owns_stores = endpoints is None
        self.grants: Grants | None = None
        self.dead_letter_stores: dict[str, DeadLetterStore] = {}
        self.handlers = self._created(stack, provider_of) if endpoints is None else None
        self._endpoints = self.handlers.endpoints if self.handlers else endpoints or stack.endpoints
        self.mail_services: dict[str, MailService] = {}
        self._workflow_handlers = self._with_mail_services(stack) if workflow_handlers is None else workflow_handlers
        self.workflows: dict[str, BridgeWorkflow] = {}
        self._look_ups = LookUps(self, self._topic.subscription_id, provider_of)
        self._declared = declare_topic(
            key,
            self._topic,
            source=workspace.resource_id,
            resource_group=self._topic.resource_group or self._home_group,
            location=lambda: self._location,
            tags=self._tags,
            parent=self,
        )
        self.system_topic: eventgrid.SystemTopic | None = self._declared.resource
        self.system_topic_id = self._declared.id
        self.system_topic_name = self._declared.name
        principal = self._declared.principal
        self.principal_id: pulumi.Input[str] | None = principal.id if principal else None
        self.event_subscriptions: dict[str, eventgrid.SystemTopicEventSubscription] = {
            delivery.key: self._subscribe(delivery)
            for delivery in stack.deliveries
            if delivery.workspace == key and not delivery.subscription.disabled
        }
        self.diagnostic_setting = self._kept_log()
        self.alerts = self._alerts(stack)
        ProvisioningStates.of_program().watch(
            resource
            for name, resource in self.event_subscriptions.items()
            if "not-delivering" not in stack.subscriptions[name].allow
        )
        self.register_outputs(
            {
                "systemTopic": self.system_topic,
                "systemTopicName": self.system_topic_name,
                "eventSubscriptions": self.event_subscriptions,
                "handlers": self.handlers,
                "mailServices": self.mail_services,
                "workflows": self.workflows,
                "deadLetterStores": self.dead_letter_stores,
                "diagnosticSetting": self.diagnostic_setting,
                "alerts": self.alerts,
                "grants": self.grants,
            }
        )

    def _created(self, stack: Stack, provider_of: ProviderOf) -> CreatedHandlers | None:
        if not any(handler.creates for handler in stack.endpoints.values()):
            return None
        return CreatedHandlers(
            f"{self._key}/handlers",
            stack.endpoints,
            locations=dict.fromkeys(stack.endpoints, self._workspace.location),
            tags=self._defaults.tags,
            subscription_id=lambda: self._subscription_id,
            provider_of=lambda other: None if other.lower() == self._topic.subscription_id else provider_of(other),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _with_mail_services(self, stack: Stack) -> Mapping[str, WorkflowHandler]:
        handlers, self.mail_services = create_mail_services(
            f"{self._key}/handlers",
            stack.workflow_handlers,
            tags=self._defaults.tags,
            subscription_id=lambda: self._subscription_id,
            opts=pulumi.ResourceOptions(parent=self),
        )
        return handlers

    def _subscribe(self, delivery: Delivery) -> eventgrid.SystemTopicEventSubscription:
        destination, needed = self._destination(delivery)
        container = self._container(delivery.dead_letter)
        sender = self._declared.principal
        imported = delivery.subscription.import_ is not None
        grants = not imported or delivery.handler.creates is not None
        if sender and grants and destination.delivers_with_identity and destination.role and destination.scope:
            grant = Grant(destination.role, destination.scope, [delivery.handler_name], sender)
            needed += self._grant(grant, delivery.grants)
        grants = not imported or delivery.dead_letter.create is not None
        if sender and grants and container and delivery.dead_letter_with_identity:
            grant = Grant(DEAD_LETTER_ROLE, container.scope, container.labels, sender)
            needed += self._grant(grant, delivery.dead_letter_grants)
        reference = container.reference if container else None
        return declare_event_subscription(
            event_subscription_class(self._defaults),
            delivery,
            event_subscription_body(delivery, self._topic.identity, destination, reference),
            self._declared,
            parent=self,
            needed=needed,
            secret=bool(destination.secret_fields),
            after=self._after,
            hooks=self._hooks,
        )

    def _kept_log(self) -> pulumi.CustomResource | None:
        diagnostics = self._defaults.diagnostics_of(self._workspace)
        if diagnostics is None:
            return None
        return declare_diagnostic_setting(self._key, self._topic, self._declared, diagnostics, parent=self)

    def _alerts(self, stack: Stack) -> dict[str, pulumi.CustomResource]:
        settings = self._defaults.alerts_of(self._workspace)
        if settings is None or settings.action_group_id is None:
            return {}
        return declare_alerts(
            self._key,
            self._topic,
            self._declared,
            stack.alerts[self._key],
            action_group_id=settings.action_group_id,
            resource_group=self._home_group if self._topic.existing else self._declared.resource_group,
            workflows={key: each.workflow for key, each in self.workflows.items()},
            tags=self._tags,
            parent=self,
        )

    def _destination(self, delivery: Delivery) -> tuple[Endpoint, list[pulumi.Input[pulumi.Resource]]]:
        """Resolve a handler to its endpoint and the resources that must be there before events get to it."""
        if delivery.handler_name in self._endpoints:
            return self._endpoints[delivery.handler_name], []
        handler = self._workflow_handlers[delivery.handler_name]
        if isinstance(handler, Bridge):
            workflow = self._workflow(handler, delivery)
            return handler.web_hook(Deferred(workflow.callback_url)), self._allowed(handler, workflow, delivery)
        url = self._look_ups.existing_url(handler.existing_workflow, f"handlers.{delivery.handler_name}")
        return handler.web_hook(Deferred(url)), []

    def _workflow(self, bridge: Bridge, delivery: Delivery) -> BridgeWorkflow:
        self.workflows[delivery.key] = BridgeWorkflow(
            bridge,
            delivery.bridged,
            former_names=[f"{former}/{delivery.key}" for former in self._workspace.former_keys],
            handler=delivery.handler_name,
            resource_group=self._home_group,
            location=lambda: self._location,
            tags=self._tags,
            look_ups=self._look_ups,
            opts=pulumi.ResourceOptions(parent=self),
        )
        return self.workflows[delivery.key]

    def _allowed(
        self, bridge: Bridge, workflow: BridgeWorkflow, delivery: Delivery
    ) -> list[pulumi.Input[pulumi.Resource]]:
        for prerequisite in bridge.prerequisites:
            self._grants.require(prerequisite, workflow.principal)
        allowed: list[pulumi.Input[pulumi.Resource]] = [workflow.workflow]
        if bridge.role and bridge.scope:
            grant = Grant(bridge.role, bridge.scope, [delivery.handler_name], workflow.principal)
            allowed += self._grant(grant, delivery.grants)
        return allowed

    def _grant(self, grant: Grant, mode: GrantsMode) -> list[pulumi.Input[pulumi.Resource]]:
        provider = self.get_provider("azure-native:authorization:RoleAssignment")
        return [*self._grants.ensure(grant, mode, provider)]

    @property
    def _grants(self) -> Grants:
        """The program's grants, which are made with the first use."""
        self.grants = Grants.of_program(
            access_delay_seconds=self._defaults.access_delay_seconds,
            opts=with_version_aliases_of(self._defaults),
        )
        return self.grants

    def _container(self, dead_letter: DeadLetter) -> Container | None:
        if dead_letter not in self._containers:
            self._containers[dead_letter] = self._resolved(dead_letter)
        return self._containers[dead_letter]

    def _resolved(self, dead_letter: DeadLetter) -> Container | None:
        if dead_letter.storage_account_id and dead_letter.blob_container_name:
            return existing_container(
                dead_letter.storage_account_id,
                dead_letter.blob_container_name,
                dead_letter.role_scope or "account",
                keys=(self._key, *self._workspace.former_keys),
            )
        create = dead_letter.create
        if create is None:
            return None
        provider = self.get_provider("azure-native:storage:StorageAccount")
        store = DeadLetterStore.of_program(
            self._key,
            place_of(self._key, self._workspace, create),
            store_settings_of(create),
            former_keys=self._workspace.former_keys,
            owner=self if self._owns_stores else None,
            subscription_id=self._subscription_id,
            resource_group=create.resource_group or self._home_group,
            location=to_input(create.location, "deadLetter.create.location") or self._location,
            tags=self._tags,
            opts=with_version_aliases_of(self._defaults, pulumi.ResourceOptions(provider=provider)),
        )
        self.dead_letter_stores[store.name] = store
        return store.container(self._key, self._workspace.former_keys)

    @cached_property
    def _location(self) -> pulumi.Input[str]:
        """The workspace's region, looked up where nobody says it."""
        if self._workspace.location is not None:
            return to_output(self._workspace.location, f"{self._key}: location")
        found = invoke(
            "azure-native:machinelearningservices:getWorkspace",
            {"resourceGroupName": self._home_group, "workspaceName": self._home.apply(lambda known: known.name)},
            pulumi.InvokeOutputOptions(parent=self),
            stopping(f"workspaces.{self._key}.location", "the workspace, whose region is looked up,"),
        )
        location: pulumi.Output[str] = found.apply(lambda workspace: workspace.location)
        return location

    @cached_property
    def _home(self) -> pulumi.Output[ArmId]:
        """The parts of the workspace's ARM id."""
        workspace_id = to_output(self._workspace.resource_id, f"{self._key}: workspaceId")
        return workspace_id.apply(lambda known: parse_arm_id(known, WORKSPACE))

    @property
    def _subscription_id(self) -> pulumi.Input[str]:
        """The workspace's Azure subscription."""
        return self._topic.subscription_id or self._home.apply(lambda known: known.subscription_id)

    @cached_property
    def _home_group(self) -> pulumi.Output[str]:
        """The workspace's resource group."""
        return self._home.apply(lambda known: known.resource_group)


def _no_provider(_: str) -> None:
    """Give no provider of its own to an Azure subscription."""
