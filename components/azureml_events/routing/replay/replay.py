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
from azureml_events.routing.reading.events import display_name, file_blocks, read_text
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
    """

    def __init__(
        self,
        subscriptions: Sequence[RoutedSubscription],
        workspace: str | None = None,
        on_refusal: Callable[[Refusal], None] = lambda _: None,
    ) -> None:
        self._subscriptions = tuple(subscriptions)
        self._index = Index(self._subscriptions, workspace)
        schemas: tuple[EventDeliverySchema, ...] = ("EventGridSchema", "CloudEventSchemaV1_0")
        self._plans = [Plans(self._index, schema) for schema in schemas]
        self._on_refusal = on_refusal
        self._masks: Counter[int] = Counter()
        self._match = [0] * len(self._subscriptions)
        self._uncertain = [0] * len(self._subscriptions)
        self._events = 0
        self._malformed = 0

    def add_files(self, names: Iterable[str], on_block: Callable[[int], None] = lambda _: None) -> None:
        """Count the events of files.

        Args:
            names: Paths, `-` for standard input.
            on_block: Is called now and then with the number of texts that were read since.
        """
        for name in names:
            for block in file_blocks(name):
                if isinstance(block, Refusal):
                    self._refuse(block)
                else:
                    self.add_block(block, display_name(name))
                    on_block(len(block.texts))

    def add_block(self, block: Block, file: str) -> None:
        """Count the events of some texts.

        Args:
            block: The texts.
            file: The file's name as refusals show it.
        """
        texts, position = block.texts, 0
        masks: list[int] = []
        while (position := self._plans[0].route(texts, position, masks)) < len(texts):
            if self._plans[1].route(texts[position : position + 1], 0, masks):
                self._plans.reverse()
            else:
                self._add_odd(texts[position], file, block.lines[position])
            position += 1
        self._masks.update(masks)
        if len(self._masks) > _MOST_COUNTED:
            self._count()

    def summary(self) -> Summary:
        """Return the counts so far."""
        self._count()
        counts = [
            Count(subscription, match, uncertain)
            for subscription, match, uncertain in zip(self._subscriptions, self._match, self._uncertain, strict=True)
        ]
        return Summary(self._events, self._malformed, tuple(sorted(counts, key=lambda c: c.match > 0)))

    def _add_odd(self, text: bytes, file: str, line: int) -> None:
        for read in read_text(text, file, line):
            if isinstance(read, Refusal):
                self._refuse(read)
                continue
            self._masks[self._index.route(read.event)] += 1
            self._learn(read.event)

    def _learn(self, event: Event) -> None:
        for plans in self._plans:
            if plans.schema == event.schema:
                plans.learn(event)

    def _refuse(self, refusal: Refusal) -> None:
        self._malformed += 1
        self._on_refusal(refusal)

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
