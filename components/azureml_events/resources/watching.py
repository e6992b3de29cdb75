"""What watches a workspace's events: a diagnostic setting on its system topic, and metric alerts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pulumi

from azureml_events.arm.monitoring import diagnostic_setting_body, metric_alert_body
from azureml_events.base.values import Reference
from azureml_events.resources.azure_native import declare, resource_class
from azureml_events.resources.system_topic import DeclaredTopic
from azureml_events.stack.alerts import Alert
from azureml_events.stack.topics import Topic
from azureml_events.stack.watching import Diagnostics

_DIAGNOSTIC_SETTING = "azure-native:monitor:DiagnosticSetting"
_METRIC_ALERT = "azure-native:monitor:MetricAlert"


def declare_diagnostic_setting(
    workspace: str, topic: Topic, declared: DeclaredTopic, diagnostics: Diagnostics, parent: pulumi.Resource
) -> pulumi.CustomResource:
    """Declare the diagnostic setting of a workspace's system topic.

    Args:
        workspace: The workspace's key.
        topic: The topic.
        declared: The topic as it is declared or looked up.
        diagnostics: Where the log is kept.
        parent: The component that it belongs to.
    """
    return declare(
        resource_class(_DIAGNOSTIC_SETTING),
        f"{workspace}/diagnostics",
        {
            "name": f"{topic.name}-diagnostics",
            "resourceUri": declared.id,
            **diagnostic_setting_body(diagnostics),
        },
        # One that is named otherwise may not keep the same log in the same place beside it.
        pulumi.ResourceOptions(parent=parent, delete_before_replace=True),
    )


def declare_alerts(
    workspace: str,
    topic: Topic,
    declared: DeclaredTopic,
    alerts: Iterable[Alert],
    *,
    action_group_id: Reference,
    resource_group: pulumi.Input[str],
    workflows: Mapping[str, pulumi.CustomResource],
    tags: Mapping[str, str],
    parent: pulumi.Resource,
) -> dict[str, pulumi.CustomResource]:
    """Declare the alerts of a workspace.

    Args:
        workspace: The workspace's key.
        topic: The topic.
        declared: The topic as it is declared or looked up.
        alerts: The alerts.
        action_group_id: The ARM id of the action group that is told.
        resource_group: Their resource group.
        workflows: The workflows that are watched, by subscription.
        tags: Tags of the alerts.
        parent: The component that they belong to.

    Returns:
        The alerts by name.
    """
    return {
        alert.name: declare(
            resource_class(_METRIC_ALERT),
            f"{workspace}/alert-{alert.name}",
            {
                "ruleName": f"{topic.name}-{alert.name}",
                "resourceGroupName": resource_group,
                "scopes": [workflows[alert.workflow].id if alert.workflow else declared.id],
                **metric_alert_body(alert, action_group_id),
                "tags": dict(tags) or None,
            },
            pulumi.ResourceOptions(parent=parent, delete_before_replace=True),
        )
        for alert in alerts
    }
