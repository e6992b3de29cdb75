"""JSON values of any form: what stands in them, and copies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from azureml_events.base.mistakes import MemberPath


def member_at(value: Any, path: MemberPath) -> Any:
    """Find the value at a path; None where there is none.

    Args:
        value: What the path begins at.
        path: The path.
    """
    for step in path:
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def with_texts(value: Any, read: Callable[[str], Any]) -> Any:
    """Copy a value, with its texts as they are read.

    Args:
        value: The value.
        read: Gives what a text stands for.
    """
    if isinstance(value, str):
        return read(value)
    if isinstance(value, list):
        return [with_texts(element, read) for element in value]
    return {name: with_texts(member, read) for name, member in value.items()} if isinstance(value, Mapping) else value


def whole_text(value: object) -> str | None:
    """Return a text that is known whole; None for an empty one and for everything else."""
    return value if isinstance(value, str) and value else None
