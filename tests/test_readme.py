"""The examples of the README, and what the page on events that stop quotes, run."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import textwrap
from pathlib import Path

import pytest
import yaml
from azureml_events.cli import main
from change_shown import PICTURE, picture, reviewed
from click import Context
from click.testing import CliRunner
from golden import ROOT

README = (ROOT / "README.md").read_text("utf-8")
SHOWN = dict(re.findall(r"<!-- run: (\w+) -->\n```\w*\n(.*?)```", README, re.DOTALL))
MOST_LINES = 8

PRELUDE = """\
import pulumi

class Thing:
    def __init__(self, provider_id: str) -> None:
        self.id = pulumi.Output.from_input(
            f"/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/{provider_id}"
        )
        self.location = pulumi.Output.from_input("westeurope")

workspace = Thing("Microsoft.MachineLearningServices/workspaces/ml-prod")
hub = Thing("Microsoft.EventHub/namespaces/n1/eventhubs/eh1")
"""


WHY = ROOT / "tests" / "cases" / "why"
WORKSPACE = (
    "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-ml/providers/"
    "Microsoft.MachineLearningServices/workspaces/ml-prod"
)
REASONS = {"MaxDeliveryAttemptsExceeded", "UndeliverableDueToProbationCausedByClientError"}
STOPPED = (ROOT / "components" / "azureml_events" / "queries" / "README.md").read_text("utf-8")
TRIED = dict(re.findall(r"<!-- tried: ([\w ]+) -->\n(.*?)<!-- end of tried -->", STOPPED, re.DOTALL))


def rows(table: str) -> list[list[list[str]]]:
    """List the code spans of each cell of a table that is tried."""
    cells = [line.strip("| ").split(" | ") for line in TRIED[table].splitlines()[2:]]
    return [[re.findall(r"`([^`]+)`", cell) for cell in row] for row in cells]


@pytest.fixture
def on_call(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A directory with the documents, events and stack files that the tables ask about."""
    shutil.copytree(WHY, tmp_path, dirs_exist_ok=True)
    both = [each for name in ("topics.json", "subscriptions.json") for each in json.loads((WHY / name).read_text())]
    (tmp_path / "both.json").write_text(json.dumps(both))
    (tmp_path / "stacks").mkdir()
    (tmp_path / "Pulumi.prod.yaml").rename(tmp_path / "stacks" / "Pulumi.prod.yaml")
    for kept in ("Pulumi.yaml", "__main__.py", "stacks/Pulumi.dev.yaml"):
        shutil.copy(ROOT / kept, tmp_path / kept)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ask(command: str, *options: str) -> str:
    """Return all that a command of the tables prints."""
    return CliRunner().invoke(main, [*shlex.split(command), *options], catch_exceptions=False).output


def lines(text: str) -> list[str]:
    """Return the lines that are not blank."""
    return [line for line in text.splitlines() if line.strip()]


def check(text: str, directory: Path) -> str:
    """Run `check` on a stack file with a configuration, and return what it prints."""
    path = directory / "Pulumi.readme.yaml"
    path.write_text(f"config:\n{textwrap.indent(text, '  ')}", encoding="utf-8")
    result = CliRunner().invoke(main, ["check", str(path)], catch_exceptions=False)
    return result.output.replace(f"{path}: ", "")


def test_the_yaml_example_has_at_most_8_lines_and_no_findings(tmp_path: Path) -> None:
    assert len(lines(SHOWN["yaml"])) <= MOST_LINES
    assert check(SHOWN["yaml"], tmp_path) == "no findings\n"


def test_the_python_example_has_at_most_8_lines_and_declares_the_subscription(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: example\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {}\n")
    (tmp_path / "__main__.py").write_text(PRELUDE + SHOWN["python"])

    result = CliRunner().invoke(main, ["preview", "dev", "--program", str(tmp_path)], catch_exceptions=False)

    assert len(lines(SHOWN["python"])) <= MOST_LINES
    assert result.exit_code == 0, result.output
    for declared in ("ml-prod/failed-training", "Azure Event Hubs Data Sender", "Storage Blob Data Contributor"):
        assert declared in result.stdout


def test_the_recipe_has_no_findings_beside_the_workspace_of_the_example(tmp_path: Path) -> None:
    example, recipe = yaml.safe_load(SHOWN["yaml"]), yaml.safe_load(SHOWN["recipe"])
    for section, entries in recipe.items():
        example[section] |= entries

    assert len(lines(SHOWN["recipe"])) <= MOST_LINES
    assert check(yaml.safe_dump(example), tmp_path) == "no findings\n"


def test_the_error_is_what_check_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    dev = (ROOT / "stacks" / "Pulumi.dev.yaml").read_text("utf-8")
    assert "operatorType: StringIn" in dev
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "Pulumi.dev.yaml").write_text(
        dev.replace("operatorType: StringIn", "operatorType: StringEquals")
    )
    monkeypatch.chdir(tmp_path)

    result = CliRunner().invoke(main, ["check", "stacks/Pulumi.dev.yaml"], catch_exceptions=False)

    assert result.stderr == SHOWN["error"]


@pytest.mark.usefixtures("on_call")
@pytest.mark.parametrize(("command", "quoted"), [(row[1][0], row[2]) for row in rows("az")])
def test_what_is_quoted_of_the_azure_cli_is_said(command: str, quoted: list[str]) -> None:
    said = ask(command, *(() if "both.json" in command else ("--source", WORKSPACE)))

    assert quoted
    assert [each for each in quoted if each not in said] == []


@pytest.mark.usefixtures("on_call")
@pytest.mark.parametrize(("command", "quoted"), [(row[1][0], row[2]) for row in rows("stack")])
def test_what_is_quoted_of_a_stack_file_is_said(command: str, quoted: list[str]) -> None:
    said = ask(command)

    assert quoted
    assert [each for each in quoted if each not in said] == []


@pytest.mark.parametrize(("value", "quoted"), [(row[0][0], row[1]) for row in rows("dead letters")])
def test_what_is_quoted_of_a_dead_letter_is_said(on_call: Path, value: str, quoted: list[str]) -> None:
    letter = json.loads((WHY / "event.json").read_text())
    member = "deadLetterReason" if value in REASONS else "lastDeliveryOutcome"
    path = on_call / "FAILED-TOO" / "2026" / "3" / "2" / "9" / "id.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps([{**letter, "deliveryAttempts": 3, member: value}]))

    said = ask("route subscriptions.json FAILED-TOO/2026/3/2/9/id.json", "--source", WORKSPACE)

    assert [
        each for each in [*quoted, "it was for ml-prod/failed-too, which today it reaches"] if each not in said
    ] == []


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(((?!http)[^)#]+)\)", README))))
def test_a_link_leads_somewhere(target: str) -> None:
    assert (ROOT / target).exists()


def test_every_command_is_in_the_table() -> None:
    table = README.split("## Commands")[1].split("\n## ")[0]

    assert set(re.findall(r"^\| `(\w+)", table, re.MULTILINE)) == set(main.list_commands(Context(main)))


def test_the_change_is_what_review_says() -> None:
    changes = reviewed("text").partition("\n\n")[0]

    assert SHOWN["change"] == f"azureml-events review dev --base main\n{changes}\n"


def test_the_picture_of_the_change_is_that_of_the_page() -> None:
    assert PICTURE.read_text("utf-8") == picture()
