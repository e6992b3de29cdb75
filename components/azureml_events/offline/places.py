"""The program's own lines: where it registers a resource, and where it fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pulumi.runtime.proto import source_pb2

THIS_PACKAGE = Path(__file__).resolve().parents[1]
"""A library for every program, also for those that lie in one directory with it."""

_RUNNER = (THIS_PACKAGE / "offline" / "program.py").as_uri()
"""The file that runs the program: whoever called it is no part of the program, though it may lie beside it."""


@dataclass(frozen=True, slots=True)
class Source:
    """A line of the program.

    Attributes:
        file: The file, relative to the program's directory, with `/`.
        line: The line, from 1.
    """

    file: str
    line: int


SourceOf = Callable[[source_pb2.StackTrace], Source | None]


def is_own(filename: str, directory: Path) -> bool:
    """Tell whether a file belongs to the program, not to a library or to this package.

    Args:
        filename: The file's absolute path.
        directory: Where the program lies.
    """
    path = Path(filename)
    is_library = "site-packages" in path.parts or path.is_relative_to(THIS_PACKAGE)
    return path.is_relative_to(directory) and not is_library


def relative(filename: str, directory: Path) -> str:
    """Return a file's path relative to the program's directory.

    Args:
        filename: The file's absolute path.
        directory: Where the program lies.
    """
    return Path(filename).relative_to(directory).as_posix()


def sources_in(directory: Path) -> SourceOf:
    """Make the function that finds the program's innermost line in the stack that the SDK sends.

    Args:
        directory: Where the program lies.
    """

    @cache
    def own_file(uri: str) -> str | None:
        filename = unquote(urlsplit(uri).path)
        return relative(filename, directory) if is_own(filename, directory) else None

    def source_of(trace: source_pb2.StackTrace) -> Source | None:
        for frame in trace.frames:
            if frame.pc.uri == _RUNNER:
                return None
            file = own_file(frame.pc.uri)
            if file is not None:
                return Source(file, frame.pc.line)
        return None

    return source_of
