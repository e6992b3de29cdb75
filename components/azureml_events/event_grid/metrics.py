"""What can be seen of a system topic's deliveries: its metrics, its log, and the conditions that are worth an alert.

Sources: Azure's pages `monitor-push-reference` (metrics, their dimensions, the one category of logs of a system topic),
`alerts-metric-near-real-time` (metric alerts of a topic and of a workflow are for one resource; a workflow's have no
dimension), `alerts-troubleshoot-metric` (a window longer than the frequency, or a sparse metric's first value is
missed), `service-limits` and `supported-metrics/microsoft-logic-workflows-metrics`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

SYSTEM_TOPICS = "Microsoft.EventGrid/systemTopics"
"""The namespace of a system topic's metrics."""

WORKFLOWS = "Microsoft.Logic/workflows"
"""The namespace of a workflow's metrics."""

EVENT_SUBSCRIPTION_NAME = "EventSubscriptionName"
"""The dimension that holds the name of an event subscription."""

DELIVERY_FAILURES = "DeliveryFailures"
"""The only category of logs that a system topic has; a setting with another one is refused."""

DESTINATION_TYPE = "Dedicated"
"""Lets Log Analytics keep the log in its own table, `AegDeliveryFailureLogs`. UNVERIFIED: whether Event Grid would do
so without it; the documents call the table resource-specific, and `Dedicated` is what asks for one."""

MOST_ALERT_RULES = 5_000
"""Active metric alert rules that an Azure subscription may have, those of others included: Azure Monitor's page on
limits."""

SILENT_WINDOWS: Mapping[int, tuple[str, str]] = MappingProxyType(
    {1: ("PT1H", "PT15M"), 6: ("PT6H", "PT1H"), 12: ("PT12H", "PT1H"), 24: ("P1D", "PT1H")}
)
"""The hours that a metric alert can look back on, of an hour and more, each with its window and frequency."""

Kind = Literal["dropped", "deadLettered", "failing", "silent", "publishFailing", "workflows"]
"""What an alert is about."""


@dataclass(frozen=True)
class Condition:
    """When an alert fires: the total of a metric in a window, held against a threshold.

    Attributes:
        metric: The metric's name.
        severity: From 0, critical, to 4, verbose.
        text: What has happened when it fires, in words; `{threshold}` stands for the threshold.
        namespace: The metric's namespace.
        operator: How the total is held against the threshold.
        threshold: The threshold.
        window: The time that is looked back on, as ISO 8601 writes it.
        frequency: How often that is done; shorter than the window.
        split: Whether each event subscription is counted by itself.
    """

    metric: str
    severity: int
    text: str
    namespace: str = SYSTEM_TOPICS
    operator: Literal["GreaterThan", "LessThanOrEqual"] = "GreaterThan"
    threshold: int = 0
    window: str = "PT15M"
    frequency: str = "PT5M"
    split: bool = True


CONDITIONS: Mapping[Kind, Condition] = MappingProxyType(
    {
        "dropped": Condition("DroppedEventCount", 1, "events are lost"),
        "deadLettered": Condition("DeadLetteredCount", 2, "events become dead letters"),
        "failing": Condition(
            "DeliveryAttemptFailCount",
            3,
            "more than {threshold} attempts to deliver fail in an hour",
            threshold=10,
            window="PT1H",
            frequency="PT15M",
        ),
        "silent": Condition("MatchedEventCount", 3, "no event matches", operator="LessThanOrEqual"),
        "publishFailing": Condition(
            "PublishFailCount",
            3,
            "Azure Machine Learning fails to publish events, which only Microsoft can mend",
            window="PT1H",
            frequency="PT15M",
            split=False,
        ),
        "workflows": Condition(
            "RunsFailed", 3, "runs of the workflow of {subscription} fail", namespace=WORKFLOWS, split=False
        ),
    }
)
"""What each kind of alert looks at. A workflow's severity is that of failing deliveries: Event Grid tries again.

UNVERIFIED: that `silent` fires where the metric says nothing. The provider's list of operations says that such gaps are
filled with 0; subscriptions are named, because one that never matched has no series.
"""
