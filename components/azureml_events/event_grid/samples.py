"""Sample events that look like delivered ones."""

from __future__ import annotations

import copy
import json
import string
from collections.abc import Mapping
from typing import Any

from azureml_events.base.arm_ids import arm_id
from azureml_events.base.mistakes import DeclarationError, Mistake, show, unknown
from azureml_events.event_grid.catalogue import EVENT_TYPES, EventType, Kind, full_name
from azureml_events.event_grid.delivery import DEFAULT_SCHEMA, EventDeliverySchema

SAMPLE_WORKSPACE = arm_id(
    "00000000-0000-0000-0000-000000000001",
    "rg-ml",
    "Microsoft.MachineLearningServices/workspaces",
    "ml-dev",
)
"""The ARM id of the workspace that samples come from unless another is named."""

_ID = "3f2a9c1e-7b64-4d0e-9a5b-6c1d2e8f4a70"
_TIME = "2026-03-02T09:41:33.6147852+00:00"
_OTHER_SCHEMA = {"source": "topic", "time": "eventTime"}
_SETTABLE = ("id", "topic", "subject", "eventTime", "dataVersion", "source", "time")


def sample(
    event_type: str,
    schema: EventDeliverySchema = DEFAULT_SCHEMA,
    set: Mapping[str, Any] | None = None,  # noqa: A002 the name that route tests and the command line use
    workspace_id: str = SAMPLE_WORKSPACE,
) -> dict[str, Any]:
    """Make a realistic event, the same at every call.

    Args:
        event_type: Short or full name of one of the catalogue's event types.
        schema: The form of the event; default the Event Grid schema.
        set: Values by dotted path, as `{"data.runTags.stage": "prod"}`. A text given for a field that holds no text
            is read as JSON, a scalar given for one that holds text becomes text, `null` is null; the subject follows
            the data unless it is set itself. Default none.
        workspace_id: The ARM id of the workspace that the event comes from.

    Raises:
        DeclarationError: No such event type, or paths that its events do not have; all of them at once.
    """
    try:
        row = catalogued(event_type)
    except ValueError as error:
        raise DeclarationError([Mistake((), str(error))]) from None
    event: dict[str, Any] = {
        "id": _ID,
        "topic": workspace_id,
        "subject": "",
        "eventType": row.name,
        "eventTime": _TIME,
        "data": {field.name: copy.deepcopy(field.example) for field in row.fields},
        "dataVersion": "2",
        "metadataVersion": "1",
    }
    mistakes = []
    for path, value in (set or {}).items():
        try:
            _assign(event, row, path, value)
        except ValueError as error:
            mistakes.append(Mistake((path,), str(error)))
    if mistakes:
        raise DeclarationError(mistakes)
    event["subject"] = event["subject"] or _subject(row, event["data"])
    return event if schema == "EventGridSchema" else as_cloud_event(event)


def catalogued(name: str) -> EventType:
    """Find the event type whose sample is wanted.

    Args:
        name: Its short or full name.

    Raises:
        ValueError: There is none; the message names the likely one.
    """
    if name.lower() == "runfailed":
        fix = "a failed run raises RunStatusChanged: take that, and set data.runStatus to Failed"
        raise ValueError(f"unknown event type {show(name)}; {fix}")
    row = EVENT_TYPES.get(full_name(name).rpartition(".")[2])
    if row is None:
        raise ValueError(unknown("event type", name, EVENT_TYPES))
    return row


def _assign(event: dict[str, Any], row: EventType, path: str, value: Any) -> None:
    root, _, rest = path.partition(".")
    if root == "data" and rest:
        _assign_data(event["data"], row, rest, value)
        return
    if path in {"eventType", "type"}:
        raise ValueError("the event type is the sample's own; name another TYPE instead")
    if path not in _SETTABLE:
        fix = f"did you mean 'data.{path}'?" if row.field(root) else None
        problem = unknown("path", path, [*_SETTABLE, "data.<field>"])
        raise ValueError(f"unknown path {show(path)}; {fix}" if fix else problem)
    if not isinstance(value, str):
        raise ValueError(f"expected text, got {show(value)}; quote it")
    event[_OTHER_SCHEMA.get(path, path)] = value


def _assign_data(data: dict[str, Any], row: EventType, path: str, value: Any) -> None:
    name, _, member = path.partition(".")
    field = row.field(name)
    if field is None:
        raise ValueError(unknown("field", name, [known.name for known in row.fields]))
    if field.kind is Kind.TEXTS and member:
        data[field.name] = {**(data[field.name] or {}), member: _scalar(value, Kind.TEXT)}
    elif member:
        raise ValueError(f"'{field.name}' is no map; set data.{field.name} itself")
    elif field.kind is Kind.TEXTS:
        data[field.name] = _map(value, field.name)
    else:
        data[field.name] = _scalar(value, field.kind)


def _map(value: Any, name: str) -> dict[str, Any] | None:
    read = _json(value)
    if read is not None and not isinstance(read, dict):
        raise ValueError(f"'{name}' is a map; set a member of it, as in data.{name}.stage=prod")
    return read


def _scalar(value: Any, kind: Kind) -> Any:
    if kind is Kind.NUMBER:
        return _number(value)
    if value is None or value == "null":
        return None
    if isinstance(value, str):
        quoted = _json(value) if value.startswith('"') else None
        return quoted if isinstance(quoted, str) else value
    if isinstance(value, (bool, int, float)):
        return json.dumps(value)
    raise ValueError(f"expected text, got {show(value)}")


def _number(value: Any) -> float | None:
    read = _json(value)
    if read is None or (isinstance(read, (int, float)) and not isinstance(read, bool)):
        return read
    raise ValueError(f"expected a number, got {show(value)}")


def _json(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value, parse_constant=lambda _: value)
    except (ValueError, RecursionError):
        return value


def _subject(row: EventType, data: Mapping[str, Any]) -> str:
    names = [name for _, name, _, _ in string.Formatter().parse(row.subject) if name]
    return row.subject.format_map({name: data[name] for name in names})


def as_cloud_event(event: Mapping[str, Any]) -> dict[str, Any]:
    """Write an event of the Event Grid schema as a CloudEvent."""
    return {
        "id": event["id"],
        "source": event["topic"],
        "specversion": "1.0",
        "type": event["eventType"],
        "subject": event["subject"],
        "time": event["eventTime"],
        "data": event["data"],
    }
