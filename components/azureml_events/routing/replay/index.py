"""The conditions of many subscriptions, grouped by what they look at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from azureml_events.event_grid.catalogue import PREFIX, is_catalogued
from azureml_events.routing.conditions import operand
from azureml_events.routing.event import Event
from azureml_events.routing.keys import Key, resolve
from azureml_events.routing.replay.columns import Affixes, Bits, Cache, Column, Condition
from azureml_events.routing.subscription import RoutedSubscription


class Index:
    """Answers for many subscriptions together, for any event, without explaining.

    Args:
        subscriptions: The subscriptions.
        workspace: The workspace whose events all are taken to be; default the one that each names.
    """

    def __init__(self, subscriptions: Sequence[RoutedSubscription], workspace: str | None = None) -> None:
        self.bits = Bits(len(subscriptions))
        self._subscriptions = subscriptions
        self.sources = _Sources(subscriptions, workspace, self.bits)
        self.types = _Types(subscriptions, self.bits)
        begins, ends = [], []
        conditions: dict[Key, list[Condition]] = {}
        for index, subscription in enumerate(subscriptions):
            filter_ = subscription.filter
            if filter_.subject_begins_with:
                begins.append((index, filter_.subject_begins_with, filter_.is_subject_case_sensitive))
            if filter_.subject_ends_with:
                ends.append((index, filter_.subject_ends_with, filter_.is_subject_case_sensitive))
            for written in subscription.filters:
                asked = written.filter
                key = resolve(asked.key, subscription.delivery_schema)
                operands = tuple(map(operand, asked.operands)) if asked.operator.member else ()
                on_arrays = filter_.enable_advanced_filtering_on_arrays
                condition = Condition(index, asked.operator, operands, on_arrays)
                conditions.setdefault(key, []).append(condition)
        self.affixes = Affixes(begins, ends, self.bits)
        self.conditions = conditions
        self.columns = {key: Column(group, self.bits, lambda value: (value,)) for key, group in conditions.items()}

    def route(self, event: Event) -> int:
        """The subscriptions that an event reaches or may reach, as bits."""
        mask = self.sources[event.source] & self.types[event.type]
        if self.affixes.members:
            mask &= self.affixes[event.subject]
        for key, column in self.columns.items():
            if column.members & mask:
                mask &= column.judge(key.find(event))
        return mask


class _Sources(Cache[int]):
    """From an event's source to the subscriptions of its workspace."""

    def __init__(self, subscriptions: Sequence[RoutedSubscription], workspace: str | None, bits: Bits) -> None:
        super().__init__(self._judge)
        self._ids: dict[str, int] = {}
        self._any = self._unknown = 0
        for index, subscription in enumerate(subscriptions):
            bit = bits.match(index)
            if workspace is not None:
                self._any |= bit if subscription.workspace == workspace else 0
            elif subscription.workspace_id is None:
                self._unknown |= bit & ~bits.sure(bit)
            else:
                name = subscription.workspace_id.lower()
                self._ids[name] = self._ids.get(name, 0) | bit

    def _judge(self, source: Any) -> int:
        named = self._ids.get(source.lower(), 0) | self._unknown if isinstance(source, str) else 0
        return self._any | named


class _Types(Cache[int]):
    """From an event's type to the subscriptions that want it."""

    def __init__(self, subscriptions: Sequence[RoutedSubscription], bits: Bits) -> None:
        super().__init__(self._judge)
        self._bits = bits
        self._named: dict[str, int] = {}
        self._every = self._sure = 0
        for index, subscription in enumerate(subscriptions):
            bit = bits.match(index)
            if not subscription.unknown:
                self._sure |= bit
            else:
                self._sure |= bit & ~bits.sure(bit)
            names = subscription.filter.included_event_types
            if names is None:
                self._every |= bit
            for name in {name.lower() for name in names or ()}:
                self._named[name] = self._named.get(name, 0) | bit

    def _judge(self, name: Any) -> int:
        return self._wanting(name or "") & self._sure

    def _wanting(self, name: str) -> int:
        named = self._named.get(name.lower(), 0)
        if not name.lower().startswith(PREFIX.lower()):
            return named
        every = self._every if is_catalogued(name) else self._every & ~self._bits.sure(self._every)
        return named | every
