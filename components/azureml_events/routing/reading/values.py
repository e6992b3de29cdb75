"""Cuts a JSON document into its values while it is read: an outer array element by element."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator

from azureml_events.routing.reading.containers import holds_event
from azureml_events.routing.reading.unpacking import BROKEN, Readable

_BETWEEN = re.compile(r"[\s,\[\]]*")
_STRUCTURE = re.compile(r"""\\\\.?|["{}\[\]\n]""", re.DOTALL)
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str)


def split_document(start: bytes, stream: Readable, chunk: int, longest: int) -> Iterator[tuple[int, bytes | str]]:
    """Yield the values of a document, or of several documents one after the other.

    Args:
        start: The part of the stream that was already read.
        stream: Where the rest comes from.
        chunk: Bytes to read at a time.
        longest: Bytes that one value may have.

    Yields:
        The line on which a value begins, from 1, and its text; or, as `str`, why it is refused. What follows a broken
        value is read line by line as far as the lines hold events of their own; one that is too long is passed over.

    Raises:
        EOFError, zlib.error, OSError: The stream breaks off; every whole value before that was yielded.
    """
    window = _Window(start, stream, chunk)
    while window.skip_between():
        text = window.value(longest)
        if text is None and window.broken:
            raise window.broken
        if text is None and not window.problem:
            yield window.line, f"the text is {too_long(longest)}"
            if window.skip_value():
                continue
            yield from window.events_on_lines(longest)
            return
        if text is None:
            yield window.problem_line, window.problem
            yield from window.events_on_lines(longest)
            return
        yield window.line, text.encode(errors="surrogateescape")
        window.advance(len(text))
    if window.broken:
        raise window.broken
    if window.depth:
        yield window.line, f"not JSON: {'an array does not end' if window.depth > 0 else 'a ] too many'}"


class _Window:
    """A window on the stream's text."""

    def __init__(self, start: bytes, stream: Readable, chunk: int) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode
        self._stream = stream
        self._chunk = chunk
        self._text = self._decode(start)
        self._at = 0
        self._ended = False
        self.broken: Exception | None = None
        self.line = 1
        self.depth = 0
        self.problem = ""
        self.problem_line = 1

    def skip_between(self) -> bool:
        """Go to where the next value begins; false at the end of the stream."""
        while True:
            found = _BETWEEN.match(self._text, self._at)
            between = found[0] if found else ""
            self.depth += between.count("[") - between.count("]")
            self.advance(len(between))
            if self._at < len(self._text):
                return True
            if self._ended:
                return False
            self._read(self._chunk)

    def value(self, longest: int) -> str | None:
        """Return the text of the value here, or None where there is none; `problem` says why, empty for too long."""
        self.problem = ""
        size = self._chunk
        while True:
            try:
                _, end = _DECODER.raw_decode(self._text, self._at)
            except RecursionError:
                self.problem, self.problem_line = "nested too deeply to be an event", self.line
                return None
            except json.JSONDecodeError as error:
                if self._ended:
                    self.problem = f"not JSON: {error.msg[0].lower()}{error.msg[1:]}"
                    self.problem_line = self.line + self._text.count("\n", self._at, error.pos)
                    return None
            else:
                if end - self._at > longest:
                    return None
                if end < len(self._text) or self._ended:
                    return self._text[self._at : end]
            if len(self._text) - self._at > longest:
                return None
            self._read(size)
            size *= 2

    def skip_value(self) -> bool:
        """Step over the value here, or over the rest of its line where it is on one; false if it is broken."""
        on_one_line = "\n" not in self._text[self._at :]
        depth, quoted = 0, False
        while True:
            held = 0
            for found in _STRUCTURE.finditer(self._text, self._at):
                sign = found[0]
                if sign == "\n" and (quoted or on_one_line):
                    self.advance(found.start() - self._at)
                    return on_one_line
                if sign == '"':
                    quoted = not quoted
                elif sign == "\\":
                    held = 1
                elif not quoted and sign in "{}[]":
                    depth += 1 if sign in "{[" else -1
                    if depth == 0:
                        self.advance(found.end() - self._at)
                        return True
            self.advance(len(self._text) - self._at - held)
            if self._ended:
                return True
            self._read(self._chunk)

    def advance(self, count: int) -> None:
        """Step over some characters."""
        self.line += self._text.count("\n", self._at, self._at + count)
        self._at += count

    def events_on_lines(self, longest: int) -> Iterator[tuple[int, bytes]]:
        """Yield the lines after this one that are whole events."""
        while self._next_line(longest):
            end = self._text.find("\n", self._at)
            line = self._text[self._at : end if end >= 0 else len(self._text)].strip()
            if line.startswith("{") and _is_event(line):
                yield self.line, line.encode(errors="surrogateescape")

    def _next_line(self, longest: int) -> bool:
        """Go to the next line and have all of it in the window, as far as it is not too long."""
        while (end := self._text.find("\n", self._at)) < 0:
            if self._ended:
                return False
            self.advance(len(self._text) - self._at)
            self._read(self._chunk)
        self.advance(end + 1 - self._at)
        while self._text.find("\n", self._at) < 0 and not self._ended:
            if len(self._text) - self._at > longest:
                break
            self._read(self._chunk)
        return self._at < len(self._text)

    def _read(self, size: int) -> None:
        try:
            read = self._stream.read1(size)
        except BROKEN as error:
            self.broken, read = error, b""
        self._ended = not read
        self._text = self._text[self._at :] + self._decode(read, final=not read)
        self._at = 0


def too_long(longest: int) -> str:
    """Say of a text that it is longer than what is read.

    Args:
        longest: Bytes that one text may have.
    """
    return f"longer than {longest:,} bytes, the most that is read of one; passed over"


def is_json(text: str) -> bool:
    """Return whether a whole text is JSON."""
    try:
        _DECODER.decode(text)
    except (ValueError, RecursionError):
        return False
    return True


def _is_event(line: str) -> bool:
    try:
        return holds_event(_DECODER.decode(line))
    except (ValueError, RecursionError):
        return False
