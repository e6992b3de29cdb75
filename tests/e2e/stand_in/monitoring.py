"""Diagnostic settings and metric alerts, as strict as Azure is known to be.

Sources: Azure's pages on Event Grid's diagnostic logs (a system topic's one category), on metric alerts' windows,
frequencies and supported resources, and the specification of `Microsoft.Insights` 2018-03-01.
"""

from __future__ import annotations

from e2e.stand_in.cloud import ArmError, Cloud, Properties

WINDOWS = {"PT1M": 1, "PT5M": 5, "PT15M": 15, "PT30M": 30, "PT1H": 60, "PT6H": 360, "PT12H": 720, "P1D": 1440}
FREQUENCIES = ("PT1M", "PT5M", "PT15M", "PT30M", "PT1H")
SINGLE = "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria"


def check_diagnostic_setting(cloud: Cloud, inputs: Properties) -> None:
    """Refuse a setting of what is not there, and a category that a system topic does not have."""
    if cloud.get(str(inputs["resourceUri"])) is None:
        raise ArmError(404, "ResourceNotFound", f"'{inputs['resourceUri']}' was not found.")
    for log in inputs["logs"]:
        if log["category"] != "DeliveryFailures":
            raise ArmError(400, "BadRequest", f"Category '{log['category']}' is not supported.")


def check_metric_alert(cloud: Cloud, inputs: Properties) -> None:
    """Refuse an alert on what is not there, or on several resources, and times that there are not."""
    [scope] = inputs["scopes"]
    if cloud.get(scope) is None:
        raise ArmError(400, "ScopeNotFound", f"'{scope}' was not found.")
    window, frequency = inputs["windowSize"], inputs["evaluationFrequency"]
    if window not in WINDOWS or frequency not in FREQUENCIES or WINDOWS[frequency] > WINDOWS[window]:
        raise ArmError(400, "BadRequest", f"The window {window} and the frequency {frequency} do not go together.")
    if inputs["location"] != "global" or inputs["criteria"]["odataType"] != SINGLE:
        raise ArmError(400, "BadRequest", "A metric alert on one resource is global.")
