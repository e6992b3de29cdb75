"""Where an event subscription of a document delivers, as one text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from azureml_events.documents.unresolved import Unresolved
from azureml_events.handlers import ENDPOINTS


def handler_text(body: Mapping[str, Any], *, owner: str) -> str:
    """Say what receives the events; the same text only for the same place, and never with a URL's query.

    Args:
        body: The event subscription's body, in azure-native's form.
        owner: What tells the event subscription from every other, for a place that is not known.
    """
    outer = body.get("deliveryWithResourceIdentity")
    holder = outer if isinstance(outer, Mapping) else body
    destination = holder.get("destination")
    if not isinstance(destination, Mapping):
        return f"unknown handler of {owner}"
    kind = str(destination.get("endpointType"))
    endpoint = ENDPOINTS.get(kind)
    if endpoint is None:
        place = _text(destination.get("resourceId"))
    else:
        values = {name: _text(destination.get(name)) for name in endpoint.place_members()}
        members = {name: text for name, text in values.items() if text}
        place = endpoint.describe_place(members) if all(values.values()) else None
    return place or f"{kind} of {owner}"


def _text(value: object) -> str | None:
    """Read a member's text; None where it may differ elsewhere: only the unresolved query may tell two URLs apart."""
    if isinstance(value, Unresolved):
        return str(value) if value.same and "?" not in str(value) else None
    return str(value) if value not in (None, "") else None
