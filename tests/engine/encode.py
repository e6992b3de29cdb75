"""Plain values as Pulumi's wire format: the way back from `azureml_events.offline.wire`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from azureml_events.offline import sdk
from azureml_events.offline.wire import ASSET_SIGNATURES, UNKNOWN, Asset, ResourceReference, Secret, Unknown
from google.protobuf import struct_pb2


def encode_properties(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    """Plain values as the properties of a message.

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
