"""Events that are read while others are delivered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from queue import Empty, Queue
from threading import Thread
from typing import TypeVar

_AHEAD = 100

_Item = TypeVar("_Item")


@dataclass(frozen=True)
class _End:
    error: Exception | None = None


def as_they_arrive(items: Iterator[_Item]) -> Iterator[_Item | None]:
    """Read in a thread of its own, which ends with the process, and yield what has arrived.

    Args:
        items: What is read; to take the next one may last.

    Yields:
        The items; None where the next one has not come yet.
    """
    arrived: Queue[_Item | _End] = Queue(_AHEAD)
    Thread(target=_read, args=(items, arrived), daemon=True).start()
    while True:
        try:
            item = arrived.get_nowait()
        except Empty:
            yield None
            continue
        if not isinstance(item, _End):
            yield item
        elif item.error:
            raise item.error
        else:
            return


def _read(items: Iterator[_Item], arrived: Queue[_Item | _End]) -> None:
    try:
        for item in items:
            arrived.put(item)
    except Exception as error:  # noqa: BLE001 it is raised where the items are taken
        arrived.put(_End(error))
    else:
        arrived.put(_End())
