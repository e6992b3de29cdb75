"""A handler type is one module: written into a copy of the package, every command and page knows it.

Its fields are those of Event Grid's `MonitorAlert` in the ARM contract, API version 2025-02-15.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from stack_texts import GROUP, WORKSPACE

ROOT = Path(__file__).parents[2]
ACTIONS = f"{GROUP}/providers/Microsoft.Insights/actionGroups"

MODULE = '''
"""Alerts of Azure Monitor."""

from __future__ import annotations

from typing import Literal

from azureml_events.base.model import Many
from azureml_events.handlers.endpoint import Endpoint


class MonitorAlert(Endpoint):
    """Delivery as an alert of Azure Monitor."""

    type: Literal["MonitorAlert"] = "MonitorAlert"
    """An alert of Azure Monitor."""

    severity: Literal["Sev0", "Sev1", "Sev2", "Sev3", "Sev4"]
    """How bad it is."""

    description: str | None = None
    """What the alert says."""

    action_groups: Many[str] = ()
    """The ARM ids of the action groups that are told."""
'''

STACK = f"""\
config:
  azure-native:subscriptionId: 00000000-0000-0000-0000-000000000001
  azureml-events:workspaces:
    ml:
      resourceId: {WORKSPACE}
      location: westeurope
      deadLetter: {{disabled: nobody reads them}}
  azureml-events:handlers:
    alert: {{type: MonitorAlert, severity: Sev1, actionGroups: [{ACTIONS}/on-call]}}
  azureml-events:subscriptions:
    failed-runs: {{handler: alert, when: runFailed}}
"""

Run = Callable[..., str]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs Python on a copy of the package with the further type, in a project with `STACK`; gives what it prints."""
    root = tmp_path_factory.mktemp("further")
    shutil.copytree(ROOT / "components", root / "components", ignore=shutil.ignore_patterns("__pycache__"))
    (root / "components/azureml_events/handlers/monitor_alert.py").write_text(MODULE.lstrip(), "utf-8")
    for name in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(ROOT / name, root)
    (root / "stacks").mkdir()
    (root / "stacks/Pulumi.alerts.yaml").write_text(STACK, "utf-8")
    path = os.pathsep.join([str(root / "components"), str(ROOT / "tests")])

    def run(*arguments: str, status: int = 0) -> str:
        done = subprocess.run(  # noqa: S603 our own program
            [sys.executable, *arguments],
            cwd=root,
            env={**os.environ, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == status, done.stderr
        return done.stdout + done.stderr

    return run


def command(run: Run, *arguments: str, status: int = 0) -> str:
    return run("-m", "azureml_events", *arguments, status=status)


def test_check_reads_it(run: Run) -> None:
    assert json.loads(command(run, "check", "alerts", "--format", "json"))["findings"] == []


def test_check_finds_its_mistakes(run: Run) -> None:
    wrong = STACK.replace("severity: Sev1", "severity: Sev9, actionGroup: x")
    Path(run("-c", "import os; print(os.getcwd())").strip(), "wrong.yaml").write_text(wrong, "utf-8")

    printed = command(run, "check", "wrong.yaml", status=2)

    assert "handlers.alert.severity: unknown value 'Sev9'" in printed
    assert "handlers.alert.actionGroup: unknown field 'actionGroup'; did you mean 'actionGroups'?" in printed


def test_preview_declares_it(run: Run) -> None:
    declared = json.loads(command(run, "preview", "alerts", "--json"))["resources"]
    [destination] = [each["inputs"]["destination"] for each in declared if "destination" in each["inputs"]]

    assert destination == {
        "endpointType": "MonitorAlert",
        "severity": "Sev1",
        "actionGroups": [f"{ACTIONS}/on-call"],
    }


def test_preview_says_where_it_delivers(run: Run) -> None:
    assert f"MonitorAlert Sev1 / {ACTIONS}/on-call" in command(run, "preview", "alerts")


def test_route_reaches_it(run: Run) -> None:
    routed = [json.loads(line) for line in command(run, "route", "alerts", "--json").splitlines()]

    assert {route["handler"] for event in routed for route in event["routes"]} == {"alert"}


def test_a_document_that_has_it_is_read(run: Run) -> None:
    document = command(run, "preview", "alerts", "--json")
    Path(run("-c", "import os; print(os.getcwd())").strip(), "preview.json").write_text(document, "utf-8")

    assert json.loads(command(run, "check", "preview.json", "--format", "json"))["findings"] == []


def test_the_schema_has_it(run: Run) -> None:
    schema = json.loads(command(run, "schema"))["$defs"]
    form = schema["MonitorAlert"]

    assert form["properties"].keys() == {"type", "grants", "identity", "severity", "description", "actionGroups"}
    assert "severity" in form["required"]
    assert "#/$defs/MonitorAlert" in json.dumps(schema["handlers"])


def test_the_pages_list_it(run: Run) -> None:
    table = run("-c", "import documentation; print(documentation.endpoints(None))")

    assert "| `MonitorAlert` | - (without identity) | - | Delivery as an alert of Azure Monitor. |" in table


def test_programs_import_it(run: Run) -> None:
    program = (
        "import azureml_events; print(azureml_events.MonitorAlert.__name__, 'MonitorAlert' in azureml_events.__all__)"
    )

    assert run("-c", program) == "MonitorAlert True\n"


def test_the_public_names_stay_in_order(run: Run) -> None:
    program = "import azureml_events; print(azureml_events.__all__ == sorted(dir(azureml_events)))"

    assert run("-c", program) == "True\n"
