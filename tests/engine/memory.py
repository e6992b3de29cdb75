"""A provider that keeps its resources in memory, to try deployments without a cloud."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from azureml_events.offline.recording import Registration
from engine.diff import changed
from engine.errors import ProviderError
from engine.provider import Provider
from engine.state import ResourceState

NOTHING: Mapping[str, Any] = MappingProxyType({})


class MemoryProvider(Provider):
    """A test double: it accepts everything and proves nothing about Azure.

    A resource's id is `<type>/<name>`, so two runs of one program come to the same; its outputs are its
    inputs and what `outputs` adds.

    Args:
        outputs: What a resource has beyond its inputs.
        immutable: Type to the inputs that cannot change in place.
        lookups: Function token to what it returns; others are unknown.
        existing: Id to the outputs of what exists already.
        failures: Pulumi name to the errors that operations on it end with, in order.

    Attributes:
        resources: Id to the outputs of what exists now.
    """

    def __init__(
        self,
        *,
        outputs: Callable[[Registration], Mapping[str, Any]] = lambda _: NOTHING,
        immutable: Mapping[str, Collection[str]] = NOTHING,
        lookups: Mapping[str, Mapping[str, Any]] = NOTHING,
        existing: Mapping[str, Mapping[str, Any]] = NOTHING,
        failures: Mapping[str, Sequence[ProviderError]] = NOTHING,
    ) -> None:
        self.resources = dict(existing)
        self._outputs = outputs
        self._immutable = immutable
        self._lookups = lookups
        self._failures = defaultdict(list, {name: list(each) for name, each in failures.items()})
        self._lock = threading.Lock()

    def create(self, registration: Registration) -> tuple[str, Mapping[str, Any]]:
        """Adds the resource."""
        self._fail(registration)
        identifier = f"{registration.type}/{registration.name}"
        self.resources[identifier] = {**registration.inputs, **self._outputs(registration)}
        return identifier, self.resources[identifier]

    def read(self, registration: Registration) -> tuple[str, Mapping[str, Any]]:
        """Finds what exists already."""
        self._fail(registration)
        identifier = registration.import_id or registration.read_id or ""
        if identifier not in self.resources:
            raise ProviderError(f"{identifier}: does not exist")
        return identifier, self.resources[identifier]

    def invoke(self, token: str, args: Mapping[str, Any]) -> Mapping[str, Any] | None:  # noqa: ARG002
        """Returns what `lookups` holds."""
        return self._lookups.get(token)

    def diff(self, state: ResourceState, registration: Registration) -> Collection[str]:
        """Names what `immutable` holds."""
        immutable = self._immutable.get(registration.type, ())
        return [name for name in changed(state.registration, registration) if name in immutable]

    def update(self, state: ResourceState, registration: Registration) -> Mapping[str, Any]:
        """Changes the resource."""
        self._fail(registration)
        self.resources[state.id] = {**registration.inputs, **self._outputs(registration)}
        return self.resources[state.id]

    def delete(self, state: ResourceState) -> None:
        """Removes the resource."""
        self._fail(state.registration)
        self.resources.pop(state.id, None)

    def _fail(self, registration: Registration) -> None:
        with self._lock:
            failures = self._failures[registration.name]
            failure = failures.pop(0) if failures else None
        if failure is not None:
            raise failure
