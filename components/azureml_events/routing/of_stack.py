"""The event subscriptions of a stack, as routing, replay and lint read them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import replace

from azureml_events.base.mistakes import MemberPath
from azureml_events.base.values import Reference, Secret
from azureml_events.event_grid.handshake import unanswered_handshake
from azureml_events.handlers.endpoint import Endpoint
from azureml_events.handlers.handler import Handler
from azureml_events.handlers.workflow_handler import WorkflowHandler
from azureml_events.routing.event import Event
from azureml_events.routing.subscription import Destination, DynamicAttribute, PlacedFilter, RoutedSubscription
from azureml_events.stack.delivery import Address, Delivery
from azureml_events.stack.partial import PartialSubscription
from azureml_events.stack.stack import Stack
from azureml_events.stack.subscription import Subscription


def routed(stack: Stack) -> tuple[RoutedSubscription, ...]:
    """List every subscription of every workspace, with the author's paths."""
    subscriptions = {key: _of_no_workspace(key, subscription) for key, subscription in stack.subscriptions.items()}
    texts = _handler_texts(stack.handlers)
    destinations = {name: _destination(name, handler) for name, handler in stack.handlers.items()}
    return tuple(
        replace(
            subscriptions[delivery.key],
            workspace=delivery.workspace,
            workspace_id=_known(stack.workspaces[delivery.workspace].resource_id),
            handler=texts[delivery.handler_name],
            delivery_schema=delivery.schema,
            location=_known(stack.workspaces[delivery.workspace].location),
            environment=stack.environment,
            azure_name=delivery.name,
            destination=destinations[delivery.handler_name],
            describe_effect=_would(delivery),
        )
        for delivery in stack.deliveries
    )


def routed_entries(stack: Stack) -> tuple[RoutedSubscription, ...]:
    """List every subscription of a stack, also one whose workspaces or handler are not known, and partial ones.

    Args:
        stack: The entries as far as they can be read.
    """
    delivered = routed(stack)
    names = {each.name for each in delivered}
    others = {key: subscription for key, subscription in stack.subscriptions.items() if key not in names}
    return (
        *delivered,
        *(each for key, subscription in others.items() for each in _addressed(stack, key, subscription)),
        *(each for key, part in stack.partial.items() for each in _partial(stack, key, part)),
    )


def _partial(stack: Stack, key: str, part: PartialSubscription) -> Iterator[RoutedSubscription]:
    """Yield a subscription with mistakes as far as it can be read; no handler is known, so it is compared with none."""
    own = len(part.positions)
    for each in _addressed(stack, key, part.subscription):
        placed = tuple(
            replace(item, index=part.positions[at], path=(*each.path, "advancedFilters", part.positions[at]))
            if at < own
            else item
            for at, item in enumerate(each.filters)
        )
        yield replace(each, handler="", placed_filters=placed, whole=part.whole)


def _addressed(stack: Stack, key: str, subscription: Subscription) -> Iterator[RoutedSubscription]:
    """Yield a subscription for each known workspace, or for those that it names if none is known."""
    address = Address.of(subscription)
    schema = stack.defaults.schema_of(subscription)
    written = replace(_of_no_workspace(key, subscription), delivery_schema=schema, environment=stack.environment)
    chosen = address.chosen(list(stack.workspaces))
    for name in chosen:
        handler = ", ".join(address.handlers(name)) or key
        workspace = stack.workspaces[name]
        yield replace(
            written,
            workspace=name,
            workspace_id=_known(workspace.resource_id),
            location=_known(workspace.location),
            handler=handler,
        )
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
        line=subscription.line,
    )


def _would(delivery: Delivery) -> Callable[[Event], str] | None:
    """Return what describes the handler's effect on an event of the delivery's workspace."""
    if not isinstance(delivery.handler, WorkflowHandler):
        return None
    handler, bridged = delivery.handler, delivery.bridged
    topic = _known(delivery.workspace_id)
    return lambda event: handler.describe_effect({**event.event_grid, **({"topic": topic} if topic else {})}, bridged)


def _destination(name: str, handler: Handler) -> Destination | None:
    """Say what lint asks about a handler; None for one that is reached through a workflow."""
    if not isinstance(handler, Endpoint):
        return None
    at, given = ("handlers", name), handler.given()
    attributes = tuple(
        DynamicAttribute(each.name, each.source_field, (*at, "deliveryAttributeMappings", index, "sourceField"))
        for index, each in enumerate(given.get("deliveryAttributeMappings", ()))
        if each.source_field is not None
    )
    url = _known(given.get("endpointUrl"))
    return Destination(unanswered_handshake(url) if url else None, (*at, "endpointUrl"), attributes)


def _known(reference: Reference | Secret | None) -> str | None:
    return reference if isinstance(reference, str) else None


def _written(key: str, subscription: Subscription) -> tuple[PlacedFilter, ...]:
    at = ("subscriptions", key)
    own = [
        PlacedFilter(item, index, (*at, "advancedFilters", index))
        for index, item in enumerate(subscription.advanced_filters)
    ]
    intent = subscription.intent
    if intent is None:
        return tuple(own)
    arguments = [(item, intent.argument_of(item)) for item in intent.filters()]
    when = (*at, "when", intent.key)
    of_intent = [
        PlacedFilter(item, index, (*when, *argument) if argument else (*at, "when"), bool(argument))
        for index, (item, argument) in enumerate(arguments, len(own))
    ]
    return (*own, *of_intent)


def _paths(key: str, subscription: Subscription) -> dict[str, MemberPath]:
    """Say where the members stand that an intent or `allEvents` gives."""
    at = ("subscriptions", key)
    if subscription.all_events:
        return {"includedEventTypes": (*at, "allEvents")}
    if subscription.intent is None:
        return {}
    paths: dict[str, MemberPath] = {"includedEventTypes": (*at, "when")}
    if subscription.intent.subject_begins_with():
        paths["subjectBeginsWith"] = (*at, "when", subscription.intent.key, "modelName")
    return paths


def _handler_texts(handlers: Mapping[str, Handler]) -> dict[str, str]:
    """Give each handler's name, or the names of all that deliver to the same place."""
    names: defaultdict[Hashable, list[str]] = defaultdict(list)
    for name, handler in handlers.items():
        place = handler.place if isinstance(handler, Endpoint) else None
        names[name if place is None else place].append(name)
    return {name: " = ".join(same) for same in names.values() for name in same}
