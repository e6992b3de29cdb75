"""What Event Grid sends over HTTP: bodies and headers, in both schemas.

Facts: Event Grid's pages on message headers, on delivery properties and on CloudEvents.

UNVERIFIED: that the delivery count of the first attempt is 0 (recorded requests have 0, the page's examples 1), what it
is for a batch of events tried equally often (that number), and that the headers of a single event are left out for a
batch.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from azureml_events.delivery.parcel import Parcel
from azureml_events.delivery.subscription import LocalSubscription

NOTIFICATION, VALIDATION = "Notification", "SubscriptionValidation"
"""The values of the header `aeg-event-type`."""

EVENT_GRID_TYPE = "application/json; charset=utf-8"
"""The content type of what is sent in the Event Grid schema."""

_CLOUD_TYPE = "application/cloudevents+json; charset=utf-8"
_CLOUD_BATCH_TYPE = "application/cloudevents-batch+json; charset=utf-8"
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_UNSENDABLE = {"connection", "content-length", "content-type", "host", "transfer-encoding", "upgrade"}
_STEERING = re.compile(r"[\x00-\x1f\x7f]")

Headers = list[tuple[bytes, bytes]]
"""Headers as they go over the wire."""


def body(subscription: LocalSubscription, parcels: Sequence[Parcel]) -> bytes:
    """Write the body of a call: an array, or one object for a single CloudEvent that is not batched.

    Args:
        subscription: The subscription.
        parcels: The events of the call.
    """
    if subscription.schema == "EventGridSchema" or subscription.most_events > 1:
        return b"[" + b",".join(each.text for each in parcels) + b"]"
    return parcels[0].text


def headers(subscription: LocalSubscription, parcels: Sequence[Parcel]) -> Headers:
    """Write the headers of a call, delivery attributes among them; of a batch those of its first event.

    Args:
        subscription: The subscription.
        parcels: The events of the call.
    """
    attributes = subscription.attributes_of(parcels[0].event)
    sent = {name: value for name, value in attributes.items() if is_sendable(name)}
    return encoded({"content-type": _content_type(subscription), **sent, **properties(subscription, parcels)})


def properties(subscription: LocalSubscription, parcels: Sequence[Parcel]) -> dict[str, str]:
    """Say what Event Grid tells of a delivery beside the events, as headers or as a message's properties.

    Args:
        subscription: The subscription.
        parcels: The events of one call or message.
    """
    event = parcels[0].event
    said = {
        "aeg-event-type": NOTIFICATION,
        "aeg-subscription-name": subscription.upper_name,
        "aeg-delivery-count": str(parcels[0].attempts),
        "aeg-metadata-version": str(event.get("metadataVersion", event.get("specversion"))),
    }
    if len(parcels) == 1:
        if "dataVersion" in event:
            said["aeg-data-version"] = str(event["dataVersion"])
        said["aeg-output-event-id"] = parcels[0].id
    return said


def is_sendable(name: str) -> bool:
    """Tell whether a delivery attribute can be an HTTP header.

    Args:
        name: Its name.
    """
    return _NAME.fullmatch(name) is not None and name.lower() not in _UNSENDABLE


def encoded(said: Mapping[str, str]) -> Headers:
    """Encode headers in UTF-8, so that no value begins a header of its own.

    Args:
        said: Their values by name.
    """
    return [(name.encode(), _STEERING.sub(" ", value).strip().encode(errors="replace")) for name, value in said.items()]


def show_headers(sent: Iterable[tuple[bytes, bytes]]) -> list[str]:
    """Show headers in lines.

    Args:
        sent: The headers.
    """
    return [f"{name.decode()}: {value.decode()}" for name, value in sent]


def _content_type(subscription: LocalSubscription) -> str:
    if subscription.schema == "EventGridSchema":
        return EVENT_GRID_TYPE
    return _CLOUD_BATCH_TYPE if subscription.most_events > 1 else _CLOUD_TYPE
