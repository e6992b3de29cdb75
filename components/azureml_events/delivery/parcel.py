"""An event on its way to the handler of one subscription."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from uuid import uuid4

from azureml_events.delivery.subscription import LocalSubscription
from azureml_events.event_grid.delivery import EventDeliverySchema, write_moment
from azureml_events.routing.event import Event
from azureml_events.routing.match import plain

_NAMES: dict[EventDeliverySchema, dict[str, str]] = {
    "EventGridSchema": {
        "id": "id",
        "source": "topic",
        "subject": "subject",
        "type": "eventType",
        "time": "eventTime",
        "data": "data",
        "dataversion": "dataVersion",
        "metadataversion": "metadataVersion",
    },
    "CloudEventSchemaV1_0": {
        "id": "id",
        "source": "source",
        "specversion": "specversion",
        "type": "type",
        "subject": "subject",
        "time": "time",
        "data": "data",
    },
}
_ALWAYS: dict[EventDeliverySchema, dict[str, str]] = {
    "EventGridSchema": {"dataversion": "", "metadataversion": "1"},
    "CloudEventSchemaV1_0": {"specversion": "1.0"},
}
_OF_EVENT_GRID = {"dataversion", "metadataversion"}


@dataclass
class Parcel:
    """An event on its way to the handler of one subscription.

    Attributes:
        subscription: The subscription.
        text: The event as JSON in the subscription's delivery schema, ASCII.
        id: Its id.
        published: The moment at which it was published, as Event Grid writes moments.
        published_at: When it was handed over, on the schedule's clock, in seconds.
        attempts: How often it was tried.
        outcome: How the last attempt ended; None before the first.
        tried: The moment of the last attempt; None before the first.
    """

    subscription: LocalSubscription
    text: bytes
    id: str
    published: str
    published_at: float = 0
    attempts: int = 0
    outcome: str | None = None
    tried: datetime | None = None

    @cached_property
    def event(self) -> dict[str, Any]:
        """The event in the subscription's delivery schema."""
        event: dict[str, Any] = json.loads(self.text)
        return event


def pack(subscription: LocalSubscription, event: Event, published: str | None = None) -> Parcel:
    """Make a parcel of an event.

    Args:
        subscription: The subscription that it goes to.
        event: The event, in either schema; what every delivered event has and this one lacks is added.
        published: The moment at which it was published, as Event Grid writes moments; default now.
    """
    now = write_moment(datetime.now(UTC))
    delivered = in_schema(event, subscription.schema, now)
    text = json.dumps(delivered, separators=(",", ":"), default=plain).encode()
    return Parcel(subscription, text, str(delivered["id"]), published or now)


def in_schema(event: Event, schema: EventDeliverySchema, now: str) -> dict[str, Any]:
    """Write an event in a delivery schema.

    Args:
        event: The event, in either schema.
        schema: The schema.
        now: Its time where it has none, as Event Grid writes moments.
    """
    added: Mapping[str, Any] = {"id": str(uuid4()), "time": now, **_ALWAYS[schema]}
    names = _NAMES[schema]
    written = {}
    for attribute, name in names.items():
        if attribute in event.attributes:
            written[name] = event.attributes[attribute][0]
        elif attribute in added:
            written[name] = added[attribute]
    if schema == event.schema == "CloudEventSchemaV1_0":
        own = {*names, *_OF_EVENT_GRID}
        written.update({name: values[0] for name, values in event.attributes.items() if name not in own})
    return written
