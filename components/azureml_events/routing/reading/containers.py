"""Finds events inside what people keep them in.

Records of Event Hubs Capture, messages of queues, rows of logs, runs of Logic Apps: an object that is no event itself
is searched, member by member, for objects, JSON texts, base64 and log lines that hold one.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from azureml_events.base.mistakes import show
from azureml_events.routing.event import is_event
from azureml_events.routing.reading.parsing import parser

LOG_LINE = "a log line"
"""Where an event is found that a function has printed."""

_DEEPEST = 32
_MOST_COMPARED = 16
_MOST_TRIES = 64
_MOST_SCANNED = 4
_BASE64 = re.compile(r"[A-Za-z0-9+/_-][A-Za-z0-9+/_\s-]{14,}={0,2}\s*")
_OPENING = re.compile(r'[{\["]')
_TYPE = re.compile(r"type", re.IGNORECASE)
_ARM_TYPE = re.compile(r"[A-Za-z][\w.]*(?:/[\w.-]+)+")
_MOJIBAKE_OF = {"body", "bytes"}
_BYTE = 256


class Found(NamedTuple):
    """An event that was found.

    Attributes:
        members: The event.
        place: Where it was found, in words; empty where nothing surrounds it.
    """

    members: Mapping[str, Any]
    place: str


class Search:
    """A search for the events in one JSON text.

    Attributes:
        twice: The members that stand twice in an object.
    """

    def __init__(self) -> None:
        self.twice: list[str] = []
        self._parser = parser(self.twice.append)

    def parse(self, text: str) -> Any:
        """Parse a whole JSON text.

        Raises:
            ValueError: It is no JSON.
            RecursionError: It is nested too deeply.
        """
        return self._parser.decode(text)

    def find(self, value: Any, place: str = "") -> list[Found | str]:
        """Return the events in a value in their order; a text is the reason why an element holds none.

        Args:
            value: A JSON value.
            place: Where the value was found, in words.
        """
        return self._find(value, place, 0) or _refused(value)

    def find_in_line(self, line: str) -> list[Found | str]:
        """Return the events in a line that is no JSON, base64 or as a log writes it; nothing where there are none."""
        if line.startswith("{"):
            return []
        if (decoded := _of_base64(line)) is not None:
            return self._in_text(decoded, "a line (base64)", 1)
        return self._in_log(line, LOG_LINE, 0)

    def _find(self, value: Any, place: str, depth: int) -> list[Found | str]:
        if depth > _DEEPEST:
            return []
        if isinstance(value, Mapping):
            return self._in_object(value, place, depth)
        if isinstance(value, list):
            return self._in_list(value, place, depth)
        return self._in_text(value, place, depth) if isinstance(value, str) else []

    def _in_object(self, value: Mapping[str, Any], place: str, depth: int) -> list[Found | str]:
        if (data := _buffer(value)) is not None:
            return self._find(data, place, depth + 1)
        if is_event(value):
            return [Found(value, place)]
        found: list[Found | str] = []
        for name, member in _members(value):
            inner = self._find(_repaired(name, member), f"{place}.{name}" if place else name, depth + 1)
            if _holds(inner):
                found += [each for each in inner if isinstance(each, str) or not _among(each, found)]
        return found

    def _in_list(self, value: Sequence[Any], place: str, depth: int) -> list[Found | str]:
        if (text := _of_bytes(value)) is not None:
            return self._in_text(text, place, depth)
        found: list[Found | str] = []
        for element in value:
            found += self._find(element, place, depth + 1) or _refused(element)
        return found

    def _in_text(self, text: str, place: str, depth: int) -> list[Found | str]:
        text = text.removeprefix("\ufeff").strip()
        if text.startswith(("{", "[", '"')):
            try:
                return self._find(self.parse(text), place, depth + 1)
            except (ValueError, RecursionError):
                return self._in_log(text, place, depth)
        if (decoded := _of_base64(text)) is not None:
            return self._in_text(decoded, f"{place} (base64)", depth + 1) if depth < _DEEPEST else []
        return self._in_log(text, place, depth)

    def _in_log(self, text: str, place: str, depth: int) -> list[Found | str]:
        """Look at every value that stands somewhere in a text, as far as there are few."""
        found: list[Found | str] = []
        at, left = 0, _MOST_SCANNED * len(text)
        for _ in range(_MOST_TRIES if _TYPE.search(text) else 0):
            opening = _OPENING.search(text, at)
            if opening is None or left < 0:
                break
            try:
                value, at = self._parser.raw_decode(text, opening.start())
            except (ValueError, RecursionError) as error:
                at = opening.end()
                left -= (error.pos if isinstance(error, json.JSONDecodeError) else len(text)) - at
                continue
            inner = self._find(value, place, depth + 1)
            if _holds(inner):
                found += inner
        return found


def holds_event(value: Any) -> bool:
    """Return whether there is an event in a JSON value."""
    return _holds(Search().find(value))


def describe(value: Any) -> str:
    """Say what a JSON value is that holds no event."""
    if not isinstance(value, Mapping):
        return f"expected an event, an object, got {show(value)}"
    names = {name.lower() for name in value}
    kind = next((text for name, text in value.items() if name.lower() == "type"), None)
    if isinstance(kind, str) and _ARM_TYPE.fullmatch(kind):
        run = kind.lower().startswith("microsoft.logic/workflows") and "/runs" in kind.lower()
        return f"{'a Logic App run' if run else 'an Azure resource'} ({show(kind)}) without an event in it"
    if "deploymentTemplate" in str(value.get("$schema", ""))[:200]:
        return "an ARM template, which holds no events"
    for said, members in _KINDS.items():
        if members <= names:
            return f"{said}, in which there is no event"
    return "not an event: it has no eventType (CloudEvents: type)"


_KINDS = {
    "an Event Hubs Capture record": {"sequencenumber", "offset", "body"},
    "a record of Event Grid's delivery failures": {"eventsubscriptionname", "message"},
    "a queue's message": {"content", "dequeuecount"},
    "a storage queue's message": {"messagetext"},
    "a Service Bus message": {"body", "messageid"},
}


def _refused(value: Any) -> list[Found | str]:
    return [] if value == [] else [describe(value)]


def _holds(found: Sequence[Found | str]) -> bool:
    return any(isinstance(each, Found) for each in found)


def _among(event: Found, found: Sequence[Found | str]) -> bool:
    """Return whether another member already gave this event, as a raw and a parsed column of one row do."""
    return any(isinstance(each, Found) and each.members == event.members for each in found[:_MOST_COMPARED])


def _members(value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the members of an object, the rows of a query's table as objects."""
    columns, rows = value.get("columns"), value.get("rows")
    for name, member in value.items():
        if name == "rows" and isinstance(columns, list) and isinstance(rows, list):
            names = [column.get("name", column) if isinstance(column, Mapping) else column for column in columns]
            yield name, [_row(names, row) for row in rows]
        else:
            yield name, member


