"""Things that a Pulumi program has once, however many workspaces it declares."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar, cast
from weakref import WeakKeyDictionary

from pulumi.runtime.settings import get_monitor

T = TypeVar("T")

_MADE: WeakKeyDictionary[object, dict[tuple[type, Hashable], object]] = WeakKeyDictionary()


def once(kind: type[T], key: Hashable, make: Callable[[], T]) -> T:
    """Give the program's one thing of a kind and key, made with the first use.

    A program is known by the resource monitor that it talks to: one for each deployment, one for each `set_mocks`.

    Args:
        kind: Its class.
        key: A value that tells it from others of its class.
        make: Makes it.
    """
    made = _made()
    if (kind, key) not in made:
        made[kind, key] = make()
    return cast("T", made[kind, key])


def has(kind: type, key: Hashable) -> bool:
    """Tell whether the program's one thing of a kind and key is made already.

    Args:
        kind: Its class.
        key: The value that tells it from others of its class.
    """
    return (kind, key) in _made()


def _made() -> dict[tuple[type, Hashable], object]:
    return _MADE.setdefault(get_monitor(), {})
