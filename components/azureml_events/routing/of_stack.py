"""The event subscriptions of a stack, as routing, replay and lint read them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import replace

from azureml_events.base.mistakes import MemberPath
from azureml_events.base.values import Reference
from azureml_events.handlers.endpoint import Endpoint
from azureml_events.handlers.handler import Handler
from azureml_events.handlers.workflow_handler import WorkflowHandler
from azureml_events.routing.event import Event
from azureml_events.routing.subscription import PlacedFilter, RoutedSubscription
from azureml_events.stack.delivery import Address, Delivery
from azureml_events.stack.stack import Stack
from azureml_events.stack.subscription import Subscription


def routed(stack: Stack) -> tuple[RoutedSubscription, ...]:
    """List every subscription of every workspace, with the author's paths.

    Args:
        stack: The stack.
    """
    subscriptions = {key: _of_no_workspace(key, subscription) for key, subscription in stack.subscriptions.items()}
    texts = _handler_texts(stack.handlers)
    return tuple(
        replace(
            subscriptions[delivery.key],
            workspace=delivery.workspace,
            workspace_id=_known(stack.workspaces[delivery.workspace].resource_id),
            handler=texts[delivery.handler_name],
            delivery_schema=delivery.schema,
            location=_known(stack.workspaces[delivery.workspace].location),
            describe_effect=_would(delivery),
        )
        for delivery in stack.deliveries
    )


def routed_entries(stack: Stack) -> tuple[RoutedSubscription, ...]:
    """List every subscription of the right entries of a stack, also one whose workspaces or handler are not known.

    Args:
        stack: The entries that are right.
    """
    delivered = routed(stack)
    names = {each.name for each in delivered}
    others = {key: subscription for key, subscription in stack.subscriptions.items() if key not in names}
    return (
        *delivered,
        *(each for key, subscription in others.items() for each in _addressed(stack, key, subscription)),
    )


def _addressed(stack: Stack, key: str, subscription: Subscription) -> Iterator[RoutedSubscription]:
    """Yield a subscription for each known workspace, or for those that it names if none is known."""
    address = Address.of(subscription)
    written = replace(_of_no_workspace(key, subscription), delivery_schema=stack.defaults.schema_of(subscription))
    chosen = address.chosen(list(stack.workspaces))
    for name in chosen:
        handler = ", ".join(address.handlers(name)) or key
        yield replace(written, workspace=name, workspace_id=_known(stack.workspaces[name].resource_id), handler=handler)
    if not chosen:
        handlers = address.to.values() if isinstance(address.to, Mapping) else [address.to or key]
        patterns = address.workspaces or (list(address.to) if isinstance(address.to, Mapping) else ["*"])
        yield replace(written, workspace=", ".join(patterns), handler=", ".join(dict.fromkeys(handlers)))


def _of_no_workspace(key: str, subscription: Subscription) -> RoutedSubscription:
    """Return what a subscription says, the same for each of its workspaces."""
    return RoutedSubscription(
        workspace="",
        name=key,
        filter=subscription.filter,
        path=("subscriptions", key),
        paths=_paths(key, subscription),
        placed_filters=_written(key, subscription),
        intent=subscription.intent,
        all_events=subscription.all_events is True,
        allow=subscription.allow,
        disabled=subscription.disabled,
        expires=subscription.expiration_time_utc,
    )


def _would(delivery: Delivery) -> Callable[[Event], str] | None:
    """Return what describes the handler's effect on an event of the delivery's workspace."""
    if not isinstance(delivery.handler, WorkflowHandler):
        return None
    handler, bridged = delivery.handler, delivery.bridged
    topic = _known(delivery.workspace_id)
    return lambda event: handler.describe_effect({**event.event_grid, **({"topic": topic} if topic else {})}, bridged)


def _known(reference: Reference | None) -> str | None:
    return reference if isinstance(reference, str) else None


def _written(key: str, subscription: Subscription) -> tuple[PlacedFilter, ...]:
    own, at = len(subscription.advanced_filters), ("subscriptions", key)
    return tuple(
        PlacedFilter(item, index, (*at, "advancedFilters", index) if index < own else (*at, "when"))
        for index, item in enumerate(subscription.authored_filters)
    )


def _paths(key: str, subscription: Subscription) -> dict[str, MemberPath]:
    """Say where the members stand that an intent or `allEvents` gives."""
    at = ("subscriptions", key)
    if subscription.all_events:
        return {"includedEventTypes": (*at, "allEvents")}
    if subscription.intent is None:
        return {}
    paths: dict[str, MemberPath] = {"includedEventTypes": (*at, "when")}
    if subscription.intent.subject_begins_with():
        paths["subjectBeginsWith"] = (*at, "when")
    return paths


def _handler_texts(handlers: Mapping[str, Handler]) -> dict[str, str]:
    """Give each handler's name, or the names of all that deliver to the same place."""
    names: defaultdict[Hashable, list[str]] = defaultdict(list)
    for name, handler in handlers.items():
        place = handler.place if isinstance(handler, Endpoint) else None
        names[name if place is None else place].append(name)
    return {name: " = ".join(same) for same in names.values() for name in same}
