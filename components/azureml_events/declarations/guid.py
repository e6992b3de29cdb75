"""GUIDs: of identities, tenants and subscriptions."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import PlainValidator, WithJsonSchema

from azureml_events.declarations.mistakes import show
from azureml_events.declarations.deferred import Applicable, Deferred


def is_guid(text: str) -> bool:
    """Whether a text is a GUID in its usual form of 36 characters."""
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False


def _checked(value: object) -> str | Deferred:
    if isinstance(value, Applicable):
        return Deferred(value, _canonical)
    if isinstance(value, Deferred):
        return value
    if not isinstance(value, str):
        raise ValueError(f"expected a GUID, got {show(value)}")
    return _canonical(value)


def _canonical(text: str) -> str:
    if not is_guid(text):
        raise ValueError(f"{show(text)} is not a GUID")
    return text.lower()


Guid = Annotated[str | Deferred, PlainValidator(_checked), WithJsonSchema({"type": "string", "format": "uuid"})]
"""A GUID, kept in lower case, or one that only a deployment knows."""
