"""Delivery by Event Grid: the schema, the retries and the end of a subscription.

Bounds: Event Grid's delivery page and its ARM contract, API version 2025-02-15.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from typing import Annotated, Literal

from azureml_events.base.mistakes import show
from azureml_events.base.model import Between, Declaration

EventDeliverySchema = Literal["EventGridSchema", "CloudEventSchemaV1_0"]
"""The form in which events are delivered."""

DEFAULT_SCHEMA: EventDeliverySchema = "EventGridSchema"

ATTRIBUTES: dict[EventDeliverySchema, tuple[str, ...]] = {
    "EventGridSchema": ("id", "subject", "topic", "eventType", "eventTime", "dataVersion", "metadataVersion"),
    "CloudEventSchemaV1_0": ("id", "subject", "source", "type", "time", "specversion"),
}
"""The attributes that an event has beside `data`; CloudEvents 1.0 may have further ones."""

DELIVERING_NOTHING = {
    "Failed": "its creation or last change failed",
    "Canceled": "its creation was cancelled",
    "AwaitingManualAction": "its endpoint has not yet answered the validation handshake",
}
"""The provisioning states in which a subscription delivers nothing, with what each says: the REST specification."""


BATCHING = {"maxEventsPerBatch": 1, "preferredBatchSizeInKilobytes": 64}
"""How many events and kilobytes a call has where a destination does not say."""


class RetryPolicy(Declaration):
    """The limits after which Event Grid gives up delivering an event; whichever limit is reached first counts."""

    max_delivery_attempts: Annotated[int, Between(1, 30)] = 30
    """Attempts, 1 to 30; default 30."""

    event_time_to_live_in_minutes: Annotated[int, Between(1, 1440)] = 1440
    """Minutes that an event is tried for, 1 to 1440; default 1440, a day."""


_DATE_AND_TIME = r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?)"
_RFC3339 = _DATE_AND_TIME + r"([Zz]|[+-]\d{2}:\d{2})"
_GO_TIME = _DATE_AND_TIME + r" ([+-]\d{4}) (?:[A-Z]{1,5}|[+-]\d{2,4})"
"""The form that Pulumi gives to a date and time which a stack file holds without quotes."""

MOMENT_PATTERN = f"^({_RFC3339}|{_GO_TIME})$"
"""The regular expression of a moment, for JSON Schema."""


def in_utc(text: str) -> str:
    """Convert a moment to UTC, as ARM writes it.

    Args:
        text: An RFC 3339 date and time with an offset, also in the words of Go, as Pulumi hands it over.

    Raises:
        ValueError: It is none, or has no offset.
    """
    form = "expected a date and time with an offset, as 2030-01-31T12:00:00Z"
    parts = re.fullmatch(_RFC3339, text, re.ASCII) or re.fullmatch(_GO_TIME, text, re.ASCII)
    if not parts:
        raise ValueError(f"{show(text)}: {form}")
    date, time, offset = parts.groups()
    try:
        moment = datetime.fromisoformat(f"{date}T{time}{offset.upper()}").astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{show(text)}: {form}") from None
    return write_moment(moment)


def write_moment(when: datetime) -> str:
    """Write a moment as Azure does.

    Args:
        when: The moment, UTC.
    """
    return when.isoformat().replace("+00:00", "Z")


_TODAY: ContextVar[date | None] = ContextVar("today", default=None)


@contextmanager
def on_day(today: date) -> Iterator[None]:
    """Ask about a day instead of the present moment, while it lasts: what ends by its beginning has passed.

    Args:
        today: The day, UTC.
    """
    token = _TODAY.set(today)
    try:
        yield
    finally:
        _TODAY.reset(token)


def has_passed(moment: str) -> bool:
    """Tell whether a moment has passed; what ends then delivers nothing any more.

    Args:
        moment: The moment in UTC, as `in_utc` gives it.
    """
    today = _TODAY.get()
    now = datetime.now(UTC) if today is None else datetime.combine(today, time(), UTC)
    return datetime.fromisoformat(moment) <= now
