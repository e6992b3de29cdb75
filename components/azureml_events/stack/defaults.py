"""Defaults of workspaces, handlers and subscriptions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Annotated, ClassVar

from pydantic import Field

from azureml_events.base.model import Between, Declaration, json_names
from azureml_events.base.names import ResourceGroup
from azureml_events.event_grid.delivery import DEFAULT_SCHEMA, EventDeliverySchema, RetryPolicy
from azureml_events.handlers.handler import GrantsMode, Handler
from azureml_events.stack.dead_letter import CreateDeadLetter, DeadLetter
from azureml_events.stack.subscription import Subscription
from azureml_events.stack.watching import Alerts, DefaultAlerts, Diagnostics, EveryonesAlerts, WorkspaceDiagnostics
from azureml_events.stack.workspace import Tags, TopicIdentity, Workspace


class DefaultSystemTopic(Declaration):
    """Defaults of every system topic."""

    identity: TopicIdentity | None = None
    """The identity that delivers; default `SystemAssigned`."""

    resource_group: ResourceGroup | None = None
    """The resource group; default the workspace's."""


class Defaults(Declaration):
    """Defaults; the most specific setting wins."""

    hints: ClassVar[Mapping[str, str]] = dict.fromkeys(json_names(Subscription), "write it in each subscription")

    tags: Tags = Field(default_factory=dict)
    """Tags of all that is created, merged by name."""

    dead_letter: DeadLetter | None = None
    """Where undeliverable events go, taken whole from the nearest place; default a created store."""

    retry_policy: RetryPolicy = RetryPolicy()
    """When Event Grid gives up, merged by field."""

    event_delivery_schema: EventDeliverySchema = DEFAULT_SCHEMA
    """In which form events are delivered."""

    grants: GrantsMode = "create"
    """Whether role assignments are made."""

    system_topic: DefaultSystemTopic = DefaultSystemTopic()
    """Every system topic, merged by field."""

    diagnostics: WorkspaceDiagnostics = None
    """Where the log of failed deliveries of every system topic is kept; default nowhere."""

    alerts: EveryonesAlerts = None
    """Who is told when deliveries fail, merged by field; default nobody."""

    access_delay_seconds: Annotated[int, Between(0, 3600)] = 180
    """Seconds to wait after a new role assignment, 0 to 3600; default 180."""

    access_retry_minutes: Annotated[int, Between(0, 1440)] = 10
    """Minutes for which a subscription is tried again while access is missing, 0 to 1440; default 10. Only what Azure
    refuses, and updates: what Azure accepts and then fails, the next `pulumi up` finishes."""

    keep_version_aliases: bool = False
    """Whether children keep azure-native's aliases of older API versions, for those who move existing resources in;
    default false, which makes declaring them five times as fast."""

    def retry_policy_of(self, subscription: Subscription) -> RetryPolicy:
        """Merge the retry policy of a subscription with the default one."""
        own = subscription.retry_policy
        if subscription.import_:
            return own or RetryPolicy()
        if own is None:
            return self.retry_policy
        return self.retry_policy.model_copy(update=own.model_dump(exclude_unset=True))

    def schema_of(self, subscription: Subscription) -> EventDeliverySchema:
        """Return the delivery schema of a subscription."""
        if subscription.import_:
            return subscription.event_delivery_schema or DEFAULT_SCHEMA
        return subscription.event_delivery_schema or self.event_delivery_schema

    def identity_of(self, workspace: Workspace) -> TopicIdentity:
        """Return the identity of a workspace's system topic."""
        return workspace.system_topic.identity or self.system_topic.identity or "SystemAssigned"

    def dead_letter_of(self, workspace: Workspace, subscription: Subscription) -> DeadLetter:
        """Return where a subscription's undeliverable events go."""
        if subscription.import_:
            return subscription.dead_letter or _lost_as_found()
        nearest = subscription.dead_letter or workspace.dead_letter or self.dead_letter
        return nearest or _created()

    def grants_of(self, workspace: Workspace, handler: Handler | None = None) -> GrantsMode:
        """Tell whether the roles on a handler, or on the dead-letter store, are made."""
        own = handler.grants if handler else None
        return own or workspace.grants or self.grants

    def diagnostics_of(self, workspace: Workspace) -> Diagnostics | None:
        """Return where the log of a workspace's failed deliveries is kept; None for nowhere."""
        return (self.diagnostics if workspace.diagnostics is None else workspace.diagnostics) or None

    def alerts_of(self, workspace: Workspace) -> Alerts | None:
        """Merge the alerts of a workspace with the default ones; None for none."""
        own, others = workspace.alerts, self.alerts or None
        if own is False or (own is None and others is None):
            return None
        return (own or Alerts()).over(others or DefaultAlerts())

    def tags_of(self, workspace: Workspace) -> Tags:
        """Merge the tags of what is created for a workspace."""
        return {**self.tags, **(workspace.tags or {})}


@cache
def _created() -> DeadLetter:
    return DeadLetter(create=CreateDeadLetter())


@cache
def _lost_as_found() -> DeadLetter:
    return DeadLetter(disabled="taken over without a place for them")
