"""Where an event subscription of a document delivers, as one text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from azureml_events.base.mistakes import MemberPath
from azureml_events.documents.members import target_in
from azureml_events.documents.unresolved import Unresolved
from azureml_events.event_grid.filters import key_problem
from azureml_events.event_grid.handshake import unanswered_handshake
from azureml_events.handlers import ENDPOINTS
from azureml_events.routing.subscription import Destination, DynamicAttribute


def handler_text(body: Mapping[str, Any], *, owner: str) -> str:
    """Say what receives the events; the same text only for the same place, and never with a URL's query.

    Args:
        body: The event subscription's body, in azure-native's form.
        owner: What tells the event subscription from every other, for a place that is not known.
    """
    _, destination = target_in(body, "destination", "deliveryWithResourceIdentity")
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


def destination_of(body: Mapping[str, Any], place: Callable[[MemberPath], MemberPath]) -> Destination | None:
    """Say what lint asks about where an event subscription delivers; None where that is not known.

    Args:
        body: The event subscription's body, in azure-native's form.
        place: Gives the place in the document of a path below the body.
    """
    at, destination = target_in(body, "destination", "deliveryWithResourceIdentity")
    if not isinstance(destination, Mapping):
        return None
    member = next((name for name in ("endpointUrl", "endpointBaseUrl") if isinstance(destination.get(name), str)), None)
    url = destination[member] if member and destination.get("endpointType") == "WebHook" else None
    mappings = destination.get("deliveryAttributeMappings")
    attributes = [
        DynamicAttribute(str(each.get("name")), source, place((*at, "deliveryAttributeMappings", index, "sourceField")))
        for index, each in enumerate(mappings if isinstance(mappings, list) else ())
        if isinstance(each, Mapping) and isinstance(source := each.get("sourceField"), str)
    ]
    known = tuple(each for each in attributes if key_problem(each.source_field) is None)
    return Destination(unanswered_handshake(url) if url else None, place((*at, member or "endpointUrl")), known)


def _text(value: object) -> str | None:
    """Read a member's text; None where it may differ elsewhere: only the unresolved query may tell two URLs apart."""
    if isinstance(value, Unresolved):
        return str(value) if value.same and "?" not in str(value) else None
    return str(value) if value not in (None, "") else None
