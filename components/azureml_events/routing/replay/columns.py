"""All conditions of many subscriptions on one key, answered together.

A set of subscriptions is a whole number with two bits for each: one says that the subscription matches, the other that
it may. Conditions are ANDed, so sets are intersected. What a value does is decided by the same `settle` and the same
operator rows as in an explanation; only which operands a text hits is looked up instead of tried one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from azureml_events.event_grid.operators import OPERATORS, Operator
from azureml_events.routing.conditions import Outcome, settle

_MOST_CACHED = 8192


@dataclass(frozen=True)
class Bits:
    """The bits of `size` subscriptions.

    Attributes:
        size: How many subscriptions there are.
    """

    size: int

    @property
    def all(self) -> int:
        """Every subscription, as matching."""
        return (1 << 2 * self.size) - 1

    def match(self, index: int) -> int:
        """One subscription, as matching."""
        return 1 << index | 1 << index + self.size

    def sure(self, mask: int) -> int:
        """Of a set, the bits that say that a subscription matches."""
        return mask & (1 << self.size) - 1

    def outcome(self, mask: int, index: int) -> Outcome:
        """What a set says of one subscription."""
        if mask >> index & 1:
            return Outcome.MATCH
        return Outcome.UNCERTAIN if mask >> index + self.size & 1 else Outcome.NO_MATCH


@dataclass(frozen=True)
class Condition:
    """One advanced filter of one subscription.

    Attributes:
        index: The subscription's position.
        row: The operator.
        operands: The operands, each through `conditions.operand`.
        on_arrays: Whether the subscription filters on arrays.
    """

    index: int
    row: Operator
    operands: tuple[Any, ...]
    on_arrays: bool


V = TypeVar("V")


class Cache(dict[Any, V]):
    """A mapping that works values out when they are first asked for, and forgets them when there are too many.

    Args:
        make: Works out the value of a key.
    """

    def __init__(self, make: Callable[[Any], V]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: Hashable) -> V:
        if len(self) >= _MOST_CACHED:
            self.clear()
        self[key] = value = self._make(key)
        return value


class Column(Cache[int]):
    """The conditions on one key; a mapping from single values to the subscriptions that they leave.

    Args:
        conditions: The conditions, of any subscriptions.
        bits: The subscriptions' bits.
        read: What to judge where a value is looked up; several values where it is open which of them counts.
    """

    def __init__(
        self,
        conditions: Iterable[Condition],
        bits: Bits,
        read: Callable[[Any], tuple[Any, ...]],
    ) -> None:
        super().__init__(lambda value: self.judge(read(value)))
        layers: dict[tuple[str, bool, int], dict[int, Condition]] = {}
        for condition in conditions:
            depth = 0
            while condition.index in layers.get((condition.row.name, condition.on_arrays, depth), ()):
                depth += 1
            layer = layers.setdefault((condition.row.name, condition.on_arrays, depth), {})
            layer[condition.index] = condition
        self._groups = [_Group([*layer.values()], bits) for layer in layers.values()]
        self._all = bits.all
        self.members = 0
        for group in self._groups:
            self.members |= group.members

    def judge(self, found: tuple[Any, ...]) -> int:
        """The subscriptions that are left by what `Key.find` found; the others have no condition here or fail."""
        mask = self._all
        for group in self._groups:
            mask &= group.judge(found)
        return mask


class _Group:
    """Conditions of one operator, at most one for each subscription."""

    def __init__(self, conditions: list[Condition], bits: Bits) -> None:
        first = conditions[0]
        self._row, self._on_arrays = first.row, first.on_arrays
        self._bits = bits
        operands: dict[Any, int] = {}
        self.members = 0
        for condition in conditions:
            bit = bits.match(condition.index)
            self.members |= bit
            for operand in condition.operands:
                operands[operand] = operands.get(operand, 0) | bit
        self._others = bits.all & ~self.members
        self._hits = _index(first.row, operands)

    def judge(self, found: tuple[Any, ...]) -> int:
        if len(found) == 1:
            return self._others | self._one(found[0])
        masks = [self._one(value) for value in found]
        surely, maybe = masks[0], 0
        for mask in masks:
            surely &= mask
            maybe |= mask
        return self._others | self._bits.sure(surely) | maybe & ~self._bits.sure(maybe)

    def _one(self, value: Any) -> int:
        settled = settle(self._row, value, self._on_arrays)
        if settled is Outcome.MATCH:
            return self.members
        if settled is Outcome.NO_MATCH:
            return 0
        if settled is Outcome.UNCERTAIN:
            return self.members & ~self._bits.sure(self.members)
        hit = 0
        for element in settled:
            hit |= self._hits(element)
        return self.members & ~hit if self._row.negated else hit


class Affixes(Cache[int]):
    """The subject filters of all subscriptions; a mapping from subjects to the subscriptions that they leave.

    Args:
        begins: The prefixes: subscription's position, text, whether case counts.
        ends: The suffixes, likewise.
        bits: The subscriptions' bits.
    """

    def __init__(
        self, begins: Iterable[tuple[int, str, bool]], ends: Iterable[tuple[int, str, bool]], bits: Bits
    ) -> None:
        super().__init__(self._judge)
        self._bits = bits
        self.members = 0
        self._sides: list[tuple[bool, int, Callable[[Any], int]]] = []
        for row, affixes in ((_BEGINS, list(begins)), (_ENDS, list(ends))):
            for cased in (False, True):
                operands: dict[Any, int] = {}
                for index, text, case_counts in affixes:
                    if case_counts is cased:
                        text = text if cased else text.lower()  # noqa: PLW2901 the compared form
                        operands[text] = operands.get(text, 0) | bits.match(index)
                members = 0
                for mask in operands.values():
                    members |= mask
                if members:
                    self._sides.append((cased, bits.all & ~members, _index(row, operands)))
                self.members |= members

    def _judge(self, subject: Hashable) -> int:
        if not isinstance(subject, str):
            return self._bits.all & ~self._bits.sure(self.members)
        mask = self._bits.all
        for cased, others, hits in self._sides:
            mask &= others | hits(subject if cased else subject.lower())
        return mask


def _index(row: Operator, operands: Mapping[Any, int]) -> Callable[[Any], int]:
    """Which subscriptions have an operand that an element hits."""
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
