"""`route`: who gets an event, and why not the others."""

from __future__ import annotations

import errno
import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest
from azureml_events.cli import main
from azureml_events.cli.route_report import print_routes
from azureml_events.event_grid.catalogue import EVENT_TYPES
from azureml_events.event_grid.filters import EventFilter
from azureml_events.event_grid.samples import sample
from azureml_events.routing.event import Event
from azureml_events.routing.match import match
from azureml_events.routing.replay.parallel import WorkerError
from azureml_events.routing.subscription import RoutedSubscription
from cli.conftest import STACK, WORKSPACE, Run, lines
from click.testing import CliRunner

FAILED = sample("RunStatusChanged", set={"data.runStatus": "Failed"}, workspace_id=f"{WORKSPACE}/ml-a")
MODEL = sample("ModelRegistered", "CloudEventSchemaV1_0", workspace_id=f"{WORKSPACE}/ML-B")


def verdicts(line: dict[str, object]) -> dict[str, str]:
    """Workspace/subscription to verdict, of one line of `--json`."""
    routes = line["routes"]
    assert isinstance(routes, list)
    return {f"{each['workspace']}/{each['subscription']}": each["verdict"] for each in routes}


def test_an_event_reaches_the_subscriptions_of_its_own_workspace_only(run: Run) -> None:
    [line] = lines(run("route", "stack.yaml", "-", "--json", stdin=json.dumps(FAILED)))

    assert verdicts(line) == {
        "ml-a/failed-runs": "match",
        "ml-a/not-yet": "no match",
        "ml-b/failed-runs": "no match",
        "ml-b/churn-models": "no match",
        "ml-b/not-yet": "no match",
    }


def test_each_route_names_the_condition_that_decides_and_what_it_saw(run: Run) -> None:
    running = sample("RunStatusChanged", set={"data.runStatus": "Running"}, workspace_id=f"{WORKSPACE}/ml-a")

    [line] = lines(run("route", "stack.yaml", "-", "--json", stdin=json.dumps(running)))

    route = line["routes"][0]
    assert (route["handler"], route["verdict"]) == ("archive", "no match")
    assert tuple(route["because"][name] for name in ("where", "key", "saw")) == (
        "advancedFilters[0]",
        "data.runStatus",
        "Running",
    )


def test_a_disabled_subscription_is_routed_and_marked(run: Run) -> None:
    deployed = sample("ModelDeployed", workspace_id=f"{WORKSPACE}/ml-a")

    [line] = lines(run("route", "stack.yaml", "-", "--json", stdin=json.dumps(deployed)))

    [route] = [each for each in line["routes"] if each["verdict"] == "match"]
    assert (route["subscription"], route["disabled"]) == ("not-yet", True)


def test_an_event_of_another_workspace_reaches_nothing_and_says_so(run: Run) -> None:
    foreign = sample("ModelRegistered", workspace_id=f"{WORKSPACE}/other")

    result = run("route", "stack.yaml", "-", stdin=json.dumps(foreign))

    assert result.exit_code == 0
    assert "reaches nothing" in result.stdout


def test_the_workspace_option_takes_every_event_as_that_workspaces(run: Run) -> None:
    foreign = sample("ModelRegistered", workspace_id=f"{WORKSPACE}/other")

    [line] = lines(run("route", "stack.yaml", "-", "--json", "--workspace", "ml-b", stdin=json.dumps(foreign)))

    assert verdicts(line)["ml-b/churn-models"] == "match"


def test_an_unknown_workspace_is_refused_with_the_likely_one(run: Run) -> None:
    result = run("route", "stack.yaml", "-", "--workspace", "ml-c")

    assert result.exit_code == 2
    assert "there is no workspace 'ml-c'" in result.stderr
    assert "did you mean 'ml-" in result.stderr


def test_without_files_each_sample_is_routed_as_each_workspaces(run: Run) -> None:
    routed = lines(run("route", "stack.yaml", "--json"))

    assert len(routed) == 10, "five types, two workspaces"
    assert all(route["because"]["where"] != "source" for line in routed for route in line["routes"])


def test_a_folder_is_the_files_in_it_however_deep(run: Run, project: Path) -> None:
    (project / "letters" / "deep").mkdir(parents=True)
    (project / "letters" / "deep" / "one.json").write_text(json.dumps(FAILED), encoding="utf-8")
    (project / "letters" / "two.json").write_text(json.dumps([MODEL]), encoding="utf-8")

    routed = lines(run("route", "stack.yaml", "letters", "--json"))
    counted = json.loads(run("route", "stack.yaml", "letters", "--summary", "--json").stdout)

    assert [each["event"]["id"] for each in routed] == [FAILED["id"], MODEL["id"]]
    assert counted["events"] == 2


