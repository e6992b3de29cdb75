"""The conditions of many subscriptions, grouped by what they look at."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeVar

from azureml_events.routing.conditions import Comparison, Outcome, comparable
from azureml_events.routing.event import Event
from azureml_events.routing.keys import Key
from azureml_events.routing.match import judge_event_type, judge_source, subject_conditions
from azureml_events.routing.replay.columns import Bits, Cache, Column, Condition
from azureml_events.routing.subscription import RoutedSubscription

F = TypeVar("F", bound=Hashable)


class Index:
    """Answers for many subscriptions together, for any event, without explaining.

    Args:
        subscriptions: The subscriptions.
        workspace: The workspace whose events all are taken to be; default the one that each names.
    """

    def __init__(self, subscriptions: Sequence[RoutedSubscription], workspace: str | None = None) -> None:
        self.bits = Bits(len(subscriptions))
        self._subscriptions = subscriptions
        self.sources = self._cache(
            lambda each: (each.workspace, each.workspace_id),
            lambda owner, source: judge_source(owner, source, workspace).outcome,
        )
        self.types = self._cache(
            lambda each: each.filter.included_event_types,
            lambda included, name: judge_event_type(included, name).outcome,
        )
        self.constant = self._constant()
        self.subjects = Column(self._subject_conditions(), self.bits)
        self.conditions = self._conditions()
        self.columns = Cache(lambda key: Column(self.conditions[key], self.bits))

    def route(self, event: Event) -> int:
        """Return the subscriptions that an event reaches or may reach, as bits."""
        mask = self.constant & self.sources[event.source] & self.types[event.type]
        if self.subjects.subscribers & mask:
            mask &= self.subjects[event.subject]
        for key in self.conditions:
            column = self.columns[key]
            if column.subscribers & mask:
                mask &= column.left_by(key.find(event))
        return mask

    def _cache(self, fact: Callable[[RoutedSubscription], F], judge: Callable[[F, str | None], Outcome]) -> Cache[int]:
        """Judge each distinct value once for each distinct fact of the subscriptions."""
        subscribers: dict[F, int] = {}
        for index, each in enumerate(self._subscriptions):
            known = fact(each)
            subscribers[known] = subscribers.get(known, 0) | self.bits.match(index)

        def left_by(value: Any) -> int:
            text, mask = value if isinstance(value, str) else None, 0
            for known, bits in subscribers.items():
                mask |= self.bits.left(bits, judge(known, text))
            return mask

        return Cache(left_by)

    def _constant(self) -> int:
        """Return all subscriptions, those with an unknown condition as uncertain."""
        mask = self.bits.all
        for index, each in enumerate(self._subscriptions):
            if each.unknown:
                mask &= ~self.bits.sure(self.bits.match(index))
        return mask

    def _subject_conditions(self) -> list[Condition]:
        return [
            Condition(index, comparison, (comparison.fold(text),))
            for index, each in enumerate(self._subscriptions)
            for comparison, text in subject_conditions(each.filter)
        ]

    def _conditions(self) -> dict[Key, list[Condition]]:
        conditions: dict[Key, list[Condition]] = {}
        for index, each in enumerate(self._subscriptions):
            on_arrays = each.filter.enable_advanced_filtering_on_arrays
            for key, group in each.filters_by_key().items():
                own = conditions.setdefault(key, [])
                for asked in (placed.filter for placed in group):
                    own.append(Condition(index, Comparison(asked.operator, on_arrays), comparable(asked.operands)))
        return conditions
