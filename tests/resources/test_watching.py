"""What watches a workspace's events: the diagnostic setting and the metric alerts, as they go to Azure."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from azureml_events import (
    Alerts,
    AzureFunction,
    DeclarationError,
    DefaultAlerts,
    Defaults,
    Diagnostics,
    EventHub,
    Failing,
    Silent,
    Subscription,
    WorkspaceEvents,
    run_failed,
)
from resources.mocks import Monitor, run
from resources.stacks import FAILED, HUB, OTHER, arm, preview, workspace

LOG = arm("Microsoft.OperationalInsights/workspaces", "log", group="rg-ops")
TOLD = arm("Microsoft.Insights/actionGroups", "ag", group="rg-ops")
METRICS = {
    "dropped": ("DroppedEventCount", 1, "PT15M", "PT5M", "GreaterThan", 0, ["*"]),
    "deadLettered": ("DeadLetteredCount", 2, "PT15M", "PT5M", "GreaterThan", 0, ["*"]),
    "failing": ("DeliveryAttemptFailCount", 3, "PT1H", "PT15M", "GreaterThan", 25, ["*"]),
    "silent": ("MatchedEventCount", 3, "P1D", "PT1H", "LessThanOrEqual", 0, ["failed-runs"]),
    "publishFailing": ("PublishFailCount", 3, "PT1H", "PT15M", "GreaterThan", 0, None),
}
MAIL = {"type": "EmailAlert", "create": {"resourceGroup": "rg", "dataLocation": "Europe"}, "to": ["a@contoso.com"]}
ALERTS: dict[str, Any] = {
    "actionGroupId": TOLD,
    "failing": {"threshold": 25},
    "silent": {"failed": {"hours": 24}},
    "publishFailing": True,
}
SUBSCRIPTIONS = {"failed": {**FAILED, "name": "failed-runs"}}


def test_a_diagnostic_setting_keeps_the_one_category_that_a_system_topic_has() -> None:
    recording = preview(defaults={"diagnostics": {"workspaceId": LOG}})
    setting = recording.resource("ml/diagnostics")

    assert setting.type == "azure-native:monitor:DiagnosticSetting"
    assert {name: value for name, value in setting.inputs.items() if name != "resourceUri"} == {
        "name": "ml-events-diagnostics",
        "workspaceId": LOG,
        "logAnalyticsDestinationType": "Dedicated",
        "logs": [{"category": "DeliveryFailures", "enabled": True}],
    }
    assert setting.dependencies == (recording.resource("ml/system-topic").urn,)


@pytest.mark.parametrize("kind", METRICS)
def test_an_alert_has_these_inputs(kind: str) -> None:
    metric, severity, window, frequency, operator, threshold, subscriptions = METRICS[kind]
    recording = preview(
        workspaces={"ml": workspace(alerts=ALERTS)}, subscriptions=SUBSCRIPTIONS, defaults={"tags": {"team": "ml"}}
    )
    alert = recording.resource(f"ml/alert-{kind}")
    split = {"dimensions": [{"name": "EventSubscriptionName", "operator": "Include", "values": subscriptions}]}

    assert alert.type == "azure-native:monitor:MetricAlert"
    assert alert.dependencies == (recording.resource("ml/system-topic").urn,)
    assert {name: value for name, value in alert.inputs.items() if name not in {"scopes", "description"}} == {
        "ruleName": f"ml-events-{kind}",
        "resourceGroupName": "rg-ml",
        "location": "global",
        "severity": severity,
        "enabled": True,
        "autoMitigate": True,
        "windowSize": window,
        "evaluationFrequency": frequency,
        "criteria": {
            "odataType": "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria",
            "allOf": [
                {
                    "criterionType": "StaticThresholdCriterion",
                    "name": kind,
                    "metricNamespace": "Microsoft.EventGrid/systemTopics",
                    "metricName": metric,
                    "operator": operator,
                    "threshold": threshold,
                    "timeAggregation": "Total",
                    "skipMetricValidation": True,
                    **(split if subscriptions else {}),
                }
            ],
        },
        "actions": [{"actionGroupId": TOLD}],
        "tags": {"team": "ml"},
    }


def test_nothing_is_watched_unless_said() -> None:
    assert [each.name for each in preview().resources if ":monitor:" in each.type] == []


def test_a_workflow_is_watched_by_an_alert_of_its_own() -> None:
    recording = preview(
        workspaces={"ml": workspace(alerts={"actionGroupId": TOLD})},
        handlers={"mail": MAIL},
        subscriptions={"failed": {"handler": "mail", "when": "runFailed"}},
    )
    alert = recording.resource("ml/alert-workflows")
    (criterion,) = alert.inputs["criteria"]["allOf"]

    assert (criterion["metricNamespace"], criterion["metricName"]) == ("Microsoft.Logic/workflows", "RunsFailed")
    assert "dimensions" not in criterion
    assert alert.dependencies == (recording.resource("ml/failed/workflow").urn,)


def test_the_alerts_on_somebody_elses_topic_lie_in_the_workspaces_group_and_azure_subscription() -> None:
    topic = {"existing": True, "name": "central", "resourceGroup": "rg-central"}
    recording = preview(
        workspaces={"ml": workspace(subscription=OTHER, systemTopic=topic, alerts={"actionGroupId": TOLD})}
    )
    alert = recording.resource("ml/alert-dropped")

    assert (alert.inputs["ruleName"], alert.inputs["resourceGroupName"]) == ("central-dropped", "rg-ml")
    assert alert.provider == recording.resource("ml/failed").provider
    assert alert.provider


def declared(**more: Any) -> Monitor:
    """A program's workspace, with these arguments."""
    subscriptions = {"failed": Subscription(run_failed(), to=EventHub(resource_id=HUB))}
    kept = workspace()
    arguments: dict[str, Any] = {
        "workspace_id": kept["resourceId"],
        "location": "westeurope",
        "subscriptions": subscriptions,
        **more,
    }
    return run(lambda: WorkspaceEvents("ml", **arguments))


