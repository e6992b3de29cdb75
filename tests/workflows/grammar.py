"""A parser for the expressions of a workflow definition, to check them before they are deployed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>-?\d+(?:\.\d+)?)|(?P<name>[A-Za-z_]\w*)|(?P<sign>\?\[|[\[\](),]))"
)


@dataclass(frozen=True)
class Call:
    """A function call in a parsed expression.

    Attributes:
        function: The function's name.
        arguments: Its arguments: calls, literals, or None for a member of a value.
    """

    function: str
    arguments: tuple[object, ...]


def expressions(template: str) -> Iterator[str]:
    """The expressions in a text of a definition, without `@` and braces.

    Args:
        template: The text.

    Raises:
        ValueError: An inserted expression does not end.
    """
    if template.startswith("@") and not template.startswith(("@{", "@@")):
        yield template[1:]
        return
    position = 0
    while (start := template.find("@{", position)) >= 0:
        end = _closing_brace(template, start + 2)
        yield template[start + 2 : end]
        position = end + 1


def calls(expression: str) -> list[Call]:
    """The function calls of an expression, innermost first.

    Args:
        expression: The expression, without `@`.

    Raises:
        ValueError: It is not an expression.
    """
    parser = _Parser(expression)
    parser.value()
    parser.end()
    return parser.calls


def _closing_brace(template: str, position: int) -> int:
    quoted = False
    for index in range(position, len(template)):
        if template[index] == "'":
            quoted = not quoted
        elif template[index] == "}" and not quoted:
            return index
    raise ValueError(f"an expression does not end: {template[position - 2 :]!r}")


class _Parser:
    def __init__(self, expression: str) -> None:
        self.calls: list[Call] = []
        self._expression = expression
        self._position = 0
        self._kind, self._read = "", ""
        self._next()

    def value(self) -> object:
        """Read a value with its members."""
        kind, token = self._kind, self._read
        self._next()
        read: object
        if kind == "text":
            read = token[1:-1].replace("''", "'")
        elif kind == "number":
            read = float(token)
        elif kind == "name" and token in {"true", "false", "null"}:
            read = token
        elif kind == "name":
            read = Call(token, tuple(self._arguments()))
            self.calls.append(read)
        else:
            raise ValueError(f"unexpected {token!r} in {self._expression!r}")
        while self._read in {"[", "?["}:
            self._next()
            self.value()
            self._expect("]")
            read = None
        return read

    def end(self) -> None:
        """Check that nothing is left."""
        if self._kind:
            raise ValueError(f"unexpected {self._read!r} in {self._expression!r}")

    def _arguments(self) -> Iterator[object]:
        self._expect("(")
        if self._read != ")":
            yield self.value()
            while self._read == ",":
                self._next()
                yield self.value()
        self._expect(")")

    def _expect(self, sign: str) -> None:
        if self._read != sign:
            raise ValueError(f"expected {sign!r}, got {self._read!r} in {self._expression!r}")
        self._next()

    def _next(self) -> None:
        if not self._expression[self._position :].strip():
            self._kind = self._read = ""
            return
        match = _TOKEN.match(self._expression, self._position)
        if match is None:
            raise ValueError(f"unexpected {self._expression[self._position]!r} in {self._expression!r}")
        self._kind, self._read = str(match.lastgroup), match.group().strip()
        self._position = match.end()
