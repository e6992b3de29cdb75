"""The options of a resource, by Pulumi's own names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from google.protobuf.message import Message
from pulumi.runtime.proto import alias_pb2

from azureml_events.offline.recording import Registration, urn_of_reference

_NAMES: Mapping[str, str] = {
    "protect": "protect",
    "importId": "import",
    "ignoreChanges": "ignoreChanges",
    "replaceOnChanges": "replaceOnChanges",
    "deleteBeforeReplace": "deleteBeforeReplace",
    "retainOnDelete": "retainOnDelete",
    "deletedWith": "deletedWith",
    "replace_with": "replaceWith",
    "additionalSecretOutputs": "additionalSecretOutputs",
    "customTimeouts": "customTimeouts",
    "aliases": "aliases",
    "hideDiffs": "hideDiffs",
    "providers": "providers",
}
"""Pulumi's names of options by the fields of a registration that hold them."""

_VERSIONED = re.compile(r"azure-native:\w+/v\d+\w*:\w+")


def options_of(registration: Registration) -> dict[str, Any]:
    """Give the options of a resource that are set, sorted by name; none of a resource that is only read.

    Parent, provider and dependencies are members of a registration. Left out is what no author sets: the version of a
    provider's plugin and azure-native's aliases of older API versions; and hooks, which are functions.
    """
    request = registration.request
    if request is None:
        return {}
    held = {_NAMES[field.name]: _plain(value) for field, value in request.ListFields() if field.name in _NAMES}
    return {name: value for name, value in sorted(held.items()) if value}


def _is_version(alias: alias_pb2.Alias) -> bool:
    """Tell whether an alias is one that azure-native's SDK gives each of its resources: a versioned type only."""
    spec = alias.spec
    others = spec.name or spec.stack or spec.project or spec.parentUrn or spec.noParent
    return not others and _VERSIONED.fullmatch(spec.type) is not None


def _plain(value: Any) -> Any:
    if isinstance(value, str | bool):
        return value
    if isinstance(value, alias_pb2.Alias):
        return value.urn or _plain(value.spec)
    if isinstance(value, Message):
        return {field.camelcase_name: _plain(member) for field, member in value.ListFields() if member}
    if isinstance(value, Mapping):
        return {name: urn_of_reference(reference) for name, reference in sorted(value.items())}
    return [_plain(each) for each in value if not (isinstance(each, alias_pb2.Alias) and _is_version(each))]
