"""Counts the events of archives for each subscription, as fast as usual events can be decoded.

Usual events are decoded as far as filters name their members; whatever is odd goes through the general reader. Both end
in the same columns, and these in the same operator rows as an explanation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from azureml_events.event_grid.delivery import EventDeliverySchema
from azureml_events.routing.event import Event
from azureml_events.routing.reading.events import read_text
from azureml_events.routing.reading.streams import Block, Refusal
from azureml_events.routing.replay.index import Index
from azureml_events.routing.replay.plan import Plans
from azureml_events.routing.subscription import RoutedSubscription

_MOST_COUNTED = 4096


@dataclass(frozen=True)
class Count:
    """The number of events that one subscription gets.

    Attributes:
        subscription: The subscription.
        match: Events that reach it.
        uncertain: Events that may reach it.
    """

    subscription: RoutedSubscription
    match: int
    uncertain: int


@dataclass(frozen=True)
class Tally:
    """The counts of some texts.

    Attributes:
        events: Events that were read.
        malformed: Texts that were refused.
        match: For each subscription, in their order, the events that reach it.
        uncertain: For each subscription, in their order, the events that may reach it.
    """

    events: int
    malformed: int
    match: tuple[int, ...]
    uncertain: tuple[int, ...]


@dataclass(frozen=True)
class Summary:
    """The numbers of events that subscriptions get.

    Attributes:
        events: Events that were read.
        malformed: Texts that were refused.
        counts: A count for each subscription, those that nothing reaches first, else in their order.
    """

    events: int
    malformed: int
    counts: tuple[Count, ...]


class Replay:
    """Routes archives of events and counts.

    Args:
        subscriptions: The subscriptions.
        workspace: The workspace whose events all are taken to be; default the one that each names.
        on_refusal: Is called with each text that is refused; default nothing.
        on_warning: Is called once a file whose events stand inside something else, with the file's name as messages
            show it, the line and the place; default nothing.
    """

    def __init__(
        self,
        subscriptions: Sequence[RoutedSubscription],
        workspace: str | None = None,
        on_refusal: Callable[[Refusal], None] = lambda _: None,
        on_warning: Callable[[str, int, str], None] = lambda *_: None,
    ) -> None:
        self.subscriptions = tuple(subscriptions)
        self.workspace = workspace
        self._index = Index(self.subscriptions, workspace)
        schemas: tuple[EventDeliverySchema, ...] = ("EventGridSchema", "CloudEventSchemaV1_0")
        self._plans = [Plans(self._index, schema) for schema in schemas]
        self.on_refusal = on_refusal
        self.on_warning = on_warning
        self._warned = False
        self._masks: Counter[int] = Counter()
        self._clear()

    def _clear(self) -> None:
        self._match = [0] * len(self.subscriptions)
        self._uncertain = [0] * len(self.subscriptions)
        self._events = 0
        self._malformed = 0

    def begin_file(self) -> None:
        """Warn again of events that stand inside something else."""
        self._warned = False

    def add_blocks(self, blocks: Iterable[Block | Refusal], file: str, on_block: Callable[[int], None]) -> None:
        """Count the events of one file.

        Args:
            blocks: The file's texts.
            file: The file's name as messages show it.
            on_block: Is called now and then with the number of texts that were read since.
        """
        self.begin_file()
        for block in blocks:
            on_block(self.add_read(block, file))

    def add_read(self, read: Block | Refusal, file: str) -> int:
        """Count the events of some texts, or one refusal.

        Args:
            read: What was read.
            file: The file's name as messages show it.

        Returns:
            The number of texts.
        """
        if isinstance(read, Refusal):
            self._refuse(read)
            return 0
        self.add_block(read, file)
        return len(read.texts)

    def add_block(self, block: Block, file: str) -> None:
        """Count the events of some texts.

        Args:
            block: The texts.
            file: The file's name as messages show it.
        """
        if block.place and block.texts:
            self.warn(file, block.lines[0], block.place)
        texts, done = iter(block.texts), 0
        masks: list[int] = []
        while True:
            before = len(masks)
            self._plans[0].route(texts, masks)
            done += len(masks) - before
            if done >= len(block.texts):
                break
            self._add_unusual(block.texts[done], masks, file, block.lines[done])
            done += 1
        self._masks.update(masks)
        if len(self._masks) > _MOST_COUNTED:
            self._count()

    def warn(self, file: str, line: int, place: str) -> None:
        """Say once a file that its events stand inside something else.

        Args:
            file: The file's name as messages show it.
            line: The line where the first one stands.
            place: Where in its text it stands, in words.
        """
        if not self._warned:
            self._warned = True
            self.on_warning(file, line, place)

    def add_tally(self, tally: Tally) -> None:
        """Add what another replay of the same subscriptions counted.

        Args:
            tally: Its counts.
        """
        self._events += tally.events
        self._malformed += tally.malformed
        self._match = [a + b for a, b in zip(self._match, tally.match, strict=True)]
        self._uncertain = [a + b for a, b in zip(self._uncertain, tally.uncertain, strict=True)]

    def take_tally(self) -> Tally:
        """Return the counts so far, and begin anew."""
        self._count()
        tally = Tally(self._events, self._malformed, tuple(self._match), tuple(self._uncertain))
        self._clear()
        return tally

    def summary(self) -> Summary:
        """Return the counts so far."""
        self._count()
        counts = [
            Count(subscription, match, uncertain)
            for subscription, match, uncertain in zip(self.subscriptions, self._match, self._uncertain, strict=True)
        ]
        return Summary(self._events, self._malformed, tuple(sorted(counts, key=lambda c: c.match > 0)))

    def _add_unusual(self, text: bytes, masks: list[int], file: str, line: int) -> None:
        """Count a text that the first plans did not take: of the other schema, an array of one event, or odd."""
        before = len(masks)
        if text[:1] == b"[" and text.rstrip()[-1:] == b"]":
            self._plans[0].route(iter([text.strip()[1:-1]]), masks)
        if len(masks) == before:
            self._plans[1].route(iter([text]), masks)
            if len(masks) > before:
                self._plans.reverse()
            else:
                self._add_odd(text, file, line)

    def _add_odd(self, text: bytes, file: str, line: int) -> None:
        for read in read_text(text, file, line):
            if isinstance(read, Refusal):
                self._refuse(read)
                continue
            if read.place:
                self.warn(file, line, read.place)
            self._masks[self._index.route(read.event)] += 1
            self._learn(read.event)

    def _learn(self, event: Event) -> None:
        for plans in self._plans:
            if plans.schema == event.schema:
                plans.learn(event)

    def _refuse(self, refusal: Refusal) -> None:
        self._malformed += 1
        self.on_refusal(refusal)

    def _count(self) -> None:
        bits = self._index.bits
        for mask, count in self._masks.items():
            self._events += count
            sure = bits.sure(mask)
            _add(self._match, sure, count)
            _add(self._uncertain, mask >> bits.size & ~sure, count)
        self._masks.clear()


def _add(counts: list[int], mask: int, count: int) -> None:
    while mask:
        lowest = mask & -mask
        counts[lowest.bit_length() - 1] += count
        mask ^= lowest
