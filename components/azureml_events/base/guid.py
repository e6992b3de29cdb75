"""GUIDs: of identities, tenants and subscriptions."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import PlainValidator, WithJsonSchema

from azureml_events.base.deferred import Applicable, Deferred, Reference
from azureml_events.base.mistakes import show

GUID_PATTERN = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
"""A GUID in its usual form of 36 characters."""


def is_guid(text: str) -> bool:
    """Whether a text is a GUID in its usual form of 36 characters."""
    return re.fullmatch(GUID_PATTERN, text) is not None


def _checked(value: object) -> Reference:
    if isinstance(value, Applicable):
        return Deferred(value, _canonical)
    if isinstance(value, Deferred):
        return value
    if not isinstance(value, str):
        raise ValueError(f"expected a GUID, got {show(value)}")
    return _canonical(value)


def _canonical(text: str) -> str:
    if not is_guid(text):
        raise ValueError(f"{show(text)} is not a GUID; expected one as 00000000-0000-0000-0000-000000000001")
    return text.lower()


Guid = Annotated[
    Reference, PlainValidator(_checked), WithJsonSchema({"type": "string", "pattern": f"^{GUID_PATTERN}$"})
]
"""A GUID, kept in lower case, or one that only a deployment knows."""
