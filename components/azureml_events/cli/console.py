"""Prints: everything that a command says goes through here.

What people wrote, in files, events and names, is shown so that neither a terminal nor a build log obeys it, and styled
only where a terminal reads.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import IO, Any

import click

FINDINGS = 1
"""Exit status: findings at error level, or an expectation that is not met."""

INVALID = 2
"""Exit status: invalid input."""

Span = str | tuple[str, str]
"""A part of a line: a text, or a text and the name of its style."""

STYLES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "strong": {"bold": True},
        "faint": {"dim": True},
        "name": {"fg": "cyan"},
        "good": {"fg": "green", "bold": True},
        "doubt": {"fg": "yellow"},
        "bad": {"fg": "red", "bold": True},
    }
)
"""The styles by what they say."""


class ClosedPipeError(Exception):
    """Nobody reads an output any more; no `OSError`, which click answers itself."""


class OutputError(Exception):
    """An output that cannot be written.

    Args:
        name: The output, in words.
        error: The reason.
    """

    def __init__(self, name: str, error: OSError) -> None:
        self.lines = (f"{name}: cannot be written: {error.strerror}",)
        super().__init__(*self.lines)


def print_line(*spans: Span, err: bool = False, file: IO[str] | None = None) -> None:
    """Print a line; it is never wrapped, so that an id can be copied.

    Args:
        spans: Its parts; what would end the line or steer a terminal or a build log is shown as an escape.
        err: Whether it goes to standard error; default to standard output.
        file: Where to instead of either.

    Raises:
        ClosedPipeError: Nobody reads any more.
        OutputError: It cannot be written.
    """
    stream = file or (sys.stderr if err else sys.stdout)
    _write(_styled(spans) if has_colour(stream) else shown("".join(map(_text, spans))), stream, err=err)


def print_json(value: object, *, indent: int | None = 2, file: IO[str] | None = None) -> None:
    """Print JSON, in ASCII and without what a build log obeys.

    Args:
        value: The value.
        indent: Spaces for each level; None for a line of its own.
        file: Where to; default standard output.

    Raises:
        ClosedPipeError: Nobody reads any more.
        OutputError: It cannot be written.
    """
    text = _COMMAND.sub(lambda found: found[0].replace("#", r"\u0023"), json.dumps(value, indent=indent))
    _write(text, file or sys.stdout, err=False)


def print_document(text: str, *, file: IO[str] | None = None) -> None:
    """Print a whole document in UTF-8, as it is.

    Args:
        text: The document; whoever wrote it made safe what others had written.
        file: Where to; default standard output.

    Raises:
        ClosedPipeError: Nobody reads any more.
        OutputError: It cannot be written.
    """
    _write(text.encode(), file or sys.stdout, err=False)


def has_colour(stream: IO[str] | None) -> bool:
    """Tell whether an output is styled: on a terminal, or where FORCE_COLOR asks for it, and never under NO_COLOR.

    Args:
        stream: The output; None for one that is closed.
    """
    if stream is None or os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (stream.isatty() and os.environ.get("TERM") != "dumb")


def many(count: int, noun: str, plural: str | None = None) -> str:
    """Count things in words: `1 event`, `2,000 events`.

    Args:
        count: How many.
        noun: One of them.
        plural: Several of them; default the noun with an s.
    """
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def shown(text: str) -> str:
    """Write a line so that nothing obeys it.

    Escaped are line ends, control characters, marks that turn the direction of text, lone surrogates, and what begins a
    command of GitHub's or Azure DevOps' build log (`::error::` after blanks, `##[…]` and `##vso[…]` anywhere).

    Args:
        text: The line, of any content.
    """
    return _BEGINNING.sub(r"\1\\x3a:", _shown_within(text))


def _shown_within(text: str) -> str:
    printable = text if text.isprintable() else "".join(map(_escaped, text))
    return _COMMAND.sub(lambda found: found[0].replace("#", r"\x23"), printable)


def _escaped(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode()


def _styled(spans: tuple[Span, ...]) -> str:
    line = ""
    plain = ""
    for span in spans:
        text = _shown_within(_text(span)) if plain.strip() else shown(_text(span))
        plain += text
        line += text if isinstance(span, str) else click.style(text, **STYLES[span[1]])
    return line


def _text(span: Span) -> str:
    return span if isinstance(span, str) else span[0]


def _write(text: str | bytes, stream: IO[str] | None, *, err: bool) -> None:
    try:
        click.echo(text, file=stream, err=err, color=True)
    except BrokenPipeError:
        raise ClosedPipeError from None
    except OSError as error:
        raise OutputError("standard error" if err else "standard output", error) from None


_BEGINNING = re.compile(r"^(\s*)::")
_COMMAND = re.compile(r"##(?=(?:vso)?\[)", re.IGNORECASE)
