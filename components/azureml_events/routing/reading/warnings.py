"""Warnings about an event's text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from azureml_events.base.mistakes import likely, show
from azureml_events.event_grid.catalogue import EVENT_TYPES, PREFIX, DataField, EventType, Kind, event_type
from azureml_events.routing.event import Event, canonical, misspelt

_EXPECTED = {
    "EventGridSchema": ("id", "topic", "subject", "eventTime", "data", "dataVersion"),
    "CloudEventSchemaV1_0": ("id", "source", "subject", "time", "data", "specversion"),
}
_HANDSHAKE = "microsoft.eventgrid.subscriptionvalidationevent"
_KINDS = {Kind.TEXT: str, Kind.TIME: str, Kind.NUMBER: object, Kind.TEXTS: Mapping}


def find_warnings(event: Event, *, logged: bool = False) -> Iterator[str]:
    """Yield a warning for each difference from the events that Event Grid delivers.

    Args:
        event: The event.
        logged: Whether a function printed it, in its own names and without what it does not need; default false.
    """
    if not logged:
        yield from _of_envelope(event)
    for name in ("id", "topic", "source", "subject", "eventTime", "time"):
        value = event.members.get(name)
        if name in event.members and not isinstance(value, str):
            yield f"{name} is {_kind(value)}; delivered events carry text"
    yield from _of_type(event)


def _of_envelope(event: Event) -> Iterator[str]:
    for name, meant in misspelt(event.members):
        yield f"'{name}' read as '{meant}'"
    for name in _EXPECTED[event.schema]:
        if canonical(name) not in event.attributes:
            yield f"no {name}"


def _of_type(event: Event) -> Iterator[str]:
    name = event.type or ""
    row = event_type(name)
    if name.lower() == _HANDSHAKE:
        yield "this is the handshake of a webhook, which passes no subscription's filter"
    elif not name.lower().startswith(PREFIX.lower()):
        yield f"{show(name)} is not an event type of a workspace"
    elif row is None:
        yield f"event type {show(name)} is not in the catalogue"
    elif row.name != name:
        yield f"event type {show(name)} is '{row.name}' in delivered events"
    for data in event.attributes.get("data", ()):
        if not isinstance(data, Mapping):
            yield f"data is {_kind(data)}; delivered events carry an object"
        elif row is not None:
            for member, value in data.items():
                yield from _of_field(row, member, value)


def _of_field(row: EventType, name: str, value: Any) -> Iterator[str]:
    field = row.field(name)
    if field is None:
        holders = [other.short for other in EVENT_TYPES.values() if other.field(name)]
        if holders:
            yield f"data.{name} is a field of {' and '.join(holders)}, not of {row.short}"
            return
        meant = likely(name, [known.name for known in row.fields])
        yield f"data.{name} is not in the catalogue" + (f"; it may be '{meant}'" if meant else "")
        return
    if field.name != name:
        yield f"data.{name} is '{field.name}' in delivered events"
    yield from _of_value(field, value)


def _of_value(field: DataField, value: Any) -> Iterator[str]:
    known = {text.lower() for text in field.known}
    if value is not None and not isinstance(value, _KINDS[field.kind]):
        yield f"data.{field.name} is {_kind(value)}; delivered events carry {_carried(field)}"
    elif field.closed and isinstance(value, str) and value.lower() not in known:
        yield f"data.{field.name} {show(value)} is not in the catalogue"


def _carried(field: DataField) -> str:
    return "an object" if field.kind is Kind.TEXTS else "text"


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, str):
        return "text"
    if isinstance(value, Mapping):
        return "an object"
    return "an array" if isinstance(value, (list, tuple)) else "a number"
