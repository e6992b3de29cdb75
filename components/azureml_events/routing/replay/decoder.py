"""Decodes only the members of an event that filters name, as long as the event has the usual form.

An event whose text has other members than expected, another casing or a value of another type is left to the general
reader: the decoder refuses it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

import msgspec

from azureml_events.event_grid.catalogue import DATA_FIELDS, Kind
from azureml_events.event_grid.delivery import ATTRIBUTES, EventDeliverySchema
from azureml_events.routing.event import canonical

ABSENT = msgspec.UNSET
"""The value of a member that the text lacks; the empty text for one that is not decoded."""

_MOST_LEARNT = 64
_LONGEST_LEARNT = 256

_NO_TEXT = msgspec.Raw(b"")
_TEXT = str | None | msgspec.UnsetType


class Decoder:
    """Decodes events of one schema.

    Args:
        schema: The schema.
        attributes: The attributes that are needed, by their names in `Event.attributes`.
        fields: The data fields that are needed, in lower case.

    Attributes:
        names: The schema's members by the attributes that they hold.
        decode: Decodes a text.
    """

    def __init__(self, schema: EventDeliverySchema, attributes: Collection[str], fields: Collection[str]) -> None:
        self.names = {canonical(name): name for name in ATTRIBUTES[schema]}
        self._attributes = attributes
        self._fields = fields
        self._learnt: dict[str, set[str]] = {"event": set(), "data": set()}
        self.decode = self._build()

    def learn(self, members: Mapping[str, Any]) -> None:
        """Pass over further members from now on, where no filter can mean them.

        Args:
            members: An event that was refused.
        """
        data = members.get("data")
        known = {canonical(name) for names in ATTRIBUTES.values() for name in names}
        known |= {"data", *self._attributes}
        new = {name for name in members if _learnable(name) and canonical(name) not in known}
        fields = {
            name
            for name in (data if isinstance(data, dict) else ())
            if _learnable(name) and name.lower() not in DATA_FIELDS and name.lower() not in self._fields
        }
        learnt = self._learnt
        if len(learnt["event"] | new) + len(learnt["data"] | fields) > _MOST_LEARNT:
            return
        if not (new <= learnt["event"] and fields <= learnt["data"]):
            learnt["event"] |= new
            learnt["data"] |= fields
            self.decode = self._build()

    def _build(self) -> Callable[[bytes], Any]:
        data = _struct("Data", [_field(name, self._fields) for name in DATA_FIELDS], self._learnt["data"])
        members: list[tuple[str, Any]] = [("data", data)]
        for attribute, name in self.names.items():
            needed = attribute in self._attributes
            members.append((name, str if attribute == "type" else _TEXT if needed else msgspec.Raw))
        event = _struct("Event", members, self._learnt["event"], self.names["type"])
        return msgspec.json.Decoder(event).decode


def _learnable(name: str) -> bool:
    """Return whether a decoder can have a member of this name: msgspec takes only what JSON writes as it is."""
    return name.isprintable() and not {'"', "\\"} & {*name} and len(name) <= _LONGEST_LEARNT


def _field(name: str, needed: Collection[str]) -> tuple[str, Any]:
    field = DATA_FIELDS[name]
    text = name in needed and field.kind in {Kind.TEXT, Kind.TIME}
    return field.name, _TEXT if text else msgspec.Raw


def _struct(
    title: str, members: Iterable[tuple[str, Any]], others: Iterable[str], required: str = ""
) -> type[msgspec.Struct]:
    known = [
        (name, kind) if name == required else (name, kind, _NO_TEXT if kind is msgspec.Raw else ABSENT)
        for name, kind in members
    ]
    learnt = {f"other{index}": name for index, name in enumerate(sorted(others))}
    passed = [(name, msgspec.Raw, _NO_TEXT) for name in learnt]
    return msgspec.defstruct(
        title,
        sorted([*known, *passed], key=len),
        rename=learnt or None,
        forbid_unknown_fields=True,
        gc=False,
    )
