"""The schedule's clock: it stands while a handler works and runs fast while an event waits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Clock:
    """The schedule's clock.

    Attributes:
        scale: Seconds of the schedule that pass in one second.
        now: The schedule's present, in seconds from its beginning.
        sleep: Waits for some real seconds.
        today: Gives the real moment, UTC.
    """

    scale: float
    now: float = 0
    sleep: Callable[[float], Awaitable[object]] = field(default=asyncio.sleep)
    today: Callable[[], datetime] = field(default=_utc_now)

    async def wait_until(self, moment: float) -> None:
        """Wait until a moment of the schedule, if it has not passed.

        Args:
            moment: The moment, in seconds from the schedule's beginning.
        """
        if moment > self.now:
            await self.sleep((moment - self.now) / self.scale)
            self.now = moment
