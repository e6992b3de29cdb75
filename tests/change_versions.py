"""Versions of an input for tests of changes: subscriptions with their resources, and no program that is run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from azureml_events.base.mistakes import MemberPath
from azureml_events.event_grid.filters import EventFilter
from azureml_events.policy.event_subscription import SYSTEM_TOPIC_SUBSCRIPTION
from azureml_events.policy.policy_file import load_policy
from azureml_events.policy.resource import Resource, Resources
from azureml_events.review.changes.version import Version
from azureml_events.review.judged import Judged
from azureml_events.routing.subscription import RoutedSubscription

WORKSPACE = "ml-prod"
SOURCE = (
    "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-ml/providers/"
    "Microsoft.MachineLearningServices/workspaces/ml-prod"
)
HUB = (
    "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-ev/providers/"
    "Microsoft.EventHub/namespaces/evhns/eventhubs/%s"
)


@dataclass(frozen=True)
class Declared:
    """A subscription of a version.

    Attributes:
        name: Its name.
        filter: Its filter, as ARM has it.
        to: The event hub that it delivers to.
        more: More of its wire inputs.
    """

    name: str
    filter: Mapping[str, Any]
    to: str = "archive"
    more: Mapping[str, Any] = field(default_factory=dict)


def version(declared: Sequence[Declared]) -> Version:
    """A version of one workspace."""
    return Version(
        [_routed(each) for each in declared],
        Judged(Resources(_resource(each) for each in declared), lambda _, member: member, _names),
        load_policy(None),
    )


def _names(path: MemberPath) -> tuple[str, ...]:
    return (f"{WORKSPACE}/{path[1]}",)


def _routed(each: Declared) -> RoutedSubscription:
    return RoutedSubscription(
        WORKSPACE, each.name, EventFilter.parse(dict(each.filter)), SOURCE, each.to, path=("subscriptions", each.name)
    )


def _resource(each: Declared) -> Resource:
    inputs = {
        "eventSubscriptionName": each.name,
        "destination": {"endpointType": "EventHub", "resourceId": HUB % each.to},
        **each.more,
    }
    return Resource(f"{WORKSPACE}/{each.name}", SYSTEM_TOPIC_SUBSCRIPTION, inputs)
