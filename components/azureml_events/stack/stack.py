"""A stack: workspaces, handlers, subscriptions and defaults."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from azureml_events.base.arm_ids import PUBLIC_CLOUD
from azureml_events.base.mistakes import MemberPath
from azureml_events.handlers.endpoint import Endpoint
from azureml_events.handlers.handler import Handler
from azureml_events.handlers.workflow_handler import WorkflowHandler
from azureml_events.stack.alerts import Alert, alerts_of
from azureml_events.stack.defaults import Defaults
from azureml_events.stack.delivery import Delivery, deliveries
from azureml_events.stack.partial import PartialSubscription
from azureml_events.stack.subscription import Subscription
from azureml_events.stack.topics import Topic, topic_of
from azureml_events.stack.workspace import Workspace


@dataclass(frozen=True)
class Stack:
    """Everything that is declared.

    Attributes:
        workspaces: The workspaces by key.
        handlers: The handlers by key.
        subscriptions: The subscriptions by key.
        defaults: The settings of everything that gives none.
        unknown: The sections that may have entries which are not read.
        unused: The paths of the workspaces and handlers that no subscription names, as far as that is known.
        partial: Subscriptions with mistakes of their own, as far as they can be read, by key.
        environment: The cloud that the provider works in, as `azure-native:environment` names it.
    """

    workspaces: Mapping[str, Workspace]
    handlers: Mapping[str, Handler]
    subscriptions: Mapping[str, Subscription]
    defaults: Defaults = field(default_factory=Defaults)
    unknown: Collection[str] = frozenset()
    unused: tuple[MemberPath, ...] = ()
    partial: Mapping[str, PartialSubscription] = field(default_factory=dict)
    environment: str = PUBLIC_CLOUD

    @cached_property
    def endpoints(self) -> dict[str, Endpoint]:
        """The handlers that Event Grid delivers to itself."""
        return {key: handler for key, handler in self.handlers.items() if isinstance(handler, Endpoint)}

    @cached_property
    def workflow_handlers(self) -> dict[str, WorkflowHandler]:
        """The handlers that Event Grid reaches through a workflow."""
        return {key: handler for key, handler in self.handlers.items() if isinstance(handler, WorkflowHandler)}

    @cached_property
    def deliveries(self) -> tuple[Delivery, ...]:
        """Every subscription of every workspace."""
        return tuple(deliveries(self.workspaces, self.handlers, self.subscriptions, self.defaults))

    @cached_property
    def topics(self) -> dict[str, Topic]:
        """The system topic of every workspace."""
        needs = {
            each.workspace
            for each in (self.deliveries if any(each.system_topic.import_ for each in self.workspaces.values()) else ())
            if not (each.subscription.import_ or each.subscription.disabled)
            and (each.handler.delivers_with_identity or each.writes_dead_letters_with_identity)
        }
        return {
            key: topic_of(key, workspace, self.defaults, needs_identity=key in needs)
            for key, workspace in self.workspaces.items()
        }

    @cached_property
    def alerts(self) -> dict[str, tuple[Alert, ...]]:
        """The alerts of every workspace."""
        enabled: dict[str, list[Delivery]] = defaultdict(list)
        for delivery in self.deliveries:
            if not delivery.subscription.disabled:
                enabled[delivery.workspace].append(delivery)
        settings = {key: self.defaults.alerts_of(workspace) for key, workspace in self.workspaces.items()}
        return {
            key: tuple(alerts_of(each, enabled[key], shared=self.topics[key].existing)) if each else ()
            for key, each in settings.items()
        }
