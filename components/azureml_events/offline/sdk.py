"""The inside of the Pulumi SDK that the offline run needs; nothing of it is changed.

None of it is a documented interface, so all that could move with a new SDK stands here.
Source: `pulumi/runtime/settings.py`, `rpc.py` and `_callbacks.py` of the SDK, 3.272.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from google.protobuf.message import Message
from pulumi import runtime
from pulumi.runtime import rpc, settings
from pulumi.runtime._callbacks import _CallbackServicer
from pulumi.runtime.proto import callback_pb2

UNKNOWN = rpc.UNKNOWN
"""The text of an unknown value on the wire."""

# The SDK keeps these private: they are the keys of a wire format that all SDKs and the CLI share, which
# has no public constants in Python.
SIGNATURE_KEY: str = rpc._special_sig_key  # noqa: SLF001
SECRET_SIGNATURE: str = rpc._special_secret_sig  # noqa: SLF001
OUTPUT_SIGNATURE: str = rpc._special_output_value_sig  # noqa: SLF001
RESOURCE_SIGNATURE: str = rpc._special_resource_sig  # noqa: SLF001
ASSET_SIGNATURE: str = rpc._special_asset_sig  # noqa: SLF001
ARCHIVE_SIGNATURE: str = rpc._special_archive_sig  # noqa: SLF001

STACK_TYPE = "pulumi:pulumi:Stack"
"""The type of the root resource, which `run_in_stack` registers."""


class Callbacks(_CallbackServicer):
    """The transforms and hooks of a program, called in this process.

    The SDK keeps them in a gRPC server, for an engine in another process; here that server is never made.

    Args:
        monitor: What the SDK registers transforms and hooks with.
        loop: The program's event loop, where they run.
    """

    def __init__(self, monitor: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._monitor = monitor
        self._loop = loop
        self._target = ""
        self._callbacks = {}
        self._transforms = {}
        self._state_migrations = {}

    def call(self, callback: callback_pb2.Callback, request: Message) -> Any:
        """Run a function of the program and wait for it; not from the thread of the loop.

        Args:
            callback: The function, as the SDK registered it.
            request: Its argument.

        Returns:
            Its result, the message that belongs to the kind of request.

        Raises:
            Exception: The function raised it.
        """
        function = self._callbacks[callback.token]
        return asyncio.run_coroutine_threadsafe(_run(function, request.SerializeToString()), self._loop).result()


async def _run(function: Callable[[bytes], Awaitable[Any]], request: bytes) -> Any:
    # Called here only: a program that ends meanwhile leaves no coroutine that nobody awaits.
    return await function(request)


@contextmanager
def without_stack_traces() -> Iterator[None]:
    """Let the SDK send no stack with a registration: each costs it a quarter of the whole registration.

    It finds none in a stack of two frames, which is as far as Python then looks by itself: enough for a function of the
    program that asks who called it. Errors keep their whole traceback, of which only less is printed.
    """
    before = getattr(sys, "tracebacklimit", None)
    sys.tracebacklimit = 2
    try:
        yield
    finally:
        if before is None:
            del sys.tracebacklimit
        else:
            sys.tracebacklimit = before


def configure(
    *,
    project: str,
    stack: str,
    root_directory: str,
    preview: bool,
    config: Mapping[str, str],
    secret_keys: Iterable[str],
    recorder: Any,
    callbacks: Callbacks,
) -> None:
    """Tell the SDK which program it serves, in the current context only.

    Args:
        project: The project's name.
        stack: The stack's name.
        root_directory: Where `Pulumi.yaml` lies.
        preview: Whether nothing is deployed.
        config: The stack's settings: `namespace:key` to text or JSON.
        secret_keys: Which of them are secrets.
        recorder: Stands in for the stubs of the resource monitor and of the engine.
        callbacks: Holds the program's transforms and hooks.
    """
    settings.ROOT.set(None)
    own = runtime.Settings(
        project=project,
        stack=stack,
        organization="organization",
        root_directory=root_directory,
        dry_run=preview,
        monitor=recorder,
        engine=recorder,
    )
    own.callbacks = callbacks
    runtime.configure(own)
    runtime.set_all_config(dict(config), list(secret_keys))
