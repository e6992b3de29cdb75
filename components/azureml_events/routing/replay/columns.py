"""All conditions of many subscriptions on one key, answered together.

A set of subscriptions is a whole number with two bits for each: one says that the subscription matches, the other that
it may. Conditions are ANDed, so sets are intersected. What a value does is decided by the same comparisons and the same
operator rows as in an explanation; only which operands a text hits is looked up instead of tried one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from azureml_events.event_grid.operators import OPERATORS, Operator
from azureml_events.routing.conditions import Comparison, Outcome, SubjectComparison

_MOST_CACHED = 8192
_LONGEST_CACHED = 256


@dataclass(frozen=True)
class Bits:
    """The bits of `size` subscriptions.

    Attributes:
        size: The number of subscriptions.
    """

    size: int

    @property
    def all(self) -> int:
        """All subscriptions, as matching."""
        return (1 << 2 * self.size) - 1

    def match(self, index: int) -> int:
        """Return one subscription, as matching."""
        return 1 << index | 1 << index + self.size

    def sure(self, mask: int) -> int:
        """Return the bits of a set that say that a subscription matches."""
        return mask & (1 << self.size) - 1

    def left(self, mask: int, outcome: Outcome) -> int:
        """Return what is left of a set by an outcome that is the same for all of it."""
        if outcome is Outcome.MATCH:
            return mask
        return 0 if outcome is Outcome.NO_MATCH else mask & ~self.sure(mask)


@dataclass(frozen=True)
class Condition:
    """One condition of one subscription on a value.

    Attributes:
        index: The subscription's position.
        comparison: The operator and its mode.
        operands: The operands, in the form that is compared.
    """

    index: int
    comparison: Comparison | SubjectComparison
    operands: tuple[Any, ...]


V = TypeVar("V")


class Cache(dict[Any, V]):
    """A mapping that computes values on demand, keeps those of short keys, and forgets them when there are too many.

    Args:
        make: Computes the value of a key.
    """

    def __init__(self, make: Callable[[Any], V]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: Hashable) -> V:
        value = self._make(key)
        if _length(key) <= _LONGEST_CACHED:
            if len(self) >= _MOST_CACHED:
                self.clear()
            self[key] = value
        return value


def _length(key: Hashable) -> int:
    """Return how many characters a key keeps in memory."""
    if isinstance(key, tuple):
        return sum(_length(each) for each in key)
    return len(key) if isinstance(key, (str, bytes)) else 1


class Column(Cache[int]):
    """The conditions on one key; a mapping from single values to the subscriptions that they leave.

    Args:
        conditions: The conditions, of any subscriptions.
        bits: The subscriptions' bits.
        read: Gives the value that is looked up as `Key.find` would find it; default the value itself.
    """

    def __init__(
        self,
        conditions: Iterable[Condition],
        bits: Bits,
        read: Callable[[Any], tuple[Any, ...]] | None = None,
    ) -> None:
        super().__init__((lambda value: self.left_by(read(value))) if read else self._left_by_one)
        layers: dict[tuple[Hashable, int], dict[int, Condition]] = {}
        for condition in conditions:
            depth = 0
            while condition.index in layers.get((condition.comparison, depth), ()):
                depth += 1
            layers.setdefault((condition.comparison, depth), {})[condition.index] = condition
        self._groups = [_Group([*layer.values()], bits) for layer in layers.values()]
        self._all = bits.all
        self.subscribers = 0
        for group in self._groups:
            self.subscribers |= group.subscribers

    def left_by(self, found: tuple[Any, ...]) -> int:
        """Return the subscriptions whose conditions here are met, and those that have none.

        Args:
            found: The values that `Key.find` found; several where it is open which of them counts.
        """
        if len(found) == 1:
            return self._left_by_one(found[0])
        mask = self._all
        for group in self._groups:
            mask &= group.left_by_any(found)
        return mask

    def _left_by_one(self, value: Any) -> int:
        mask = self._all
        for group in self._groups:
            mask &= group.left_by(value)
        return mask


class _Group:
    """Conditions that compare in one way, at most one for each subscription."""

    def __init__(self, conditions: list[Condition], bits: Bits) -> None:
        comparison = conditions[0].comparison
        self._settle, self._negated = comparison.settle, comparison.row.negated
        self._bits = bits
        operands: dict[Any, int] = {}
        self.subscribers = 0
        for condition in conditions:
            bit = bits.match(condition.index)
            self.subscribers |= bit
            for operand in condition.operands:
                operands[operand] = operands.get(operand, 0) | bit
        self._others = bits.all & ~self.subscribers
        self._hits = _index(comparison.row, operands)

    def left_by(self, value: Any) -> int:
        settled = self._settle(value)
        if isinstance(settled, Outcome):
            return self._others | self._bits.left(self.subscribers, settled)
        hit = 0
        for element in settled:
            hit |= self._hits(element)
        return self._others | (self.subscribers & ~hit if self._negated else hit)

    def left_by_any(self, found: tuple[Any, ...]) -> int:
        masks = [self.left_by(value) for value in found]
        surely, maybe = masks[0], 0
        for mask in masks:
            surely &= mask
            maybe |= mask
        return self._bits.sure(surely) | maybe & ~self._bits.sure(maybe)


def _index(row: Operator, operands: Mapping[Any, int]) -> Callable[[Any], int]:
    """Make the look-up from an element to the subscriptions with an operand that it hits."""
    if row.hits is _EQUALS.hits:
        return lambda element: operands.get(element, 0)
    get = operands.get
    lengths = sorted({len(text) for text in operands}) if row.hits in {_BEGINS.hits, _ENDS.hits} else []

    def begins(element: str) -> int:
        mask = 0
        for length in lengths:
            mask |= get(element[:length], 0)
        return mask

    def ends(element: str) -> int:
        mask = 0
        for length in lengths:
            mask |= get(element[-length:], 0)
        return mask

    def each(element: Any) -> int:
        mask = 0
        for operand, bits in operands.items():
            if row.hits is not None and row.hits(element, operand):
                mask |= bits
        return mask

    return begins if row.hits is _BEGINS.hits else ends if row.hits is _ENDS.hits else each


_EQUALS = OPERATORS["StringIn"]
_BEGINS = OPERATORS["StringBeginsWith"]
_ENDS = OPERATORS["StringEndsWith"]
