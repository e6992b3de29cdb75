"""The part of the Workflow Definition Language that bridges emit, evaluated; it knows nothing of who wrote it.

Stricter than Azure: a function given null or another type than it documents raises, so nothing rests on a lenience.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, unquote


class Failed(Exception):  # noqa: N818, the language's own word
    """An expression that Azure would not evaluate."""


Lookup = Mapping[str, Callable[..., Any]]
"""The functions that depend on the run: `outputs`, `items`, `triggerBody`, …"""

_TOKEN = re.compile(r"\s*('(?:''|[^'])*'|\?\[|[A-Za-z]\w*|-?\d+|[()\[\],])")


def evaluate(value: Any, lookup: Lookup) -> Any:
    """A value of a definition, every expression in it evaluated."""
    if isinstance(value, dict):
        return {key: evaluate(member, lookup) for key, member in value.items()}
    if isinstance(value, list):
        return [evaluate(element, lookup) for element in value]
    return _text(value, lookup) if isinstance(value, str) else value


def _text(text: str, lookup: Lookup) -> Any:
    if re.match(r"@[A-Za-z']", text):
        value, left = _value(_tokens(text[1:]), lookup)
        if left:
            raise Failed(f"left over: {left}")
        return value
    if text.startswith("@@"):
        return text[1:]
    result, rest = "", text
    while (start := rest.find("@{")) >= 0:
        end = _end_of_insertion(rest, start + 2)
        value, left = _value(_tokens(rest[start + 2 : end]), lookup)
        if left:
            raise Failed(f"left over: {left}")
        result += rest[:start] + ("" if value is None else _as_text(value))
        rest = rest[end + 1 :]
    return result + rest


def _end_of_insertion(text: str, start: int) -> int:
    quoted = False
    for index in range(start, len(text)):
        quoted ^= text[index] == "'"
        if text[index] == "}" and not quoted:
            return index
    raise Failed("an insertion without end")


def _tokens(source: str) -> list[str]:
    tokens, position = [], 0
    while position < len(source):
        match = _TOKEN.match(source, position)
        if match is None:
            raise Failed(f"cannot read {source[position:]!r}")
        tokens.append(match[1])
        position = match.end()
    return tokens


def _value(tokens: list[str], lookup: Lookup) -> tuple[Any, list[str]]:
    token, *left = tokens
    value: Any
    if token.startswith("'"):
        value = token[1:-1].replace("''", "'")
    elif re.fullmatch(r"-?\d+", token):
        value = int(token)
    elif token in {"true", "false", "null"}:
        value = {"true": True, "false": False, "null": None}[token]
    else:
        arguments, left = _arguments(left, lookup)
        value = _call(token, arguments, lookup)
    while left and left[0] in {"?[", "["}:
        optional = left[0] == "?["
        key, left = _value(left[1:], lookup)
        if left[0] != "]":
            raise Failed("a bracket without end")
        left = left[1:]
        if value is None and optional:
            continue
        if not isinstance(value, dict) or (key not in value and not optional):
            raise Failed(f"no member {key!r} of {value!r}")
        value = value.get(key)
    return value, left


def _arguments(tokens: list[str], lookup: Lookup) -> tuple[list[Any], list[str]]:
    if not tokens or tokens[0] != "(":
        raise Failed("a function without arguments")
    arguments, left = [], tokens[1:]
    while left[0] != ")":
        value, left = _value(left[1:] if left[0] == "," else left, lookup)
        arguments.append(value)
    return arguments, left[1:]


def _call(name: str, arguments: list[Any], lookup: Lookup) -> Any:
    function = lookup.get(name) or FUNCTIONS.get(name)
    if function is None:
        raise Failed(f"unknown function {name}")
    try:
        return function(*arguments)
    except (TypeError, ValueError, IndexError, AttributeError) as error:
        raise Failed(f"{name}{tuple(arguments)}: {error}") from error


def _texts(*values: Any) -> None:
    if not all(isinstance(value, str) for value in values):
        raise TypeError("not a text")


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, (dict, list)):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return str(value)


def _replace(text: str, old: str, new: str) -> str:
    _texts(text, old, new)
    if not old:
        raise ValueError("nothing to replace")
    return text.replace(old, new)


def _substring(text: str, start: int, length: int) -> str:
    if start + length > len(text):
        raise IndexError("beyond the end")
    return text[start : start + length]


def _concat(*texts: str) -> str:
    _texts(*texts)
    return "".join(texts)


def _on_text(function: Callable[..., Any]) -> Callable[..., Any]:
    def checked(*texts: str) -> Any:
        _texts(*texts)
        return function(*texts)

    return checked


def _choose(condition: bool, then: Any, otherwise: Any) -> Any:
    if not isinstance(condition, bool):
        raise TypeError("not a boolean")
    return then if condition else otherwise


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "add": lambda one, two: one + two,
    "and": lambda *values: all(values),
    "coalesce": lambda *values: next((value for value in values if value is not None), None),
    "concat": _concat,
    "contains": lambda collection, value: value in collection,
    "createArray": lambda *values: list(values),
    "decodeUriComponent": _on_text(unquote),
    "empty": lambda value: value is None or len(value) == 0,
    "endsWith": _on_text(lambda text, end: text.lower().endswith(end.lower())),
    "equals": lambda one, two: type(one) is type(two) and one == two,
    "first": lambda values: values[0] if values else None,
    "guid": lambda: str(uuid.uuid4()),
    "if": _choose,
    "last": lambda values: values[-1],
    "length": len,
    "not": lambda value: not value,
    "or": lambda *values: any(values),
    "replace": _replace,
    "split": _on_text(str.split),
    "startsWith": _on_text(lambda text, start: text.lower().startswith(start.lower())),
    "string": lambda value: "" if value is None else _as_text(value),
    "substring": _substring,
    "toLower": _on_text(str.lower),
    "trim": _on_text(str.strip),
    "uriComponent": _on_text(lambda text: quote(text, safe="-_.!~*'()")),
}
