"""Shell completion: what follows the words of a line."""

from __future__ import annotations

from pathlib import Path

import pytest
from azureml_events.cli import main
from azureml_events.cli.completion import complete_rule
from azureml_events.lint.rules import RULES
from cli.conftest import STACK
from click import Argument, Command, Context
from click.shell_completion import BashComplete

CASES = [
    ("ch", ["check"]),
    ("check d", ["dev", "d"]),
    ("preview p", ["prod", "p"]),
    ("route x", ["x"]),
    ("sample Model", ["ModelRegistered", "ModelDeployed"]),
    ("route dev --workspace ml-", ["ml-a", "ml-b"]),
    ("route dev events.json --workspace ml-b", ["ml-b"]),
    ("route stacks/Pulumi.dev.yaml --workspace ", ["ml-a", "ml-b"]),
    ("sample --for d", ["dev", "d"]),
    ("sample --for dev ", ["failed-runs", "churn-models", "not-yet"]),
    ("sample --for dev dev", []),
    ("sample --for dev f", ["failed-runs"]),
    ("sample --for dev failed-runs --workspace ", ["ml-a", "ml-b"]),
    ("sample --for wrong f", ["failed-runs"]),
    ("sample --for broken f", []),
    ("sample --for none f", []),
    ("route none --workspace ", []),
    ("route --workspace ", []),
    ("sample --for 'open", ["open"]),
]


@pytest.fixture
def stacks(project: Path) -> Path:
    """A project with four stack files: dev and prod are right, one has a mistake, and one is no YAML."""
    (project / "Pulumi.yaml").write_text("{name: azureml-events, runtime: python, stackConfigDir: stacks}")
    stacks = project / "stacks"
    stacks.mkdir()
    wrong = STACK.replace("when: modelDeployed", "when: modelDeployd")
    for name, text in {"dev": STACK, "prod": STACK, "wrong": wrong, "broken": "["}.items():
        (stacks / f"Pulumi.{name}.yaml").write_text(text)
    return stacks


@pytest.mark.usefixtures("stacks")
@pytest.mark.parametrize(("line", "offered"), CASES)
def test_a_line_is_completed(monkeypatch: pytest.MonkeyPatch, line: str, offered: list[str]) -> None:
    words = f"azureml-events {line}"
    last = len(words.split()) - (0 if words.endswith(" ") else 1)
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(last))
    shell = BashComplete(main, {}, "azureml-events", "_AZUREML_EVENTS_COMPLETE")

    items = shell.get_completions(*shell.get_completion_args())

    assert [item.value for item in items] == offered


def test_a_rule_is_completed() -> None:
    parameter = Argument(["rule"])
    offered = complete_rule(Context(Command("explain")), parameter, "never-s")

    assert [item.value for item in offered] == [name for name in RULES if name.startswith("never-s")]


def test_outside_of_a_project_nothing_is_completed(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "Pulumi.yaml").write_text("- no project")
    monkeypatch.setenv("COMP_WORDS", "azureml-events check ")
    monkeypatch.setenv("COMP_CWORD", "2")
    shell = BashComplete(main, {}, "azureml-events", "_AZUREML_EVENTS_COMPLETE")

    assert [item.type for item in shell.get_completions(*shell.get_completion_args())] == ["file"]
