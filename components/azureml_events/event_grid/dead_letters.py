"""Dead letters: what Event Grid adds to an event that it could not deliver, and what the added values mean.

Source: Event Grid's page on delivery and retry; the reason of probation from a report (azure-sdk-for-net #26198), the
one of a 400 and `lastHttpStatusCode`, which later blobs lack, from an answer on Stack Overflow (52173869).

UNVERIFIED: the reason where the time to live has passed, and those of other statuses than 400.
"""

from __future__ import annotations

TELLING = ("deadLetterReason", "deliveryAttempts", "lastDeliveryOutcome")
"""The members that an event has only as a dead letter."""

PUBLISHED = "publishTime"
"""The member that says when the event was published."""

ADDED = (
    *TELLING,
    PUBLISHED,
    "lastDeliveryAttemptTime",
    "lastHttpStatusCode",
)
"""The members that a dead letter has beside the event's own; CloudEvents write them in lower case."""

ATTEMPTS_EXCEEDED, LIFE_EXCEEDED = "MaxDeliveryAttemptsExceeded", "TimeToLiveExceeded"
"""The reasons of a retry policy that came to its end."""

_REFUSED = "UndeliverableDueToHttp"


def refused_reason(status: str) -> str:
    """Name the reason where the destination gave an answer after which nothing is tried again.

    Args:
        status: The answer's status by its name, as `BadRequest`.
    """
    return f"{_REFUSED}{status}"


_REASONS = {
    ATTEMPTS_EXCEEDED: "every attempt that the retry policy allows failed",
    LIFE_EXCEEDED: "the event was older than the retry policy allows when its next attempt was due",
    refused_reason("BadRequest"): "the destination answered 400, after which nothing is tried again",
    refused_reason("Unauthorized"): "the destination answered 401, after which nothing is tried again",
    refused_reason("Forbidden"): "the destination answered 403, after which nothing is tried again",
    refused_reason("RequestEntityTooLarge"): "the destination answered 413, after which nothing is tried again",
    "UndeliverableDueToProbationCausedByClientError": (
        "the endpoint had refused events before, so it was on probation and this one was skipped"
    ),
}

_OUTCOMES = {
    "NotFound": "the destination was not found",
    "Disabled": "the destination is switched off for receiving",
    "Full": "the destination took no more operations",
    "Unauthorized": "the destination answered that the sender is not authorised",
    "BadRequest": "the destination refused the request as a bad one",
    "TimedOut": "the destination did not answer in time",
    "Busy": "the destination was busy",
    "PayloadTooLarge": "the event is larger than the destination takes",
    "Probation": "the destination was on probation, in which nothing is tried",
    "Canceled": "the delivery was cancelled",
    "Aborted": "Event Grid gave the delivery up after some time",
    "SocketError": "the connection to the destination failed",
    "ResolutionError": "the destination's host name was not found in the DNS",
    "Delivering": "a delivery was under way",
    "SessionQueueNotSupported": "the queue wants a session id, and the event was delivered without one",
    "Forbidden": "the destination forbade the delivery, perhaps by its firewall",
    "InvalidAzureFunctionDestination": "the function is none that an event triggers, or its code is not there",
}


def explain_dead_letter(reason: str | None, outcome: str | None) -> str:
    """Say what a dead letter's reason and last outcome mean.

    Args:
        reason: `deadLetterReason`; None where it is missing.
        outcome: `lastDeliveryOutcome`; None where it is missing.
    """
    meanings = [_meaning("reason", reason, _REASONS), _meaning("outcome", outcome, _OUTCOMES)]
    return "; ".join(meaning for meaning in meanings if meaning) or "neither a reason nor an outcome was recorded"


def _meaning(what: str, value: str | None, known: dict[str, str]) -> str:
    if not value:
        return ""
    meanings = {name.lower(): meaning for name, meaning in known.items()}
    return meanings.get(value.lower(), f"Event Grid's documents do not name this {what}")