def test_a_folder_without_files_has_no_events(run: Run, project: Path) -> None:
    (project / "empty").mkdir()
    assert run("route", "stack.yaml", "empty").stdout == ""
    assert json.loads(run("route", "stack.yaml", "empty", "--summary", "--json").stdout)["events"] == 0


def test_what_cannot_be_looked_at_stops_no_other_file_and_is_said(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "letters" / "locked").mkdir(parents=True)
    (project / "letters" / "one.json").write_text(json.dumps(FAILED), encoding="utf-8")
    scandir = os.scandir

    def locked(path: str) -> Any:
        if str(path).endswith("locked"):
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", locked)

    result = run("route", "stack.yaml", "n" * 5000, "letters", "--json")

    assert [json.loads(line)["event"]["id"] for line in result.stdout.splitlines()] == [FAILED["id"]]
    assert result.exit_code == 2
    assert "File name too long" in result.stderr
    assert "letters/locked: cannot be read" in result.stderr


@pytest.mark.parametrize("form", ["document", "array", "lines", "gzip"])
def test_every_form_of_file_gives_one_line_for_each_event(run: Run, project: Path, form: str) -> None:
    texts = {
        "document": json.dumps(FAILED, indent=2),
        "array": json.dumps([FAILED, MODEL]),
        "lines": f"{json.dumps(FAILED)}\n{json.dumps(MODEL)}\n",
        "gzip": f"{json.dumps(FAILED)}\n{json.dumps(MODEL)}\n",
    }
    content = texts[form].encode()
    (project / "events").write_bytes(gzip.compress(content) if form == "gzip" else content)

    routed = lines(run("route", "stack.yaml", "events", "--json"))

    assert (1 if form == "document" else 2) == len(routed)
    assert verdicts(routed[0])["ml-a/failed-runs"] == "match"


def test_a_refused_text_is_named_by_line_and_does_not_stop_the_rest(run: Run) -> None:
    text = f'{json.dumps(FAILED)}\n{{"no": "type"}}\nnot json\n{json.dumps(MODEL)}\n'

    result = run("route", "stack.yaml", "-", "--json", stdin=text)

    assert result.exit_code == 2
    assert len(lines(result)) == 2
    assert [":".join(line.split(":")[:2]) for line in result.stderr.splitlines()] == ["<stdin>:2", "<stdin>:3"]


def test_an_odd_event_is_read_with_a_warning(run: Run) -> None:
    odd = {"event_type": FAILED["eventType"], "data": FAILED["data"]}

    result = run("route", "stack.yaml", "-", "--json", "--workspace", "ml-a", stdin=json.dumps(odd))

    assert result.exit_code == 0
    assert verdicts(lines(result)[0])["ml-a/failed-runs"] == "match"
    assert "<stdin>:1: warning: " in result.stderr


def test_the_summary_counts_and_lists_what_received_nothing_first(run: Run) -> None:
    text = "\n".join(json.dumps(event) for event in (FAILED, FAILED, MODEL))

    summary = json.loads(run("route", "stack.yaml", "-", "--summary", "--json", stdin=text).stdout)

    assert (summary["events"], summary["malformed"]) == (3, 0)
    counts = [(f"{each['workspace']}/{each['subscription']}", each["match"]) for each in summary["subscriptions"]]
    assert counts[-2:] == [("ml-a/failed-runs", 2), ("ml-b/churn-models", 1)]
    assert {0} == {count for _, count in counts[:-2]}


def test_without_files_the_summary_counts_the_samples(run: Run) -> None:
    summary = json.loads(run("route", "stack.yaml", "--summary", "--json").stdout)
    assert (summary["events"], summary["malformed"]) == (2 * len(EVENT_TYPES), 0)
    assert summary["subscriptions"][-1]["match"] == 1


def test_an_event_cannot_steer_the_terminal(run: Run) -> None:
    hostile = {**FAILED, "subject": "a\nb\x1b[31m\ud800"}
    result = run("route", "stack.yaml", "-", stdin=json.dumps(hostile))
    assert result.exit_code == 0
    assert r"a\nb\x1b[31m\ud800" in result.stdout.splitlines()[0]


