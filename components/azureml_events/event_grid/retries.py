"""Retries: what an answer to a delivery means, and when Event Grid tries again.

Source: Event Grid's page on delivery and retry, which has the schedule, the least waits, the statuses after which
nothing is tried again, the outcomes by name and how long each puts a subscription on probation. It names no outcome
for a status, and its editions differ on 403; the newest one never tries it again.

UNVERIFIED: `Busy` as the outcome of a 5xx and a 429, `BadRequest` as that of every other status.
"""

from __future__ import annotations

ANSWER_SECONDS = 30
"""Seconds in which a handler has to answer."""

DELIVERED = "Delivered"
"""The outcome of an attempt that succeeded; Event Grid has no name for it where it tells outcomes."""

_SUCCESS = range(200, 205)
_SERVER_ERRORS = range(500, 600)
_SCHEDULE = (10, 30, 60, 300, 600, 1800, 3600, 10800, 21600, 43200)
_OUTCOMES = {
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    408: "TimedOut",
    410: "NotFound",
    413: "PayloadTooLarge",
    429: "Busy",
}
_LEAST_WAITS = {408: 120, 503: 30}
_LEAST_WAITS_OF_RESOURCES = {401: 300, 404: 300}
_NEVER_AGAIN = {400: "BadRequest", 403: "Forbidden", 413: "RequestEntityTooLarge"}
_NEVER_AGAIN_OF_WEB_HOOKS = {401: "Unauthorized"}
_PROBATION = {
    "Busy": 10,
    "TimedOut": 10,
    "SocketError": 30,
    "NotFound": 300,
    "ResolutionError": 300,
    "Disabled": 300,
    "Full": 300,
    "Unauthorized": 300,
    "Forbidden": 300,
    "InvalidAzureFunctionDestination": 600,
}


def outcome_of(status: int) -> str:
    """Name the outcome of an attempt by the status of its answer.

    Args:
        status: The HTTP status.
    """
    if status in _SUCCESS:
        return DELIVERED
    return _OUTCOMES.get(status, "Busy" if status in _SERVER_ERRORS else "BadRequest")


def final_status(status: int | None, *, azure_resource: bool) -> str | None:
    """Name a status after which nothing is tried again, as .NET does; None for any other.

    Args:
        status: The HTTP status; None where there was no answer.
        azure_resource: Whether the handler is an Azure resource, in place of a webhook.
    """
    final = _NEVER_AGAIN if azure_resource else {**_NEVER_AGAIN, **_NEVER_AGAIN_OF_WEB_HOOKS}
    return None if status is None else final.get(status)


def wait_after(attempts: int, status: int | None, outcome: str, *, azure_resource: bool) -> int:
    """Say how many seconds pass before an event is tried again: the schedule's step, or longer where that is the least.

    Event Grid also adds a little chance, which is left out.

    Args:
        attempts: How often it was tried, 1 or more.
        status: The last answer's HTTP status; None where there was none.
        outcome: The last attempt's outcome.
        azure_resource: Whether the handler is an Azure resource, in place of a webhook.
    """
    least = {**_LEAST_WAITS, **_LEAST_WAITS_OF_RESOURCES} if azure_resource else _LEAST_WAITS
    step = _SCHEDULE[min(attempts, len(_SCHEDULE)) - 1]
    return max(step, least.get(status or 0, 0), probation_after(outcome))


def probation_after(outcome: str) -> int:
    """Say how many seconds nothing is tried for a subscription after an attempt failed.

    Args:
        outcome: The attempt's outcome.
    """
    return _PROBATION.get(outcome, 0)
