"""Delivers events by Event Grid's schedule.

Each place is called one call at a time, different places side by side: a handler on the author's machine is often a
program that answers one call after the other. Whatever is due at one moment is tried at that moment; what becomes due
while a subscription is on probation waits until that ends.

Event Grid also gives some events up while a subscription is on probation, without a try; it does not say which, so
nothing is given up for that here.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count

from azureml_events.delivery.answer import Answer, Receiver
from azureml_events.delivery.clock import Clock
from azureml_events.delivery.letter_box import LetterBox
from azureml_events.delivery.parcel import Parcel
from azureml_events.delivery.subscription import LocalSubscription
from azureml_events.event_grid.dead_letters import ATTEMPTS_EXCEEDED, LIFE_EXCEEDED, refused_reason
from azureml_events.event_grid.retries import final_status, probation_after, wait_after

MOST_WAITING = 1000
"""Events that are on their way at a time; further ones are read when others have arrived."""

MOST_BYTES = 1 << 25
"""Bytes that these have together, unless one alone has more."""

_MOMENT = 0.02
"""Real seconds after which it is looked again whether a further event has come."""


@dataclass(frozen=True)
class Attempt:
    """An attempt to deliver one event.

    Attributes:
        parcel: The event.
        number: Which attempt it was, from 1.
        answer: How it ended.
        wait: Seconds of the schedule until the next one; None where there is none.
    """

    parcel: Parcel
    number: int
    answer: Answer
    wait: int | None


@dataclass(frozen=True)
class Ending:
    """What became of an event.

    Attributes:
        parcel: The event.
        how: `delivered`, `dead-lettered` or `dropped`.
        reason: Why it was given up; empty where it was delivered.
        lost: Why it was dropped; empty where it was not.
    """

    parcel: Parcel
    how: str
    reason: str = ""
    lost: str = ""


@dataclass
class _Queue:
    """The events of one subscription that are due at some moment."""

    subscription: LocalSubscription
    receiver: Receiver
    due: list[tuple[float, int, Parcel]] = field(default_factory=list)
    failed_at: float = -1
    free_at: float = -1

    def first(self) -> float:
        """Return the moment at which the first one is tried; infinity for none."""
        return self._tried_at(self.due[0][0]) if self.due else float("inf")

    @property
    def turn(self) -> tuple[float, int]:
        """What puts those that are due in their order."""
        return self.first(), self.due[0][1]

    def is_due(self, now: float) -> bool:
        """Tell whether the first one is due."""
        return self.first() <= now

    def _tried_at(self, due: float) -> float:
        return self.free_at if self.failed_at < due < self.free_at else due


class Schedule:
    """Events on their way.

    Args:
        receivers: Where each subscription's events are sent.
        clock: The schedule's clock.
        letters: Where dead letters are kept.
        on_attempt: Is told of each attempt.
        on_ending: Is told what became of each event.

    Attributes:
        waiting: How many events are on their way.
    """

    def __init__(
        self,
        receivers: Mapping[LocalSubscription, Receiver],
        clock: Clock,
        letters: LetterBox,
        on_attempt: Callable[[Attempt], None],
        on_ending: Callable[[Ending], None],
    ) -> None:
        self._queues = {each: _Queue(each, receiver) for each, receiver in receivers.items()}
        self._clock, self._letters = clock, letters
        self._on_attempt, self._on_ending = on_attempt, on_ending
        self._order = count()
        self.waiting = self._bytes = 0

    async def run(self, parcels: Iterator[Parcel | None]) -> None:
        """Deliver events until each has arrived or was given up.

        Args:
            parcels: The events, for subscriptions that have a receiver; None where the next one has not come yet.
        """
        try:
            while True:
                more = self._take_in(parcels)
                soonest = min((each.first() for each in self._queues.values()), default=float("inf"))
                if more:
                    soonest = min(soonest, self._clock.now + _MOMENT * self._clock.scale)
                if soonest == float("inf"):
                    return
                await self._clock.wait_until(soonest)
                self._letters.write_due()
                await self._try_once()
        finally:
            self._letters.write_all()

    def _take_in(self, parcels: Iterator[Parcel | None]) -> bool:
        """Take in what has come, and tell whether it has to be looked again soon."""
        while self.waiting < MOST_WAITING and self._bytes < MOST_BYTES:
            try:
                parcel = next(parcels)
            except StopIteration:
                return False
            if parcel is None:
                return True
            parcel.published_at = self._clock.now
            self.waiting += 1
            self._bytes += len(parcel.text)
            self._put(parcel, self._clock.now)
        return False

    def _put(self, parcel: Parcel, due: float) -> None:
        heapq.heappush(self._queues[parcel.subscription].due, (due, next(self._order), parcel))

    async def _try_once(self) -> None:
        """Make the first call to each place to which one is due."""
        calls: dict[str, _Queue] = {}
        for queue in self._queues.values():
            place = queue.receiver.place
            if queue.is_due(self._clock.now) and (place not in calls or queue.turn < calls[place].turn):
                calls[place] = queue
        batches = [(queue, batch) for queue in calls.values() if (batch := self._cut(queue))]
        sent = [queue.receiver.send(queue.subscription, batch) for queue, batch in batches]
        for (queue, batch), answer in zip(batches, await asyncio.gather(*sent), strict=True):
            self._settle(queue, batch, answer)

    def _cut(self, queue: _Queue) -> list[Parcel]:
        """Take the events of one call; those whose time has passed are given up."""
        subscription, batch, size = queue.subscription, list[Parcel](), 0
        while queue.is_due(self._clock.now) and len(batch) < subscription.most_events:
            parcel = queue.due[0][2]
            if self._clock.now - parcel.published_at >= subscription.longest_life:
                heapq.heappop(queue.due)
                parcel.outcome = parcel.outcome or "Probation"
                self._give_up(parcel, LIFE_EXCEEDED)
                continue
            size += len(parcel.text) + 1
            if batch and (size > subscription.preferred_bytes or parcel.attempts != batch[0].attempts):
                break
            heapq.heappop(queue.due)
            batch.append(parcel)
        return batch

    def _settle(self, queue: _Queue, batch: list[Parcel], answer: Answer) -> None:
        if not answer.delivered and (pause := probation_after(answer.outcome)):
            queue.failed_at = self._clock.now
            queue.free_at = max(queue.free_at, self._clock.now + pause)
        for parcel in batch:
            parcel.attempts += 1
            parcel.outcome = answer.outcome
            parcel.tried = self._clock.today()
            self._settle_one(parcel, answer)

    def _settle_one(self, parcel: Parcel, answer: Answer) -> None:
        resource = parcel.subscription.is_azure_resource
        final = final_status(answer.status, azure_resource=resource)
        over = final or parcel.attempts >= parcel.subscription.most_attempts
        wait = wait_after(parcel.attempts, answer.status, answer.outcome, azure_resource=resource)
        goes_on = not answer.delivered and not over
        self._on_attempt(Attempt(parcel, parcel.attempts, answer, wait if goes_on else None))
        if answer.delivered:
            self._end(Ending(parcel, "delivered"))
        elif over:
            self._give_up(parcel, refused_reason(final) if final else ATTEMPTS_EXCEEDED)
        else:
            self._put(parcel, self._clock.now + wait)

    def _give_up(self, parcel: Parcel, reason: str) -> None:
        lost = self._letters.why_not(parcel)
        if lost is None:
            self._letters.put(parcel, reason)
        self._end(Ending(parcel, "dropped" if lost else "dead-lettered", reason, lost or ""))

    def _end(self, ending: Ending) -> None:
        self.waiting -= 1
        self._bytes -= len(ending.parcel.text)
        self._on_ending(ending)
