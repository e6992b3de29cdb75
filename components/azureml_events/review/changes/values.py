"""The values that a key of an event type is tried with: those that tell its conditions apart, documented ones first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from azureml_events.event_grid.catalogue import DATA_FIELDS, DataField, EventType, Kind
from azureml_events.event_grid.operators import Operand
from azureml_events.lint.values import telling_numbers
from azureml_events.review.changes.conditions import Condition
from azureml_events.review.changes.texts import Pieces, telling_texts
from azureml_events.routing.keys import Key

_SET_BY_AZURE = {"subject", "source", "type", "time", "specversion", "metadataversion"}
_MAP_MEMBER = 2
_MOST_IN_ARRAYS = 8


class _Sentinel:
    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return self._name


AS_SAMPLED: Any = _Sentinel("<as sampled>")
"""Stands for the value that the catalogue's sample has."""

ABSENT: Any = _Sentinel("<absent>")
"""Stands for no value."""


@dataclass(frozen=True)
class Option:
    """A value for a key.

    Attributes:
        value: The value, or `AS_SAMPLED`, or `ABSENT`.
        outside: Whether no event is documented that has it.
    """

    value: Any
    outside: bool = False


def pieces_of(conditions: Iterable[Condition]) -> Pieces:
    """Return what the conditions on one text say of it.

    Args:
        conditions: The conditions.
    """
    pieces = Pieces()
    for each in conditions:
        if each.operator.operand is Operand.TEXT:
            pieces.add(each.operator.name, each.texts)
            pieces.cased = pieces.cased or each.is_cased
    return pieces


def options_of(
    key: Key, row: EventType | None, conditions: Sequence[Condition], pieces: Pieces, forbidden: str
) -> list[Option]:
    """Return the values that tell conditions on a key apart.

    Args:
        key: The key.
        row: The event type; None for one that the catalogue does not have.
        conditions: The conditions on it.
        pieces: What they, and others on a text that it is part of, say of it.
        forbidden: Characters that no filler has.

    Raises:
        TooManyError: They are too many.
    """
    first = Option(AS_SAMPLED)
    if row is None and (key.is_subject or key.attribute == "data"):
        return [first, *_anything(conditions, pieces, forbidden)]
    if row is not None and key.attribute == "data" and key.path:
        return [first, *_of_data(key, row, conditions, pieces, forbidden)]
    if key.attribute in _SET_BY_AZURE or key.path:
        return [first]
    if key.attribute == "id":
        return [first, *_texts(pieces, forbidden)]
    return [first, *_anything(conditions, pieces, forbidden)]


def _of_data(
    key: Key, row: EventType, conditions: Sequence[Condition], pieces: Pieces, forbidden: str
) -> Iterator[Option]:
    field = row.field(key.path[0])
    if field is not None:
        yield from _of_field(field, len(key.path), conditions, pieces, forbidden)
    elif key.path[0] not in DATA_FIELDS:
        yield from _anything(conditions, pieces, forbidden)


def _of_field(
    field: DataField, depth: int, conditions: Sequence[Condition], pieces: Pieces, forbidden: str
) -> Iterator[Option]:
    if field.kind is Kind.TEXTS:
        yield from _of_map(depth, conditions, pieces, forbidden)
        return
    if depth > 1:
        return
    if field.kind is Kind.NUMBER:
        yield from (Option(each) for each in _numbers(conditions))
    else:
        known = {each.lower(): each for each in field.known}
        yield from (Option(each) for each in field.known)
        for each in telling_texts(pieces, forbidden):
            yield Option(known.get(each.lower(), each), outside=field.closed and each.lower() not in known)
    if field.kind is Kind.TIME:
        yield Option(None)
    yield from _odd(conditions, pieces, forbidden, numbers=field.kind is not Kind.NUMBER)
    if field.kind is Kind.NUMBER:
        yield from (Option(each, outside=True) for each in telling_texts(pieces, forbidden))


def _of_map(depth: int, conditions: Sequence[Condition], pieces: Pieces, forbidden: str) -> Iterator[Option]:
    if depth == 1:
        yield Option(ABSENT)
        yield Option(None, outside=True)
        yield Option("x-1", outside=True)
    elif depth == _MAP_MEMBER:
        yield Option(ABSENT)
        yield from _texts(pieces, forbidden)
        yield from _odd(conditions, pieces, forbidden, numbers=True)


def _texts(pieces: Pieces, forbidden: str) -> Iterator[Option]:
    yield from (Option(each) for each in telling_texts(pieces, forbidden))


def _anything(conditions: Sequence[Condition], pieces: Pieces, forbidden: str) -> Iterator[Option]:
    """Yield values of a key that no catalogue knows: all of them are outside."""
    yield from (Option(each, outside=True) for each in telling_texts(pieces, forbidden))
    yield from _odd(conditions, pieces, forbidden, numbers=True)


def _odd(conditions: Sequence[Condition], pieces: Pieces, forbidden: str, *, numbers: bool) -> Iterator[Option]:
    """Yield values of other types than documented ones."""
    yield Option(None, outside=True)
    yield Option(ABSENT, outside=True)
    yield Option(True, outside=True)
    yield Option(False, outside=True)
    if numbers:
        yield from (Option(each, outside=True) for each in _numbers(conditions))
    yield Option({"x": "1"}, outside=True)
    yield from (Option(each, outside=True) for each in _arrays(conditions, pieces, forbidden))


def _arrays(conditions: Sequence[Condition], pieces: Pieces, forbidden: str) -> Iterator[list[Any]]:
    yield []
    if not any(each.on_arrays for each in conditions):
        yield ["x-1"]
        return
    elements: list[Any] = [*telling_texts(pieces, forbidden)[:_MOST_IN_ARRAYS], True]
    elements += _numbers(conditions)[:_MOST_IN_ARRAYS]
    yield from ([each] for each in elements)
    yield from ([one, other] for at, one in enumerate(elements) for other in elements[at + 1 :])


def _numbers(conditions: Sequence[Condition]) -> list[Any]:
    numeric = [tuple(each.operands) for each in conditions if each.operator.operand in {Operand.NUMBER, Operand.RANGE}]
    return [_plain(each) for each in sorted(telling_numbers(numeric))]


def _plain(number: Decimal) -> Any:
    """Return a number as JSON holds it; one that no float holds exactly stays exact."""
    if number == number.to_integral_value():
        return int(number)
    return float(number) if Decimal(repr(float(number))) == number else number
