"""Which subscription of which workspace delivers to which handler."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Protocol

from azureml_events.base.values import Reference
from azureml_events.event_grid.delivery import EventDeliverySchema, RetryPolicy
from azureml_events.handlers.handler import GrantsMode, Handler
from azureml_events.stack.dead_letter import DeadLetter
from azureml_events.stack.defaults import Defaults
from azureml_events.stack.subscription import Subscription
from azureml_events.stack.workspace import Workspace
from azureml_events.workflows.workflow import BridgedSubscription


class Addressed(Protocol):
    """What says where events come from and where they go: a subscription, right or wrong."""

    @property
    def to(self) -> object:
        """A handler's name, or a map from workspaces to handlers."""

    @property
    def workspaces(self) -> Sequence[str] | None:
        """Names and patterns of workspaces; None for all."""


@dataclass(frozen=True)
class Delivery:
    """One subscription of one workspace, with what the defaults add.

    Attributes:
        workspace: The workspace's key.
        workspace_id: The workspace's ARM id.
        key: The subscription's key.
        handler_name: The handler's key.
        handler: The handler.
        subscription: The subscription as written.
        schema: In which form it delivers.
        retry_policy: When Event Grid gives up.
        dead_letter: Where undeliverable events go.
        grants: Whether the roles on the handler are made.
        dead_letter_grants: Whether the role on the dead-letter store is made.
    """

    workspace: str
    workspace_id: Reference
    key: str
    handler_name: str
    handler: Handler
    subscription: Subscription
    schema: EventDeliverySchema
    retry_policy: RetryPolicy
    dead_letter: DeadLetter
    grants: GrantsMode
    dead_letter_grants: GrantsMode

    @property
    def name(self) -> str:
        """Its name in Azure."""
        return self.subscription.name or self.subscription.imported_name or self.key

    @property
    def bridged(self) -> BridgedSubscription:
        """What a workflow that it delivers to knows of it."""
        return BridgedSubscription(
            name=f"{self.workspace}/{self.key}",
            workspace_id=self.workspace_id,
            event_types=tuple(self.subscription.event_types or ()),
            parameters=self.subscription.parameters,
        )


def deliveries(
    workspaces: Mapping[str, Workspace],
    handlers: Mapping[str, Handler],
    subscriptions: Mapping[str, Subscription],
    defaults: Defaults,
) -> Iterator[Delivery]:
    """Every subscription of every workspace; what names nothing is passed over.

    Args:
        workspaces: The workspaces by key.
        handlers: The handlers by key.
        subscriptions: The subscriptions by key.
        defaults: What holds for all.
    """
    for key, subscription in subscriptions.items():
        for chosen in chosen_workspaces(subscription, list(workspaces)):
            names = handlers_for(subscription, chosen)
            handler = handlers.get(names[0]) if len(names) == 1 else None
            if handler is None:
                continue
            workspace = workspaces[chosen]
            yield Delivery(
                workspace=chosen,
                workspace_id=workspace.resource_id,
                key=key,
                handler_name=names[0],
                handler=handler,
                subscription=subscription,
                schema=defaults.schema_of(subscription),
                retry_policy=defaults.retry_policy_of(subscription),
                dead_letter=defaults.dead_letter_of(workspace, subscription),
                grants=defaults.grants_of(workspace, handler),
                dead_letter_grants=defaults.grants_of(workspace),
            )


def chosen_workspaces(subscription: Addressed, workspaces: Sequence[str]) -> list[str]:
    """The workspaces that have a subscription, in the stack's order.

    Args:
        subscription: The subscription.
        workspaces: The keys of all workspaces.
    """
    patterns: Sequence[str] | None = subscription.workspaces
    if patterns is None and isinstance(subscription.to, Mapping):
        patterns = list(subscription.to)
    if patterns is None:
        return list(workspaces)
    return [name for name in workspaces if any(fnmatchcase(name, item) for item in patterns)]


def handlers_for(subscription: Addressed, workspace: str) -> list[str]:
    """The names of the handlers that a subscription gives for a workspace; exactly one where all is well."""
    if isinstance(subscription.to, str):
        return [subscription.to]
    if isinstance(subscription.to, Mapping):
        return [name for pattern, name in subscription.to.items() if fnmatchcase(workspace, pattern)]
    return []
