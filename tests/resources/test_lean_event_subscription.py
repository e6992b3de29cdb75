from __future__ import annotations

from typing import Any

import pulumi
from azureml_events.resources.azure_native import declare
from azureml_events.resources.lean_event_subscription import LeanEventSubscription
from pulumi_azure_native import eventgrid
from resources.mocks import run

INPUTS: dict[str, Any] = {
    "resourceGroupName": "rg",
    "systemTopicName": "topic",
    "eventSubscriptionName": "failed",
    "deliveryWithResourceIdentity": {
        "identity": {"type": "SystemAssigned"},
        "destination": {"endpointType": "EventHub", "resourceId": "/hub"},
    },
    "filter": {"advancedFilters": [{"operatorType": "NumberInRange", "key": "data.a", "values": [[0, 1]]}]},
    "eventDeliverySchema": "EventGridSchema",
    "retryPolicy": {"maxDeliveryAttempts": 30, "eventTimeToLiveInMinutes": 1440},
    "labels": ["a"],
}


def _request(kind: type[Any]) -> Any:
    monitor = run(lambda: declare(kind, "failed", INPUTS, pulumi.ResourceOptions()).urn)
    request = monitor.request("SystemTopicEventSubscription", "failed")
    del request.aliases[:]
    request.ClearField("sourcePosition")
    request.ClearField("stackTrace")
    return request


def test_it_is_registered_as_azure_natives_own_would_be() -> None:
    """With the same inputs, options and version of the provider, but for the aliases."""
    assert _request(LeanEventSubscription) == _request(eventgrid.SystemTopicEventSubscription)


def _outputs(kind: type[Any]) -> dict[str, Any]:
    seen: dict[str, Any] = {}

    def program() -> object:
        resource = declare(kind, "failed", INPUTS, pulumi.ResourceOptions())
        return pulumi.Output.all(
            schema=resource.event_delivery_schema,
            topic=resource.topic,
            attempts=resource.retry_policy.apply(lambda policy: policy.max_delivery_attempts),
            key=resource.filter.apply(lambda given: given.advanced_filters[0]["key"]),
        ).apply(seen.update)

    run(program)
    return seen


def test_it_has_azure_natives_attributes() -> None:
    expected = {"schema": "EventGridSchema", "topic": None, "attempts": 30, "key": "data.a"}

    assert _outputs(LeanEventSubscription) == _outputs(eventgrid.SystemTopicEventSubscription) == expected


def test_it_is_one_of_azure_natives() -> None:
    assert issubclass(LeanEventSubscription, eventgrid.SystemTopicEventSubscription)
