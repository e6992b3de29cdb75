"""The event subscriptions of a workspace's system topic."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pulumi
from pulumi_azure_native import eventgrid

from azureml_events.arm.event_subscription import to_arm
from azureml_events.arm.identity import delivery_identity_of
from azureml_events.base.arm_ids import in_case_of, parse_arm_id
from azureml_events.handlers.endpoint import Endpoint
from azureml_events.resources.azure_native import declare
from azureml_events.resources.lean_event_subscription import LeanEventSubscription
from azureml_events.resources.system_topic import DeclaredTopic
from azureml_events.stack.dead_letter import DeadLetterStore
from azureml_events.stack.delivery import Delivery
from azureml_events.stack.event_subscription import EventSubscription
from azureml_events.stack.subscription import EVENT_SUBSCRIPTION_TYPE
from azureml_events.stack.topics import Topic


def event_subscription_of(
    delivery: Delivery, topic: Topic, destination: Endpoint, store: DeadLetterStore | None
) -> EventSubscription:
    """The event subscription that a delivery declares, with everything resolved.

    Args:
        delivery: The subscription of the workspace.
        topic: The workspace's system topic.
        destination: The handler, created where it had to be.
        store: The container for its dead letters; None where these are lost.
    """
    identity = delivery_identity_of(topic.identity)
    return EventSubscription(
        destination=destination,
        delivery_identity=identity if destination.delivers_with_identity else None,
        dead_letter=store,
        dead_letter_identity=identity if store and delivery.dead_letter.identity is not False else None,
        filter=delivery.subscription.filter,
        event_delivery_schema=delivery.schema,
        retry_policy=delivery.retry_policy,
        labels=delivery.subscription.labels,
        expiration_time_utc=delivery.subscription.expiration_time_utc,
    )


def declare_event_subscription(
    delivery: Delivery,
    declared: EventSubscription,
    topic: DeclaredTopic,
    *,
    parent: pulumi.Resource,
    needed: Sequence[pulumi.Input[pulumi.Resource]],
    after: pulumi.ResourceOptions,
    hooks: pulumi.ResourceHookBinding,
    keep_version_aliases: bool,
) -> eventgrid.SystemTopicEventSubscription:
    """Declare an event subscription.

    Args:
        delivery: The subscription of the workspace.
        declared: What it declares.
        topic: The system topic; the subscription takes its name from the topic's output, so that a replaced topic
            takes its subscriptions along.
        parent: The component that it belongs to.
        needed: The role assignments that it cannot deliver without.
        after: Options with what else must be there first.
        hooks: What happens when Azure refuses it.
        keep_version_aliases: Whether it keeps azure-native's aliases of older API versions.
    """
    opts = pulumi.ResourceOptions(
        parent=parent, depends_on=list(needed), import_=delivery.subscription.import_, hooks=hooks
    )
    if after.depends_on is not None:
        opts = pulumi.ResourceOptions.merge(after, opts)
    return declare(
        eventgrid.SystemTopicEventSubscription if keep_version_aliases else LeanEventSubscription,
        f"{delivery.workspace}/{delivery.key}",
        {
            **_address(delivery, topic),
            **to_arm(declared),
        },
        opts,
    )


def _address(delivery: Delivery, topic: DeclaredTopic) -> dict[str, pulumi.Input[str]]:
    """Where a subscription is, in the case of the id to take over: Pulumi would replace it for another case."""
    names: dict[str, pulumi.Input[str]] = {
        "eventSubscriptionName": delivery.name,
        "resourceGroupName": topic.resource_group,
        "systemTopicName": topic.name,
    }
    if delivery.subscription.import_ is None:
        return names
    imported = parse_arm_id(delivery.subscription.import_, EVENT_SUBSCRIPTION_TYPE)
    written = {
        "eventSubscriptionName": imported.name,
        "resourceGroupName": imported.resource_group,
        "systemTopicName": imported.names[0],
    }
    return {key: pulumi.Output.from_input(name).apply(partial(in_case_of, written[key])) for key, name in names.items()}
