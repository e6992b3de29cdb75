"""Cuts a stream of bytes into single JSON texts, in constant memory.

JSON Lines are cut at line ends. Anything else, as a pretty-printed document, an array or several documents one after
the other, is cut value by value, an outer array element by element.
"""

from __future__ import annotations

import errno
import gzip
import sys
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader, RawIOBase
from typing import Any, BinaryIO, cast

from azureml_events.routing.reading.values import is_json, split_document

CHUNK = 1 << 18
"""Bytes that are read at a time."""

LONGEST_TEXT = 1 << 24
"""Bytes that one text may have; an event has at most 1 MB."""

_SNIFFED = 1 << 20
_GZIP = b"\x1f\x8b"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_UTF_8_MARK = b"\xef\xbb\xbf"


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
        texts: The texts; blank ones among them.
    """

    lines: Sequence[int]
    texts: Sequence[bytes]


@contextmanager
def open_stream(name: str) -> Iterator[BinaryIO]:
    """Open a file of events.

    Args:
        name: A path, or `-` for standard input; compressed by gzip or not, whatever the path says.

    Raises:
        OSError: It cannot be opened.
    """
    if name == "-":
        if sys.stdin is None:
            raise OSError(errno.EBADF, "standard input is closed")
        stdin = BufferedReader(cast(RawIOBase, sys.stdin.buffer))
        yield _plain(stdin)
        stdin.detach()
        return
    with open(name, "rb") as stream:  # noqa: PTH123 `-` is a name too, so names are texts here
        yield _plain(stream)


def blocks(stream: BinaryIO, name: str) -> Iterator[Block | Refusal]:
    """Yield the JSON texts of a stream.

    Args:
        stream: The stream that `open_stream` gave.
        name: The name that refusals show.
    """
    try:
        start = _start(stream)
        if start.startswith(_UTF_16):
            yield Refusal(name, None, "the file is UTF-16; save it as UTF-8")
        elif _is_lines(start):
            yield from _lines(start, stream, name)
        else:
            yield from _document(start, stream, name)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        yield Refusal(name, None, f"the file is no whole gzip file: {str(error).lower().rstrip('.')}")
    except OSError as error:
        yield Refusal(name, None, f"cannot be read: {error.strerror or error}")


def _plain(stream: BufferedReader[Any]) -> BinaryIO:
    if stream.peek(len(_GZIP)).startswith(_GZIP):
        return cast("BinaryIO", gzip.GzipFile(fileobj=stream))
    return cast("BinaryIO", stream)


def _start(stream: BinaryIO) -> bytes:
    """Read enough of the stream to see its first two lines that are not blank, where they are not too long."""
    start = b""
    while len(start) < _SNIFFED:
        chunk = stream.read(CHUNK)
        start += chunk
        if not chunk or len(start.lstrip().split(b"\n", 2)) > 2:  # noqa: PLR2004 two lines and what follows
            break
    return start.removeprefix(_UTF_8_MARK)


def _is_lines(start: bytes) -> bool:
    """Return whether the first line is a JSON text of its own, or is broken but followed by an object of its own."""
    first, _, rest = start.decode(errors="replace").lstrip().partition("\n")
    if not rest.strip() and not first.strip():
        return True
    if is_json(first):
        return True
    second = rest.lstrip().partition("\n")[0].strip()
    opens = first.startswith("[") or is_json(first.rstrip().removesuffix(","))
    return not opens and second.startswith("{") and is_json(second)


def _lines(start: bytes, stream: BinaryIO, name: str) -> Iterator[Block | Refusal]:
    rest, number, chunk = b"", 1, start
    while chunk:
        *whole, rest = (rest + chunk).split(b"\n")
        yield Block(range(number, number + len(whole)), whole)
        number += len(whole)
        if len(rest) > LONGEST_TEXT:
            yield Refusal(name, number, f"the line is longer than {LONGEST_TEXT:,} bytes")
            rest = _skip_line(stream)
            number += 1
        chunk = stream.read(CHUNK)
    yield Block((number,), (rest,))


def _skip_line(stream: BinaryIO) -> bytes:
    chunk = stream.read(CHUNK)
    while chunk:
        _, end, rest = chunk.partition(b"\n")
        if end:
            return rest
        chunk = stream.read(CHUNK)
    return b""


def _document(start: bytes, stream: BinaryIO, name: str) -> Iterator[Block | Refusal]:
    for line, text in split_document(start, stream, CHUNK, LONGEST_TEXT):
        if isinstance(text, bytes):
            yield Block((line,), (text,))
        else:
            yield Refusal(name, line, text)
