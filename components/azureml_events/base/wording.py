"""Pydantic's errors in our words: what was got, what is allowed and the likely fix."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from pydantic_core import ErrorDetails

from azureml_events.base.mistakes import LONGEST_SHOWN, show, unknown

OURS = "azureml_events"
"""The type of the errors whose message is ours already."""

_EXPECTED: dict[str, str] = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false, without quotes",
    "tuple_type": "a list",
    "dict_type": "a map",
    "model_type": "a map",
}

_PHRASES: dict[str, Callable[[ErrorDetails], str]] = {
    OURS: lambda problem: problem["msg"],
    "value_error": lambda problem: str(problem["ctx"]["error"]),
    "missing": lambda _: "required, but missing",
    "literal_error": lambda problem: unknown("value", problem["input"], _literals(problem["ctx"]["expected"])),
    "string_too_short": lambda _: "an empty text says nothing; write one, or leave the field out",
    "too_short": lambda _: "an empty list says nothing; fill it, or leave the field out",
    "string_too_long": lambda problem: (
        f"{show(problem['input'])} is too long; allowed: {problem['ctx']['max_length']} characters"
    ),
}


def in_our_words(problem: ErrorDetails, fields: Iterable[str], elsewhere: Mapping[str, str]) -> str:
    """The message for one of pydantic's errors.

    Args:
        problem: The error.
        fields: The fields that exist.
        elsewhere: Fields that belong somewhere else, and what to do with each.
    """
    kind, given = problem["type"], problem["input"]
    if kind in _PHRASES:
        return _PHRASES[kind](problem)
    if kind == "extra_forbidden":
        name = str(problem["loc"][-1])
        if name in elsewhere:
            return f"unknown field {show(name)}; {elsewhere[name]}"
        return unknown("field", name, fields)
    if kind in _EXPECTED:
        return f"expected {_EXPECTED[kind]}, got {show(given)}{_fix(kind, given)}"
    message = problem["msg"]
    return message[0].lower() + message[1:]


_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_TRUTH = {"true": "true", "yes": "true", "on": "true", "false": "false", "no": "false", "off": "false"}


def _fix(kind: str, given: object) -> str:
    if kind == "string_type" and isinstance(given, (int, float)):
        return "; quote it"
    if not isinstance(given, str) or not given.isascii() or len(given) > LONGEST_SHOWN:
        return ""
    if kind == "bool_type" and given.lower() in _TRUTH:
        return f"; write {_TRUTH[given.lower()]}"
    if kind in {"int_type", "float_type"} and _NUMBER.fullmatch(given):
        return f"; write {given}"
    if kind == "tuple_type" and given.isprintable():
        return f"; write [{given}]"
    return ""


def _literals(expected: str) -> list[str]:
    return re.findall("'([^']*)'", expected) or [expected.lower()]
