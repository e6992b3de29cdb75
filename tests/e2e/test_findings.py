"""A stack with a filter that can never match, on the real engine."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

from e2e.engine import Project

AZURE = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers"
NEVER = f"""\
config:
  azure-native:subscriptionId: 00000000-0000-0000-0000-000000000001
  azureml-events:workspaces:
    ml: {{resourceId: {AZURE}/Microsoft.MachineLearningServices/workspaces/ml, location: westeurope}}
  azureml-events:handlers:
    hub: {{type: EventHub, resourceId: {AZURE}/Microsoft.EventHub/namespaces/n/eventhubs/hub}}
  azureml-events:subscriptions:
    fine: {{handler: hub, when: runFailed}}
    models: {{handler: hub, includedEventTypes: [ModelRegistered], subjectBeginsWith: /models/}}
    breaches:
      handler: hub
      when: runFailed
      advancedFilters:
        - operatorType: StringContains
          key: data.runTags.azureml_modelmonitor_threshold_breached
          values: [has failed]
"""


def test_a_deployment_ends_with_what_check_finds_before_anything_is_registered(start: Callable[..., Project]) -> None:
    """The same lines as `check` prints, with line and column, and no traceback."""
    project = start(NEVER)
    checked = subprocess.run(
        [sys.executable, "-c", "from azureml_events.cli import main; main()", "check", "e2e"],
        cwd=project.directory,
        capture_output=True,
        text=True,
        check=False,
    )
    errors = [line for line in checked.stdout.splitlines() if ": error: " in line]
    assert checked.returncode == 1
    assert [line.rpartition(" ")[2] for line in errors] == ["(never-subject)", "(never-monitor-failed)"]

    deployed = project.run_command("up")
    assert deployed.status != 0
    assert [line for line in errors if line not in deployed.output] == []
    assert "Traceback" not in deployed.output
    assert not deployed.operations
