"""The event subscriptions that the triggers of a Logic App make: a workflow's definition, or the resource around it.

Source: Microsoft's pages on the workflow definition language and on the Event Grid connector, whose trigger sends the
subscription's body as its inputs' body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from azureml_events.base.mistakes import MemberPath
from azureml_events.documents.azure_cli import EMPTY
from azureml_events.documents.found import Found, FoundSubscription, Note
from azureml_events.documents.unresolved import HOLE, UNKNOWN, Text, Unresolved
from azureml_events.documents.values import member_at, with_texts

_SCHEMA = "workflowdefinition.json"
_INTERPOLATED = re.compile(r"@\{[^{}]*\}")
_HOLDERS: tuple[MemberPath, ...] = ((), ("definition",), ("properties", "definition"))


def is_logic_app(value: object) -> bool:
    """Tell whether a JSON value is a workflow's definition, bare, under `definition` or in its resource."""
    return any(True for _ in _definitions(value))


def read_logic_app(value: Any) -> Found:
    """Find the event subscriptions that the triggers make."""
    subscriptions = tuple(each for at, definition in _definitions(value) for each in _of_triggers(at, definition))
    notes = () if subscriptions else (Note((), f"{EMPTY}: none of the workflow's triggers makes one"),)
    return Found((), subscriptions, notes)


def _definitions(value: Any) -> Iterator[tuple[MemberPath, Mapping[str, Any]]]:
    for at in _HOLDERS:
        holder = member_at(value, at)
        if isinstance(holder, Mapping) and isinstance(holder.get("triggers"), Mapping) and _is_workflow(holder):
            yield at, holder


def _is_workflow(holder: Mapping[str, Any]) -> bool:
    return _SCHEMA in str(holder.get("$schema")).lower() or "actions" in holder


def _of_triggers(at: MemberPath, definition: Mapping[str, Any]) -> Iterator[FoundSubscription]:
    for name, trigger in definition["triggers"].items():
        properties = member_at(trigger, ("inputs", "body", "properties"))
        if isinstance(properties, Mapping) and ("topic" in properties or "destination" in properties):
            path: MemberPath = (*at, "triggers", name)
            known = with_texts(properties, _known)
            topic = known.get("topic")
            yield FoundSubscription(
                path=path,
                members=(*path, "inputs", "body", "properties"),
                name=name,
                name_path=(),
                body={**known, "destination": _destination(known.get("destination"))},
                source=topic if isinstance(topic, (str, Unresolved)) else None,
                printed=True,
            )


def _destination(written: Any) -> Any:
    """Return the trigger's own address; the connector takes its endpoint type in any case."""
    if not isinstance(written, Mapping) or str(written.get("endpointType")).lower() != "webhook":
        return written
    properties = written.get("properties")
    members = properties if isinstance(properties, Mapping) else {}
    own = {name: UNKNOWN if isinstance(value, Unresolved) else value for name, value in members.items()}
    return {"endpointType": "WebHook", "properties": own}


def _known(text: str) -> Text:
    """Read a text without the language's expressions, which only a run of the workflow knows."""
    if text.startswith("@@"):
        return text[1:]
    if text.startswith("@") and not text.startswith("@{"):
        return Unresolved(HOLE, (text,), same=True)
    text = text.replace(HOLE, "")
    holes = tuple(_INTERPOLATED.findall(text))
    return Unresolved(_INTERPOLATED.sub(HOLE, text), holes, same=True) if holes else text
