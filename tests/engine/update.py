"""Creates, updates, replaces and deletes through a provider; `engine` says what this imitation is worth."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from azureml_events.offline.recorder import Recorder
from azureml_events.offline.recording import Message, Registration
from engine import diff
from engine.errors import ProviderError
from engine.hooks import ErrorHooks
from engine.options import earlier_urns, request_of
from engine.provider import Provider
from engine.replacement import deletion_order, replaced_with
from engine.state import ResourceState, Step
from pulumi import RunError

MOST_RETRIES = 100
"""How often error hooks can have one operation repeated; the real engine's limit."""

ResultT = TypeVar("ResultT")


class Update:
    """The deployment of an update.

    Args:
        recorder: Takes warnings, knows the names of stack and project.
        provider: Carries operations out.
        hooks: The program's hooks.
        before: URN to the resource as the last deployment left it.
    """

    def __init__(
        self,
        recorder: Recorder,
        provider: Provider,
        hooks: ErrorHooks,
        before: Mapping[str, ResourceState],
    ) -> None:
        self._recorder = recorder
        self._provider = provider
        self._hooks = hooks
        self._before = dict(before)
        self._after: dict[str, ResourceState] = {}
        self._replaced: dict[str, ResourceState] = {}
        self._gone: set[str] = set()
        self._steps: list[Step] = []
        self._lock = threading.Lock()

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps so far."""
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
        except RunError:
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
            for urn in (registration.urn, *earlier_urns(self._recorder, request_of(registration))):
                if urn in self._before:
                    return self._before.pop(urn)
        return None

    def _find(self, registration: Registration) -> ResourceState:
        """Takes over or reads what exists; that runs no hooks."""
        operation = "import" if registration.import_id else "read"
        try:
            identifier, outputs = self._provider.read(registration)
        except ProviderError as error:
            raise RunError(f"{registration.urn}: {operation} failed: {error}") from error
        self._did(operation, registration.urn)
        return ResourceState(registration, identifier, outputs)

    def _create(self, registration: Registration) -> ResourceState:
        told = {"new_inputs": registration.inputs}
        self._hooks.run("before_create", registration, told)
        identifier, outputs = "", registration.inputs
        if registration.custom:
            identifier, outputs = self._try("create", registration, self._provider.create, told)
            if not identifier:
                raise RunError(f"{registration.urn}: the provider returned no id")
        replaces = registration.urn in self._gone or registration.urn in self._replaced
        self._did("create-replacement" if replaces else "create", registration.urn)
        state = ResourceState(registration, identifier, outputs)
        self._after[registration.urn] = state
        self._hooks.run("after_create", registration, {**told, "new_outputs": outputs}, identifier)
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
        told = {
            "new_inputs": registration.inputs,
            "old_inputs": before.registration.inputs,
            "old_outputs": before.outputs,
        }
        self._hooks.run("before_update", registration, told, before.id)
        outputs = registration.inputs
        if registration.custom:
            outputs = self._try(
                "update", registration, lambda each: self._provider.update(before, each), told, before.id
            )
        self._did("update", registration.urn)
        state = ResourceState(registration, before.id, outputs)
        self._after[registration.urn] = state
        self._hooks.run("after_update", registration, {**told, "new_outputs": outputs}, before.id)
        return state

    def _replace(self, before: ResourceState, registration: Registration) -> ResourceState:
        self._refuse_protected(before)
        if request_of(registration).deleteBeforeReplace:
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
        request = request_of(registration)
        told = {"old_inputs": registration.inputs, "old_outputs": state.outputs}
        self._hooks.run("before_delete", registration, told, state.id)
        kept = request.retainOnDelete or request.deletedWith in self._gone
        if registration.custom and not registration.read_id and not kept:
            self._try("delete", registration, lambda _: self._provider.delete(state), told, state.id)
        self._did(operation, registration.urn)
        self._gone.add(registration.urn)
        self._hooks.run("after_delete", registration, told, state.id)

    def _refuse_protected(self, state: ResourceState) -> None:
        if state.registration.protect:
            raise RunError(
                f"{state.registration.urn}: protected, so it cannot be deleted; deploy it once with protect=False"
            )

    def _try(
        self,
        operation: str,
        registration: Registration,
        attempt: Callable[[Registration], ResultT],
        told: Mapping[str, Mapping[str, Any]],
        identifier: str = "",
    ) -> ResultT:
        """Carries an operation out, again as long as an error hook asks for it."""
        errors: list[str] = []
        while True:
            try:
                return attempt(registration)
            except ProviderError as error:
                errors.insert(0, str(error))
                if error.partial:
                    self._after[registration.urn] = ResourceState(registration, *error.partial, failed=str(error))
                again = self._hooks.retries(registration, operation, errors, told, identifier)
                if not again or len(errors) > MOST_RETRIES:
                    raise RunError(f"{registration.urn}: {operation} failed: {error}") from error
            text = f"{operation} is tried again, as an error hook asks ({len(errors)}/{MOST_RETRIES})"
            self._recorder.messages.append(Message("warning", text, registration.urn))

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
        RunError: A resource is protected, or its deletion failed.
    """
    recorder = Recorder("", "")
    update = Update(recorder, provider, ErrorHooks(_no_program, recorder.messages, preview=False), state)
    update.finish()
    return update.steps


def _no_program(*_: object) -> None:
    raise RunError("a hook runs in a program, and a destruction has none")
