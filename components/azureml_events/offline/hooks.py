"""Hooks: functions of the program that run around the operations on a resource.

A preview runs only those around a creation that ask for it (`on_dry_run`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi import RunError
from pulumi.runtime.proto import resource_pb2

from azureml_events.offline.recording import Message, Registration
from azureml_events.offline.transforms import Call
from azureml_events.offline.wire import encode_properties

AnyHook = resource_pb2.RegisterResourceHookRequest | resource_pb2.RegisterErrorHookRequest


class Hooks:
    """The hooks of one program.

    Args:
        call: Runs one of the program's functions with a request and gives its result.
        messages: Takes warnings.
        preview: Whether only the hooks run that ask to run in previews.
    """

    def __init__(self, call: Call, messages: list[Message], *, preview: bool = True) -> None:
        self._call = call
        self._messages = messages
        self._preview = preview
        self._hooks: dict[str, AnyHook] = {}

    def add(self, hook: AnyHook) -> None:
        """Take a hook.

        Args:
            hook: What the SDK sent.

        Raises:
            RunError: Another hook has its name.
        """
        if hook.name in self._hooks:
            raise RunError(f"hook '{hook.name}': another hook has this name; give each hook a name of its own")
        self._hooks[hook.name] = hook

    def run(
        self,
        stage: str,
        registration: Registration,
        properties: Mapping[str, Mapping[str, Any]],
        identifier: str = "",
    ) -> None:
        """Run the hooks of one stage and wait for them.

        Args:
            stage: The name of a binding's field, as `before_create`; not `on_error`.
            registration: The resource.
            properties: `new_inputs`, `old_inputs`, `new_outputs` and `old_outputs`, as far as there are any.
            identifier: Its id; empty while it has none.

        Raises:
            RunError: A hook failed that may not.
        """
        for hook in self.bound(registration, stage):
            if self._preview and not hook.on_dry_run:
                continue
            message = resource_pb2.ResourceHookRequest(
                urn=registration.urn,
                id=identifier,
                name=registration.name,
                type=registration.type,
                **structs(properties),
            )
            error = self._call(hook.callback, message).error
            if not error:
                continue
            text = f"{stage.replace('_', ' ')} hook '{hook.name}' failed: {error}"
            if not hook.ignore_errors:
                raise RunError(text)
            self._messages.append(Message("warning", text, registration.urn))

    def bound(self, registration: Registration, stage: str) -> list[Any]:
        """Give the hooks of a resource that run at a stage.

        Args:
            registration: The resource.
            stage: The name of a binding's field, as `before_create`.

        Raises:
            RunError: One of them was never registered.
        """
        names = getattr(registration.request.hooks, stage) if registration.request else ()
        missing = [name for name in names if name not in self._hooks]
        if missing:
            raise RunError(f"hook '{missing[0]}': the program does not register it")
        return [self._hooks[name] for name in names]


def structs(properties: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Write each set of properties as a message."""
    return {name: encode_properties(each) for name, each in properties.items()}
