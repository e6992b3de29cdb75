"""Access takes time: the wait after a new role assignment, and the retry of what came too early."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable

import pulumi

from azureml_events.resources.hooks import error_hooks, resource_hooks

_MISSING_ACCESS = (
    "managed identity authorization error",
    "does not have permission to perform appropriate action on the destination resource",
    "unauthorized",
    "authorizationfailed",
    "forbidden",
)
"""Signs in an error that access is missing, as people reported them, in lower case."""

_HANDSHAKE = ("url validation", "validation handshake", "attempt to validate the provided endpoint")
"""Signs in an error that an endpoint did not answer Event Grid's handshake, whatever else it says; in lower case."""

_ACCEPTED = ("1 error occurred:", "resource created but read failed")
"""The beginnings of azure-native's errors where Azure accepted a resource and something failed afterwards."""

_FIRST_PAUSE_SECONDS = 5
_LONGEST_PAUSE_SECONDS = 60


class AccessDelay:
    """The wait from the creation of a role assignment until it is likely to hold.

    A hook only notes the moment of creation; what depends on the role assignment waits here, in the program. Pulumi's
    engine carries nothing else out while a hook runs after a creation, so waits inside hooks would add up. Where
    nothing new is created, as in a preview, nothing waits. The terminal says once what it waits for.

    Args:
        name: What the hook's name begins with.
        seconds: How long to wait, 0 or more.

    Attributes:
        hooks: The hook to bind to each role assignment.
    """

    def __init__(self, name: str, seconds: float) -> None:
        self._seconds = seconds
        self._created: dict[str, float] = {}
        self._said = False
        self.hooks = pulumi.ResourceHookBinding(after_create=[*resource_hooks(f"{name}/created", self._note)])

    def after(self, role_assignment: pulumi.Resource) -> pulumi.Output[pulumi.Resource]:
        """Give the role assignment once it is likely to hold: what `depends_on` takes.

        Args:
            role_assignment: A resource with the hook.
        """

        async def wait(urn: str) -> pulumi.Resource:
            created = self._created.get(urn)
            if created is not None:
                self._say()
                await asyncio.sleep(max(0, created + self._seconds - time.monotonic()))
            return role_assignment

        return role_assignment.urn.apply(wait)

    def _say(self) -> None:
        if self._seconds and not self._said:
            self._said = True
            pulumi.log.info(
                f"waiting {self._seconds:g} s for new role assignments to take effect (defaults.accessDelaySeconds)"
            )

    async def _note(self, args: pulumi.ResourceHookArgs) -> None:
        self._created[args.urn] = time.monotonic()


def retry_while_access_is_missing(name: str, minutes: int) -> list[pulumi.ErrorHook]:
    """Make the hook that has event subscriptions tried again while Azure says that access is missing.

    An update is repeated, whether Azure accepted it or not: that is also what heals a subscription which failed. A
    creation is repeated only where Azure refused it: what it accepted is there, and a second creation would leave it
    outside the state for ever (source: the provider's `Create`, which refuses what exists). The first retry comes after
    5 seconds, the pauses double up to 60. A failed handshake and any other error are shown at once.

    Args:
        name: What the hook's name begins with.
        minutes: For how long to retry, 0 or more.
    """
    return error_hooks(f"{name}/retry", retrying(minutes * 60, asyncio.sleep, time.monotonic))


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
        if args.failed_operation == "create" and _was_accepted(error):
            pulumi.log.warn(_after_acceptance(args.name, error))
            return False
        if args.failed_operation not in {"create", "update"} or not is_missing_access(error):
            return False
        present = now()
        elapsed = present - first_failure.setdefault(args.urn, present)
        pause = min(_FIRST_PAUSE_SECONDS * 2 ** (len(args.errors) - 1), _LONGEST_PAUSE_SECONDS)
        if elapsed + pause > limit:
            pulumi.log.warn(f"access is still missing for {args.name}: run `pulumi up` again, without a refresh")
            return False
        pulumi.log.info(f"access is missing for {args.name}; waiting {pause} s before it is tried again")
        await sleep(pause)
        return True

    return retry


def is_missing_access(error: str) -> bool:
    """Tell whether an error says that access is missing; a failed handshake never is, whatever it says."""
    return _says(error, _MISSING_ACCESS) and not _says(error, _HANDSHAKE)


def _after_acceptance(name: str, error: str) -> str:
    again = "run `pulumi up` again, without a refresh, which would hide that it failed"
    if _says(error, _HANDSHAKE):
        return f"Azure accepted {name}, but its endpoint did not answer the handshake: mend the endpoint, then {again}"
    if is_missing_access(error):
        return f"Azure accepted {name} and then found that access is missing, which takes time: {again}"
    return f"Azure accepted {name} and failed afterwards: {again}"


def _says(error: str, signs: Iterable[str]) -> bool:
    text = error.lower()
    return any(sign in text for sign in signs)


def _was_accepted(error: str) -> bool:
    return error.lstrip().lower().startswith(_ACCEPTED)
