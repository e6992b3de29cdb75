"""`sample`: a realistic event."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from azureml_events.cli.sample import parse_settings
from azureml_events.stackfile.input_error import InputError
from cli.conftest import HUB, SUBSCRIPTION, Run, lines


def test_a_sample_takes_settings_by_path(run: Run) -> None:
    printed = json.loads(run("sample", "RunStatusChanged", "--set", "data.runTags.stage=prod").stdout)

    assert printed["data"]["runTags"]["stage"] == "prod"


def test_a_sample_comes_in_both_schemas(run: Run) -> None:
    assert "eventType" in json.loads(run("sample", "ModelRegistered").stdout)
    assert json.loads(run("sample", "ModelRegistered", "--schema", "cloudevents").stdout)["specversion"] == "1.0"


def test_an_unknown_type_and_a_wrong_path_are_refused(run: Run) -> None:
    for arguments in (("sample", "ModelRegistred"), ("sample", "RunCompleted", "--set", "data.modelNam=x")):
        result = run(*arguments)
        assert result.exit_code == 2
        assert "Traceback" not in result.output


def test_a_failed_run_is_named_by_its_event(run: Run) -> None:
    result = run("sample", "RunFailed")

    fix = "a failed run raises RunStatusChanged: take that, and set data.runStatus to Failed"
    assert (result.exit_code, result.stderr) == (2, f"unknown event type 'RunFailed'; {fix}\n")


@pytest.mark.parametrize("name", ["failed-runs", "churn-models", "not-yet"])
@pytest.mark.parametrize("schema", ["eventgrid", "cloudevents"])
def test_a_sample_for_a_subscription_reaches_it(run: Run, project: Path, name: str, schema: str) -> None:
    printed = run("sample", "--for", "stack.yaml", name, "--workspace", "ml-b", "--schema", schema)
    (project / "event.json").write_text(printed.stdout)

    [line] = lines(run("route", "stack.yaml", "event.json", "--json"))

    reached = [(each["workspace"], each["subscription"]) for each in line["routes"] if each["verdict"] == "match"]
    assert (printed.exit_code, ("ml-b", name) in reached) == (0, True)


def test_a_sample_of_a_workspace_that_only_the_deployment_knows_says_so(run: Run, project: Path) -> None:
    topic = f"{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.EventGrid/systemTopics/t"
    event_type = "Microsoft.MachineLearningServices.RunCompleted"
    listed = {
        "id": f"{topic}/eventSubscriptions/s",
        "name": "s",
        "type": "Microsoft.EventGrid/systemTopics/eventSubscriptions",
        "topic": topic,
        "destination": {"endpointType": "EventHub", "resourceId": HUB},
        "filter": {"includedEventTypes": [event_type]},
    }
    (project / "list.json").write_text(json.dumps([listed]))

    result = run("sample", "--for", "list.json", "s")

    assert (result.exit_code, json.loads(result.stdout)["eventType"]) == (0, event_type)
    assert "note: only the deployment knows the workspace's id, so route it with --workspace t" in result.stderr


def test_where_no_event_reaches_a_subscription_the_reason_is_said(run: Run) -> None:
    result = run("sample", "--for", "stack.yaml", "failed-runs", "--set", "data.runStatus=Running")

    assert (result.exit_code, result.stdout) == (1, "")
    assert [line.partition(": advanced")[0] for line in result.stderr.splitlines()] == [
        f"{workspace}/failed-runs: no RunStatusChanged reaches it" for workspace in ("ml-a", "ml-b")
    ]


def test_a_type_narrows_the_search(run: Run) -> None:
    result = run("sample", "RunCompleted", "--for", "stack.yaml", "failed-runs")

    assert result.exit_code == 1
    assert "no RunCompleted reaches it: eventType: " in result.stderr


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ([], "a TYPE is required, or --for STACK SUBSCRIPTION"),
        (["RunCompleted", "--workspace", "ml-a"], "--workspace goes with --for STACK SUBSCRIPTION"),
        (
            ["--for", "stack.yaml", "failed-run"],
            "--for: there is no subscription 'failed-run'; did you mean 'failed-runs'?",
        ),
        (
            ["--for", "stack.yaml", "x"],
            "--for: there is no subscription 'x'; there are: failed-runs, churn-models, not-yet",
        ),
        (["--for", "stack.yaml", "x", "--workspace", "ml-c"], "--workspace: there is no workspace 'ml-c'"),
        (["Run", "--for", "stack.yaml", "failed-runs"], "unknown event type 'Run'"),
    ],
)
def test_what_is_not_there_is_refused(run: Run, arguments: list[str], line: str) -> None:
    result = run("sample", *arguments)

    assert (result.exit_code, result.stdout, result.stderr[: len(line)]) == (2, "", line)


def test_settings_are_paths_and_values() -> None:
    assert parse_settings(("data.runId=a=b", "id=")) == {"data.runId": "a=b", "id": ""}


def test_all_settings_without_a_value_are_refused_at_once() -> None:
    with pytest.raises(InputError) as error:
        parse_settings(("id", "a=b", "=c"))

    expected = "expected <path>=<value>, as in data.runTags.stage=prod"
    assert error.value.lines == (f"{expected}, got 'id'", f"{expected}, got '=c'")
