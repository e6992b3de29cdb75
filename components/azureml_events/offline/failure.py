"""The words for a program that stops: where and why, without a traceback."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from pathlib import Path

import pulumi
from pulumi import RunError

from azureml_events.base.mistakes import DeclarationError
from azureml_events.offline.places import is_own, relative

WORDED_FOR_PEOPLE = (RunError, DeclarationError)
"""Exceptions whose text says everything: where they were raised is of no interest."""


def describe(error: BaseException, directory: Path) -> str:
    """Say why a program stopped.

    Args:
        error: What it raised.
        directory: Where the program lies; only places in it are named.

    Returns:
        `<file>:<line>: <kind>: <text>`, or the text alone of an exception that is worded for people.
    """
    if isinstance(error, WORDED_FOR_PEOPLE):
        return str(error)
    if lookup := _unanswered_lookup(error):
        reason = f"{lookup}: a look-up has no answer offline; use {lookup}_output, whose result may be unknown"
    elif isinstance(error, SystemExit):
        reason = f"the program called sys.exit({error.code!r})"
    elif isinstance(error, SyntaxError):
        reason = f"{type(error).__name__}: {error.msg}"
    else:
        kind = "" if type(error) is Exception else f"{type(error).__name__}: "
        reason = f"{kind}{error}".removesuffix(": ")
    place = _place(error, directory)
    return f"{place}: {reason}" if place else reason


def _unanswered_lookup(error: BaseException) -> str | None:
    """Name the function of a provider's SDK that cannot do with an unknown result, if one failed.

    The plain form of a look-up (`get_x` or `list_x`, not `get_x_output`) returns at once what only the cloud can tell;
    without it, the SDK fails in an assertion of its own.
    """
    if not isinstance(error, AssertionError):
        return None
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    names = [each.f_code.co_name for each in frames if str(each.f_globals.get("__name__")).startswith("pulumi_")]
    return names[0] if names and frames[-1].f_code is pulumi.get.__code__ else None


def _place(error: BaseException, directory: Path) -> str | None:
    """Find the innermost line of the program itself that led to an error."""
    for each in _chain(error):
        if isinstance(each, SyntaxError) and is_own(each.filename or "", directory):
            return f"{relative(each.filename or '', directory)}:{each.lineno}"
        lines = [
            f"{relative(frame.f_code.co_filename, directory)}:{line}"
            for frame, line in traceback.walk_tb(each.__traceback__)
            if is_own(frame.f_code.co_filename, directory)
        ]
        if lines:
            return lines[-1]
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception and what led to it; the SDK makes some their own cause."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
