"""Hooks: functions of the program that the engine calls, and the server in the program that it calls them through."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pulumi
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.settings import SETTINGS, _get_callbacks, get_monitor
from pulumi.runtime.sync_await import _sync_await

from azureml_events.resources.program import free_name


def resource_hooks(
    name: str, function: Callable[[pulumi.ResourceHookArgs], Awaitable[None]]
) -> list[pulumi.ResourceHook]:
    """Make a hook for a resource's operations; none under mocks, which never run any.

    Args:
        name: What its name begins with.
        function: What the engine calls.
    """
    return [pulumi.ResourceHook(free_name(name), function)] if _served() else []


def error_hooks(
    name: str, function: Callable[[pulumi.ErrorHookArgs], bool | Awaitable[bool]]
) -> list[pulumi.ErrorHook]:
    """Make a hook for failed operations; none under mocks, which never run any.

    Args:
        name: What its name begins with.
        function: What the engine calls; it tells whether to try again.
    """
    return [pulumi.ErrorHook(free_name(name), function)] if _served() else []


def _served() -> bool:
    """Tell whether hooks are of use; if so, wait until their server runs, one for the program.

    Left to itself the SDK starts a server for each hook, after the program's last line. A program that fails meanwhile,
    by an output that is known at once for example, has them stopped before they run; then gRPC crashes Python, and the
    message is lost (tried: SDK 3.272 and grpcio 1.85, `aio.Server.stop` while `start` waits).
    """
    if isinstance(get_monitor(), MockMonitor):
        return False
    if SETTINGS.callbacks is None:
        SETTINGS.callbacks = _sync_await(_get_callbacks())
    return True
