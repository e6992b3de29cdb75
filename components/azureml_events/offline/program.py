"""Runs an unmodified Pulumi program in this process and records what it registers."""

from __future__ import annotations

import asyncio
import contextvars
import runpy
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType

from azureml_events.offline import sdk
from azureml_events.offline.environment import surroundings
from azureml_events.offline.errors import ProgramError
from azureml_events.offline.failure import describe
from azureml_events.offline.hooks import Hooks
from azureml_events.offline.messages import Engine, Lines, Messages
from azureml_events.offline.monitor import ResourceMonitor
from azureml_events.offline.preview import Preview
from azureml_events.offline.provider import Provider
from azureml_events.offline.recording import Recording, ResourceState
from azureml_events.offline.server import Service, serving
from azureml_events.offline.transforms import Transforms
from azureml_events.offline.update import Update
from azureml_events.offline.urn import Names

MAIN = "__main__.py"
PARALLEL_IN_PREVIEW = 4
PARALLEL_IN_UPDATE = 64
"""How many registrations are carried out at once: many, because hooks wait side by side."""

SPARE = 4
"""Requests that must find a thread while all registrations wait, as when a hook registers a hook."""

NOTHING: Mapping[str, ResourceState] = MappingProxyType({})


def run_program(
    directory: Path,
    *,
    project: str,
    stack: str,
    config: Mapping[str, str],
    secret_keys: Collection[str] = (),
    organization: str = "organization",
    preview: bool = True,
    provider: Provider | None = None,
    state: Mapping[str, ResourceState] = NOTHING,
) -> Recording:
    """Runs the program of a directory as `pulumi preview` or `pulumi up` would, without the CLI.

    It runs in the calling thread; programs can run one after the other in one process, not at once.
    What it prints becomes messages.

    Args:
        directory: Where its `__main__.py` lies.
        project: The project's name.
        stack: The stack's name.
        config: The stack's settings, `namespace:key` to text; structured values are JSON.
        secret_keys: Which of them are secrets.
        organization: The organization's name.
        preview: Whether nothing is deployed; otherwise the provider carries everything out.
        provider: What resources and look-ups come to; by default nobody knows.
        state: URN to the resource as the last deployment left it; for an update only.

    Returns:
        What the program registered and, for an update, what was done and what is there now.

    Raises:
        ProgramError: The program did not run to its end; it holds what was recorded until then.
    """
    directory = directory.resolve()
    if not (directory / MAIN).is_file():
        raise ProgramError(f"{directory}: no Pulumi program here; it would be called {MAIN}", Recording(stack))
    run = _Run(Names(stack, project), preview=preview, provider=provider or Provider(), state=state)
    error = run.execute(directory, config=config, secret_keys=secret_keys, organization=organization)
    if run.failure:
        raise ProgramError(str(run.failure), run.recording()) from run.failure
    if error:
        raise ProgramError(describe(error, directory), run.recording()) from error
    return run.recording()


class _Run:
    """One run of a program and the engine around it."""

    def __init__(
        self,
        names: Names,
        *,
        preview: bool,
        provider: Provider,
        state: Mapping[str, ResourceState],
    ) -> None:
        self._names = names
        self._preview = preview
        self._messages = Messages()
        hooks = Hooks(self._messages, preview=preview)
        self._update = None if preview else Update(provider, hooks, self._messages, state)
        self._monitor = ResourceMonitor(
            names,
            preview=preview,
            provider=provider,
            deployment=self._update or Preview(provider, hooks),
            transforms=Transforms(),
            hooks=hooks,
        )
        self._service = Service(self._monitor)

    @property
    def failure(self) -> Exception | None:
        """Why the engine stopped the program, if it did."""
        return self._service.failure

    def execute(
        self,
        directory: Path,
        *,
        config: Mapping[str, str],
        secret_keys: Collection[str],
        organization: str,
    ) -> BaseException | None:
        """Runs the program; returns what it raised."""
        parallel = PARALLEL_IN_PREVIEW if self._preview else PARALLEL_IN_UPDATE
        engine = Engine(self._messages)

        async def program() -> None:
            runpy.run_path(str(directory / MAIN), run_name="__main__")
            # Lets the registrations begin before the SDK waits for them: it waits for what has begun
            # in linear time, for everything else in quadratic time.
            await asyncio.sleep(0)

        with (
            serving(self._service, requests=parallel + SPARE) as monitor,
            Lines(self._messages) as output,
            surroundings(directory, output),
            asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner,
        ):
            loop = runner.get_loop()
            loop.set_default_executor(ThreadPoolExecutor(parallel, "azureml-events-program"))
            # Once a program has failed, values that it waits for never come; asyncio would report each.
            loop.set_exception_handler(lambda _loop, _context: None)
            context = contextvars.copy_context()
            context.run(
                sdk.configure,
                project=self._names.project,
                stack=self._names.stack,
                organization=organization,
                root_directory=str(directory),
                preview=self._preview,
                config=config,
                secret_keys=secret_keys,
                monitor=monitor,
                engine=engine,
            )
            try:
                runner.run(sdk.run_in_stack(program), context=context)
            except SystemExit as error:
                return error if error.code else None
            except Exception as error:  # noqa: BLE001 - a program may raise anything
                return error
        return None

    def recording(self) -> Recording:
        """What was recorded."""
        monitor = self._monitor
        root = self._names.urn(None, sdk.STACK_TYPE, f"{self._names.project}-{self._names.stack}")
        return Recording(
            stack=self._names.stack,
            resources=tuple(monitor.registrations.values()),
            outputs=monitor.registered_outputs.get(root, {}),
            messages=self._messages.all(),
            registered_outputs=monitor.registered_outputs,
            invokes=tuple(monitor.invokes),
            steps=self._update.steps if self._update else (),
            state=self._update.state if self._update else {},
        )
