"""The schedule: which attempts are made, when, and what becomes of an event; its clock does not run by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from azureml_events.delivery.answer import Answer
from azureml_events.delivery.clock import Clock
from azureml_events.delivery.letter_box import LetterBox
from azureml_events.delivery.parcel import Parcel
from azureml_events.delivery.schedule import MOST_WAITING, Attempt, Ending, Schedule
from azureml_events.delivery.subscription import LocalSubscription
from azureml_events.routing.reading.events import ReadEvent, read_files
from delivery.stacks import parcel, subscriptions

DAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


@dataclass
class Scripted:
    """A receiver that answers by a script, and then takes everything."""

    script: list[int | str] = field(default_factory=list)
    calls: list[list[str]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    place: str = "here"
    clock: Clock | None = None

    async def greet(self, subscription: LocalSubscription) -> str | None:
        """Nothing is asked."""
        del subscription
        return None

    async def send(self, subscription: LocalSubscription, parcels: Sequence[Parcel]) -> Answer:
        """The script's next answer."""
        del subscription
        self.calls.append([each.id for each in parcels])
        self.times.append(self.clock.now if self.clock else 0)
        said = self.script.pop(0) if self.script else 200
        return Answer.of(said) if isinstance(said, int) else Answer(None, said)


@dataclass
class Ran:
    """What a run did."""

    receiver: Scripted
    attempts: list[Attempt] = field(default_factory=list)
    endings: list[Ending] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    @property
    def waits(self) -> list[int | None]:
        """The waits after each attempt."""
        return [each.wait for each in self.attempts]


def run(parcels: Iterable[Parcel], script: Sequence[int | str], folder: Path | None = None, scale: float = 3600) -> Ran:
    """Deliver parcels of one place to a receiver with a script."""
    ran = Ran(Scripted(list(script)))

    async def sleep(seconds: float) -> None:
        ran.slept.append(seconds)

    async def deliver() -> None:
        there = list(parcels)
        clock = Clock(scale, sleep=sleep, today=lambda: DAY)
        ran.receiver.clock = clock
        receivers = {each.subscription: ran.receiver for each in there}
        letters = LetterBox(folder, clock)
        await Schedule(receivers, clock, letters, ran.attempts.append, ran.endings.append).run(iter(there))

    asyncio.run(deliver())
    return ran


@pytest.fixture
def there(tmp_path: Path) -> dict[str, LocalSubscription]:
    return subscriptions(tmp_path)


SCHEDULE = [10, 30, 60, 300, 600, 1800, 3600, 10800, 21600, 43200, 43200]


def test_attempts_follow_the_schedule_until_the_time_to_live_has_passed(
    there: dict[str, LocalSubscription], tmp_path: Path
) -> None:
    ran = run([parcel(there["to-batches"])], [500] * 99, tmp_path / "letters")

    assert ran.waits == SCHEDULE
    assert [each.number for each in ran.attempts] == list(range(1, 12))
    assert ran.slept == [wait / 3600 for wait in SCHEDULE]
    assert [(each.how, each.reason) for each in ran.endings] == [("dead-lettered", "TimeToLiveExceeded")]


def test_the_attempts_of_a_retry_policy_are_its_last(there: dict[str, LocalSubscription], tmp_path: Path) -> None:
    ran = run([parcel(there["to-hook"])], [500] * 99, tmp_path / "letters")

    assert ran.waits == [10, 30, 60, None]
    assert ran.endings[0].reason == "MaxDeliveryAttemptsExceeded"
    [path] = (tmp_path / "letters").rglob("*.json")
    assert path.relative_to(tmp_path / "letters").parts[:-1] == ("TO-HOOK", "2026", "3", "2", "9")
    [read] = read_files([str(path)])
    assert isinstance(read, ReadEvent)
    assert read.dead_letter
    assert (read.dead_letter.reason, read.dead_letter.attempts, read.dead_letter.outcome) == (
        "MaxDeliveryAttemptsExceeded",
        4,
        "Busy",
    )
    assert read.event.members == parcel(there["to-hook"]).event
    assert read.warnings == ()


@pytest.mark.parametrize("status", [200, 201, 202, 203, 204])
def test_a_success_is_not_tried_again(there: dict[str, LocalSubscription], status: int) -> None:
    ran = run([parcel(there["to-hook"])], [status])
    assert (ran.waits, ran.endings[0].how) == ([None], "delivered")


@pytest.mark.parametrize(
    ("subscription", "status"), [("to-hook", 400), ("to-hook", 401), ("to-hook", 403), ("to-hook", 413), ("to-fn", 413)]
)
def test_some_statuses_are_never_tried_again(
    there: dict[str, LocalSubscription], subscription: str, status: int
) -> None:
    ran = run([parcel(there[subscription])], [status])
    assert ran.waits == [None]
    assert [(each.how, each.lost) for each in ran.endings] == [("dropped", "there is no --dead-letters DIR")]


