"""The frequency of garbage collection."""

from __future__ import annotations

import gc

OF_A_COMMAND = 5_000_000
"""Allocations in a process of our own, which ends soon.

Those of a review of 1,000 subscriptions in 250 workspaces, which makes 15 MB of garbage.
"""

_OF_A_PROGRAM = 100_000
_OLDER = (50, 100)


def collect_rarely(allocations: int = _OF_A_PROGRAM) -> None:
    """Let Python look for garbage less often, in this process from here on.

    What a program declares lives until its end. By default Python looks through all of it again and again, which is
    a third of the time of declaring 1,000 resources, and finds nothing. A threshold that is higher already stays.

    Args:
        allocations: Those after which it looks, 1 or more; default 100,000, so that what somebody else's program makes
            beside does not pile up (6 million objects in cycles of their own: 23 MB, with 5,000,000 472 MB).
    """
    present = gc.get_threshold()
    if present[0]:
        gc.set_threshold(*map(max, present, (allocations, *_OLDER)))
