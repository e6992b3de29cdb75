"""A stack file that `check` refuses, on the real engine."""

from __future__ import annotations

from collections.abc import Callable
from subprocess import CompletedProcess

import pytest
from e2e.engine import Project
from stack_texts import HUB, WORKSPACE

NEVER = f"""\
config:
  azure-native:subscriptionId: 00000000-0000-0000-0000-000000000001
  azureml-events:workspaces:
    ml: {{resourceId: {WORKSPACE}, location: westeurope}}
  azureml-events:handlers:
    hub: {{type: EventHub, resourceId: {HUB}}}
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


def mistakes(checked: CompletedProcess[str]) -> list[str]:
    assert checked.returncode == 2
    return checked.stderr.splitlines()


def errors(checked: CompletedProcess[str]) -> list[str]:
    assert checked.returncode == 1
    return [line for line in checked.stdout.splitlines() if ": error: " in line]


@pytest.mark.parametrize(
    ("text", "refusals", "least"), [(WRONG, mistakes, 5), (NEVER, errors, 2)], ids=["mistakes", "findings"]
)
def test_a_deployment_prints_what_check_prints_and_registers_nothing(
    start: Callable[..., Project], text: str, refusals: Callable[[CompletedProcess[str]], list[str]], least: int
) -> None:
    """The same lines, with line and column, and no traceback."""
    project = start(text)
    said = refusals(project.check())
    assert len(said) >= least

    deployed = project.run_command("up")

    assert deployed.status != 0
    assert [line for line in said if line not in deployed.output] == []
    assert "Traceback" not in deployed.output
    assert "hush" not in deployed.output
    assert not deployed.operations