@pytest.mark.parametrize(
    ("subscription", "answer", "wait", "outcome"),
    [
        ("to-hook", 503, 30, "Busy"),
        ("to-hook", 429, 10, "Busy"),
        ("to-hook", 408, 120, "TimedOut"),
        ("to-hook", 302, 10, "BadRequest"),
        ("to-hook", 404, 300, "NotFound"),
        ("to-fn", 401, 300, "Unauthorized"),
        ("to-hook", "TimedOut", 10, "TimedOut"),
        ("to-hook", "SocketError", 30, "SocketError"),
        ("to-hook", "ResolutionError", 300, "ResolutionError"),
        ("to-hook", 205, 10, "BadRequest"),
    ],
)
def test_the_least_wait_and_probation_make_a_wait_longer(
    there: dict[str, LocalSubscription], subscription: str, answer: int | str, wait: int, outcome: str
) -> None:
    ran = run([parcel(there[subscription])], [answer])
    assert ran.waits == [wait, None]
    assert ran.attempts[0].answer.outcome == outcome


def test_what_is_due_at_one_moment_is_tried_and_what_becomes_due_on_probation_waits(
    there: dict[str, LocalSubscription],
) -> None:
    first, second = (parcel(there["to-hook"], id_=each) for each in "ab")
    ran = run([first, second], [500, 404, 200, 200])

    assert ran.receiver.calls == [["a"], ["b"], ["a"], ["b"]]
    assert ran.receiver.times == [0, 0, 300, 300]
    assert ran.waits == [10, 300, None, None]


def test_events_go_in_batches_and_a_failed_one_is_tried_as_a_whole(there: dict[str, LocalSubscription]) -> None:
    ran = run([parcel(there["to-batches"], id_=each) for each in "abcd"], [500])
    assert ran.receiver.calls == [["a", "b", "c"], ["d"], ["a", "b", "c"]]


def test_events_that_were_tried_unequally_often_go_in_batches_of_their_own(there: dict[str, LocalSubscription]) -> None:
    """The second failure of three keeps the fourth, tried once, until all of them are due."""
    ran = run([parcel(there["to-batches"], id_=each) for each in "abcd"], [500, 408, 404])

    assert ran.receiver.calls == [["a", "b", "c"], ["d"], ["a", "b", "c"], ["d"], ["a", "b", "c"]]
    assert ran.receiver.times == [0, 0, 10, 310, 310]


def test_a_batch_keeps_to_its_size_unless_one_event_is_larger(there: dict[str, LocalSubscription]) -> None:
    subscription = there["to-batches"]
    large = [parcel(subscription, id_=each * 40_000) for each in "ab"]
    ran = run([*large, parcel(subscription, id_="c")], [])
    assert [[each[0] for each in call] for call in ran.receiver.calls] == [["a"], ["b", "c"]]


def test_dead_letters_of_five_minutes_lie_in_one_blob_of_at_most_ten(
    there: dict[str, LocalSubscription], tmp_path: Path
) -> None:
    folder = tmp_path / "letters"
    run([parcel(there["to-hook"], id_=str(each)) for each in range(12)], [400] * 12, folder)
    assert sorted(len(list(read_files([str(path)]))) for path in folder.rglob("*.json")) == [2, 10]


def test_a_subscription_without_dead_letters_drops_and_says_why(
    there: dict[str, LocalSubscription], tmp_path: Path
) -> None:
    ran = run([parcel(there["lossy"], "ModelRegistered")], [400], tmp_path / "letters")
    assert (ran.endings[0].how, ran.endings[0].lost) == (
        "dropped",
        "the stack keeps no dead letters of this subscription: may be lost",
    )


def test_events_are_read_as_others_arrive(there: dict[str, LocalSubscription]) -> None:
    given = 0

    def many() -> Iterable[Parcel]:
        nonlocal given
        for each in range(3 * MOST_WAITING):
            given += 1
            yield parcel(there["to-hook"], "ModelRegistered", str(each))

    ahead = 0

    async def deliver() -> None:
        clock = Clock(3600)
        done = 0

        def count(_: Ending) -> None:
            nonlocal done, ahead
            done += 1
            ahead = max(ahead, given - done)

        schedule = Schedule({there["to-hook"]: Scripted()}, clock, LetterBox(None, clock), lambda _: None, count)
        await schedule.run(iter(many()))

    asyncio.run(deliver())
    assert given == 3 * MOST_WAITING
    assert ahead <= MOST_WAITING
