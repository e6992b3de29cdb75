from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from azureml_events.cli import main
from click.testing import CliRunner, Result

Run = Callable[..., Result]

SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000001"
WORKSPACE = f"{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces"
HUB = f"{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.EventHub/namespaces/n/eventhubs/hub"

STACK = f"""\
config:
  azure-native:subscriptionId: 00000000-0000-0000-0000-000000000001
  azureml-events:workspaces:
    ml-a: {{resourceId: {WORKSPACE}/ml-a, location: westeurope}}
    ml-b: {{resourceId: {WORKSPACE}/ml-b, location: westeurope}}
  azureml-events:handlers:
    archive: {{type: EventHub, resourceId: {HUB}}}
  azureml-events:subscriptions:
    failed-runs: {{handler: archive, when: runFailed}}
    churn-models: {{handler: archive, when: {{modelRegistered: {{modelName: churn}}}}, workspaces: [ml-b]}}
    not-yet: {{handler: archive, when: modelDeployed, disabled: the function is not there yet}}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with the stack file of `STACK` as `stack.yaml`, in which commands run."""
    (tmp_path / "stack.yaml").write_text(STACK, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(project: Path) -> Run:
    """Runs a command in the project; `stdin` is what it reads."""

    def run(*arguments: str, stdin: str | None = None) -> Result:
        assert Path.cwd() == project
        return CliRunner().invoke(main, list(arguments), input=stdin, catch_exceptions=False)

    return run


def lines(result: Result) -> list[dict[str, Any]]:
    """The JSON Lines that a command printed."""
    return [json.loads(line) for line in result.stdout.splitlines()]
