"""The values of Pulumi's wire format, as plain Python values.

A property on the wire is a JSON value, except where a signature key marks something that JSON has no
form for. Here these become: `UNKNOWN`, `Secret`, `ResourceReference`, `Asset`.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from google.protobuf import struct_pb2

from azureml_events.offline import sdk
from azureml_events.offline.client_config import as_shown, is_stand_in

ASSET_SIGNATURES = {"asset": sdk.ASSET_SIGNATURE, "archive": sdk.ARCHIVE_SIGNATURE}
"""The kinds of `Asset` and how the wire marks them."""


class Unknown(enum.Enum):
    """The type of `UNKNOWN`: a value that only a deployment can tell."""

    UNKNOWN = "<unknown>"

    def __repr__(self) -> str:
        return self.value


UNKNOWN: Final = Unknown.UNKNOWN
"""A value that only a deployment can tell."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that nothing may show.

    Attributes:
        value: What it is, plain or `UNKNOWN`; not part of the `repr`.
    """

    value: Any = field(repr=False)

    def __str__(self) -> str:
        return "<secret>"


@dataclass(frozen=True, slots=True)
class ResourceReference:
    """A whole resource passed as a value.

    Attributes:
        urn: The resource.
        id: Its id; empty while unknown, None for a component.
    """

    urn: str
    id: str | None


@dataclass(frozen=True, slots=True)
class Asset:
    """A file, text or archive passed as a value.

    Attributes:
        kind: `asset` or `archive`.
        content: `path`, `text`, `uri` or `assets` with what it holds.
    """

    kind: str
    content: Mapping[str, Any]


def decode_properties(properties: struct_pb2.Struct) -> dict[str, Any]:
    """Read the properties of a message as plain values, in the order of their keys."""
    fields = properties.fields
    return {key: decode(fields[key]) for key in sorted(fields)}


def decode(value: struct_pb2.Value) -> Any:
    """Read one value of a message as a plain value; whole numbers become `int`."""
    match value.WhichOneof("kind"):
        case "string_value":
            text = value.string_value
            return UNKNOWN if text == sdk.UNKNOWN or is_stand_in(text) else text
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "bool_value":
            return value.bool_value
        case "list_value":
            return [decode(item) for item in value.list_value.values]
        case "struct_value":
            return _decode_marked(decode_properties(value.struct_value))
        case _:
            return None


def _decode_marked(properties: dict[str, Any]) -> Any:
    """Read an object that a signature may mark as something else."""
    match properties.get(sdk.SIGNATURE_KEY):
        case None:
            return properties
        case sdk.SECRET_SIGNATURE:
            return Secret(properties.get("value"))
        case sdk.OUTPUT_SIGNATURE:
            value = properties.get("value", UNKNOWN)
            return Secret(value) if properties.get("secret") else value
        case sdk.RESOURCE_SIGNATURE:
            identifier = properties.get("id")
            return ResourceReference(properties["urn"], "" if identifier is UNKNOWN else identifier)
        case signature:
            kind = next(kind for kind, each in ASSET_SIGNATURES.items() if each == signature)
            del properties[sdk.SIGNATURE_KEY]
            return Asset(kind, properties)


def encode_properties(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    """Write plain values as the properties of a message.

    Args:
        properties: JSON values and the values of this module.

    Raises:
        TypeError: A value has no form on the wire.
    """
    struct = struct_pb2.Struct()
    _fill(struct, properties)
    return struct


def _fill(struct: struct_pb2.Struct, properties: Mapping[str, Any]) -> None:
    for key, value in properties.items():
        _encode(value, struct.fields[key])


def _encode(value: Any, into: struct_pb2.Value) -> None:  # noqa: C901 - a case for each kind
    match value:
        case None:
            into.null_value = struct_pb2.NULL_VALUE
        case Unknown():
            into.string_value = sdk.UNKNOWN
        case bool():
            into.bool_value = value
        case str():
            into.string_value = value
        case int() | float():
            into.number_value = value
        case Secret():
            _fill_marked(into, sdk.SECRET_SIGNATURE, {"value": value.value})
        case ResourceReference():
            identifier = {} if value.id is None else {"id": value.id or UNKNOWN}
            _fill_marked(into, sdk.RESOURCE_SIGNATURE, {"urn": value.urn, **identifier})
        case Asset():
            _fill_marked(into, ASSET_SIGNATURES[value.kind], value.content)
        case Mapping():
            into.struct_value.SetInParent()
            _fill(into.struct_value, value)
        case list() | tuple():
            into.list_value.SetInParent()
            for item in value:
                _encode(item, into.list_value.values.add())
        case _:
            raise TypeError(f"{type(value).__name__} has no form on Pulumi's wire")


def _fill_marked(into: struct_pb2.Value, signature: str, content: Mapping[str, Any]) -> None:
    _fill(into.struct_value, {sdk.SIGNATURE_KEY: signature, **content})


def shown(value: Any) -> Any:  # noqa: PLR0911 - a case for each kind
    """Give a value as output shows it: JSON, with `"<unknown>"` and `"<secret>"` where these stand.

    Only the secret node itself is hidden, not the object around it.
    """
    match value:
        case Unknown():
            return value.value
        case str():
            return as_shown(value)
        case Secret():
            return str(value)
        case ResourceReference():
            identifier = {} if value.id is None else {"id": value.id or UNKNOWN.value}
            return {"urn": value.urn, **identifier}
        case Asset():
            return {value.kind: shown(value.content)}
        case Mapping():
            return {key: shown(item) for key, item in value.items()}
        case list() | tuple():
            return [shown(item) for item in value]
        case _:
            return value
