"""Runs an unmodified Pulumi program in this process and records what it registers."""

from __future__ import annotations

import asyncio
import contextvars
import json
import runpy
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from pulumi import runtime

from azureml_events.offline import sdk
from azureml_events.offline.failure import describe
from azureml_events.offline.recorder import Recorder
from azureml_events.offline.recording import ProgramError, Recording
from azureml_events.offline.surroundings import surroundings
from azureml_events.stackfile.yaml_document import EncryptedNode

MAIN = "__main__.py"


def preview_stack(directory: Path, *, project: str, stack: str, config: Mapping[str, object]) -> Recording:
    """Run a program offline, as `pulumi preview` would for a stack that does not exist yet.

    Args:
        directory: Where its `__main__.py` lies.
        project: The project's name.
        stack: The stack's name.
        config: The stack file's configuration by full key; an encrypted value is unknown.

    Returns:
        What the program registered.

    Raises:
        ProgramError: The program did not run to its end; it holds what was recorded until then.
    """
    recorder = Recorder(project, stack)
    record(recorder, directory, config={key: _text(value) for key, value in config.items()})
    return recorder.recording()


def record(
    recorder: Recorder,
    directory: Path,
    *,
    config: Mapping[str, str],
    secret_keys: Collection[str] = (),
) -> None:
    """Run the program of a directory with a recorder.

    It runs in the calling thread; programs can run one after the other in one process, not at once.
    What it prints becomes messages. The caller's own Pulumi settings stay as they are.

    Args:
        recorder: Takes what it registers.
        directory: Where its `__main__.py` lies.
        config: The stack's settings, `namespace:key` to text; structured values are JSON.
        secret_keys: Which of them are secrets; default none.

    Raises:
        ProgramError: The program did not run to its end; it holds what was recorded until then.
    """
    directory = directory.resolve()
    if not (directory / MAIN).is_file():
        raise ProgramError(f"{directory}: no Pulumi program here; it would be called {MAIN}", recorder.recording())

    async def program() -> None:
        runpy.run_path(str(directory / MAIN), run_name="__main__")
        # Lets the registrations begin before the SDK waits for them: it waits for what has begun
        # in linear time, for everything else in quadratic time.
        await asyncio.sleep(0)

    try:
        with (
            surroundings(directory, recorder.messages),
            asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner,
        ):
            loop = runner.get_loop()
            # Once a program has failed, values that it waits for never come; asyncio would report each.
            loop.set_exception_handler(lambda _loop, _context: None)
            context = contextvars.copy_context()
            context.run(
                sdk.configure,
                project=recorder.project,
                stack=recorder.stack,
                root_directory=str(directory),
                preview=recorder.preview,
                config=config,
                secret_keys=secret_keys,
                recorder=recorder,
                callbacks=recorder.attach(loop, directory, config),
            )
            runner.run(runtime.run_in_stack(program), context=context)
    except (Exception, SystemExit) as error:  # a program may raise anything
        if not isinstance(error, SystemExit) or error.code:
            raise ProgramError(describe(error, directory), recorder.recording()) from error


def _text(value: object) -> str:
    if isinstance(value, EncryptedNode):
        return sdk.UNKNOWN
    return value if isinstance(value, str) else json.dumps(value, default=_secure)


def _secure(value: Any) -> dict[str, str]:
    if isinstance(value, EncryptedNode):
        return {"secure": ""}
    raise TypeError(f"{type(value).__name__} is no value of a stack file")
