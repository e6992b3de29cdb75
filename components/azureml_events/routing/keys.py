"""Looks up the key of an advanced filter in an event.

Keys are found ignoring case at every level. Which attributes beside `data` can be reached, Event Grid's filtering page
says for each schema; it does not say whether the published or the delivered schema counts for a system topic, whose
events are published in the Event Grid schema.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import Any

from azureml_events.event_grid.delivery import ATTRIBUTES, EventDeliverySchema
from azureml_events.routing.conditions import IN_ARRAY, MISSING, UNTOLD
from azureml_events.routing.event import Event, canonical

_LISTED: dict[EventDeliverySchema, frozenset[str]] = {
    "EventGridSchema": frozenset({"id", "topic", "subject", "eventtype", "dataversion"}),
    "CloudEventSchemaV1_0": frozenset({"id", "source", "subject", "type", "specversion"}),
}
_PUBLISHED = frozenset(map(str.lower, ATTRIBUTES["EventGridSchema"]))
# Names that one edition of the page gives for CloudEvents, and another does not.
_DISPUTED = frozenset({"eventid", "eventtypeversion"})
_CONSTANT = {"specversion": "1.0", "metadataversion": "1"}


class Reach(Enum):
    """The answer whether filters reach a key under a delivery schema."""

    YES = "yes"
    NO = "no"
    UNSURE = "the documents do not say whether filters reach it"


@dataclass(frozen=True)
class Key:
    """A key under a delivery schema, ready to look things up.

    Attributes:
        attribute: The attribute of `Event.attributes` that it begins at.
        path: The names to step through below it, in lower case.
        reach: Whether filters reach it.
    """

    attribute: str
    path: tuple[str, ...]
    # Told by the two others under one schema, and slow to hash.
    reach: Reach = field(hash=False)

    @property
    def is_subject(self) -> bool:
        """Whether it is the event's subject."""
        return self == Key("subject", (), Reach.YES)

    def find(self, event: Event) -> tuple[Any, ...]:
        """Find the values that an event has there.

        Returns:
            One value, or an `Absence`; several where the text has the key in several casings, or where the documents
            do not say what counts.
        """
        if self.reach is Reach.NO:
            return (MISSING,)
        found = event.attributes.get(self.attribute) or (self.absent(event.schema),)
        for name in self.path:
            found = tuple(value for holder in found for value in _step(holder, name))
        return found if self.reach is Reach.YES else (*found, MISSING)

    def absent(self, schema: EventDeliverySchema) -> Any:
        """Return the value of delivered events where a text of a schema lacks the attribute."""
        if self.attribute in _CONSTANT:
            return _CONSTANT[self.attribute]
        if self.attribute == "dataversion" and schema == "CloudEventSchemaV1_0":
            return UNTOLD
        return MISSING


@lru_cache(maxsize=4096)
def resolve(key: str, schema: EventDeliverySchema) -> Key:
    """Resolve a key under a delivery schema.

    Args:
        key: The key as written.
        schema: The subscription's delivery schema.
    """
    root, *path = key.lower().split(".")
    attribute = canonical(root)
    return Key(attribute, tuple(path), Reach.YES if root == "data" else _reach(root, schema))


def _reach(root: str, schema: EventDeliverySchema) -> Reach:
    if root in _LISTED[schema]:
        return Reach.YES
    if schema == "EventGridSchema":
        return Reach.UNSURE if root in _PUBLISHED else Reach.NO
    return Reach.UNSURE if root in {*_PUBLISHED, *_DISPUTED, *ATTRIBUTES[schema]} else Reach.YES


def _step(holder: Any, name: str) -> Iterable[Any]:
    if isinstance(holder, Mapping):
        found = tuple(value for member, value in holder.items() if member.lower() == name)
        return found or (MISSING,)
    return (IN_ARRAY,) if isinstance(holder, (list, tuple)) or holder is IN_ARRAY else (MISSING,)
