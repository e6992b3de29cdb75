"""Diagnostic settings and metric alerts as the bodies that ARM takes."""

from __future__ import annotations

from typing import Any

from azureml_events.base.values import Reference
from azureml_events.event_grid.metrics import DELIVERY_FAILURES, DESTINATION_TYPE, EVENT_SUBSCRIPTION_NAME
from azureml_events.stack.alerts import Alert
from azureml_events.stack.watching import Diagnostics


def diagnostic_setting_body(diagnostics: Diagnostics) -> dict[str, Any]:
    """Write the body of a diagnostic setting.

    Args:
        diagnostics: Where the log is kept.
    """
    return {
        "workspaceId": diagnostics.workspace_id,
        "logAnalyticsDestinationType": DESTINATION_TYPE,
        "logs": [{"category": DELIVERY_FAILURES, "enabled": True}],
    }


def metric_alert_body(alert: Alert, action_group_id: Reference) -> dict[str, Any]:
    """Write the body of a metric alert, without what it watches.

    Args:
        alert: The alert.
        action_group_id: The ARM id of the action group that is told.
    """
    condition = alert.condition
    return {
        "location": "global",
        "description": f"{alert.text[:1].upper()}{alert.text[1:]}.",
        "severity": condition.severity,
        "enabled": True,
        "autoMitigate": True,
        "windowSize": condition.window,
        "evaluationFrequency": condition.frequency,
        "criteria": {
            "odataType": "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria",  # ARM's odata.type
            "allOf": [_criterion(alert)],
        },
        "actions": [{"actionGroupId": action_group_id}],
    }


def _criterion(alert: Alert) -> dict[str, Any]:
    condition = alert.condition
    # A value that never occurred has no series: what is to be missed is named.
    dimension = {
        "name": EVENT_SUBSCRIPTION_NAME,
        "operator": "Include",
        "values": list(alert.subscriptions) or ["*"],
    }
    return {
        "criterionType": "StaticThresholdCriterion",
        "name": alert.kind,
        "metricNamespace": condition.namespace,
        "metricName": condition.metric,
        "operator": condition.operator,
        "threshold": condition.threshold,
        "timeAggregation": "Total",
        **({"dimensions": [dimension]} if condition.split else {}),
        # A metric is known to Azure once it was counted, which of a new topic none was.
        "skipMetricValidation": True,
    }
