"""Access takes time: the wait after a new role assignment, and the retry of what came too early."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import pulumi

_MISSING_ACCESS = (
    "managed identity authorization error",
    "does not have permission to perform appropriate action on the destination resource",
    "unauthorized",
    "authorizationfailed",
    "linkedauthorizationfailed",
    "forbidden",
)
"""How Azure says that access is missing: errors that people reported, in lower case."""

_ACCEPTED = "1 error occurred:"
"""How azure-native's error begins where Azure accepted a resource and failed afterwards."""

_FIRST_PAUSE_SECONDS = 5
_LONGEST_PAUSE_SECONDS = 60


def wait_for_access(name: str, seconds: int) -> pulumi.ResourceHookBinding:
    """The wait after each new role assignment; all wait side by side.

    Args:
        name: What makes the hook's name unique.
        seconds: How long to wait, 0 or more.
    """

    async def wait(args: pulumi.ResourceHookArgs) -> None:
        del args
        await asyncio.sleep(seconds)

    return pulumi.ResourceHookBinding(after_create=[pulumi.ResourceHook(f"{name}/wait", wait)])


def retry_while_access_is_missing(name: str, minutes: int) -> pulumi.ResourceHookBinding:
    """The retry of an event subscription's creation while Azure says that access is missing.

    The first retry comes after 5 seconds, the pauses double up to 60. An error of another kind is not retried, nor is
    one after Azure accepted the subscription: the next `pulumi up` finishes it.

    Args:
        name: What makes the hook's name unique.
        minutes: For how long to retry, 0 or more.
    """
    retry = retrying(minutes * 60, asyncio.sleep, time.monotonic)
    return pulumi.ResourceHookBinding(on_error=[pulumi.ErrorHook(f"{name}/retry", retry)])


def retrying(
    limit: float, sleep: Callable[[float], Awaitable[None]], now: Callable[[], float]
) -> Callable[[pulumi.ErrorHookArgs], Awaitable[bool]]:
    """The error hook's function.

    Args:
        limit: Seconds after the first failure of a resource in which it may be tried again.
        sleep: Waits the given seconds.
        now: The present moment in seconds.
    """
    first_failure: dict[str, float] = {}

    async def retry(args: pulumi.ErrorHookArgs) -> bool:
        error = args.errors[0] if args.errors else ""
        if args.failed_operation == "create" and error.lstrip().startswith(_ACCEPTED):
            pulumi.log.warn(
                f"Azure accepted {args.name} and failed afterwards; the next `pulumi up` finishes the work."
            )
            return False
        if args.failed_operation != "create" or not is_missing_access(error):
            return False
        elapsed = now() - first_failure.setdefault(args.urn, now())
        pause = min(_FIRST_PAUSE_SECONDS * 2 ** (len(args.errors) - 1), _LONGEST_PAUSE_SECONDS)
        if elapsed + pause > limit:
            return False
        await sleep(pause)
        return True

    return retry


def is_missing_access(error: str) -> bool:
    """Whether an error says that access is missing and nothing was created."""
    text = error.lower()
    return not text.lstrip().startswith(_ACCEPTED) and any(sign in text for sign in _MISSING_ACCESS)
