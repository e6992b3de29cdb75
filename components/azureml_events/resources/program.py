"""What a Pulumi program has once, however many workspaces it declares."""

from __future__ import annotations

from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from pulumi.runtime.settings import get_monitor

T = TypeVar("T")

_SHARED: WeakKeyDictionary[object, dict[Any, Any]] = WeakKeyDictionary()


def shared(key: object, kind: type[T]) -> dict[Any, T]:
    """The program's own map of things that workspaces share.

    A program is known by the resource monitor that it talks to: one for each deployment, one for each test under mocks.

    Args:
        key: What the map is for.
        kind: What it holds.
    """
    del kind
    return _SHARED.setdefault(get_monitor(), {}).setdefault(key, {})
