"""The grammar of ARM template expressions: calls, literals, members and indexes.

Source: Azure's page on the syntax and expressions of ARM templates.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True)
class Literal:
    """A text or a number."""

    value: str | int
    text: str


@dataclass(frozen=True)
class Call:
    """A function and its arguments; the name in lower case."""

    name: str
    arguments: tuple[Node, ...]
    text: str


@dataclass(frozen=True)
class Access:
    """A member of a map, or an element of a list."""

    of: Node
    key: Node
    text: str


Node = Literal | Call | Access


class ExpressionError(ValueError):
    """A text that is no expression of this grammar."""


_TOKEN = re.compile(
    r"\s*(?:(?P<string>'(?:[^']|'')*')|(?P<number>-?\d{1,15})|(?P<name>[A-Za-z_][\w.]*)|(?P<sign>[()\[\],.]))"
)
_DEEPEST = 50
_LONGEST = 24_576
"""Characters that Azure allows in an expression."""


@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """Read an expression.

    Args:
        text: The expression without its brackets.

    Raises:
        ExpressionError: It is none, longer than Azure allows or deeper than 50 levels.
    """
    if len(text) > _LONGEST:
        raise ExpressionError
    reader = _Reader(text)
    node = reader.expression(0)
    if reader.rest():
        raise ExpressionError
    return node


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def rest(self) -> str:
        return self._text[self._at :].strip()

    def expression(self, depth: int) -> Node:
        if depth > _DEEPEST:
            raise ExpressionError
        start = self._at
        node = self._primary(depth)
        while self._peek() in {".", "["}:
            if self._take() == ".":
                key: Node = self._member()
            else:
                key = self.expression(depth + 1)
                self._expect("]")
            node = Access(node, key, self._since(start))
        return node

    def _primary(self, depth: int) -> Node:
        start = self._at
        match = self._next()
        if match["string"]:
            return Literal(match["string"][1:-1].replace("''", "'"), self._since(start))
        if match["number"]:
            return Literal(int(match["number"]), self._since(start))
        if not match["name"]:
            raise ExpressionError
        self._expect("(")
        arguments: list[Node] = []
        while self._peek() != ")":
            if arguments:
                self._expect(",")
            arguments.append(self.expression(depth + 1))
        self._expect(")")
        return Call(match["name"].lower(), tuple(arguments), self._since(start))

    def _member(self) -> Literal:
        start = self._at
        name = self._next()["name"]
        if not name:
            raise ExpressionError
        first, dot, _ = name.partition(".")
        self._at -= len(name) - len(first) if dot else 0
        return Literal(first, self._since(start))

    def _since(self, start: int) -> str:
        return self._text[start : self._at].strip()

    def _peek(self) -> str:
        match = _TOKEN.match(self._text, self._at)
        return match[0].strip() if match else ""

    def _next(self) -> re.Match[str]:
        match = _TOKEN.match(self._text, self._at)
        if match is None:
            raise ExpressionError
        self._at = match.end()
        return match

    def _take(self) -> str:
        return self._next()[0].strip()

    def _expect(self, sign: str) -> None:
        if self._take() != sign:
            raise ExpressionError
