"""How commands end, as processes: signals, pipes, full disks, terminals and places that are not there."""

from __future__ import annotations

import errno
import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import pytest
from azureml_events.event_grid.samples import sample
from cli.conftest import STACK, Run

COMMAND = [sys.executable, "-m", "azureml_events"]
FAILING = "- {name: runs, sample: RunStatusChanged, set: {data.runStatus: Running}, reaches: [failed-runs]}"
EVENT = json.dumps(sample("RunCompleted", set={"data.runProperties.pad": "x" * 200_000}))
EVENTS = f"{EVENT}\n" * 4
"""More than is read at once, so that a command waits for more once it has answered; a pipe holds the answers."""

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(project: Path) -> Iterator[Start]:
    """Starts a command in the project, with pipes unless others are given."""
    (project / "wrong.yaml").write_text(STACK.replace("when: runFailed", "includedEventTypes: [RunComplete]"))
    never = "includedEventTypes: [RunCompleted], subjectBeginsWith: /experiments/"
    (project / "never.yaml").write_text(STACK.replace("when: runFailed", never))
    (project / "routes.yaml").write_text(FAILING)
    started = []

    def start(*arguments: str, **options: object) -> subprocess.Popen[str]:
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        process: subprocess.Popen[str] = subprocess.Popen(  # noqa: S603 our own command
            [*COMMAND, *arguments],
            text=True,
            **{**pipes, "cwd": project, "env": environment, **options},  # type: ignore[call-overload]
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                with suppress(BrokenPipeError):
                    stream.close()
        process.wait()


def test_ctrl_c_ends_with_130_and_no_traceback(start: Start) -> None:
    process = start("route", "stack.yaml", "-", "--json")
    assert process.stdin
    assert process.stdout
    assert process.stderr
    process.stdin.write(EVENTS)
    process.stdin.flush()
    process.stdout.readline()

    process.send_signal(signal.SIGINT)
    process.stdout.read()

    assert (process.stderr.read().strip(), process.wait()) == ("", 130)


@pytest.mark.parametrize(
    "arguments", [["events"], ["route", "stack.yaml"], ["schema"], ["--help"], ["preview", "--help"]]
)
def test_a_closed_pipe_is_no_error(start: Start, arguments: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    process = start(*arguments, stdout=writer)
    os.close(writer)

    _, errors = process.communicate()

    assert (errors, process.returncode) == ("", 0)


@pytest.mark.parametrize(
    "arguments", [["check", "never.yaml"], ["route", "stack.yaml", "--expect", "routes.yaml"]], ids=["check", "expect"]
)
def test_findings_count_whoever_reads(start: Start, arguments: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    process = start(*arguments, stdout=writer)
    os.close(writer)

    _, errors = process.communicate()

    assert (errors, process.returncode) == ("", 1)


def test_an_endless_stream_ends_with_its_reader(start: Start) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    process = start("route", "stack.yaml", "-", stdout=writer)
    os.close(writer)
    assert process.stdin
    with suppress(BrokenPipeError):
        process.stdin.write(EVENTS)
        process.stdin.flush()

    assert process.wait(60) == 0, "although its input goes on"


@pytest.mark.parametrize("arguments", [["events"], ["schema"], ["check", "stack.yaml"], ["--help"]])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_is_a_message(start: Start, arguments: list[str], unbuffered: str) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUNBUFFERED": unbuffered}
    with Path("/dev/full").open("w") as full:
        process = start(*arguments, stdout=full, env=environment)

        _, errors = process.communicate()

    assert errors.endswith("No space left on device\n")
    assert (len(errors.splitlines()), process.returncode) == (1, 2)


def test_where_not_even_the_message_can_be_written_the_status_says_it(start: Start) -> None:
    with Path("/dev/full").open("w") as full:
        process = start("check", "wrong.yaml", stdout=full, stderr=full)

        assert process.wait() == 2


@pytest.mark.parametrize(
    ("descriptor", "message"),
    [(0, "<stdin>: cannot be read: standard input is closed\n"), (1, "standard output is closed")],
)
def test_a_closed_stream_is_a_message(start: Start, descriptor: int, message: str) -> None:
    process = start("route", "stack.yaml", "-", preexec_fn=lambda: os.close(descriptor))

    _, errors = process.communicate()

    assert (errors[: len(message)], process.returncode) == (message, 2)


def test_without_a_terminal_for_its_errors_a_command_keeps_its_status(start: Start) -> None:
    process = start("check", "wrong.yaml", preexec_fn=lambda: os.close(2))

    process.communicate()

    assert process.returncode == 2


def on_terminal(start: Start, arguments: list[str], **variables: str) -> str:
    """What a command writes to a terminal."""
    master, slave = pty.openpty()
    unset = ("NO_COLOR", "FORCE_COLOR")
    kept = {name: value for name, value in os.environ.items() if name not in unset}
    environment = {**kept, "TERM": "xterm", "PYTHONPATH": os.pathsep.join(sys.path), **variables}
    process = start(*arguments, stdout=slave, stderr=slave, env=environment)
    os.close(slave)
    parts = []
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:  # the terminal's other end is closed
            break
        if not part:
            break
        parts.append(part)
    os.close(master)
    process.wait()
    return b"".join(parts).decode()


TERMINAL = [
    ["check", "never.yaml"],
    ["route", "stack.yaml"],
    ["route", "stack.yaml", "--expect", "routes.yaml"],
    ["route", "never.yaml", "--summary"],
    ["events"],
]


@pytest.mark.parametrize("arguments", TERMINAL, ids=" ".join)
def test_a_terminal_gets_colour_and_none_with_no_color(start: Start, arguments: list[str]) -> None:
    assert "\x1b[" in on_terminal(start, arguments)
    assert "\x1b" not in on_terminal(start, arguments, NO_COLOR="1")


def test_a_removed_working_directory_is_a_message(project: Path) -> None:
    gone = project / "gone"
    gone.mkdir()
    script = f"cd {gone} && rmdir {gone} && exec {' '.join(COMMAND)} check dev"

    process = subprocess.run(  # noqa: S602 a directory is removed below a running shell
        script,
        shell=True,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(each for each in sys.path if each)},
    )

    assert (process.returncode, process.stdout) == (2, "")
    assert process.stderr == "the working directory is not there any more; change to one that is\n"


@pytest.mark.parametrize("command", ["check", "route", "preview"])
@pytest.mark.parametrize("name", ["x" * 5000 + ".yaml", "x" * 5000, "a/" + "x" * 300 + ".json"], ids=len)
def test_a_long_name_is_a_message(start: Start, command: str, name: str) -> None:
    process = start(command, name)

    _, errors = process.communicate()

    assert process.returncode == 2
    assert "Traceback" not in errors
    assert len(errors) < 500


@pytest.mark.parametrize("method", ["is_file", "read_bytes"])
def test_no_permission_is_a_message(run: Run, monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    def refuse(path: Path) -> NoReturn:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, method, refuse)

    result = run("check", "stack.yaml")

    assert result.exit_code == 2
    assert result.stderr.endswith("Permission denied\n")
    assert "stack.yaml: " in result.stderr or "Pulumi.yaml: " in result.stderr
