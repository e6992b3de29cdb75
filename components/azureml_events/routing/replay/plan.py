"""Routes usual events of one schema: plans what to decode, and which columns each event type needs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from operator import attrgetter
from typing import Any, NamedTuple

import msgspec

from azureml_events.event_grid.catalogue import DATA_FIELDS, DataField, Kind
from azureml_events.event_grid.delivery import EventDeliverySchema
from azureml_events.routing.conditions import MISSING
from azureml_events.routing.event import Event
from azureml_events.routing.keys import Key, Reach
from azureml_events.routing.replay.columns import Cache, Column
from azureml_events.routing.replay.decoder import ABSENT, Decoder
from azureml_events.routing.replay.index import Index
from azureml_events.routing.replay.tag_columns import TagColumns

# Errors by which an event turns out not to be usual; the general reader then reads it.
_ODD = (msgspec.DecodeError, ValueError, ArithmeticError, RecursionError, LookupError, AttributeError)

# Members that differ in every event, so that caching combinations with them is in vain.
_VARYING = {"id", "subject", "eventTime", "time", "data.runId"}


class _Plan(NamedTuple):
    """The members to look at in events of one type.

    Attributes:
        texts: Gives the values that few events differ in.
        raws: Gives the JSON texts of values that are no texts, or is None where none is needed.
        masks: From both together to the subscriptions that they leave.
        varying: Getters of values that differ in every event, each with its column.
    """

    texts: Callable[[Any], Any]
    raws: Callable[[Any], Any] | None
    masks: Cache[int]
    varying: tuple[tuple[Callable[[Any], Any], Mapping[Any, int]], ...]


class Plans:
    """Routes usual events of one schema.

    Args:
        index: The subscriptions' conditions.
        schema: The schema of the events' texts.
    """

    def __init__(self, index: Index, schema: EventDeliverySchema) -> None:
        self.schema = schema
        self._index = index
        attributes = {"type", "source", "subject", *(key.attribute for key in index.conditions)}
        fields = {key.path[0] for key in index.conditions if key.attribute == "data"}
        self._decoder = Decoder(schema, attributes, fields)
        self._constant = index.constant
        self._texts: list[tuple[str, Column]] = [("subject", index.subjects)]
        self._raws: list[tuple[str, int, Callable[[bytes], int]]] = []
        self._tags: dict[str, dict[str, Column]] = {}
        for key in index.conditions:
            self._add(key)
        for field, columns in self._tags.items():
            tags = TagColumns(columns, index.bits)
            self._raws.append((f"data.{field}", tags.subscribers, tags.left_by))
        self._plans = Cache(self._plan)
        self.route = self._router()

    def learn(self, event: Event) -> None:
        """Pass over the further members of an event that was refused, where no filter can mean them."""
        self._decoder.learn(event.members)
        self.route = self._router()

    def _router(self) -> Callable[[Iterator[bytes], list[int]], None]:
        decode, plans = self._decoder.decode, self._plans
        type_of = attrgetter(self._decoder.names["type"])

        def route(texts: Iterator[bytes], masks: list[int]) -> None:
            """Route usual events up to the first that is not, which is taken too.

            Args:
                texts: The events' texts.
                masks: Receives the subscriptions that each event reaches or may reach, as bits.
            """
            try:
                for text in texts:
                    event = decode(text)
                    if not text.isascii():
                        text.decode()
                    texts_of, raws_of, known, varying = plans[type_of(event)]
                    key = texts_of(event)
                    if raws_of is not None:
                        key = (*key, *map(bytes, raws_of(event)))
                    mask = known[key]
                    for value_of, column in varying:
                        mask &= column[value_of(event)]
                    masks.append(mask)
            except _ODD:
                return

        return route

    def _plan(self, event_type: str) -> _Plan:
        if not event_type:
            raise LookupError("an event without a type is not usual")
        base = self._index.types[event_type] & self._constant
        named = [(name, column) for name, column in self._texts if column.subscribers & base]
        columns: list[Callable[[Any], int]] = [self._index.sources.__getitem__]
        columns += [column.__getitem__ for name, column in named if name not in _VARYING]
        raws = [(name, judge) for name, subscribers, judge in self._raws if subscribers & base]
        judges = (*columns, *(judge for _, judge in raws))

        def mask_of(values: tuple[Any, ...]) -> int:
            mask = base
            for judge, value in zip(judges, values, strict=True):
                mask &= judge(value)
            return mask

        return _Plan(
            _getter([self._decoder.names["source"], *(name for name, _ in named if name not in _VARYING)]),
            _getter([name for name, _ in raws]) if raws else None,
            Cache(mask_of),
            tuple((attrgetter(name), column) for name, column in named if name in _VARYING),
        )

    def _add(self, key: Key) -> None:
        """Decide how a key is looked up in usual events."""
        if key.reach is Reach.NO:
            self._fix(key, MISSING)
        elif key.attribute != "data":
            self._add_attribute(key)
        else:
            self._add_field(key)

    def _add_attribute(self, key: Key) -> None:
        name = self._decoder.names.get(key.attribute)
        if key.path:
            self._fix(key, MISSING)
        elif name is None:
            self._fix(key, key.absent(self.schema))
        else:
            self._texts.append((name, self._column(key, _reader(key, key.absent(self.schema)))))

    def _add_field(self, key: Key) -> None:
        field = DATA_FIELDS.get(key.path[0])
        if field is None:
            self._fix(key, MISSING)
        elif field.kind is Kind.TEXTS and len(key.path) > 1:
            self._add_member(key, field)
        elif field.kind in {Kind.TEXTS, Kind.NUMBER}:
            column = self._column(key, _read_number if len(key.path) == 1 else _below_number)
            self._raws.append((f"data.{field.name}", column.subscribers, column.__getitem__))
        elif len(key.path) > 1:
            self._fix(key, MISSING)
        else:
            self._texts.append((f"data.{field.name}", self._column(key, _reader(key, MISSING))))

    def _add_member(self, key: Key, field: DataField) -> None:
        if len(key.path) == 2:  # noqa: PLR2004 the map and its member
            columns = self._tags.setdefault(field.name, {})
            columns[key.path[1]] = self._column(key, _reader(key, MISSING))
        else:
            self._fix(key, MISSING)

    def _column(self, key: Key, read: Callable[[Any], tuple[Any, ...]]) -> Column:
        return Column(self._index.conditions[key], self._index.bits, read)

    def _fix(self, key: Key, value: Any) -> None:
        column = self._index.columns[key]
        self._constant &= column.left_by((value,) if key.reach is not Reach.UNSURE else (value, MISSING))


def _getter(names: Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    """Make a getter that gives the values of attributes as a tuple, also of a single one."""
    get = attrgetter(*names)
    return get if len(names) > 1 else lambda event: (get(event),)


def _reader(key: Key, absent: Any) -> Callable[[Any], tuple[Any, ...]]:
    unsure = (MISSING,) if key.reach is Reach.UNSURE else ()
    return lambda value: (absent if value is ABSENT else value, *unsure)


def _below_number(raw: bytes) -> tuple[Any, ...]:
    if raw.startswith((b"{", b"[")):
        raise LookupError("an object in place of a number is not usual")
    return (MISSING,)


def _read_number(raw: bytes) -> tuple[Any, ...]:
    return (json.loads(raw, parse_float=Decimal) if raw else MISSING,)
