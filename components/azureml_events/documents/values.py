"""JSON values of any form: what stands in them, and copies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
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


def paths_where(value: Any, is_meant: Callable[[Any], bool], path: MemberPath = ()) -> Iterator[MemberPath]:
    """Yield the paths of the outermost values of a kind, in their order.

    Args:
        value: What the paths begin at.
        is_meant: Tells whether a value is of that kind.
        path: Where the value is itself; default the beginning.
    """
    if is_meant(value):
        yield path
    elif isinstance(value, Mapping):
        for name, member in value.items():
            yield from paths_where(member, is_meant, (*path, name))
    elif isinstance(value, list):
        for index, element in enumerate(value):
            yield from paths_where(element, is_meant, (*path, index))
