"""Puts the lines of a log together that are one text: a value that is printed over several lines."""

from __future__ import annotations

import re
from collections.abc import Iterator

_OPENING = re.compile(rb"[\[{\s]+$")
_TOKEN = re.compile(rb"""\s++|"[^"\\]*+(?:\\.[^"\\]*+)*+"|[{}\[\],:]|-?[0-9][0-9.eE+-]*|true|false|null""")
_HELD_FOR_EACH = 100

Line = tuple[int, bytes]
"""A line with its number, from 1."""


class Joiner:
    """Holds lines back while they belong to a value that a line before them opened at its end.

    A line with anything but JSON in it ends the value; then every line is one of its own, as without.

    Args:
        longest: Bytes that are held back at most.
    """

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._held: list[Line] = []
        self._size = 0
        self._depth = 0

    def add(self, number: int, line: bytes) -> Iterator[Line]:
        """Take a line, and yield the texts that are whole.

        Args:
            number: Its number, from 1.
            line: The line, not blank.
        """
        if self._held and not self._goes_on(line):
            yield from self.end()
        if self._held:
            self._hold(number, line)
            if not self._depth:
                yield self._held[0][0], b"\n".join(held for _, held in self._held)
                self._held = []
        elif line.rstrip().endswith((b"{", b"[")):
            self._depth, self._size = _opened(line), 0
            self._hold(number, line)
        else:
            yield number, line

    def end(self) -> list[Line]:
        """Return the lines that are held back, each for itself."""
        held, self._held = self._held, []
        return held

    def _hold(self, number: int, line: bytes) -> None:
        self._held.append((number, line))
        self._size += len(line) + _HELD_FOR_EACH

    def _goes_on(self, line: bytes) -> bool:
        """Return whether a line belongs to the value, and count its depth."""
        at = 0
        for token in _TOKEN.finditer(line):
            if token.start() != at:
                return False
            at = token.end()
            self._depth += (token[0] in b"{[") - (token[0] in b"}]")
            if not self._depth:
                return True
        return at == len(line) and self._size < self._longest


def _opened(line: bytes) -> int:
    found = _OPENING.search(line)
    return len(found[0].translate(None, b" \t\r\n\f\v")) if found else 0
