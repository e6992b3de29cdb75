"""How a command ends: its exit status, and its last words where something stopped it."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO

import click

from azureml_events.cli.console import (
    INTERRUPTED,
    INVALID,
    ClosedPipe,
    OutputError,
    is_closed_pipe,
    print_line,
)
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
    for name, stream in (("standard output", sys.stdout), ("standard error", sys.stderr)):
        status = _finish(stream, name, status)
    return status


def _run(command: Callable[[], object]) -> int:
    if sys.stdout is None:
        return _refuse(InputError(["standard output is closed; nothing can be answered"]))
    try:
        status = command()
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except ClosedPipe:
        return 0
    except (InputError, OutputError, click.ClickException) as error:
        return _refuse(error)
    return status if isinstance(status, int) else 0


def _refuse(error: InputError | OutputError | click.ClickException) -> int:
    """Say why; where not even that can be written, the exit status says it."""
    try:
        for line in _lines(error):
            print_line(line, err=True)
    except (ClosedPipe, OutputError):
        pass
    return error.exit_code if isinstance(error, click.ClickException) else INVALID


def _lines(error: InputError | OutputError | click.ClickException) -> Sequence[str]:
    if isinstance(error, InputError):
        return error.lines
    if isinstance(error, OutputError):
        return [str(error)]
    shown = io.StringIO()
    error.show(shown)
    return shown.getvalue().rstrip("\n").split("\n")


def _finish(stream: IO[str] | None, name: str, status: int) -> int:
    try:
        if stream is not None:
            stream.flush()
    except OSError as error:
        _discard(stream)
        silent = is_closed_pipe(error) or status == INVALID  # that it is invalid has been said
        return status if silent else _refuse(OutputError(name, error))
    return status


def _discard(stream: IO[str] | None) -> None:
    """Let what a stream still holds go nowhere, so that the interpreter does not fail with it."""
    if stream is not None:
        with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 no path of anybody's
            os.dup2(nowhere.fileno(), stream.fileno())


@contextmanager
def saying_what_failed() -> Iterator[None]:
    """Turn errors of the system into refusals that name the file.

    Raises:
        ClosedPipe: Nobody reads an output any more.
        InputError: Something else failed.
    """
    try:
        yield
    except OSError as error:
        if is_closed_pipe(error):
            raise ClosedPipe from None
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
        os.getcwd()  # noqa: PTH109 only whether there is one
    except OSError:
        return False
    return True