def test_a_program_says_what_is_watched_in_the_same_words() -> None:
    monitor = declared(
        diagnostics=Diagnostics(workspace_id=LOG),
        alerts=Alerts(failing=Failing(threshold=3), silent={"failed": Silent(hours=1)}),
        defaults=Defaults(alerts=DefaultAlerts(action_group_id=TOLD, dropped=False)),
    )

    assert monitor.names("DiagnosticSetting") == ["ml/diagnostics"]
    assert set(monitor.names("MetricAlert")) == {"ml/alert-deadLettered", "ml/alert-failing", "ml/alert-silent"}
    assert set(monitor.registered["ml"]["alerts"]) == {"deadLettered", "failing", "silent"}


def test_an_action_group_and_a_log_may_be_outputs() -> None:
    monitor = run(
        lambda: WorkspaceEvents(
            "ml",
            workspace_id=workspace()["resourceId"],
            location="westeurope",
            subscriptions={"failed": Subscription(run_failed(), to=EventHub(resource_id=HUB))},
            diagnostics=Diagnostics(workspace_id=pulumi.Output.from_input(LOG)),
            alerts=Alerts(action_group_id=pulumi.Output.from_input(TOLD)),
        )
    )

    assert monitor.inputs("DiagnosticSetting", "ml/diagnostics")["workspaceId"] == LOG
    assert monitor.inputs("MetricAlert", "ml/alert-dropped")["actions"] == [{"actionGroupId": TOLD}]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"alerts": True}, "alerts: expected Alerts(…), or false, got true"),
        ({"alerts": {"dropped": True}}, "alerts: expected Alerts(…), or false, got a map"),
        ({"diagnostics": AzureFunction}, "diagnostics: expected Diagnostics(…), or false, got the class AzureFunction"),
        (
            {"alerts": Alerts(silent={"faild": Silent(hours=1)})},
            (
                "alerts.action_group_id: required, but missing: the action group that is told, here or in the defaults"
                "\nalerts.silent.faild: there is no subscription 'faild'; did you mean 'failed'?"
            ),
        ),
    ],
    ids=["true", "a map", "a class", "nobody is told"],
)
def test_what_a_program_gives_otherwise_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        declared(**given)
    assert str(refused.value) == message
