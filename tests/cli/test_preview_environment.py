"""A preview beside an environment, which is not read: what it leaves out is said, and judged all the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli.conftest import WORKSPACE, Run
from click.testing import Result

STACK = f"""\
environment: [ml]
config:
  azureml-events:workspaces:
    ml: {{resourceId: {WORKSPACE}/ml, location: westeurope}}
  azureml-events:subscriptions:
    failed-runs: {{handler: elsewhere, %s}}
"""
PROGRAM = "from azureml_events import declare_stack\n\ndeclare_stack()\n"


@pytest.fixture
def preview(project: Path, run: Run) -> Run:
    """Previews a stack whose subscription says so."""
    (project / "Pulumi.yaml").write_text("name: azureml-events\nruntime: python\n", "utf-8")
    (project / "__main__.py").write_text(PROGRAM, "utf-8")

    def preview(said: str) -> Result:
        (project / "stack.yaml").write_text(STACK % said, "utf-8")
        return run("preview", "stack.yaml")

    return preview


def test_a_subscription_whose_handler_is_not_known_is_named(preview: Run) -> None:
    result = preview("when: runFailed")

    assert "where these subscriptions deliver is not known: failed-runs" in result.stderr
    assert result.exit_code == 0


def test_its_filters_are_judged(preview: Run) -> None:
    never = "includedEventTypes: [RunCompleted], advancedFilters: [{operatorType: IsNotNull, key: data.modelName}]"

    result = preview(never)

    assert "(never-missing-key)" in result.stderr
    assert (result.exit_code, result.stdout) == (1, "")
