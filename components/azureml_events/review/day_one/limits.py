"""Azure's limits that a deployment meets, with how much of each it uses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from azureml_events.event_grid.metrics import MOST_ALERT_RULES
from azureml_events.policy.deliveries import Topics
from azureml_events.policy.event_subscription import SYSTEM_TOPIC_SUBSCRIPTION
from azureml_events.policy.grants import ROLE_ASSIGNMENT
from azureml_events.policy.reading import text_of
from azureml_events.policy.resource import Resource, Resources
from azureml_events.policy.resource_types import WORKFLOW
from azureml_events.stack.rules.topics_and_subscriptions import MAX_SUBSCRIPTIONS

_UNKNOWN = "<unknown>"
_METRIC_ALERT = "monitor:MetricAlert"

MAX_ROLE_ASSIGNMENTS = 4_000
"""In an Azure subscription, those of others included: Azure's page on limits of access control."""

MAX_WORKFLOWS = 1_000
"""Workflows in a region of an Azure subscription, those of others included: the Logic Apps page on limits, an old copy;
UNVERIFIED that it still holds."""


@dataclass(frozen=True)
class Limit:
    """One of Azure's limits.

    Attributes:
        name: What is limited, and where.
        used: How much of it is declared here.
        allowed: How much Azure allows, in all.
    """

    name: str
    used: int
    allowed: int


def limits_of(resources: Resources) -> Iterator[Limit]:
    """Yield the limits that are met; of topics the one with the most subscriptions.

    Args:
        resources: What is declared.
    """
    topics = resources.derived(Topics)
    of_topic: Counter[str] = Counter()
    for each in resources.of_type(SYSTEM_TOPIC_SUBSCRIPTION):
        topic = topics.of(each)
        of_topic[topic.name if topic else text_of(each, "systemTopicName") or _owner(each)] += 1
    if of_topic:
        name, used = max(of_topic.items(), key=lambda item: (item[1], item[0]))
        yield Limit(f"event subscriptions of a system topic ({name})", used, MAX_SUBSCRIPTIONS)
    for type_, what, allowed in (
        (ROLE_ASSIGNMENT, "role assignments", MAX_ROLE_ASSIGNMENTS),
        (_METRIC_ALERT, "metric alert rules", MOST_ALERT_RULES),
    ):
        counted = Counter(_azure_subscription(each) for each in resources.of_type(type_))
        for where, used in sorted(counted.items()):
            yield Limit(f"{what} of Azure subscription {where}", used, allowed)
    workflows = Counter(
        (_azure_subscription(each), (text_of(each, "location") or _UNKNOWN).replace(" ", "").lower())
        for each in resources.of_type(WORKFLOW)
    )
    for (where, region), used in sorted(workflows.items()):
        yield Limit(f"workflows in {region} of Azure subscription {where}", used, MAX_WORKFLOWS)


def _azure_subscription(resource: Resource) -> str:
    """Return the Azure subscription that a resource counts in: that of a role assignment's scope."""
    scope = text_of(resource, "scope")
    if scope is not None and scope.lower().startswith("/subscriptions/"):
        return scope.split("/")[2].lower()
    return (resource.azure_subscription or _UNKNOWN).lower()


def _owner(subscription: Resource) -> str:
    return subscription.name.rpartition("/")[0] or subscription.name
