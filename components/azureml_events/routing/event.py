"""An event as routing sees it: one form for both schemas and for texts that differ from delivered events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from azureml_events.event_grid.catalogue import PREFIX
from azureml_events.event_grid.delivery import EventDeliverySchema
from azureml_events.event_grid.filters import ENVELOPE

TYPE_NAMES = ("eventtype", "type", "event_type")
"""The members that make an object an event, in lower case; the first one that holds text counts."""

_KNOWN = {name.lower(): name for name in (*ENVELOPE, "data")}
_SAME = {"topic": "source", "eventtype": "type", "eventtime": "time"}


@dataclass(frozen=True)
class Event:
    """An event of either schema.

    Attributes:
        members: The event as it was read.
        schema: The schema that the text has.
        attributes: Its attributes by their CloudEvents names in lower case: `id`, `source`, `subject`, `type`, `time`,
            `dataversion`, `metadataversion`, `specversion`, `data`, and extensions. A list, because a text can hold
            an attribute in several spellings.
    """

    members: Mapping[str, Any]
    schema: EventDeliverySchema = field(init=False)
    attributes: Mapping[str, tuple[Any, ...]] = field(init=False)

    def __post_init__(self) -> None:
        attributes: dict[str, list[Any]] = {}
        for name, value in self.members.items():
            attributes.setdefault(canonical(name), []).append(value)
        object.__setattr__(self, "attributes", {name: tuple(v) for name, v in attributes.items()})
        object.__setattr__(self, "schema", schema_of(self.members))

    @cached_property
    def type(self) -> str | None:
        """Its type, or None."""
        return type_of(self.members)

    @cached_property
    def source(self) -> str | None:
        """The ARM id of what raised it, or None."""
        return self._text("source")

    @cached_property
    def subject(self) -> str | None:
        """Its subject, or None."""
        return self._text("subject")

    @cached_property
    def id(self) -> str | None:
        """Its id, or None."""
        return self._text("id")

    @cached_property
    def event_grid(self) -> dict[str, Any]:
        """The event in the Event Grid schema, as far as it says something."""
        names = {"source": "topic", "type": "eventType", "time": "eventTime"}
        kept = ("id", "source", "subject", "type", "time", "data")
        return {names.get(name, name): self.attributes[name][0] for name in kept if name in self.attributes}

    def _text(self, name: str) -> str | None:
        texts = (value for value in self.attributes.get(name, ()) if isinstance(value, str))
        return next(texts, None)


def folded(name: str) -> str:
    """Return a name as names are compared: in lower case, without the underscores that Python's dumps put in."""
    return name.replace("_", "").lower()


def canonical(name: str) -> str:
    """Return the name of an attribute by which `Event.attributes` holds it."""
    plain = folded(name)
    if plain not in _KNOWN:
        return name.lower()
    return _SAME.get(plain, plain)


def schema_of(members: Mapping[str, Any]) -> EventDeliverySchema:
    """Return the schema of an event's text: CloudEvents where it says `specversion`, or `type` without `eventType`."""
    names = {folded(name) for name in members}
    cloud = "specversion" in names or ("eventtype" not in names and "type" in names)
    return "CloudEventSchemaV1_0" if cloud else "EventGridSchema"


def type_of(members: Mapping[str, Any]) -> str | None:
    """Return the type that makes an object an event, or None where it has none."""
    for wanted in TYPE_NAMES:
        for name, value in members.items():
            if name.lower() == wanted and isinstance(value, str) and value:
                return value
    return None


def is_event(members: Mapping[str, Any]) -> bool:
    """Return whether an object is an event.

    `type` alone makes one only as a workspace's, as every ARM resource has it.
    """
    kind = type_of(members)
    names = {folded(name) for name in members}
    return kind is not None and bool(
        {"data", "source", "specversion"} & names
        or kind.lower().startswith(PREFIX.lower())
        or any(folded(name) == "eventtype" and value == kind for name, value in members.items())
    )


def misspelt(members: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the members whose names are other spellings of an attribute's.

    Yields:
        The name that was read, and the attribute's.
    """
    for name in members:
        meant = _KNOWN.get(folded(name))
        if meant is not None and meant != name:
            yield name, meant
