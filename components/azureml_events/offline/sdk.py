"""What the engine needs of the Pulumi SDK's inside; nothing of it is changed.

The SDK's gRPC messages and `run_in_stack` are importable but not a documented interface, so all that
could move with a new SDK stands here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

import pulumi
from pulumi import runtime
from pulumi.runtime import rpc, settings

UNKNOWN = rpc.UNKNOWN
"""How an unknown value is written on the wire."""

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

RunError = pulumi.RunError


def configure(
    *,
    project: str,
    stack: str,
    organization: str,
    root_directory: str,
    preview: bool,
    config: Mapping[str, str],
    secret_keys: Iterable[str],
    monitor: Any,
    engine: Any,
) -> None:
    """Tells the SDK which program it serves, in the current context only.

    Args:
        project: The project's name.
        stack: The stack's name.
        organization: The organization's name.
        root_directory: Where `Pulumi.yaml` lies.
        preview: Whether nothing is deployed.
        config: The stack's settings: `namespace:key` to text or JSON.
        secret_keys: Which of them are secrets.
        monitor: A stub of the resource monitor.
        engine: Takes the SDK's messages.
    """
    # `reset_options` takes addresses only and never closes the channels it opens; the same two steps
    # with stubs of our own leave no connection behind.
    settings.ROOT.set(None)
    runtime.configure(
        runtime.Settings(
            project=project,
            stack=stack,
            organization=organization,
            root_directory=root_directory,
            dry_run=preview,
            monitor=monitor,
            engine=engine,
        )
    )
    runtime.set_all_config(dict(config), list(secret_keys))


async def run_in_stack(program: Callable[[], Awaitable[None]]) -> None:
    """Runs a program below a root stack resource and waits for all that it registers.

    Args:
        program: Declares the resources.
    """
    await runtime.run_in_stack(program)