def _row(names: Sequence[Any], row: Any) -> Any:
    return {str(name): value for name, value in zip(names, row, strict=False)} if isinstance(row, list) else row


def _buffer(value: Mapping[str, Any]) -> list[Any] | None:
    """Return the bytes of what Node.js writes for them."""
    data = value.get("data")
    return data if value.get("type") == "Buffer" and isinstance(data, list) else None


def _of_bytes(value: Sequence[Any]) -> str | None:
    """Return the text in a list of bytes."""
    if not value or not all(type(each) is int and 0 <= each < _BYTE for each in value):
        return None
    return bytes(value).decode("utf-8-sig", errors="replace")


def _of_base64(text: str) -> str | None:
    """Return the text in base64, where there is one."""
    if not _BASE64.fullmatch(text):
        return None
    try:
        decoded = base64.urlsafe_b64decode("".join(text.split()) + "==")
    except ValueError:
        return None
    return decoded.decode("utf-8-sig", errors="replace") if b"{" in decoded or b"[" in decoded else None


def _repaired(name: str, value: Any) -> Any:
    """Return a Capture record's body as UTF-8, which Avro's own tools print as if it were Latin-1."""
    if not isinstance(value, str) or value.isascii() or name.lower() not in _MOJIBAKE_OF:
        return value
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value
