"""Events to try: a sample of the catalogue with other values, consistent in itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from azureml_events.event_grid.catalogue import EventType
from azureml_events.event_grid.samples import sample
from azureml_events.review.changes.subject import SubjectGrammar
from azureml_events.review.changes.values import ABSENT, AS_SAMPLED, Option
from azureml_events.routing.keys import Key

Path = tuple[str, ...]
Setting = tuple[Key, Path, Option]
"""A key, its names as they are written, and the value that it has."""

_ENVELOPE = {"id": "id", "dataversion": "dataVersion", "subject": "subject"}


@dataclass(frozen=True)
class Trial:
    """An event of a type of one workspace.

    Attributes:
        type: The full name of the type.
        row: The event type; None for one that the catalogue does not have.
        source: The workspace's ARM id.
    """

    type: str
    row: EventType | None
    source: str

    def event(self, settings: Sequence[Setting] = ()) -> dict[str, Any]:
        """Write the event with other values than the sample's; the subject follows from the data.

        Args:
            settings: The values; a map before its members.
        """
        event: dict[str, Any] = copy_of(self._sample)
        for key, path, option in settings:
            if option.value is not AS_SAMPLED:
                _set(event, key, path, option.value)
        if self.row is not None:
            event["subject"] = self._grammar.subject(event["data"])
        return event

    @cached_property
    def _grammar(self) -> SubjectGrammar:
        assert self.row is not None  # noqa: S101 asked of catalogued types alone
        return SubjectGrammar.of(self.row)

    @cached_property
    def _sample(self) -> dict[str, Any]:
        if self.row is not None:
            return sample(self.row.short, workspace_id=self.source)
        return {
            "id": "3f2a9c1e-7b64-4d0e-9a5b-6c1d2e8f4a70",
            "topic": self.source,
            "subject": "x-1",
            "eventType": self.type,
            "eventTime": "2026-03-02T09:41:33.6147852+00:00",
            "data": {},
            "dataVersion": "2",
            "metadataVersion": "1",
        }


def copy_of(value: Any) -> Any:
    """Return an event, or a part of one, with maps of its own.

    Args:
        value: The value.
    """
    return {name: copy_of(member) for name, member in value.items()} if isinstance(value, dict) else value


def in_json(value: Any) -> Any:
    """Return an event, or a part of one, as JSON holds it: exact numbers become floats.

    Args:
        value: The value.
    """
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Mapping):
        return {name: in_json(member) for name, member in value.items()}
    if isinstance(value, list):
        return [in_json(element) for element in value]
    return value


def written_path(row: EventType | None, key: Key, written: str) -> Path:
    """Return the names to a key as events have them: those of the catalogue, else those of the filter.

    Args:
        row: The event type; None for one that the catalogue does not have.
        key: The key.
        written: The key as a filter writes it.
    """
    if key.attribute != "data":
        return (_ENVELOPE.get(key.attribute, written),)
    _, *names = written.split(".")
    field = row.field(names[0]) if row and names else None
    return ("data", *([field.name, *names[1:]] if field else names))


def _set(event: dict[str, Any], key: Key, path: Path, value: Any) -> None:
    if key.attribute != "data":
        if value is ABSENT:
            event.pop(path[0], None)
        else:
            event[path[0]] = value
        return
    holder: Any = event
    for name in path[:-1]:
        held = holder.get(_own(holder, name))
        if not isinstance(held, dict):
            if value is ABSENT or (name != "data" and held is not None):
                return
            held = {}
        holder[_own(holder, name)] = held
        holder = held
    last = _own(holder, path[-1])
    if value is ABSENT:
        holder.pop(last, None)
    else:
        holder[last] = value


def _own(holder: Mapping[str, Any], name: str) -> str:
    return next((each for each in holder if each.lower() == name.lower()), name)
