"""The deliveries of a stack: each subscription of each workspace with its handler."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from azureml_events.base.values import Reference
from azureml_events.event_grid.delivery import EventDeliverySchema, RetryPolicy
from azureml_events.handlers.handler import GrantsMode, Handler
from azureml_events.stack.dead_letter import DeadLetter
from azureml_events.stack.defaults import Defaults
from azureml_events.stack.subscription import Subscription
from azureml_events.stack.workspace import Workspace
from azureml_events.workflows.parameters import BridgedSubscription


@dataclass(frozen=True)
class Address:
    """The workspaces and handlers that a subscription names.

    Attributes:
        to: A handler's name, or a map from workspaces (names or patterns) to handlers; None where that is wrong.
        workspaces: Names and patterns of workspaces; None for all.
    """

    to: str | Mapping[str, str] | None
    workspaces: Sequence[str] | None

    @classmethod
    def of(cls, subscription: Subscription) -> Address:
        """Return the address of a subscription that names its handler."""
        return cls(None if isinstance(subscription.to, Handler) else subscription.to, subscription.workspaces)

    def chosen(self, workspaces: Collection[str]) -> list[str]:
        """List the workspaces that have the subscription, in the stack's order.

        Args:
            workspaces: The keys of all workspaces.
        """
        patterns = self.workspaces
        if patterns is None and isinstance(self.to, Mapping):
            patterns = list(self.to)
        if patterns is None:
            return list(workspaces)
        return chosen_by(patterns, workspaces)

    def handlers(self, workspace: str) -> list[str]:
        """List the names of the handlers for a workspace; exactly one where all is well."""
        if isinstance(self.to, Mapping):
            return [name for pattern, name in self.to.items() if fnmatchcase(workspace, pattern)]
        return [] if self.to is None else [self.to]


def chosen_by(patterns: Iterable[str], names: Collection[str]) -> list[str]:
    """List the names that some pattern matches, in their order.

    Args:
        patterns: Names and patterns.
        names: The names to choose from.
    """
    exact = {pattern for pattern in patterns if not _SPECIAL.intersection(pattern)}
    others = [pattern for pattern in patterns if pattern not in exact]
    if not others:
        there = {name for name in exact if name in names}
        return [*there] if len(there) == 1 else [name for name in names if name in there]
    return [name for name in names if name in exact or any(fnmatchcase(name, item) for item in others)]


_SPECIAL = frozenset("*?[")


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
        schema: The form in which it delivers.
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
    def dead_letter_with_identity(self) -> bool:
        """Whether its dead letters are written through the system topic's identity."""
        return self.dead_letter.identity is not False

    @property
    def writes_dead_letters_with_identity(self) -> bool:
        """Whether there is a place for its dead letters which the system topic's identity writes to."""
        return self.dead_letter.disabled is None and self.dead_letter_with_identity

    @property
    def bridged(self) -> BridgedSubscription:
        """The part of it that a workflow which it delivers to knows."""
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
    """Yield every subscription of every workspace; what names nothing is passed over.

    Args:
        workspaces: The workspaces by key.
        handlers: The handlers by key.
        subscriptions: The subscriptions by key.
        defaults: The settings of everything that gives none.
    """
    for key, subscription in subscriptions.items():
        address = Address.of(subscription)
        schema, retry_policy = defaults.schema_of(subscription), defaults.retry_policy_of(subscription)
        for chosen in address.chosen(workspaces):
            names = address.handlers(chosen)
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
                schema=schema,
                retry_policy=retry_policy,
                dead_letter=defaults.dead_letter_of(workspace, subscription),
                grants=defaults.grants_of(workspace, handler),
                dead_letter_grants=defaults.grants_of(workspace),
            )
