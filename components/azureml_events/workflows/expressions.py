"""Expressions of the Workflow Definition Language, composed from typed pieces that quote correctly.

Source of the syntax: Azure Logic Apps' schema reference for the Workflow Definition Language. A text that begins with
`@` is an expression, `@{…}` inside a text is one whose result is inserted, and a quote inside a literal is doubled.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Arity:
    """The number of arguments that a function takes.

    Attributes:
        low: The least number.
        high: The greatest number; None for any.
    """

    low: int
    high: int | None

    def takes(self, count: int) -> bool:
        """Tell whether a function may be called with so many arguments."""
        return self.low <= count and (self.high is None or count <= self.high)


FUNCTIONS: dict[str, Arity] = {
    "add": Arity(2, 2),
    "and": Arity(2, None),
    "body": Arity(1, 1),
    "coalesce": Arity(1, None),
    "concat": Arity(2, None),
    "contains": Arity(2, 2),
    "createArray": Arity(1, None),
    "decodeUriComponent": Arity(1, 1),
    "empty": Arity(1, 1),
    "endsWith": Arity(2, 2),
    "equals": Arity(2, 2),
    "first": Arity(1, 1),
    "guid": Arity(0, 0),
    "if": Arity(3, 3),
    "items": Arity(1, 1),
    "last": Arity(1, 1),
    "length": Arity(1, 1),
    "not": Arity(1, 1),
    "or": Arity(1, None),
    "outputs": Arity(1, 1),
    "parameters": Arity(1, 1),
    "replace": Arity(3, 3),
    "split": Arity(2, 2),
    "startsWith": Arity(2, 2),
    "string": Arity(1, 1),
    "substring": Arity(3, 3),
    "toLower": Arity(1, 1),
    "triggerBody": Arity(0, 0),
    "triggerOutputs": Arity(0, 0),
    "trim": Arity(1, 1),
    "uriComponent": Arity(1, 1),
    "variables": Arity(1, 1),
}
"""The functions by name, each with its number of arguments."""

Plain = str | int | bool | None
"""A value that stands in an expression as a literal."""


@dataclass(frozen=True)
class Expression:
    """One expression.

    Attributes:
        source: Its text, without the `@` that marks it in a definition.
    """

    source: str

    def member(self, *names: str) -> Expression:
        """Take a member of the value, or of its members in turn; null where one is missing.

        Args:
            names: The members' names, outermost first.
        """
        path = "".join(f"?[{literal(name).source}]" for name in names)
        return Expression(self.source + path)


@dataclass(frozen=True)
class Text:
    """A text with expressions in it, whose results are inserted.

    Attributes:
        pieces: Literal texts and expressions, in their order.
    """

    pieces: tuple[str | Expression, ...]

    @property
    def expression(self) -> Expression:
        """The whole text as one expression, for use inside another."""
        if len(self.pieces) > 1:
            return call("concat", *self.pieces)
        return call("string", *(self.pieces or ("",)))


def literal(value: Plain) -> Expression:
    """Write a literal: quoted text, number, boolean or null.

    Args:
        value: The value; any text is safe.
    """
    if value is None:
        return Expression("null")
    if isinstance(value, bool):
        return Expression("true" if value else "false")
    if isinstance(value, int):
        return Expression(str(value))
    return Expression("'" + value.replace("'", "''") + "'")


def call(function: str, *arguments: Expression | Plain) -> Expression:
    """Call a function.

    Args:
        function: A function of `FUNCTIONS`.
        arguments: Its arguments; a plain value becomes a literal.

    Raises:
        ValueError: There is no such function, or it takes another number of arguments.
    """
    arity = FUNCTIONS.get(function)
    if arity is None or not arity.takes(len(arguments)):
        raise ValueError(f"{function}() does not exist with {len(arguments)} arguments")
    sources = (
        argument.source if isinstance(argument, Expression) else literal(argument).source for argument in arguments
    )
    return Expression(f"{function}({','.join(sources)})")


def text(*pieces: str | Expression) -> Text:
    """Write a text with expressions in it.

    Args:
        pieces: Literal texts, kept exactly as they are, and expressions.
    """
    return Text(pieces)


def render(value: object) -> Any:
    """Write a value as it stands in a workflow definition.

    Args:
        value: An expression, a `Text`, a plain value, or maps and lists of these. Texts are escaped, so that what is
            not an expression here is none in the definition either.
    """
    if isinstance(value, Expression):
        return f"@{value.source}"
    if isinstance(value, Text):
        return "".join(
            f"@{{{piece.source}}}" if isinstance(piece, Expression) else _AT.sub(_inserted, piece)
            for piece in value.pieces
        )
    if isinstance(value, str):
        return render(Text((value,)))
    if isinstance(value, Mapping):
        return {key: render(member) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [render(element) for element in value]
    return value


_AT = re.compile(r"^@+|@+(?=\{|\Z)")
"""The `@` signs of a literal text that the language would read: at its start, its end, or before a brace."""


def _inserted(signs: re.Match[str]) -> str:
    return f"@{{{literal(signs.group()).source}}}"
