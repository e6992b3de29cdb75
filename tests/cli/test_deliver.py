"""`deliver`: what arrives, what is printed, and the exit status."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from azureml_events.cli import main
from azureml_events.event_grid.retries import ANSWER_SECONDS
from azureml_events.event_grid.samples import sample
from click.testing import CliRunner, Result
from delivery.scripted import Handler, Says, handler
from delivery.stacks import write

FAST = ("--time-scale", "1000000000")


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a stack, in which commands run."""
    write(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, stdin: str = "") -> Result:
    """Run `deliver t`, with a schedule that takes no time."""
    return CliRunner().invoke(main, ["deliver", "t", *arguments, *FAST], input=stdin, catch_exceptions=False)


def to(name: str, here: Handler) -> tuple[str, str]:
    """The option that sends a handler's events there."""
    return "--to", f"{name}={here.url}?code=hidden"


def lines(result: Result) -> list[dict[str, Any]]:
    """The JSON Lines that were printed."""
    return [json.loads(line) for line in result.stdout.splitlines()]


def event(directory: Path, *types: str) -> str:
    """A file of samples."""
    path = directory / "events.json"
    path.write_text(json.dumps([{**sample(each), "id": f"e{at}"} for at, each in enumerate(types)]), encoding="utf-8")
    return str(path)


def test_the_samples_reach_the_handler_each_with_an_id_of_its_own() -> None:
    with handler() as here:
        result = run(*to("hook", here))
    assert result.exit_code == 0, result.output
    assert len({got.json[0]["id"] for got in here.got}) == len(here.got) == 5
    assert result.stdout.splitlines()[-1] == "5 events: 5 delivered"
    assert "hidden" not in result.output


def test_a_line_for_each_attempt_in_json(project: Path) -> None:
    with handler(503, Says(200)) as here:
        result = run(event(project, "RunCompleted"), *to("hook", here), "--json")
    common = {"event": "e0", "workspace": "ml-a", "subscription": "to-hook", "handler": "hook"}
    assert lines(result) == [
        {**common, "attempt": 1, "status": 503, "outcome": "Busy", "waitSeconds": 30},
        {**common, "attempt": 2, "status": 200, "outcome": "Delivered", "waitSeconds": None},
    ]
    assert [got.headers["aeg-delivery-count"] for got in here.got] == ["0", "1"]
    assert result.exit_code == 0


def test_a_line_for_each_attempt_says_the_wait_that_event_grid_makes(project: Path) -> None:
    with handler(408) as here:
        result = run(event(project, "RunCompleted"), *to("hook", here))
    said = [line for line in result.stdout.splitlines() if "attempt" in line]
    assert said[0] == "ml-a/to-hook -> hook  RunCompleted  e0  attempt 1: 408 TimedOut; again after 2 min"
    assert said[1] == "ml-a/to-hook -> hook  RunCompleted  e0  attempt 2: 200 Delivered"


def test_what_cannot_be_delivered_is_a_blob_that_route_reads(project: Path) -> None:
    with handler(400) as here:
        result = run(event(project, "RunCompleted"), *to("hook", here), "--dead-letters", "letters")
    assert result.exit_code == 1
    [blob] = (project / "letters").rglob("*.json")
    routed = CliRunner().invoke(main, ["route", "t", str(blob), "--json"], catch_exceptions=False)
    assert lines(routed)[0]["deadLetter"] == {
        "subscription": "to-hook",
        "reason": "UndeliverableDueToHttpBadRequest",
        "attempts": 1,
        "outcome": "BadRequest",
        "meaning": (
            "the destination answered 400, after which nothing is tried again; "
            "the destination refused the request as a bad one"
        ),
    }


def test_a_drop_without_a_store_is_said(project: Path) -> None:
    with handler(400) as here:
        result = run(event(project, "RunCompleted"), *to("hook", here))
    assert result.exit_code == 1
    assert "dropped: UndeliverableDueToHttpBadRequest; there is no --dead-letters DIR" in result.stdout


def test_a_failed_handshake_delivers_nothing(project: Path) -> None:
    with handler(handshake=lambda _: Says(202)) as here:
        result = run(event(project, "RunCompleted"), *to("hook", here))
    assert (result.exit_code, here.got) == (1, [])
    assert "ml-a/to-hook -> hook: handshake failed: the answer is 202; only 200 counts" in result.stderr


