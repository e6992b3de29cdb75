"""How a command ends: its exit status, and its last words where something stopped it."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import click

from azureml_events.base.interruption import INTERRUPTED, end_quietly
from azureml_events.cli.console import INVALID, ClosedPipeError, OutputError, print_line
from azureml_events.stackfile.input_error import InputError

_LONGEST_NAME = 200


def run_to_end(command: Callable[[], object]) -> int:
    """Run a command, say what stopped it, and leave nothing that the interpreter could fail to write when it ends.

    Args:
        command: Runs it; what it returns is its exit status where it is a whole number.

    Returns:
        The exit status.
    """
    status = _run(command)
    end_quietly()
    for name, stream in (("standard output", sys.stdout), ("standard error", sys.stderr)):
        status = _finish(stream, name, status)
    return status


def _run(command: Callable[[], object]) -> int:
    if sys.stdout is None:
        return _refuse(["standard output is closed; nothing can be answered"])
    try:
        status = command()
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except ClosedPipeError:
        return 0
    except (InputError, OutputError) as error:
        return _refuse(error.lines)
    except click.ClickException as error:
        return _refuse(_lines(error), error.exit_code)
    return status if isinstance(status, int) else 0


def _refuse(lines: Iterable[str], status: int = INVALID) -> int:
    """Say why; where not even that can be written, the exit status says it."""
    with suppress(ClosedPipeError, OutputError):
        for line in lines:
            print_line(line, err=True)
    return status


def _lines(error: click.ClickException) -> list[str]:
    shown = io.StringIO()
    error.show(shown)
    return shown.getvalue().rstrip("\n").split("\n")


def _finish(stream: IO[str] | None, name: str, status: int) -> int:
    if stream is None:
        return status
    try:
        stream.flush()
    except OSError as error:
        _discard(stream)
        silent = isinstance(error, BrokenPipeError) or status == INVALID  # that it is invalid has been said
        return status if silent else _refuse(OutputError(name, error).lines)
    return status


def _discard(stream: IO[str]) -> None:
    """Let what a stream still holds go nowhere, so that the interpreter does not fail with it."""
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), stream.fileno())


@contextmanager
def saying_what_failed() -> Iterator[None]:
    """Turn errors of the system into refusals that name the file.

    Raises:
        ClosedPipeError: Nobody reads an output any more.
        InputError: Something else failed.
    """
    try:
        yield
    except BrokenPipeError:
        raise ClosedPipeError from None
    except OSError as error:
        raise InputError([_failure(error)]) from None


def _failure(error: OSError) -> str:
    name = str(error.filename or "")
    if not name and not _has_working_directory():
        return "the working directory is not there any more; change to one that is"
    shortened = name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"
    reason = error.strerror or str(error)
    return f"{shortened}: {reason}" if name else reason


def _has_working_directory() -> bool:
    try:
        Path.cwd()
    except OSError:
        return False
    return True
