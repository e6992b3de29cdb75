"""The event subscriptions of a workspace's system topic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pulumi
from pulumi_azure_native import eventgrid

from azureml_events.base.arm_ids import in_case_of, parse_arm_id
from azureml_events.resources.azure_native import declare
from azureml_events.resources.system_topic import DeclaredTopic
from azureml_events.stack.delivery import Delivery
from azureml_events.stack.subscription import EVENT_SUBSCRIPTION_TYPE


def declare_event_subscription(
    kind: type[eventgrid.SystemTopicEventSubscription],
    delivery: Delivery,
    body: Mapping[str, Any],
    topic: DeclaredTopic,
    *,
    parent: pulumi.Resource,
    needed: Sequence[pulumi.Input[pulumi.Resource]],
    secret: bool,
    after: pulumi.ResourceOptions,
    hooks: pulumi.ResourceHookBinding,
) -> eventgrid.SystemTopicEventSubscription:
    """Declare an event subscription.

    Args:
        kind: Its class.
        delivery: The subscription of the workspace.
        body: Its body.
        topic: The system topic; the subscription takes its name from the topic's output, so that a replaced topic
            takes its subscriptions along.
        parent: The component that it belongs to.
        needed: The role assignments that it cannot deliver without.
        secret: Whether its destination is a secret; Azure returns the path of a URL, which may hold one.
        after: Options with what else must be there first.
        hooks: The hooks that run when Azure refuses it.
    """
    opts = pulumi.ResourceOptions(
        parent=parent,
        depends_on=list(needed),
        import_=delivery.subscription.import_,
        aliases=list(delivery.subscription.aliases) or None,
        ignore_changes=_left_to_azure(delivery, body) if delivery.subscription.import_ else None,
        delete_before_replace=True,  # `pulumi up --replace` would else create it while it is there, which is refused
        additional_secret_outputs=["destination"] if secret else None,
        hooks=hooks,
    )
    if after.depends_on is not None:
        opts = pulumi.ResourceOptions.merge(after, opts)
    return declare(kind, f"{delivery.workspace}/{delivery.key}", {**_address(delivery, topic), **body}, opts)


def _left_to_azure(delivery: Delivery, body: Mapping[str, Any]) -> list[str]:
    """Name what stays as it is in Azure where an imported subscription does not say it.

    The Azure CLI does not print the TLS version, and a moment that has passed cannot be declared again.
    """
    left = [] if delivery.subscription.expiration_time_utc else ["expirationTimeUtc"]
    destination = body.get("destination", {})
    if "endpointUrl" in destination and "minimumTlsVersionAllowed" not in destination:
        left.append("destination.minimumTlsVersionAllowed")
    return left


def _address(delivery: Delivery, topic: DeclaredTopic) -> dict[str, pulumi.Input[str]]:
    """Name a subscription and its topic, in the case of the id to take over: another would replace it."""
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
