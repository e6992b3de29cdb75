"""A preview: resources come to what the provider says they would, and nothing is deployed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from azureml_events.offline.hooks import Change, Hooks
from azureml_events.offline.provider import Provider
from azureml_events.offline.recording import Registration


class Preview:
    """The deployment of a preview.

    Args:
        provider: Says what resources come to.
        hooks: The program's hooks; those run that ask to run in previews.
    """

    def __init__(self, provider: Provider, hooks: Hooks) -> None:
        self._provider = provider
        self._hooks = hooks

    def register(self, registration: Registration) -> tuple[str, Mapping[str, Any]]:
        """What a resource would come to; what exists already runs no hooks."""
        if registration.exists:
            return self._provider.read(registration)
        inputs = registration.inputs
        self._hooks.run("before_create", registration, Change(new_inputs=inputs))
        identifier, outputs = self._provider.create(registration) if registration.custom else ("", inputs)
        change = Change(identifier, new_inputs=inputs, new_outputs=outputs)
        self._hooks.run("after_create", registration, change)
        return identifier, outputs

    def finish(self) -> None:
        """Nothing is left to do."""