def _replay(here: Handler, *options: str) -> Result:
    return run("--replay", "letters", *to("hook", here), *to("fn", here), *options)


def _blob(project: Path, subscription: str, *letters: dict[str, Any]) -> None:
    """A blob of dead letters of a subscription."""
    blob = project / "letters" / subscription / "2026" / "3" / "2" / "9" / "1f.json"
    blob.parent.mkdir(parents=True)
    blob.write_text(json.dumps(letters), encoding="utf-8")


def _letters(project: Path) -> None:
    with handler(400, 400) as here:
        run(event(project, "RunCompleted", "ModelDeployed"), *to("hook", here), "--dead-letters", "letters")


def test_dead_letters_are_replayed_to_their_own_handler_each_once(project: Path) -> None:
    _letters(project)
    with handler(200, 400) as here:
        first = _replay(here)
        second = _replay(here)
        third = _replay(here)
    assert [result.exit_code for result in (first, second, third)] == [1, 0, 0]
    assert "passed over" not in first.stderr
    assert "note: 2 events passed over: delivered before, by replayed.jsonl, or twice here" in third.stderr
    assert "no event reaches" not in third.stderr
    assert [got.json[0]["id"] for got in here.got] == ["e0", "e1", "e1"]
    assert {got.headers["aeg-subscription-name"] for got in here.got} == {"TO-HOOK"}
    assert here.got[0].json == [{**sample("RunCompleted"), "id": "e0"}]
    record = [json.loads(line) for line in (project / "replayed.jsonl").read_text("utf-8").splitlines()]
    assert [(each["event"], each["outcome"]) for each in record] == [
        ("e0", "delivered"),
        ("e1", "dropped"),
        ("e1", "delivered"),
    ]


@pytest.mark.parametrize("inside", ["letters/TO-HOOK", "."])
def test_a_replay_may_begin_anywhere_on_a_blobs_path(
    project: Path, monkeypatch: pytest.MonkeyPatch, inside: str
) -> None:
    _letters(project)
    monkeypatch.chdir(project / inside)
    with handler() as here:
        result = CliRunner().invoke(
            main, ["deliver", str(project / "stacks" / "Pulumi.t.yaml"), "--replay", ".", *to("hook", here)]
        )
    assert [got.json[0]["id"] for got in here.got] == ["e0", "e1"], result.stderr


def test_a_letter_of_a_subscription_that_was_disabled_since_is_refused(project: Path) -> None:
    letter = {**sample("RunCompleted"), "deadLetterReason": "x"}
    _blob(project, "OFF", letter)
    with handler() as here:
        result = _replay(here)
    assert (result.exit_code, here.got) == (2, [])
    assert "it was for ml-a/off, which delivers nothing" in result.stderr
    assert "has no --to" not in result.stderr


def test_a_record_among_the_dead_letters_is_none_of_them(project: Path) -> None:
    _letters(project)
    with handler() as here:
        results = [_replay(here, "--record", "letters/replayed.jsonl") for _ in range(2)]
    assert ([each.exit_code for each in results], len(here.got)) == ([0, 0], 2)


@pytest.mark.parametrize("text", [b"\xff\n", b"[" * 100_000, b"[1]\n"])
def test_what_is_no_record_is_refused(project: Path, text: bytes) -> None:
    _letters(project)
    (project / "replayed.jsonl").write_bytes(text)
    with handler() as here:
        result = _replay(here)
    assert (result.exit_code, here.asked) == (2, [])
    assert "replayed.jsonl:1: no line of a record of replayed events" in result.stderr


@pytest.mark.parametrize("option", ["--record", "--dead-letters"])
def test_what_cannot_be_written_is_refused_before_anything_is_sent(project: Path, option: str) -> None:
    _letters(project)
    with handler() as here:
        result = CliRunner().invoke(
            main, ["deliver", "t", "--replay", "letters", *to("hook", here), option, "Pulumi.yaml/x"]
        )
    assert (result.exit_code, here.asked) == (2, [])
    assert "Pulumi.yaml/x: " in result.stderr


def test_a_letter_that_a_replay_makes_anew_keeps_the_time_at_which_the_event_was_published(project: Path) -> None:
    letter = {**sample("RunCompleted"), "deadLetterReason": "x", "publishTime": "2026-03-02T09:39:41.1234567Z"}
    _blob(project, "TO-HOOK", letter)
    with handler(400) as here:
        _replay(here, "--dead-letters", "again")
    [again] = (project / "again").rglob("*.json")
    assert json.loads(again.read_text("utf-8"))[0]["publishTime"] == letter["publishTime"]


