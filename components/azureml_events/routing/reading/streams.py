"""Cuts a stream of bytes into single JSON texts, in constant memory.

JSON Lines are cut at line ends. Anything else, as a pretty-printed document, an array or several documents one after
the other, is cut value by value, an outer array element by element.
"""

from __future__ import annotations

import codecs
import errno
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader, UnsupportedOperation
from pathlib import Path
from typing import cast

from azureml_events.routing.reading.foreign import describe_foreign
from azureml_events.routing.reading.log_lines import Joiner, Line
from azureml_events.routing.reading.unpacking import BROKEN, Readable, Stream, unpack
from azureml_events.routing.reading.values import is_json, split_document, too_long

CHUNK = 1 << 18
"""Bytes that are read at a time."""

LONGEST_TEXT = 1 << 24
"""Bytes that one text may have; an event has at most 1 MB."""

_SNIFFED = 1 << 20
_OPENS_DOCUMENT = re.compile(r'[{"]|\[\s*(?:[{\["\]]|$)')


@dataclass(frozen=True)
class Refusal:
    """A text that is not read.

    Attributes:
        file: The file's name as given, `<stdin>` for standard input.
        line: The line where it begins, from 1; None where the file as a whole is meant.
        text: Why, and what would be read.
    """

    file: str
    line: int | None
    text: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.text}"


@dataclass(frozen=True)
class Block:
    """Some JSON texts that follow one another.

    Attributes:
        lines: The line on which each begins, from 1.
        texts: The texts.
        place: Where in the file's records they stood, in words; empty where nothing surrounds them.
    """

    lines: Sequence[int]
    texts: Sequence[bytes]
    place: str = ""


@contextmanager
def open_stream(name: str) -> Iterator[Stream]:
    """Open a file of events, and unpack it.

    Args:
        name: A path, or `-` for standard input; compressed by gzip or not, UTF-8 or UTF-16, whatever the path says.

    Raises:
        OSError: It cannot be opened.
    """
    if name == "-":
        if sys.stdin is None:
            raise OSError(errno.EBADF, "standard input is closed")
        yield unpack(_standard_input())
        return
    with Path(name).open("rb") as file:
        yield unpack(file)


def _standard_input() -> Readable:
    buffer = cast(BufferedReader, sys.stdin.buffer)
    try:
        # Not Python's own reader: a thread that still waits in that one when Python ends would make it abort.
        return open(buffer.fileno(), "rb", closefd=False)
    except UnsupportedOperation:
        return buffer


def files_in(names: Iterable[str]) -> list[str]:
    """List files, those of folders in place of these, whatever lies how deep in them.

    Args:
        names: Paths, `-` for standard input.
    """
    return [file for name in names for file in _files_below(name)]


def _files_below(name: str) -> list[str]:
    """List the files of a folder; what cannot be listed or looked at stands there too, so that reading it says why."""
    # Unlike pathlib's, these functions raise nothing: a file that cannot be read must stop no other.
    if not os.path.isdir(name):  # noqa: PTH112
        return [name]
    found: list[Path] = []
    for folder, _, files in os.walk(name, onerror=lambda error: found.append(Path(error.filename))):
        paths = [Path(folder, each) for each in files]
        found.extend(each for each in paths if os.path.isfile(each) or not os.path.exists(each))  # noqa: PTH110, PTH113
    return [str(each) for each in sorted(found)]


def blocks(stream: Stream, name: str) -> Iterator[Block | Refusal]:
    """Yield the JSON texts of a stream, blank ones left out.

    Args:
        stream: The stream that `open_stream` gave.
        name: The name that refusals show.
    """
    try:
        start = read_start(stream)
        if foreign := describe_foreign(start):
            yield Refusal(name, None, foreign)
        elif is_log(start):
            yield from _log(start, stream, name)
        elif is_lines(start):
            yield from split_lines(start, stream, name)
        else:
            yield from _document(start, stream, name)
    except BROKEN as error:
        yield Refusal(name, None, describe_break(error))


def describe_break(error: Exception) -> str:
    """Say why a file cannot be read any further.

    Args:
        error: What reading raised.
    """
    if isinstance(error, OSError) and error.strerror:
        return f"cannot be read: {error.strerror}"
    if isinstance(error, EOFError):
        return "the file is cut: gzip ends in the middle; every whole line before that is read"
    reason = str(error).lower().rstrip(".")
    return f"the file is broken, it is no whole gzip file: {reason}; every whole line before that is read"


