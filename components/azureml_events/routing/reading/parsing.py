"""Parses JSON as events need it: numbers keep their digits, and members that stand twice are told."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

_MOST_DIGITS = 400


def parser(on_twice: Callable[[str], None]) -> json.JSONDecoder:
    """Make a decoder of JSON.

    Args:
        on_twice: Is called with the name of each member that stands twice in an object; the last one counts.
    """

    def build(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) < len(pairs):
            counts = Counter(name for name, _ in pairs)
            for name, count in counts.items():
                if count > 1:
                    on_twice(name)
        return members

    return json.JSONDecoder(object_pairs_hook=build, parse_float=_exact, parse_int=_whole, parse_constant=_no_number)


def _exact(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        mantissa, _, exponent = text.lower().partition("e")
        if exponent.startswith("-") or not Decimal(mantissa):
            return Decimal(0)
        return Decimal("-Infinity") if text.startswith("-") else Decimal("Infinity")


def _whole(text: str) -> int | Decimal:
    return int(text) if len(text) <= _MOST_DIGITS else _exact(text)


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
