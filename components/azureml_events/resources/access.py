"""Access takes time: the wait after a new role assignment, and the retry of what came too early."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import pulumi
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.settings import get_monitor

_MISSING_ACCESS = (
    "managed identity authorization error",
    "does not have permission to perform appropriate action on the destination resource",
    "unauthorized",
    "authorizationfailed",
    "forbidden",
)
"""Signs in an error that access is missing, as people reported them, in lower case."""

_ACCEPTED = "1 error occurred:"
"""The beginning of azure-native's error where Azure accepted a resource and failed afterwards."""

_FIRST_PAUSE_SECONDS = 5
_LONGEST_PAUSE_SECONDS = 60


class AccessDelay:
    """The wait from the creation of a role assignment until it is likely to hold.

    A hook only notes the moment of creation; what depends on the role assignment waits here, in the program. Pulumi's
    engine carries nothing else out while a hook runs after a creation, so waits inside hooks would add up. Where
    nothing new is created, as in a preview, nothing waits.

    Args:
        name: What makes the hook's name unique.
        seconds: How long to wait, 0 or more.

    Attributes:
        hooks: The hook to bind to each role assignment.
    """

    def __init__(self, name: str, seconds: float) -> None:
        self._seconds = seconds
        self._created: dict[str, float] = {}
        self.hooks = pulumi.ResourceHookBinding()
        if _hooks_run():
            self.hooks.after_create = [pulumi.ResourceHook(f"{name}/created", self._note)]

    def after(self, role_assignment: pulumi.Resource) -> pulumi.Output[pulumi.Resource]:
        """Give the role assignment once it is likely to hold: what `depends_on` takes.

        Args:
            role_assignment: A resource with the hook.
        """

        async def wait(urn: str) -> pulumi.Resource:
            created = self._created.get(urn)
            if created is not None:
                await asyncio.sleep(max(0, created + self._seconds - time.monotonic()))
            return role_assignment

        return role_assignment.urn.apply(wait)

    async def _note(self, args: pulumi.ResourceHookArgs) -> None:
        self._created[args.urn] = time.monotonic()


def retry_while_access_is_missing(name: str, minutes: int) -> pulumi.ResourceHookBinding:
    """Make the hook that retries an event subscription's creation while Azure says that access is missing.

    The first retry comes after 5 seconds, the pauses double up to 60. An error of another kind is not retried, nor is
    one after Azure accepted the subscription: the next `pulumi up` finishes it.

    Args:
        name: What makes the hook's name unique.
        minutes: For how long to retry, 0 or more.
    """
    hooks = pulumi.ResourceHookBinding()
    if _hooks_run():
        retry = retrying(minutes * 60, asyncio.sleep, time.monotonic)
        hooks.on_error = [pulumi.ErrorHook(f"{name}/retry", retry)]
    return hooks


def retrying(
    limit: float, sleep: Callable[[float], Awaitable[None]], now: Callable[[], float]
) -> Callable[[pulumi.ErrorHookArgs], Awaitable[bool]]:
    """Make the error hook's function.

    Args:
        limit: Seconds after the first failure of a resource in which it may be tried again.
        sleep: Waits the given seconds.
        now: The present moment in seconds.
    """
    first_failure: dict[str, float] = {}

    async def retry(args: pulumi.ErrorHookArgs) -> bool:
        error = args.errors[0] if args.errors else ""
        if args.failed_operation != "create":
            return False
        if _was_accepted(error):
            pulumi.log.warn(
                f"Azure accepted {args.name} and failed afterwards; the next `pulumi up` finishes the work."
            )
            return False
        if not is_missing_access(error):
            return False
        present = now()
        elapsed = present - first_failure.setdefault(args.urn, present)
        pause = min(_FIRST_PAUSE_SECONDS * 2 ** (len(args.errors) - 1), _LONGEST_PAUSE_SECONDS)
        if elapsed + pause > limit:
            return False
        await sleep(pause)
        return True

    return retry


def is_missing_access(error: str) -> bool:
    """Tell whether an error says that access is missing and nothing was created."""
    text = error.lower()
    return not _was_accepted(error) and any(sign in text for sign in _MISSING_ACCESS)


def _was_accepted(error: str) -> bool:
    return error.lstrip().startswith(_ACCEPTED)


def _hooks_run() -> bool:
    """Tell whether hooks are of use: mocks never run them, and a failing test that registered one crashes Python."""
    return not isinstance(get_monitor(), MockMonitor)