def read_start(stream: Stream) -> bytes:
    """Read enough of the stream to see its first line that is not blank, and the second if only that tells what it is.

    Args:
        stream: The stream, at its beginning.
    """
    start = b""
    while len(start) < _SNIFFED:
        try:
            chunk = stream.read1(CHUNK)
        except BROKEN:
            break
        start += chunk
        if not chunk or _has_enough(start.removeprefix(codecs.BOM_UTF8)):
            break
    return start.removeprefix(codecs.BOM_UTF8)


def _has_enough(start: bytes) -> bool:
    first, *more = start.lstrip().split(b"\n", 2)
    return len(more) > 1 or (len(more) == 1 and (is_json(first.decode(errors="replace")) or is_log(first)))


def is_log(start: bytes) -> bool:
    """Return whether a file is neither a document nor JSON Lines: its first line is no JSON at all.

    Args:
        start: What `read_start` read.
    """
    first = start.lstrip().partition(b"\n")[0].decode(errors="replace")
    return bool(first) and not _OPENS_DOCUMENT.match(first.rstrip())


def is_lines(start: bytes) -> bool:
    """Return whether a file that is no log is read line by line.

    It is where its first line is a JSON text of its own, or is broken but followed by an object of its own.

    Args:
        start: What `read_start` read.
    """
    first, _, rest = start.decode(errors="replace").lstrip().partition("\n")
    if is_json(first):
        return True
    second = rest.lstrip().partition("\n")[0].strip()
    opens = first.startswith("[") or is_json(first.rstrip().removesuffix(","))
    return not opens and second.startswith("{") and is_json(second)


def split_lines(start: bytes, stream: Stream, name: str, number: int = 1) -> Iterator[Block | Refusal]:
    """Yield the lines of a stream that are not blank.

    Args:
        start: The part that was already read.
        stream: Where the rest comes from.
        name: The name that refusals show.
        number: The first line's number.

    Raises:
        EOFError, zlib.error, OSError: The stream breaks off; every whole line before that was yielded.
    """
    rest, chunk = b"", start or stream.read1(CHUNK)
    while chunk:
        *whole, rest = (rest + chunk).split(b"\n")
        if whole and len(whole[0]) > LONGEST_TEXT:
            yield _too_long(name, number)
            whole[0] = b""
        yield _block(number, whole)
        number += len(whole)
        try:
            if len(rest) > LONGEST_TEXT:
                yield _too_long(name, number)
                rest, chunk = b"", _skip_line(stream)
                number += 1
            else:
                chunk = stream.read1(CHUNK)
        except BROKEN:
            if is_json(rest.decode(errors="replace")):
                yield _block(number, [rest])
            raise
    yield _block(number, [rest])


def _log(start: bytes, stream: Stream, name: str) -> Iterator[Block | Refusal]:
    """Yield the lines of a log, those of a value that is printed over several lines as one text."""
    joiner = Joiner(LONGEST_TEXT)
    try:
        for block in split_lines(start, stream, name):
            if isinstance(block, Refusal):
                yield _texts(joiner.end())
                yield block
            else:
                pairs = zip(block.lines, block.texts, strict=True)
                yield _texts([text for number, line in pairs for text in joiner.add(number, line)])
    except BROKEN:
        yield _texts(joiner.end())
        raise
    yield _texts(joiner.end())


def _texts(lines: Sequence[Line]) -> Block:
    return Block([number for number, _ in lines], [text for _, text in lines])


def _too_long(name: str, line: int) -> Refusal:
    return Refusal(name, line, f"the line is {too_long(LONGEST_TEXT)}")


def _block(number: int, lines: list[bytes]) -> Block:
    """Make a block of the lines that are not blank."""
    texts = [line for line in lines if line and not line.isspace()]
    if len(texts) == len(lines):
        return Block(range(number, number + len(lines)), texts)
    numbers = [at for at, line in enumerate(lines, number) if line and not line.isspace()]
    return Block(numbers, texts)


def _skip_line(stream: Stream) -> bytes:
    """Return what follows the end of this line."""
    while chunk := stream.read1(CHUNK):
        _, end, rest = chunk.partition(b"\n")
        if end:
            return rest or stream.read1(CHUNK)
    return b""


def _document(start: bytes, stream: Stream, name: str) -> Iterator[Block | Refusal]:
    for line, text in split_document(start, stream, CHUNK, LONGEST_TEXT):
        if isinstance(text, bytes):
            yield Block((line,), (text,))
        else:
            yield Refusal(name, line, text)
