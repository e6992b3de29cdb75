"""Values of the kind that a template's function asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

T = TypeVar("T")


def of_kind(value: Any, kind: type[T]) -> T:
    """Return a value as one of a kind.

    Args:
        value: The value.
        kind: Its type; true and false are no numbers.

    Raises:
        ValueError: It is of another kind, or not known.
    """
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise ValueError(value)
    return value


def typed(value: Any) -> Any:
    """Copy a value so that true is not 1 when two are compared."""
    if isinstance(value, bool):
        return ("bool", value)
    if isinstance(value, list):
        return [typed(each) for each in value]
    if isinstance(value, Mapping):
        return {name: typed(each) for name, each in value.items()}
    return value
