"""Bodies of subscriptions that hold their handler and say everything themselves."""

from __future__ import annotations

from typing import Any

from azureml_events.arm.event_subscription import event_subscription_body
from azureml_events.handlers.endpoint import Endpoint
from azureml_events.stack.dead_letter import DeadLetterContainer
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
