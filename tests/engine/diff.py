"""The differences between two registrations of a resource."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from azureml_events.offline.recording import Registration
from engine.options import request_of

ALL = "*"
"""The property path that stands for every property."""


def with_ignored(before: Registration, after: Registration) -> Registration:
    """A registration whose ignored changes are undone.

    Args:
        before: The resource as it was registered the last time.
        after: As it is registered now, with its ignored changes.
    """
    inputs: Any = after.inputs
    for path in request_of(after).ignoreChanges:
        inputs = before.inputs if path == ALL else _restored(before.inputs, inputs, path.split("."))
    return dataclasses.replace(after, inputs=inputs)


def _restored(before: Any, after: Any, path: Sequence[str]) -> Any:
    """A value whose part at a path is as it was before."""
    if not path:
        return before
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return after
    key, *rest = path
    others = {each: value for each, value in after.items() if each != key}
    if key not in before:
        return others if not rest else after
    return {**others, key: _restored(before[key], after.get(key), rest)}


def changed(before: Registration, after: Registration) -> list[str]:
    """The inputs that differ, by name.

    Args:
        before: The resource as it was registered the last time.
        after: As it is registered now.
    """
    names = sorted({*before.inputs, *after.inputs})
    return [name for name in names if before.inputs.get(name) != after.inputs.get(name)]


def replaces(registration: Registration, names: Sequence[str]) -> bool:
    """Whether the program itself wants a replacement when inputs change.

    Args:
        registration: The resource, with the changes that replace it.
        names: The inputs that change.
    """
    wanted = {path.partition(".")[0].partition("[")[0] for path in request_of(registration).replaceOnChanges}
    return bool(names) and (ALL in wanted or not wanted.isdisjoint(names))
