"""When an event subscription ends."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from azureml_events.declarations.mistakes import show

_RFC3339 = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)


def in_utc(text: str) -> str:
    """A moment in UTC, as ARM writes it.

    Args:
        text: An RFC 3339 date and time with an offset.

    Raises:
        ValueError: It is none, or has no offset.
    """
    form = "expected a date and time with an offset, as 2030-01-31T12:00:00Z"
    if not _RFC3339.fullmatch(text):
        raise ValueError(f"{show(text)}: {form}")
    try:
        moment = datetime.fromisoformat(text.upper()).astimezone(UTC)
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
