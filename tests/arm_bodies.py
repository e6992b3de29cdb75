"""Bodies of subscriptions that hold their handler and say everything themselves."""

from __future__ import annotations

from typing import Any

from azureml_events.arm.event_subscription import event_subscription_body
from azureml_events.documents.body import Body
from azureml_events.handlers.endpoint import Endpoint
from azureml_events.stack.dead_letter import DeadLetter, DeadLetterContainer
from azureml_events.stack.stack import Stack
from azureml_events.stack.subscription import Subscription
from azureml_events.stack.workspace import TopicIdentity, Workspace
from stack_texts import GROUP

WORKSPACE = Workspace(resource_id=f"{GROUP}/providers/Microsoft.MachineLearningServices/workspaces/ml")


def body_of(subscription: Subscription, identity: TopicIdentity = "SystemAssigned") -> dict[str, Any]:
    """The body of a subscription whose topic has an identity."""
    handler = subscription.to
    assert isinstance(handler, Endpoint)
    named = subscription.model_copy(update={"to": "handler"})
    (delivery,) = Stack({"ml": WORKSPACE}, {"handler": handler}, {"failed": named}).deliveries
    account, name = delivery.dead_letter.storage_account_id, delivery.dead_letter.blob_container_name
    container = DeadLetterContainer(resource_id=account, blob_container_name=name) if account and name else None
    return event_subscription_body(delivery, identity, handler, container)


def subscription_of(body: dict[str, Any]) -> Subscription:
    """The subscription of a body without mistakes, its handler in it."""
    read = Body(body)
    assert (read.mistakes, read.open) == ([], {})
    assert read.destination is not None
    assert read.settings is not None
    identity = None if "deliveryWithResourceIdentity" in body or read.destination.role is None else False
    filter_ = read.filter.filter
    return Subscription(
        to=read.destination.model_copy(update={"identity": identity}),
        all_events=True if filter_.included_event_types is None else None,
        dead_letter=_dead_letter(read.container, None if "deadLetterWithResourceIdentity" in body else False),
        **{name: value for name, value in (*filter_, *read.settings) if value not in (None, "")},
    )


def _dead_letter(container: Any, identity: Any) -> DeadLetter:
    if container is None:
        return DeadLetter(disabled="the event subscription names no container for them")
    account, name = container.resource_id, container.blob_container_name
    return DeadLetter(storage_account_id=account, blob_container_name=name, identity=identity)
