"""Hooks: functions of the program that run around the operations on a resource."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from google.protobuf import struct_pb2
from pulumi.runtime.proto import resource_pb2

from azureml_events.offline import wire
from azureml_events.offline.callbacks import call
from azureml_events.offline.errors import EngineError
from azureml_events.offline.messages import Messages
from azureml_events.offline.recording import Registration

Hook = resource_pb2.RegisterResourceHookRequest
ErrorHook = resource_pb2.RegisterErrorHookRequest


@dataclass(frozen=True, slots=True)
class Change:
    """What a hook is told about its resource.

    Attributes:
        id: Its id; empty while it has none.
        new_inputs: What it is to be; None when it is deleted.
        old_inputs: What it was; None when it is created.
        new_outputs: What it came to; None before that.
        old_outputs: What it came to the last time; None when it is created.
    """

    id: str = ""
    new_inputs: Mapping[str, Any] | None = None
    old_inputs: Mapping[str, Any] | None = None
    new_outputs: Mapping[str, Any] | None = None
    old_outputs: Mapping[str, Any] | None = None


class Hooks:
    """The hooks of one program.

    Args:
        messages: Where warnings go.
        preview: Whether only the hooks run that ask to run in previews.
    """

    def __init__(self, messages: Messages, *, preview: bool) -> None:
        self._messages = messages
        self._preview = preview
        self._hooks: dict[str, Hook | ErrorHook] = {}
        self._lock = threading.Lock()

    def add(self, hook: Hook | ErrorHook) -> None:
        """Takes a hook.

        Args:
            hook: What the SDK sent.

        Raises:
            EngineError: Another hook has its name.
        """
        with self._lock:
            if hook.name in self._hooks:
                raise EngineError(f"hook '{hook.name}': another hook has this name; give each hook a name of its own")
            self._hooks[hook.name] = hook

    def run(self, stage: str, registration: Registration, change: Change) -> None:
        """Runs the hooks of one stage and waits for them.

        Args:
            stage: One of `HOOK_STAGES`, not `on_error`.
            registration: The resource.
            change: What happens to it.

        Raises:
            EngineError: A hook failed that may not.
        """
        for name in registration.hooks.get(stage, ()):
            hook = self._named(name)
            if self._preview and not getattr(hook, "on_dry_run", False):
                continue
            message = resource_pb2.ResourceHookRequest(
                urn=registration.urn,
                id=change.id,
                name=registration.name,
                type=registration.type,
                new_inputs=_struct(change.new_inputs),
                old_inputs=_struct(change.old_inputs),
                new_outputs=_struct(change.new_outputs),
                old_outputs=_struct(change.old_outputs),
            )
            answer = call(hook.callback, message)
            error = resource_pb2.ResourceHookResponse.FromString(answer).error
            if not error:
                continue
            text = f"{stage.replace('_', ' ')} hook '{name}' failed: {error}"
            if not getattr(hook, "ignore_errors", False):
                raise EngineError(text)
            self._messages.add("warning", text, registration.urn)

    def retries(self, registration: Registration, operation: str, change: Change, errors: Sequence[str]) -> bool:
        """Asks the error hooks of a resource whether to try a failed operation again.

        Args:
            registration: The resource.
            operation: `create`, `update` or `delete`.
            change: What was to happen to it.
            errors: How it failed so far, newest first.

        Returns:
            Whether at least one says so; all are asked.

        Raises:
            EngineError: A hook failed itself.
        """
        again = False
        for name in registration.hooks.get("on_error", ()):
            message = resource_pb2.ErrorHookRequest(
                urn=registration.urn,
                id=change.id,
                name=registration.name,
                type=registration.type,
                new_inputs=_struct(change.new_inputs),
                old_inputs=_struct(change.old_inputs),
                old_outputs=_struct(change.old_outputs),
                failed_operation=operation,
                errors=errors,
            )
            answer = call(self._named(name).callback, message)
            response = resource_pb2.ErrorHookResponse.FromString(answer)
            if response.error:
                raise EngineError(f"error hook '{name}' failed: {response.error}")
            again = again or response.retry
        return again

    def _named(self, name: str) -> Hook | ErrorHook:
        if name not in self._hooks:
            raise EngineError(f"hook '{name}': the program does not register it")
        return self._hooks[name]


def _struct(properties: Mapping[str, Any] | None) -> struct_pb2.Struct | None:
    return None if properties is None else wire.encode_properties(properties)