def test_a_replay_goes_by_the_subscription_not_by_todays_filters(project: Path) -> None:
    letter = {**sample("ModelRegistered"), "deadLetterReason": "x", "deliveryAttempts": 1}
    _blob(project, "TO-FN", letter, letter)
    with handler() as here:
        result = _replay(here, "--record", "own.jsonl")
    assert (result.exit_code, len(here.got)) == (0, 1)
    assert here.got[0].json[0]["eventType"].endswith("ModelRegistered")
    assert (project / "own.jsonl").is_file()


def test_what_is_no_dead_letter_of_the_stack_is_not_replayed(project: Path) -> None:
    letter = {**sample("RunCompleted"), "deadLetterReason": "x"}
    _blob(project, "UNHEARD", letter, sample("RunCompleted"))
    (project / "letters" / "loose.json").write_text(json.dumps(letter), encoding="utf-8")
    (project / "letters" / "broken.json").write_text("[{", encoding="utf-8")
    with handler() as here:
        result = _replay(here)
    assert (result.exit_code, here.got) == (2, [])
    assert "it was for UNHEARD, a subscription that is not declared here" in result.stderr
    assert "no dead letter; EVENTS takes events of every kind" in result.stderr
    assert "its path does not name a subscription" in result.stderr
    assert "broken.json:1: not JSON" in result.stderr


def test_a_dry_run_sends_nothing_and_shows_no_secret(project: Path) -> None:
    with handler() as here:
        folder, queue = "hub=received", "queue=queue://localhost:9/devstoreaccount1/runs"
        result = run(event(project, "RunCompleted"), *to("hook", here), "--to", folder, "--to", queue, "--dry-run")
    assert (result.exit_code, here.got, here.asked) == (0, [], [])
    assert not (project / "received").exists()
    assert "  aeg-event-type: SubscriptionValidation" in result.stdout
    assert "  X-Key: <secret>" in result.stdout
    assert "  X-Team: ml" in result.stdout
    assert "hidden" not in result.output
    assert "1 event: 3 not sent, only shown" in result.stdout


def test_a_dry_run_in_json_has_no_status(project: Path) -> None:
    with handler() as here:
        result = run(event(project, "RunCompleted"), *to("hook", here), "--dry-run", "--json")
    assert [(each["status"], each["outcome"]) for each in lines(result)] == [(None, "NotSent")]


def test_a_dry_run_of_a_replay_records_nothing(project: Path) -> None:
    _letters(project)
    with handler() as here:
        assert _replay(here, "--dry-run").exit_code == 0
    assert (here.got, (project / "replayed.jsonl").exists()) == ([], False)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "--to: required, but missing"),
        (["--to", "hook=https://real.example.com/hook?code=hidden"], "--to hook: host 'real.example.com' is refused"),
        (["--to", "hock=http://localhost"], "there is no handler 'hock' in this stack; did you mean 'hook'?"),
        (["x.json", "--replay", ".", "--to", "hub=f"], "--replay: takes the place of EVENTS"),
        (["--record", "x", "--to", "hub=f"], "--record: goes with --replay"),
        (["--workspace", "ml-b", "--to", "hub=f"], "--workspace: there is no workspace 'ml-b' with subscriptions"),
        (["--time-scale", "0", "--to", "hub=f"], "--time-scale"),
        (["--time-scale", "nan", "--to", "hub=f"], "--time-scale: expected a number above 0, got nan"),
        (["--replay", ".", "--record", "stacks/Pulumi.t.yaml", "--to", "hub=f"], "no line of a record"),
    ],
)
def test_what_is_invalid_is_refused_before_anything_is_sent(project: Path, arguments: list[str], said: str) -> None:
    result = CliRunner().invoke(main, ["deliver", "t", *arguments], catch_exceptions=False)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert "hidden" not in result.stderr
    assert not (project / "f").exists()


def test_a_broken_text_stops_no_other_event(project: Path) -> None:
    (project / "events.jsonl").write_text("{broken\n" + json.dumps(sample("RunCompleted")) + "\n", encoding="utf-8")
    with handler() as here:
        result = run("events.jsonl", *to("hook", here))
    assert (result.exit_code, len(here.got)) == (2, 1)
    assert "events.jsonl:1: not JSON" in result.stderr


