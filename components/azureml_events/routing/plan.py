"""How usual events of one schema are routed: what to decode, and which columns each event type needs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from operator import attrgetter
from typing import Any, NamedTuple

from azureml_events.declarations.delivery import EventDeliverySchema
from azureml_events.declarations.events import DATA_FIELDS, Kind
from azureml_events.routing.columns import Bits, Column
from azureml_events.routing.conditions import MISSING
from azureml_events.routing.decoder import ABSENT, Decoder
from azureml_events.routing.event import Event
from azureml_events.routing.index import Index
from azureml_events.routing.keys import Key, Reach

_MOST_CACHED = 1024


class _Plan(NamedTuple):
    """What to look at in events of one type: columns of texts, and steps that take other values."""

    base: int
    texts: Callable[[Any], tuple[Any, ...]]
    columns: tuple[Mapping[Any, int], ...]
    steps: tuple[tuple[Callable[[Any], Any], Callable[[Any], int]], ...]


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
        self._constant = index.bits.all
        self._texts: list[tuple[str, Any]] = []
        self._steps: list[tuple[str, Any, Callable[[Any], int]]] = []
        self._members: dict[str, dict[str, Column]] = {}
        for key in index.conditions:
            self._place(key)
        for field, columns in self._members.items():
            members = _Members(columns, index.bits)
            self._steps.append((f"data.{field}", members, members.judge))
        self._plans = _ByType(self._plan)
        self.route = self._router()

    def learn(self, event: Event) -> None:
        """Pass over the further members of an event that was refused, where no filter can mean them."""
        self._decoder.learn(event.members)
        self.route = self._router()

    def _router(self) -> Callable[[bytes], int]:
        decode, plans = self._decoder.decode, self._plans
        type_of = attrgetter(self._decoder.name("type") or "")

        def route(text: bytes) -> int:
            """The subscriptions that one usual event reaches or may reach, as bits.

            Raises:
                ValueError, LookupError, AttributeError, RecursionError, msgspec.DecodeError: The event is not usual.
            """
            event = decode(text)
            if not text.isascii():
                text.decode()
            mask, texts, columns, steps = plans[type_of(event)]
            for column, value in zip(columns, texts(event), strict=False):
                mask &= column[value]
            for value_of, judge in steps:
                mask &= judge(value_of(event))
            return mask

        return route

    def _plan(self, event_type: str) -> _Plan:
        if not event_type:
            raise LookupError("an event without a type is not usual")
        base = self._index.types[event_type] & self._constant
        texts: list[tuple[str, Any]] = [(self._decoder.name("source") or "", self._index.sources)]
        if self._index.affixes.members & base:
            texts.append(("subject", self._index.affixes))
        texts += [(name, column) for name, column in self._texts if column.members & base]
        steps = tuple((attrgetter(name), judge) for name, column, judge in self._steps if column.members & base)
        get = attrgetter(*(name for name, _ in texts))
        all_texts = get if len(texts) > 1 else lambda event: (get(event),)
        return _Plan(base, all_texts, tuple(column for _, column in texts), steps)

    def _place(self, key: Key) -> None:
        """Decide how a key is looked up in usual events."""
        if key.reach is Reach.NO:
            self._fix(key, MISSING)
        elif key.attribute != "data":
            self._place_attribute(key)
        else:
            self._place_field(key)

    def _place_attribute(self, key: Key) -> None:
        name = self._decoder.name(key.attribute)
        if key.path:
            self._fix(key, MISSING)
        elif name is None:
            self._fix(key, key.absent(self.schema))
        else:
            self._texts.append((name, self._column(key, _reader(key, key.absent(self.schema)))))

    def _place_field(self, key: Key) -> None:
        field = DATA_FIELDS.get(key.path[0])
        column = self._column(key, _reader(key, MISSING))
        if field is None:
            self._fix(key, MISSING)
        elif field.kind is Kind.TEXTS and len(key.path) == 1:
            self._steps.append((f"data.{field.name}", column, lambda value: column.judge((_known(value),))))
        elif field.kind is Kind.TEXTS and len(key.path) == 2:  # noqa: PLR2004 the map and its member
            self._members.setdefault(field.name, {})[key.path[1]] = column
        elif field.kind is not Kind.NUMBER and len(key.path) > 1:
            self._fix(key, MISSING)
        elif field.kind is Kind.NUMBER:
            numbers = self._column(key, _parsed if len(key.path) == 1 else _below_number)
            self._steps.append((f"data.{field.name}", numbers, lambda raw: numbers[_bytes(raw)]))
        else:
            self._texts.append((f"data.{field.name}", column))

    def _column(self, key: Key, read: Callable[[Any], tuple[Any, ...]]) -> Column:
        return Column(self._index.conditions[key], self._index.bits, read)

    def _fix(self, key: Key, value: Any) -> None:
        column = self._index.columns[key]
        self._constant &= column.judge((value,) if key.reach is not Reach.UNSURE else (value, MISSING))


class _ByType(dict[str, _Plan]):
    def __init__(self, make: Callable[[str], _Plan]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, event_type: str) -> _Plan:
        if len(self) >= _MOST_CACHED:
            self.clear()
        self[event_type] = plan = self._make(event_type)
        return plan


class _Members:
    """The columns of the members of one map, as tags."""

    def __init__(self, columns: Mapping[str, Column], bits: Bits) -> None:
        self._columns = columns
        self._all = bits.all
        self._named: dict[str, Column | None] = {}
        self._lacking: dict[frozenset[int], int] = {}
        self.members = 0
        for column in columns.values():
            self.members |= column.members

    def judge(self, values: Any) -> int:
        """The subscriptions that are left by the members of one event's map."""
        if values is ABSENT:
            values = {}
        mask, present = self._all, set()
        named = self._named
        for name in values:
            column = named[name] if name in named else self._find(name)
            if column is not None:
                if id(column) in present:
                    raise LookupError("a member in two casings is not usual")
                present.add(id(column))
                mask &= column[values[name]]
        return mask & self._without(frozenset(present))

    def _find(self, name: str) -> Column | None:
        if len(self._named) >= _MOST_CACHED:
            self._named.clear()
        self._named[name] = column = self._columns.get(name.lower())
        return column

    def _without(self, present: frozenset[int]) -> int:
        known = self._lacking.get(present)
        if known is not None:
            return known
        if len(self._lacking) >= _MOST_CACHED:
            self._lacking.clear()
        mask = self._all
        for column in self._columns.values():
            if id(column) not in present:
                mask &= column[ABSENT]
        self._lacking[present] = mask
        return mask


def _reader(key: Key, absent: Any) -> Callable[[Any], tuple[Any, ...]]:
    unsure = (MISSING,) if key.reach is Reach.UNSURE else ()
    return lambda value: (absent if value is ABSENT else value, *unsure)


def _known(value: Any) -> Any:
    return MISSING if value is ABSENT else value


def _bytes(raw: Any) -> bytes:
    return b"" if raw is ABSENT else bytes(raw)


def _below_number(raw: bytes) -> tuple[Any, ...]:
    if raw.startswith((b"{", b"[")):
        raise LookupError("an object in place of a number is not usual")
    return (MISSING,)


def _parsed(raw: bytes) -> tuple[Any, ...]:
    return (json.loads(raw, parse_float=Decimal) if raw else MISSING,)
