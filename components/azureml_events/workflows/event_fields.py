"""The fields of an event that a bridge can hand on: its envelope, its data, and what follows from both.

The names are the catalogue's. Events are read as they really come: recorded ones spell some members with a capital
(`RunTags`), and names of tags and properties that begin with capitals are re-cased on their way.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from azureml_events.base.mistakes import choices, likely, show
from azureml_events.event_grid.catalogue import DATA_FIELDS, DataField, Kind, event_type
from azureml_events.workflows.expressions import Expression, call, text

ENVELOPE = ("id", "topic", "subject", "eventType", "eventTime")
"""Members of every event, beside its data."""

WORKSPACE_NAME = "workspaceName"
STUDIO_URL = "studioUrl"
DERIVED = (WORKSPACE_NAME, STUDIO_URL)
"""The fields that follow from the event and its workspace: the workspace's name, and the studio's page of the run, of
the model or else of the workspace. The form of a run's page is that of the SDK's `studio_url`; a model's is
UNVERIFIED."""

STUDIO = "https://ml.azure.com"


@dataclass(frozen=True)
class Field:
    """A place in an event.

    Attributes:
        path: The members' names, outermost first.
    """

    path: tuple[str, ...]

    def __str__(self) -> str:
        return ".".join(self.path)


def parse_field(name: str, event_types: Sequence[str]) -> Field:
    """Read a field's name.

    Args:
        name: An envelope member, `data.<member>`, `data.<tags or properties>.<name>`, `workspaceName` or `studioUrl`.
            The name of a tag may hold dots, but no slash, which the workflow language takes for a path.
        event_types: The full names of the event types that the subscription takes.

    Raises:
        ValueError: No such field, or none of these event types carries it; the message names the likely one.
    """
    root, _, rest = name.partition(".")
    member, _, tag = rest.partition(".")
    if not rest:
        if root in (*ENVELOPE, *DERIVED):
            return Field((root,))
    elif root == "data" and member in _members(event_types):
        if not tag and not rest.endswith("."):
            return Field((root, member))
        if tag and _members(event_types)[member].kind is Kind.TEXTS:
            if "/" in tag:
                raise ValueError(f"{show(name)} cannot be addressed: the workflow language takes / for a path")
            return Field((root, member, tag))
    raise ValueError(_unknown_field(name, event_types))


def read_field(event: Mapping[str, Any], field: Field) -> Any:
    """Read a field's value in an event, names compared without case as Event Grid does; None where it is missing.

    Args:
        event: An event in the Event Grid schema.
        field: Which field.
    """
    if field.path == (WORKSPACE_NAME,):
        return str(read_field(event, Field(("topic",))) or "").rpartition("/")[2]
    if field.path == (STUDIO_URL,):
        return _studio_page(event)
    value: Any = event
    for name in field.path:
        members = value if isinstance(value, Mapping) else {}
        found = [key for key in members if isinstance(key, str) and key.lower() == name.lower()]
        value = members[name] if name in members else members[found[0]] if found else None
    return value


def value_as_text(value: object) -> str:
    """Write a field's value as a workflow puts it into a text: empty where it is missing, JSON where it is no text."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, Decimal):
        return str(value)
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, default=float)


def in_one_line(text: str) -> str:
    """Write a text in one line of a terminal, whatever an event put into it."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


@dataclass(frozen=True)
class EventFields:
    """The fields of the event that a workflow handles, as expressions.

    Attributes:
        event: The event.
        workspace_id: The workspace's ARM id.
        studio_page: The page in the studio, where an action made it already.
    """

    event: Expression
    workspace_id: Expression
    studio_page: Expression | None = None

    def value(self, field: Field) -> Expression:
        """Return a field's value; null where it is missing."""
        if field.path == (WORKSPACE_NAME,):
            return call("last", call("split", self.workspace_id, "/"))
        if field.path == (STUDIO_URL,):
            return self.studio_page or self._studio_page()
        spelt = _spellings(field.path)
        if len(spelt) == 1:
            return self.event.member(*spelt[0])
        return call("coalesce", *(self.event.member(*path) for path in spelt))

    def text(self, field: Field) -> Expression:
        """Return a field's value as text; empty where it is missing."""
        return call("string", call("coalesce", self.value(field), ""))

    def _studio_page(self) -> Expression:
        run, model, version = (
            call("uriComponent", self.text(Field(("data", name)))) for name in ("runId", "modelName", "modelVersion")
        )
        page = call(
            "if",
            call("not", call("empty", run)),
            call("concat", "/runs/", run),
            call(
                "if",
                call("empty", model),
                "/home",
                call("concat", "/model/", model, ":", version, "/details"),
            ),
        )
        return text(STUDIO, page, "?wsid=", self.workspace_id).expression


def _studio_page(event: Mapping[str, Any]) -> str:
    run, model, version = (
        quote(str(read_field(event, Field(("data", name))) or ""), safe="")
        for name in ("runId", "modelName", "modelVersion")
    )
    page = f"/runs/{run}" if run else f"/model/{model}:{version}/details" if model else "/home"
    return f"{STUDIO}{page}?wsid={read_field(event, Field(('topic',))) or ''}"


def _members(event_types: Sequence[str]) -> dict[str, DataField]:
    """List the members of `data` that some of the event types carry; all where one is not in the catalogue."""
    rows = [row for row in map(event_type, event_types) if row]
    if not rows or len(rows) < len(event_types):
        return {field.name: field for field in DATA_FIELDS.values()}
    return {field.name: field for row in rows for field in row.fields}


def _unknown_field(name: str, event_types: Sequence[str]) -> str:
    members = _members(event_types)
    member = name.partition(".")[2].partition(".")[0]
    if member in _members(()) and member not in members:
        return f"{show(name)} is not in the chosen event types' data; they carry {', '.join(members)}"
    outside = None if member else likely(name, (*ENVELOPE, *DERIVED))
    inside = likely(member or name, members)
    close = outside or (inside and f"data.{inside}")
    allowed = [*ENVELOPE, *DERIVED, *(f"data.{member}" for member in members)]
    fix = f"did you mean '{close}'?" if close else f"allowed: {choices(allowed)}"
    return f"unknown event field {show(name)}; {fix}"


def _spellings(path: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return the spellings of a path in an event, the catalogue's first."""
    if len(path) == 1:
        return [path]
    root, member, *tag = path
    members = (member, *DATA_FIELDS[member.lower()].also)
    tags: list[tuple[str, ...]] = [(name,) for name in dict.fromkeys((*tag, *map(_recased, tag)))]
    return [(root, spelt, *rest) for spelt in members for rest in tags or [()]]


def _recased(name: str) -> str:
    """Write a tag's name as it arrives: leading capitals become small, but not the last of them before a small letter.

    Observed: the tag `GITHUB_REPOSITORY` arrives as `githuB_REPOSITORY`.
    """
    letters = list(name)
    for index, letter in enumerate(letters):
        following = letters[index + 1] if index + 1 < len(letters) else "A"
        if not letter.isupper() or (index and not following.isupper()):
            break
        letters[index] = letter.lower()
    return "".join(letters)
