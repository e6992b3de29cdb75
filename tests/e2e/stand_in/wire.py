"""Values on Pulumi's wire, and how the provider compares them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from e2e.stand_in.cloud import Properties
from e2e.stand_in.kinds import Kind, location
from google.protobuf import json_format, struct_pb2

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What stands on Pulumi's wire for a value that is not known yet."""

_SPECIAL = "4dabf18193072939515e22adb298388d"
_MISSING = object()


def plain(message: struct_pb2.Struct) -> Properties:
    """Properties without marks of secrets, without nulls, and with whole numbers as such."""
    properties: Properties = _plain(json_format.MessageToDict(message))
    return properties


def packed(properties: Properties) -> struct_pb2.Struct:
    """Properties for the wire."""
    message = struct_pb2.Struct()
    message.update(properties)
    return message


def underscored(value: Any, path: str = "") -> Iterator[str]:
    """The paths of keys with an underscore, which pulumi-azure-native would send untranslated."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("tags", "metadata", "definition", "userAssignedIdentities"):
                continue
            if "_" in key:
                yield f"{path}.{key}"
            yield from underscored(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from underscored(inner, f"{path}[{at}]")


def changes(before: Any, after: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """The paths that differ, with `ADD`, `DELETE` or `UPDATE`; lists are compared by position."""
    if path == "location" and location(before) == location(after):
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted(before.keys() | after.keys()):
            inner = f"{path}.{key}" if path else key
            yield from _step(before.get(key, _MISSING), after.get(key, _MISSING), inner)
    elif isinstance(before, list) and isinstance(after, list):
        for at in range(max(len(before), len(after))):
            old = before[at] if at < len(before) else _MISSING
            new = after[at] if at < len(after) else _MISSING
            yield from _step(old, new, f"{path}[{at}]")
    elif before != after or type(before) is not type(after):
        yield path, "UPDATE"


def replaces(kind: Kind, path: str) -> bool:
    """Whether a change at a path needs another resource."""
    name = path.split(".", maxsplit=1)[0].split("[", maxsplit=1)[0]
    return name in kind.parameters or name in kind.create_only


def foreseen(kind: Kind, inputs: Properties, now: Properties) -> Properties:
    """The outputs in a preview: the inputs, what never changes, and the rest unknown.

    Args:
        kind: The resource's type.
        inputs: Its inputs.
        now: What it returned so far; empty where it is to be created.
    """
    outputs = {name: inputs[name] for name in kind.properties if name in inputs}
    if "identity" in outputs:
        unknown = {"principalId": UNKNOWN, "tenantId": UNKNOWN}
        outputs["identity"] = {**outputs["identity"], **unknown}
    return {**outputs, "name": UNKNOWN, **{k: now[k] for k in ("name", "location") if k in now}}


def refreshed(kind: Kind, inputs: Properties, before: Properties, after: Properties) -> Properties:
    """The inputs after a refresh: what changed in Azure goes into them."""
    fresh = dict(inputs)
    for name in kind.properties:
        if before.get(name) != after.get(name):
            fresh[name] = after.get(name)
    return {name: value for name, value in fresh.items() if value is not None}


def _step(before: Any, after: Any, path: str) -> Iterator[tuple[str, str]]:
    if before is _MISSING:
        yield path, "ADD"
    elif after is _MISSING:
        yield path, "DELETE"
    else:
        yield from changes(before, after, path)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        if _SPECIAL in value:
            return _plain(value["value"])
        return {key: _plain(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
