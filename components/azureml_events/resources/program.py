"""What a Pulumi program has once, however many workspaces it declares."""

from __future__ import annotations

import gc
from collections.abc import Callable, Hashable
from typing import TypeVar, cast
from weakref import WeakKeyDictionary

from pulumi.runtime.settings import get_monitor

T = TypeVar("T")

_ALLOCATIONS = (100_000, 50, 100)
"""After how many allocations garbage is collected, and after how many collections the older generations are."""

_MADE: WeakKeyDictionary[object, dict[tuple[type, Hashable], object]] = WeakKeyDictionary()


def once(kind: type[T], key: Hashable, make: Callable[[], T]) -> T:
    """The program's one thing of a kind and key, made with the first use.

    A program is known by the resource monitor that it talks to: one for each deployment, one for each `set_mocks`.

    Args:
        kind: What it is.
        key: Which one.
        make: Makes it.
    """
    made = _MADE.setdefault(get_monitor(), {})
    if (kind, key) not in made:
        made[kind, key] = make()
    return cast("T", made[kind, key])


def collect_rarely() -> None:
    """Let Python look for garbage less often.

    What a program declares lives until its end. By default Python looks through all of it again and again, which is
    a third of the time of declaring 1,000 resources, and finds nothing.
    """
    present = gc.get_threshold()
    if present[0]:
        gc.set_threshold(*map(max, present, _ALLOCATIONS))
