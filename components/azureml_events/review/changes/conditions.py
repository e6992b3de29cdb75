"""What a subscription asks of an event, condition by condition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from azureml_events.event_grid.operators import Operator
from azureml_events.routing.conditions import Comparison, SubjectComparison, comparable
from azureml_events.routing.keys import Key, resolve
from azureml_events.routing.match import subject_conditions
from azureml_events.routing.subscription import RoutedSubscription

_SUBJECT = resolve("subject", "EventGridSchema")


@dataclass(frozen=True)
class Condition:
    """A condition on one key; equal ones are met by the same events.

    Attributes:
        key: The key.
        comparison: The operator and its mode.
        operands: The operands, in the form that is compared.
        words: The key as it is written, and what is asked, for people.
        written: The operands as they are written.
    """

    key: Key
    comparison: Comparison | SubjectComparison
    operands: frozenset[Any]
    words: tuple[str, str]
    written: tuple[Any, ...]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Condition) and self._identity == other._identity

    def __hash__(self) -> int:
        return hash(self._identity)

    @property
    def operator(self) -> Operator:
        """The operator."""
        return self.comparison.row

    @property
    def is_cased(self) -> bool:
        """Whether case counts."""
        return isinstance(self.comparison, SubjectComparison) and self.comparison.cased

    @property
    def on_arrays(self) -> bool:
        """Whether it looks into arrays."""
        return isinstance(self.comparison, Comparison) and self.comparison.on_arrays

    @property
    def texts(self) -> tuple[str, ...]:
        """Its operands where they are texts, as they are written."""
        return tuple(each for each in self.written if isinstance(each, str))

    @property
    def _identity(self) -> tuple[object, ...]:
        return self.key, self.comparison, self.operands


def conditions_of(subscription: RoutedSubscription) -> Iterator[Condition]:
    """Yield what a subscription asks beside the event type.

    Args:
        subscription: The subscription.
    """
    names: Mapping[str, str] = {"StringBeginsWith": "subjectBeginsWith", "StringEndsWith": "subjectEndsWith"}
    for subject, text in subject_conditions(subscription.filter):
        words = ("subject", names[subject.row.name])
        yield Condition(_SUBJECT, subject, frozenset({subject.fold(text)}), words, (text,))
    for placed in subscription.filters:
        asked = placed.filter
        key = resolve(asked.key, subscription.delivery_schema)
        on_arrays = subscription.filter.enable_advanced_filtering_on_arrays and asked.operator.member is not None
        words = (asked.key, asked.operator_type)
        operands = frozenset(comparable(asked.operands))
        yield Condition(key, Comparison(asked.operator, on_arrays), operands, words, asked.operands)
