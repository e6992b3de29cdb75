"""A small deployment: creates, updates, replaces and deletes through a provider, as the real engine does.

It exists so that order, hooks and the second run of a program can be tried without Pulumi's CLI and without a cloud.
It knows no refresh and no targets.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from azureml_events.offline import diff
from azureml_events.offline.errors import EngineError, ProviderError
from azureml_events.offline.hooks import Change, Hooks
from azureml_events.offline.messages import Messages
from azureml_events.offline.provider import Provider
from azureml_events.offline.recording import Registration, ResourceState, Step
from azureml_events.offline.replacement import deletion_order, replaced_with

MOST_RETRIES = 100
"""How often error hooks can have one operation repeated; the real engine's limit."""

ResultT = TypeVar("ResultT")


class Update:
    """The deployment of an update.

    Args:
        provider: Carries operations out.
        hooks: The program's hooks.
        messages: Where warnings go.
        before: URN to the resource as the last deployment left it.
    """

    def __init__(
        self,
        provider: Provider,
        hooks: Hooks,
        messages: Messages,
        before: Mapping[str, ResourceState],
    ) -> None:
        self._provider = provider
        self._hooks = hooks
        self._messages = messages
        self._before = dict(before)
        self._after: dict[str, ResourceState] = {}
        self._replaced: dict[str, ResourceState] = {}
        self._gone: set[str] = set()
        self._steps: list[Step] = []
        self._lock = threading.Lock()

    @property
    def steps(self) -> tuple[Step, ...]:
        """What was done so far."""
        return tuple(self._steps)

    @property
    def state(self) -> dict[str, ResourceState]:
        """URN to the resource as it is now."""
        return {**self._before, **self._after}

    def register(self, registration: Registration) -> tuple[str, Mapping[str, Any]]:
        """Brings a resource to what the program wants."""
        before = self._take_before(registration)
        try:
            if before:
                state = self._bring(before, diff.with_ignored(before.registration, registration))
            elif registration.exists:
                state = self._find(registration)
            else:
                state = self._create(registration)
        except EngineError:
            if before and before.registration.urn not in self._gone:
                self._after.setdefault(registration.urn, before)
            raise
        self._after[registration.urn] = state
        return state.id, state.outputs

    def finish(self) -> None:
        """Deletes what was replaced and what the program does not register any more."""
        for state in deletion_order([*self._before.values(), *self._replaced.values()]):
            urn = state.registration.urn
            replaced = self._replaced.get(urn) is state
            self._delete(state, "delete-replaced" if replaced else "delete")
            if not replaced:
                del self._before[urn]
        self._replaced.clear()

    def _take_before(self, registration: Registration) -> ResourceState | None:
        with self._lock:
            for urn in (registration.urn, *registration.aliases):
                if urn in self._before:
                    return self._before.pop(urn)
        return None

    def _find(self, registration: Registration) -> ResourceState:
        """Takes over or reads what exists; that runs no hooks."""
        operation = "import" if registration.import_id else "read"
        try:
            identifier, outputs = self._provider.read(registration)
        except ProviderError as error:
            raise EngineError(f"{registration.urn}: {operation} failed: {error}") from error
        self._did(operation, registration.urn)
        return ResourceState(registration, identifier, outputs)

    def _create(self, registration: Registration) -> ResourceState:
        change = Change(new_inputs=registration.inputs)
        self._hooks.run("before_create", registration, change)
        identifier, outputs = "", registration.inputs
        if registration.custom:
            identifier, outputs = self._try("create", registration, change, self._provider.create)
            if not identifier:
                raise EngineError(f"{registration.urn}: the provider returned no id")
        replaces = registration.urn in self._gone or registration.urn in self._replaced
        self._did("create-replacement" if replaces else "create", registration.urn)
        state = ResourceState(registration, identifier, outputs)
        self._after[registration.urn] = state
        change = dataclasses.replace(change, id=identifier, new_outputs=outputs)
        self._hooks.run("after_create", registration, change)
        return state

    def _bring(self, before: ResourceState, registration: Registration) -> ResourceState:
        names = diff.changed(before.registration, registration)
        if not names and not before.failed:
            self._did("same", registration.urn)
            return dataclasses.replace(before, registration=registration)
        if registration.custom and names:
            by_provider = self._provider.diff(before, registration)
            if by_provider or diff.replaces(registration, names):
                return self._replace(before, registration)
        return self._update(before, registration)

    def _update(self, before: ResourceState, registration: Registration) -> ResourceState:
        change = Change(
            before.id,
            new_inputs=registration.inputs,
            old_inputs=before.registration.inputs,
            old_outputs=before.outputs,
        )
        self._hooks.run("before_update", registration, change)
        outputs = registration.inputs
        if registration.custom:
            outputs = self._try("update", registration, change, lambda each: self._provider.update(before, each))
        self._did("update", registration.urn)
        state = ResourceState(registration, before.id, outputs)
        self._after[registration.urn] = state
        self._hooks.run("after_update", registration, dataclasses.replace(change, new_outputs=outputs))
        return state

    def _replace(self, before: ResourceState, registration: Registration) -> ResourceState:
        self._refuse_protected(before)
        if registration.delete_before_replace:
            for dependent in replaced_with(before, list(self._before.values()), self._provider):
                self._delete(dependent, "delete-replaced")
                del self._before[dependent.registration.urn]
            self._delete(before, "delete-replaced")
        else:
            self._replaced[registration.urn] = before
        return self._create(registration)

    def _delete(self, state: ResourceState, operation: str) -> None:
        registration = state.registration
        self._refuse_protected(state)
        change = Change(state.id, old_inputs=registration.inputs, old_outputs=state.outputs)
        self._hooks.run("before_delete", registration, change)
        kept = registration.retain_on_delete or registration.deleted_with in self._gone
        if registration.custom and not registration.read_id and not kept:
            self._try("delete", registration, change, lambda _: self._provider.delete(state))
        self._did(operation, registration.urn)
        self._gone.add(registration.urn)
        self._hooks.run("after_delete", registration, change)

    def _refuse_protected(self, state: ResourceState) -> None:
        if state.registration.protect:
            raise EngineError(
                f"{state.registration.urn}: protected, so it cannot be deleted; deploy it once with protect=False"
            )

    def _try(
        self,
        operation: str,
        registration: Registration,
        change: Change,
        attempt: Callable[[Registration], ResultT],
    ) -> ResultT:
        """Carries an operation out, again as long as an error hook asks for it."""
        errors: list[str] = []
        while True:
            try:
                return attempt(registration)
            except ProviderError as error:
                errors.insert(0, str(error))
                if error.partial:
                    identifier, outputs = error.partial
                    self._after[registration.urn] = ResourceState(registration, identifier, outputs, failed=str(error))
                again = self._hooks.retries(registration, operation, change, errors)
                if not again or len(errors) > MOST_RETRIES:
                    raise EngineError(f"{registration.urn}: {operation} failed: {error}") from error
            self._messages.add(
                "warning",
                f"{operation} is tried again, as an error hook asks ({len(errors)}/{MOST_RETRIES})",
                registration.urn,
            )

    def _did(self, operation: str, urn: str) -> None:
        with self._lock:
            self._steps.append(Step(operation, urn))


def destroy(provider: Provider, state: Mapping[str, ResourceState]) -> tuple[Step, ...]:
    """Deletes all resources of a stack, dependents first.

    Args:
        provider: Carries the deletions out.
        state: URN to the resource as the last deployment left it.

    Returns:
        What was done, in order.

    Raises:
        EngineError: A resource is protected, or its deletion failed.
    """
    messages = Messages()
    update = Update(provider, Hooks(messages, preview=False), messages, state)
    update.finish()
    return update.steps
