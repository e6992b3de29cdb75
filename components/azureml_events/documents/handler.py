"""Where an event subscription of a document delivers, as one text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from azureml_events.documents.unresolved import Unresolved


def handler_text(body: Mapping[str, Any], *, owner: str) -> str:
    """What receives the events; the same text only for the same place, and never with a URL's query.

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
    if kind == "WebHook":
        place = _base_url(destination.get("endpointUrl"))
    else:
        place = _text(destination.get("resourceId"))
        queue = destination.get("queueName")
        if place and queue is not None:
            name = _text(queue)
            place = f"{place}/queueServices/default/queues/{name}" if name else None
    return place or f"{kind} of {owner}"


def _text(value: object) -> str | None:
    if isinstance(value, str):
        return value or None
    return str(value) if isinstance(value, Unresolved) and value.same else None


def _base_url(url: object) -> str | None:
    if isinstance(url, Unresolved):
        return str(url) if url.same and "?" not in str(url) else None
    if not isinstance(url, str):
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    return f"{parts.scheme}://{host}{f':{port}' if port else ''}{parts.path}" if host else None