def test_a_terminal_of_another_encoding_gets_escapes(project: Path) -> None:
    (project / "events.json").write_text(json.dumps({**FAILED, "subject": "é…"}), encoding="utf-8")
    result = CliRunner(charset="ascii").invoke(main, ["route", "stack.yaml", "events.json"], catch_exceptions=False)
    assert r"\xe9\u2026" in result.stdout.splitlines()[0]


def test_an_event_of_none_of_the_workspaces_says_so_once(run: Run) -> None:
    foreign = sample("ModelRegistered", workspace_id=f"{WORKSPACE}/other")

    _, *rows = run("route", "stack.yaml", "-", stdin=json.dumps(foreign)).stdout.splitlines()

    fix = "--workspace ml-a takes it for that workspace's"
    assert rows == [f"  reaches nothing: it comes from none of ml-a, ml-b; {fix}"]


def test_a_workspace_that_only_the_deployment_knows_perhaps_gets_the_event(capsys: pytest.CaptureFixture[str]) -> None:
    unknown = RoutedSubscription("ml-a", "failed-runs", EventFilter(), None, "archive")
    known = RoutedSubscription("ml-b", "others", EventFilter(), f"{WORKSPACE}/ml-b", "archive")

    print_routes(Event(FAILED), [(each, match(each, FAILED)) for each in (known, unknown)])

    _, *rows = capsys.readouterr().out.splitlines()
    reason = "source: the id of workspace 'ml-a' is known only to the deployment"
    assert rows == [f"  perhaps  ml-a/failed-runs  -> archive  {reason}"]


def test_a_subscription_that_has_ended_is_routed_and_marked(run: Run, project: Path) -> None:
    ended = STACK.replace("when: runFailed", "when: runFailed, expirationTimeUtc: '2020-01-01T00:00:00Z'")
    (project / "ended.yaml").write_text(ended)

    [line] = lines(run("route", "ended.yaml", "-", "--json", stdin=json.dumps(FAILED)))
    printed = run("route", "ended.yaml", "-", stdin=json.dumps(FAILED)).stdout

    states = {each["subscription"]: each.get("state") for each in line["routes"]}
    assert states == {"failed-runs": "expired", "not-yet": None, "churn-models": None}
    assert "  reaches  ml-a/failed-runs (expired)  -> archive  " in printed


def test_each_sample_has_one_title_which_names_the_workspace(run: Run) -> None:
    titles = [line for line in run("route", "stack.yaml").stdout.splitlines() if not line.startswith(" ")]

    assert len(titles) == len(set(titles)) == 2 * len(EVENT_TYPES)
    assert titles[0].endswith("  as one of ml-a")


def test_names_and_files_cannot_steer_a_build_log(run: Run, project: Path) -> None:
    (project / "::error::x.json").write_text(json.dumps({"no": "type"}) + "\n" + json.dumps({**FAILED, "odd": 1}))
    hostile = {**FAILED, "eventType": "::error::x\n##vso[task.x]", "id": "\u202e"}

    refused = run("route", "stack.yaml", "::error::x.json").stderr
    shown = run("route", "stack.yaml", "-", stdin=json.dumps(hostile)).stdout
    as_json = run("route", "stack.yaml", "-", "--json", stdin=json.dumps(hostile)).stdout

    assert not any(line.lstrip().startswith("::") for line in (refused + shown).splitlines())
    assert shown.startswith(r"\x3a:error::x\n\x23\x23vso[task.x]")
    assert "##" not in shown + as_json
    assert json.loads(as_json)["event"]["type"] == hostile["eventType"]


@pytest.mark.parametrize("options", [[], ["--summary"], ["--summary", "--jobs", "2"]])
def test_a_container_is_said_once_a_file(run: Run, project: Path, options: list[str]) -> None:
    text = json.dumps({"SequenceNumber": 1, "Body": json.dumps([FAILED])})
    (project / "capture.jsonl").write_text(f"{text}\n{text}\n")

    result = run("route", "stack.yaml", "capture.jsonl", *options)

    assert (result.exit_code, result.stderr) == (0, "capture.jsonl:1: warning: read from Body\n")


def test_a_counting_process_that_ended_is_a_message(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def end(*_: object) -> None:
        raise WorkerError("a process was ended; try --jobs 1")

    monkeypatch.setattr("azureml_events.cli.route.count_files", end)
    result = run("route", "stack.yaml", "-", "--summary")
    assert (result.exit_code, result.stderr) == (2, "--jobs: a process was ended; try --jobs 1\n")
