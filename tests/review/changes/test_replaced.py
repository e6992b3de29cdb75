"""A resource is replaced where a member changes that cannot change in place."""

from __future__ import annotations

import pytest
from azureml_events.policy.resource import Resource, Resources
from azureml_events.review.changes.replaced import replacements

GROUP = "resourceGroupName"


def changed(type_: str, member: str, before: str, after: str) -> list[str]:
    """What becomes of a resource of which one member changes."""
    old, new = (Resources([Resource("it", type_, {member: value})]) for value in (before, after))
    return [each.because for each in replacements(old, new, {})]


@pytest.mark.parametrize(
    ("type_", "members"),
    [
        ("eventgrid:SystemTopic", ["systemTopicName", GROUP, "location", "topicType"]),
        ("eventgrid:SystemTopicEventSubscription", ["eventSubscriptionName", "systemTopicName", GROUP]),
        ("eventgrid:EventSubscription", ["eventSubscriptionName", "scope"]),
        ("eventhub:EventHub", ["eventHubName", "namespaceName", GROUP]),
        ("eventhub:Namespace", ["namespaceName", GROUP, "location"]),
        ("servicebus:Queue", ["queueName", "namespaceName", GROUP]),
        ("servicebus:Topic", ["topicName", "namespaceName", GROUP]),
        ("servicebus:Namespace", ["namespaceName", GROUP, "location"]),
        ("storage:Queue", ["queueName", "accountName", GROUP]),
        ("storage:BlobContainer", ["containerName", "accountName", GROUP]),
        ("storage:StorageAccount", ["accountName", GROUP, "location"]),
    ],
)
def test_another_name_place_or_parent_replaces(type_: str, members: list[str]) -> None:
    for member in members:
        (because,) = changed(type_, member, "one", "two")
        assert f"it is replaced, because its {member} changed" in because


@pytest.mark.parametrize(
    ("type_", "member", "before", "after"),
    [
        ("eventhub:Namespace", GROUP, "RG", "rg"),
        ("eventhub:Namespace", "location", "West Europe", "westeurope"),
        ("eventgrid:EventSubscription", "scope", "/subscriptions/S/", "/subscriptions/s"),
        ("eventhub:Namespace", "sku", "Basic", "Standard"),
        ("logic:Workflow", "workflowName", "one", "two"),
    ],
)
def test_what_arm_takes_for_the_same_or_can_change_replaces_nothing(
    type_: str, member: str, before: str, after: str
) -> None:
    assert not changed(type_, member, before, after)
