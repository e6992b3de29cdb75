"""A stack file in its project: bare keys, the project's own values, environments, and what nothing uses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from azureml_events.cli import main
from azureml_events.review.input import load_input
from azureml_events.stackfile.input_error import InputError
from click.testing import CliRunner, Result
from stack_texts import cases, filled


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory, in which commands run."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(project: Path, case: dict[str, Any]) -> None:
    (project / "Pulumi.yaml").write_text(filled(case["project"]) + "\nruntime: python\n")
    (project / "Pulumi.dev.yaml").write_text(filled(case["stack"]))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), catch_exceptions=False)


def places(result: Result) -> list[str]:
    """File, line, column and rule of each finding that is no mistake."""
    results = json.loads(result.stdout)["runs"][0]["results"]
    located = [(each["ruleId"], each["locations"][0]["physicalLocation"]) for each in results]
    return sorted(
        f"{at['artifactLocation']['uri']}:{at['region']['startLine']}:{at['region']['startColumn']} {rule}"
        for rule, at in located
        if rule != "invalid"
    )


@pytest.mark.parametrize("argument", ["dev", "Pulumi.dev.yaml"])
@pytest.mark.parametrize("case", cases("projects.yaml"))
def test_check_reads_a_stack_file_in_its_project(project: Path, case: dict[str, Any], argument: str) -> None:
    written(project, case)
    result = run("check", argument, "--format", "sarif")
    text = run("check", argument)

    mistakes = [line for line in result.stderr.splitlines() if " may stand in its environment" not in line]
    notes = [line for line in result.stderr.splitlines() if line not in mistakes]
    assert mistakes == case.get("mistakes", [])
    assert [line.startswith(f"Pulumi.dev.yaml: {case['notes']}") for line in notes] == [True] * ("notes" in case)
    assert places(result) == case.get("findings", places(result))
    assert "hush" not in result.output + text.output
    assert text.stderr == result.stderr
    errors = any("never-" in each for each in case.get("findings", []))
    assert result.exit_code == text.exit_code == (2 if mistakes else int(errors))


@pytest.mark.parametrize("command", ["route", "preview"])
@pytest.mark.parametrize("case", [each for each in cases("projects.yaml") if "mistakes" in each.values[0]])
def test_every_command_refuses_the_same(project: Path, case: dict[str, Any], command: str) -> None:
    written(project, case)
    result = run(command, "dev")

    assert [line for line in result.stderr.splitlines() if ": error: " not in line] == case["mistakes"]
    assert (result.stdout, result.exit_code) == ("", 2)


def test_a_file_elsewhere_belongs_to_the_project_of_its_directory(project: Path) -> None:
    other = project / "other"
    other.mkdir()
    written(other, {"project": "name: churn", "stack": "config:\n  $workspaces\n"})
    (project / "Pulumi.yaml").write_text("name: azureml-events\nruntime: python\n")

    with pytest.raises(InputError, match="'workspaces' means 'churn:workspaces' here"):
        load_input("other/Pulumi.dev.yaml")


def test_routes_are_known_where_only_the_environment_knows_the_handler(project: Path) -> None:
    stack = "environment: [ml]\nconfig:\n  $workspaces\n  subscriptions: {all: {handler: later, allEvents: true}}\n"
    written(project, {"project": "name: azureml-events", "stack": stack})

    [all_events] = load_input("dev").subscriptions

    assert (all_events.workspace, all_events.handler) == ("ml", "later")
    assert run("route", "dev").exit_code == 0


def test_a_preview_shows_what_is_known_beside_an_environment(project: Path) -> None:
    stack = """
environment: [ml]
config:
  azure-native:subscriptionId: 00000000-0000-0000-0000-000000000001
  $workspaces
  subscriptions: {all: {handler: later, allEvents: true}}
"""
    written(project, {"project": "name: azureml-events", "stack": stack})
    (project / "__main__.py").write_text("from azureml_events import declare_stack\n\ndeclare_stack()\n")
    result = run("preview", "dev", "--json")

    assert result.exit_code == 0
    assert "azureml-events:handlers, azureml-events:defaults may stand in its environment" in result.stderr
    assert "SystemTopic" in result.stdout
    assert run("preview", "dev", "--program", ".", "--json").stdout == result.stdout
    assert run("check", "dev", "--program", ".").exit_code == 0


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("West-Europe", "is called 'West-Europe'; did you mean 'westeurope'?"),
        ("west_europe", "is called 'west_europe'; did you mean 'westeurope'?"),
        ("Moon 1", "is called 'Moon 1'; Azure's list of regions has the names"),
    ],
)
def test_an_unknown_region_is_shown_as_it_is_written(project: Path, location: str, said: str) -> None:
    stack = f"config: {{workspaces: {{ml: {{resourceId: $workspace, location: {location}}}}}, subscriptions: {{}}}}"
    written(project, {"project": "name: azureml-events", "stack": stack})

    assert said in run("check", "dev").stdout
