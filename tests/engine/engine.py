"""A small deployment in this process: order, hooks, retries and second runs, without Pulumi's CLI and without a cloud.

It is an imitation: a test that passes here proves nothing about Pulumi. What each part does comes from

- the SDK's protocol (`resource.proto`): requests and answers, options that a child inherits, aliases;
- the engine's source (`resource/deploy`: `step_generator.go`, `step_executor.go`, `deployment_executor.go`): create,
  update, replace, `deleteBeforeReplace` with its dependents, deletions in reverse order, protection, retries;
- the end-to-end tests on the real CLI (`tests/e2e`), which run the same scenarios where `pulumi` is on PATH.

It knows no refresh and no targets.
"""

# ruff: noqa: D102, N802 - the recorder's methods, and the services' names

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from azureml_events.offline.program import record
from azureml_events.offline.recorder import Recorder
from azureml_events.offline.recording import ProgramError, Recording, Registration
from azureml_events.offline.sdk import Callbacks
from engine.errors import ProviderError
from engine.hooks import ErrorHooks
from engine.options import inherit, request_of
from engine.provider import Provider
from engine.state import ResourceState, Step
from engine.update import Update
from google.protobuf import empty_pb2
from pulumi import RunError
from pulumi.runtime.proto import resource_pb2

AT_ONCE = 64
"""How many registrations are carried out at once: many, because hooks wait side by side."""

NOTHING: Mapping[str, ResourceState] = MappingProxyType({})
T = TypeVar("T")


@dataclass(frozen=True)
class Deployed(Recording):
    """A run of a program that deployed it.

    Attributes:
        steps: What the deployment did, in order.
        state: URN to the resource as the deployment left it.
    """

    steps: tuple[Step, ...] = ()
    state: Mapping[str, ResourceState] = field(default_factory=dict)


Run = Callable[..., Deployed]
"""Deploys a program, as the tests' fixture `run` does."""


class DeploymentError(ProgramError):
    """A deployment that stopped; its cause is the exception that stopped it."""

    recording: Deployed


def deploy(
    directory: Path,
    *,
    project: str,
    stack: str,
    config: Mapping[str, str],
    provider: Provider,
    secret_keys: Collection[str] = (),
    state: Mapping[str, ResourceState] = NOTHING,
) -> Deployed:
    """Deploys the program of a directory as `pulumi up` would.

    Args:
        directory: Where its `__main__.py` lies.
        project: The project's name.
        stack: The stack's name.
        config: The stack's settings, `namespace:key` to text; structured values are JSON.
        provider: Carries operations out.
        secret_keys: Which settings are secrets.
        state: URN to the resource as the last deployment left it.

    Raises:
        DeploymentError: The program or the deployment did not come to its end.
    """
    engine = Engine(project, stack, provider, state)
    try:
        record(engine, directory, config=config, secret_keys=secret_keys)
    except ProgramError as error:
        text = str(engine.failure or error.text)
        raise DeploymentError(text, engine.recording()) from engine.failure or error.__cause__
    return engine.recording()


class Engine(Recorder):
    """Carries out what a program registers; the first error stops everything after it.

    Args:
        project: The project's name.
        stack: The stack's name.
        provider: Carries operations out.
        state: URN to the resource as the last deployment left it.

    Attributes:
        failure: The first error, or None.
    """

    preview = False

    def __init__(self, project: str, stack: str, provider: Provider, state: Mapping[str, ResourceState]) -> None:
        super().__init__(project, stack)
        self.failure: RunError | None = None
        hooks = ErrorHooks(self._call, self.messages, preview=False)
        self.hooks = hooks
        self._provider = provider
        self._update = Update(self, provider, hooks, state)

    def attach(self, loop: asyncio.AbstractEventLoop, directory: Path, config: Mapping[str, str]) -> Callbacks:
        loop.set_default_executor(ThreadPoolExecutor(AT_ONCE, "engine"))
        return super().attach(loop, directory, config)

    def recording(self) -> Deployed:
        return Deployed(**vars(super().recording()), steps=self._update.steps, state=self._update.state)

    def carry_out(self, registration: Registration) -> tuple[str, Mapping[str, Any]]:
        return self._stopping(lambda: self._update.register(registration))

    def look_up(self, token: str, args: Mapping[str, Any]) -> Mapping[str, Any] | None:
        return self._stopping(lambda: self._provider.invoke(token, args))

    def RegisterResource(self, request: resource_pb2.RegisterResourceRequest) -> resource_pb2.RegisterResourceResponse:
        if parent := self._registrations.get(request.parent):
            inherit(request, request_of(parent))
        return super().RegisterResource(request)

    def SignalAndWaitForShutdown(self, request: empty_pb2.Empty) -> empty_pb2.Empty:
        self._stopping(self._update.finish)
        return super().SignalAndWaitForShutdown(request)

    def _stopping(self, action: Callable[[], T]) -> T:
        if self.failure is not None:
            raise self.failure
        try:
            return action()
        except (RunError, ProviderError) as error:
            self.failure = RunError(str(error))
            raise self.failure from error
