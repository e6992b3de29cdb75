"""A stack file that is wrong, on the real engine."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

from e2e.engine import Project

WRONG = """\
config:
  azure-native:subscriptionId: 00000000-0000-0000-0000-000000000001
  azureml-events:workspaces:
    ml: {resourceId: /subscriptions/1/ml}
  azureml-events:handlers:
    hook: {type: WebHook, endpointUrl: "https://hook.example.com/?code=hush"}
  azureml-events:subscriptions:
    failed-runs:
      handler: hok
      when: runFaild
      advancedFilters: [{operatorType: StringEquals, key: data.runType, value: azureml}]
"""


def test_a_deployment_prints_the_mistakes_that_check_prints(start: Callable[..., Project]) -> None:
    """The same lines, with line and column, no traceback, and nothing is deployed."""
    project = start(WRONG)
    checked = subprocess.run(
        [sys.executable, "-c", "from azureml_events.cli import main; main()", "check", "e2e"],
        cwd=project.directory,
        capture_output=True,
        text=True,
        check=False,
    )
    mistakes = checked.stderr.splitlines()
    assert checked.returncode == 2
    assert len(mistakes) >= 5

    deployed = project.run_command("up")
    assert deployed.status != 0
    assert [line for line in mistakes if line not in deployed.output] == []
    assert "Traceback" not in deployed.output
    assert "hush" not in deployed.output
    assert not deployed.operations
