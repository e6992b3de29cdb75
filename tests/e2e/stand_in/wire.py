"""Values on Pulumi's wire, and how the provider compares them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator
from typing import Any

from e2e.stand_in.cloud import Properties
from e2e.stand_in.kinds import Kind, location
from google.protobuf import json_format, struct_pb2

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What stands on Pulumi's wire for a value that is not known yet."""

_SPECIAL = "4dabf18193072939515e22adb298388d"
_MISSING = object()
_SAME: dict[str, Callable[[object], str]] = {
    "location": location,
    "resourceGroupName": lambda name: str(name).lower(),
}
"""What the provider compares otherwise than letter by letter."""


def plain(message: struct_pb2.Struct) -> Properties:
    """Return properties without marks of secrets, without nulls, and with whole numbers as such."""
    properties: Properties = _plain(json_format.MessageToDict(message))
    return properties


def packed(properties: Properties) -> struct_pb2.Struct:
    """Pack properties for the wire."""
    message = struct_pb2.Struct()
    message.update(properties)
    return message


def underscored(value: Any, path: str = "") -> Iterator[str]:
    """Yield the paths of keys with an underscore, which pulumi-azure-native would send untranslated."""
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
    """Yield the paths that differ, with `ADD`, `DELETE` or `UPDATE`; lists are compared by position (diff.go)."""
    if path in _SAME and _SAME[path](before) == _SAME[path](after):
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
    """Say whether a change at a path needs another resource."""
    name = path.split(".", maxsplit=1)[0].split("[", maxsplit=1)[0]
    return name in kind.parameters or name in kind.create_only


def added(kind: Kind, news: Properties, olds: Properties, name: str, seed: bytes) -> Properties:
    """Return what Check adds to inputs: an API version, a name, a location (provider.go, applyDefaults).

    Args:
        kind: The resource's type.
        news: Its inputs.
        olds: Those that it had.
        name: Its Pulumi name.
        seed: What the engine gives to make a name up with, 16 bytes or more.
    """
    own = kind.parameters[-1]
    made_up = str(uuid.UUID(bytes=seed[:16])) if own == "roleAssignmentName" else f"{name}{seed.hex()[:8]}"
    filled = {"azureApiVersion": kind.version, own: olds.get(own, made_up)}
    if "location" in olds:
        filled["location"] = olds["location"]
    return {name: value for name, value in filled.items() if name not in news}


def foreseen(kind: Kind, inputs: Properties, now: Properties) -> Properties:
    """Return the outputs in a preview: the inputs, what never changes, the rest unknown (previewOutputs.go).

    Args:
        kind: The resource's type.
        inputs: Its inputs.
        now: What it returned so far; empty where it is to be created.
    """
    known = {name: value for name, value in inputs.items() if name not in kind.parameters}
    if "identity" in known:
        known["identity"] = {"principalId": UNKNOWN, "tenantId": UNKNOWN, **known["identity"]}
    stable = {name: value for name, value in now.items() if name in {"name", "location"}}
    unknown: Properties = dict.fromkeys((*kind.properties, *kind.outputs), UNKNOWN)
    return {**unknown, **known, **stable}


def imported(kind: Kind, resource_id: str, outputs: Properties) -> Properties:
    """Return the inputs that an import finds: names from the id in its case, what can be set and is not empty."""
    parameters = kind.parse(resource_id) or {}
    named = {name: parameters[name] for name in kind.parameters}
    if "scope" in named:
        named["scope"] = f"/{named['scope'].strip('/')}"
    return {**named, **_without_empty(_settable(kind, outputs))}


def refreshed(kind: Kind, inputs: Properties, before: Properties, after: Properties) -> Properties:
    """Return the inputs after a refresh, into which only the difference between two answers goes (diff.go, applyDiff).

    Args:
        kind: The resource's type.
        inputs: Its inputs so far.
        before: What it returned then.
        after: What it returns now.
    """
    carried: Properties = _carried(inputs, _settable(kind, before), _settable(kind, after))
    return carried


def _settable(kind: Kind, outputs: Properties) -> Properties:
    """Whatever of an answer can be set: no null, nothing read-only, no part of the id (sdkOutputsToSdkInputs.go)."""
    return {
        name: _without(_plain(value), kind.read_only)
        for name, value in outputs.items()
        if name in kind.properties and value is not None
    }


def _carried(inputs: Any, before: Any, after: Any) -> Any:
    """Inputs with the difference between two answers in them."""
    if all(isinstance(each, dict) for each in (inputs, before, after)):
        kept = {name: value for name, value in inputs.items() if name in after or name not in before}
        differing = [name for name, value in after.items() if before.get(name) != value]
        return {**kept, **{name: _carried(inputs.get(name), before.get(name), after[name]) for name in differing}}
    if all(isinstance(each, list) for each in (inputs, before, after)):
        shared = [_carried(*each) for each in zip(inputs, before, after, strict=False)]
        return [*shared, *after[len(shared) :]]
    return after


def _without(value: Any, names: Collection[str]) -> Any:
    if isinstance(value, dict):
        return {name: _without(inner, names) for name, inner in value.items() if name not in names}
    return [_without(inner, names) for inner in value] if isinstance(value, list) else value


def _without_empty(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    kept = {name: _without_empty(inner) for name, inner in value.items()}
    return {name: inner for name, inner in kept.items() if inner not in ({}, [])}


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
