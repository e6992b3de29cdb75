"""When an event subscription ends."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from azureml_events.base.mistakes import show

_DATE_AND_TIME = r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?)"
_RFC3339 = re.compile(_DATE_AND_TIME + r"([Zz]|[+-]\d{2}:\d{2})", re.ASCII)
_GO_TIME = re.compile(_DATE_AND_TIME + r" ([+-]\d{4}) (?:[A-Z]{1,5}|[+-]\d{2,4})", re.ASCII)
"""What Pulumi makes of a date and time that a stack file gives without quotes."""


def in_utc(text: str) -> str:
    """A moment in UTC, as ARM writes it.

    Args:
        text: An RFC 3339 date and time with an offset, also in the words of Go, as Pulumi hands it over.

    Raises:
        ValueError: It is none, or has no offset.
    """
    form = "expected a date and time with an offset, as 2030-01-31T12:00:00Z"
    parts = _RFC3339.fullmatch(text) or _GO_TIME.fullmatch(text)
    if not parts:
        raise ValueError(f"{show(text)}: {form}")
    date, time, offset = parts.groups()
    try:
        moment = datetime.fromisoformat(f"{date}T{time}{offset.upper()}").astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{show(text)}: {form}") from None
    return moment.isoformat().replace("+00:00", "Z")


def in_the_future(text: str) -> str:
    """A moment in UTC that has not passed.

    Raises:
        ValueError: It is no such moment; Event Grid would refuse it.
    """
    moment = in_utc(text)
    if datetime.fromisoformat(moment) <= datetime.now(UTC):
        raise ValueError(f"{show(text)} has passed; Event Grid takes a moment in the future only")
    return moment