def test_a_subscription_that_delivers_nothing_says_why() -> None:
    with handler() as here:
        result = run(*to("hook", here))
    assert "note: ml-a/off delivers nothing: disabled: not yet" in result.stderr
    assert {got.headers["aeg-subscription-name"] for got in here.got} == {"TO-HOOK"}


def test_handlers_without_a_target_and_subscriptions_without_an_event_are_named(project: Path) -> None:
    with handler() as here:
        result = run(event(project, "ModelDeployed"), *to("fn", here))
    assert result.exit_code == 0
    assert "note: 1 event would go to hook, which has no --to" in result.stderr
    assert "note: no event reaches ml-a/to-fn; `azureml-events sample --for <stack> to-fn` prints one" in result.stderr


def test_an_event_of_another_workspace_reaches_nothing_unless_it_is_taken_for_one(project: Path) -> None:
    other = {**sample("RunCompleted"), "topic": "/subscriptions/x"}
    (project / "other.json").write_text(json.dumps(other), encoding="utf-8")
    with handler() as here:
        run("other.json", *to("hook", here))
        assert here.got == []
        run("other.json", *to("hook", here), "--workspace", "ml-a")
        assert len(here.got) == 1


def test_the_time_of_a_handler_is_real(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float | None] = []
    timeout = asyncio.timeout

    def noted(seconds: float | None) -> asyncio.Timeout:
        asked.append(seconds)
        return timeout(seconds)

    monkeypatch.setattr(asyncio, "timeout", noted)
    with handler() as here:
        run(*to("hook", here))
    assert set(asked) == {ANSWER_SECONDS} == {30}


@contextmanager
def process(*arguments: str, output: int = subprocess.PIPE) -> Iterator[subprocess.Popen[str]]:
    """Run `deliver t` in a process of its own, whose input stays open."""
    command = [sys.executable, "-m", "azureml_events", "deliver", "t", *arguments]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    errors = subprocess.PIPE if output == subprocess.PIPE else subprocess.STDOUT
    with subprocess.Popen(  # noqa: S603 our own command
        command, text=True, env=environment, stdin=subprocess.PIPE, stdout=output, stderr=errors
    ) as started:
        try:
            yield started
        finally:
            started.kill()


def test_an_event_is_delivered_when_its_line_has_come_though_the_input_goes_on() -> None:
    with handler(503) as here, process("-", *to("hook", here), "--json") as started:
        assert started.stdin
        assert started.stdout
        for given, attempts in (("e0", [1, 2]), ("e1", [1])):
            started.stdin.write(json.dumps({**sample("RunCompleted"), "id": given}) + "\n")
            started.stdin.flush()
            printed = [json.loads(started.stdout.readline()) for _ in attempts]
            assert [(each["event"], each["attempt"]) for each in printed] == [(given, each) for each in attempts]


@pytest.mark.parametrize(
    ("options", "said"),
    [((), "1 delivered, 1 on their way"), (("--dry-run",), "2 not sent, only shown")],
    ids=["sent", "shown"],
)
def test_ctrl_c_says_what_was_delivered_and_what_is_on_its_way(options: tuple[str, ...], said: str) -> None:
    with handler(200, 503) as here, process("-", *to("hook", here), "--json", "--time-scale", "1", *options) as started:
        assert started.stdin
        assert started.stdout
        for given in ("e0", "e1"):
            started.stdin.write(json.dumps({**sample("RunCompleted"), "id": given}) + "\n")
            started.stdin.flush()
            started.stdout.readline()
        started.send_signal(signal.SIGINT)
        errors = started.communicate()[1].rstrip()
    assert (errors.splitlines()[-1], started.returncode) == (f"stopped: {said}", 130)


@pytest.mark.parametrize(("answer", "status"), [(200, 0), (400, 1)])
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_deliveries_go_on_where_nobody_reads_of_them(
    project: Path, answer: int, status: int, options: tuple[str, ...]
) -> None:
    file = event(project, *["RunCompleted"] * 3)
    reader, writer = os.pipe()
    os.close(reader)
    with (
        handler(answer) as here,
        process(file, *to("hook", here), *options, output=writer) as started,
    ):
        os.close(writer)
        assert started.wait() == status
    assert len(here.got) == 3
