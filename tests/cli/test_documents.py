"""`check` and `route` of other tools' documents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from azureml_events.event_grid.samples import sample
from cli.conftest import HUB, SUBSCRIPTION, WORKSPACE, Run, lines

TOPIC = f"{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.EventGrid/systemTopics/ml-events"
LISTED = {
    "id": f"{TOPIC}/eventSubscriptions/models",
    "name": "models",
    "destination": {"endpointType": "EventHub", "resourceId": HUB},
    "filter": {"includedEventTypes": ["Microsoft.MachineLearningServices.ModelRegistered"]},
}
MODEL = sample("ModelRegistered", workspace_id=f"{WORKSPACE}/ml-a")


@pytest.fixture
def listed(project: Path) -> Path:
    """What Azure CLI prints of a topic's only event subscription, which has ended."""
    path = project / "listed.json"
    path.write_text(json.dumps([{**LISTED, "expirationTimeUtc": "2020-01-01T00:00:00Z"}]), "utf-8")
    return path


def findings(run: Run, *arguments: str) -> list[dict[str, Any]]:
    """The findings of `check`."""
    found: list[dict[str, Any]] = json.loads(run("check", *arguments, "--format", "json").stdout)["findings"]
    return found


@pytest.mark.parametrize("source", [f"{WORKSPACE}/ml-a", f"ml-events={WORKSPACE}/ml-a"])
def test_an_event_reaches_the_topic_of_the_workspace_that_source_names(run: Run, listed: Path, source: str) -> None:
    event = json.dumps(MODEL)

    [without] = lines(run("route", str(listed), "-", "--json", stdin=event))
    [said] = lines(run("route", str(listed), "-", "--json", "--source", source, stdin=event))

    assert [each["verdict"] for each in (*without["routes"], *said["routes"])] != ["match", "match"]
    assert (said["routes"][0]["workspace"], said["routes"][0]["verdict"]) == ("ml-a", "match")


def test_a_subscription_that_delivers_nothing_is_marked_and_found(run: Run, listed: Path) -> None:
    [line] = lines(run("route", str(listed), "-", "--json", "--workspace", "ml-events", stdin=json.dumps(MODEL)))
    listed.with_name("well.json").write_text(json.dumps([LISTED]), "utf-8")
    [well] = lines(run("route", "well.json", "-", "--json", "--workspace", "ml-events", stdin=json.dumps(MODEL)))

    assert (line["routes"][0]["verdict"], line["routes"][0]["state"]) == ("match", "expired")
    assert "state" not in well["routes"][0]
    assert [each["rule"] for each in findings(run, str(listed))] == ["not-delivering"]
    assert run("check", str(listed)).exit_code == 1


def test_what_is_not_known_is_a_note_without_a_fix(run: Run, project: Path) -> None:
    resource = {
        "type": "Microsoft.EventGrid/eventSubscriptions",
        "name": "models",
        "scope": f"{WORKSPACE}/ml-a",
        "properties": {
            "destination": {"endpointType": "EventHub", "properties": {"resourceId": HUB}},
            "filter": "[parameters('filter')]",
        },
    }
    (project / "main.json").write_text(json.dumps({"contentVersion": "1.0.0.0", "resources": [resource]}), "utf-8")

    [only] = findings(run, "main.json")
    assert (only["rule"], only["level"], only["fix"]) == ("not-known", "note", None)
    assert only["message"] == "filter is [parameters('filter')], which only the deployment knows; not checked"
    assert run("check", "main.json").exit_code == 0


@pytest.mark.parametrize("command", ["check", "route"])
@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("main.bicep", "param name string", "main.bicep: Bicep itself; compile it with 'az bicep build -f main.bicep'"),
        ("plan", "PK\x03\x04", "plan: a packed file; a Terraform plan is printed with 'terraform show -json plan"),
        ("Pulumi.yaml", "name: x\nruntime: yaml\n", "Pulumi.yaml: a Pulumi project, not one of its stacks"),
        ("broken.json", '{"a": ', "broken.json:1:"),
    ],
)
def test_a_neighbours_file_is_refused_in_one_line(
    run: Run, project: Path, *, command: str, file: str, text: str, says: str
) -> None:
    (project / file).write_text(text, "utf-8")

    result = run(command, file)

    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.startswith(says)


@pytest.mark.parametrize("command", ["check", "route"])
def test_a_source_for_a_stack_file_is_refused(run: Run, command: str) -> None:
    result = run(command, "stack.yaml", "--source", f"{WORKSPACE}/ml-a")

    assert (result.exit_code, result.stderr.partition(": ")[0]) == (2, "--source")
