"""A project on the in-process engine, with the stand-in for Azure as its provider."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from azureml_events.offline.recording import Registration
from azureml_events.offline.wire import Secret
from e2e.configs import Config, secrets_in, with_secrets
from e2e.runs import Run
from e2e.stand_in import azure
from e2e.stand_in.cloud import ArmError, Cloud, CloudFile
from e2e.stand_in.kinds import KINDS
from e2e.stand_in.wire import replaces
from engine.diff import changed
from engine.engine import DeploymentError, deploy
from engine.errors import ProviderError
from engine.provider import Provider
from engine.state import ResourceState, Step
from engine.update import destroy
from pulumi import RunError

_PROVIDER = "pulumi:providers:azure-native"
_OWN = "azure-native:subscriptionId"


class InProcess:
    """A project that the in-process engine deploys; it keeps its state between deployments.

    Args:
        root: An empty directory for all files.
        program: The directory of the program.
        config: The stack's configuration; its encrypted nodes get values of our own.
    """

    commands = frozenset({"up", "unprotect", "destroy"})

    def __init__(self, root: Path, program: Path, config: Config) -> None:
        secrets = secrets_in(config)
        self._program = program
        self._secret_keys = {path.partition("[")[0] for path in secrets}
        self._file = CloudFile(root / "cloud.json")
        self._provider = _StandIn(self._file, str(config[_OWN]))
        self._state: Mapping[str, ResourceState] = {}
        self.config = with_secrets(config, secrets)

    def configure(self, config: Mapping[str, Any]) -> None:
        """Puts another configuration in place."""
        self.config = dict(config)

    @contextmanager
    def cloud(self) -> Iterator[Cloud]:
        """What exists in Azure, to look at or to change."""
        with self._file.open() as cloud:
            yield cloud

    def run_command(self, command: str) -> Run:
        """Runs one of `commands`."""
        before = len(self._file.operations())
        error, output, steps = {"up": self._up, "unprotect": self._unprotect, "destroy": self._destroy}[command]()
        operations = self._file.operations()[before:]
        return Run(int(bool(error)), f"{output}{error}", operations, [(step.operation, step.urn) for step in steps])

    def dependencies(self) -> dict[str, set[str]]:
        """URN of each resource to the URNs of what it depends on and of its parent."""
        return {
            urn: {*state.registration.dependencies, *filter(None, [state.registration.parent])}
            for urn, state in self._state.items()
        }

    def _up(self) -> tuple[str, str, tuple[Step, ...]]:
        error = ""
        try:
            recording = deploy(
                self._program,
                project="azureml-events",
                stack="e2e",
                config={
                    key: value if isinstance(value, str) else json.dumps(value) for key, value in self.config.items()
                },
                secret_keys=self._secret_keys,
                provider=self._provider,
                state=self._state,
            )
        except DeploymentError as failure:
            error, recording = failure.text, failure.recording
        self._state = recording.state
        return error, "".join(f"{message.text}\n" for message in recording.messages), recording.steps

    def _unprotect(self) -> tuple[str, str, tuple[Step, ...]]:
        self._state = {
            urn: dataclasses.replace(state, registration=dataclasses.replace(state.registration, protect=False))
            for urn, state in self._state.items()
        }
        return "", "", ()

    def _destroy(self) -> tuple[str, str, tuple[Step, ...]]:
        try:
            steps = destroy(self._provider, self._state)
        except RunError as error:
            return str(error), "", ()
        self._state = {}
        return "", "", steps


class _StandIn(Provider):
    """The stand-in for Azure as a provider of the in-process engine.

    Args:
        file: What exists in Azure.
        subscription: The Azure subscription of resources without an explicit provider.
    """

    def __init__(self, file: CloudFile, subscription: str) -> None:
        self._file = file
        self._subscription = subscription
        self._explicit: dict[str, str] = {}

    def create(self, registration: Registration) -> tuple[str, Mapping[str, Any]]:
        inputs = _plain(registration.inputs)
        if registration.type == _PROVIDER:
            self._explicit[registration.urn] = inputs["subscriptionId"]
            return registration.name, registration.inputs
        kind = KINDS[registration.type]
        subscription = self._explicit.get(registration.provider or "", self._subscription)
        with self._operation("create", registration.urn, kind.id(inputs, subscription)) as cloud:
            existing = azure.create(cloud, kind, inputs, subscription)
        return existing.id, existing.outputs

    def update(self, state: ResourceState, registration: Registration) -> Mapping[str, Any]:
        with self._operation("update", registration.urn, state.id) as cloud:
            existing = azure.update(cloud, KINDS[registration.type], state.id, _plain(registration.inputs))
        return existing.outputs

    def delete(self, state: ResourceState) -> None:
        if state.registration.type == _PROVIDER:
            return
        with self._operation("delete", state.registration.urn, state.id) as cloud:
            azure.delete(cloud, state.id)

    def read(self, registration: Registration) -> tuple[str, Mapping[str, Any]]:
        identifier = registration.import_id or registration.read_id or ""
        with self._operation("read", registration.urn, identifier) as cloud:
            existing = cloud.get(identifier)
        if existing is None:
            raise ProviderError(f"{identifier}: does not exist")
        return existing.id, existing.outputs

    def diff(self, state: ResourceState, registration: Registration) -> Collection[str]:
        kind = KINDS.get(registration.type)
        return [name for name in changed(state.registration, registration) if kind and replaces(kind, name)]

    def invoke(self, token: str, args: Mapping[str, Any]) -> Mapping[str, Any]:
        with self._operation("invoke", token, "") as cloud:
            for subscription in (self._subscription, *self._explicit.values()):
                try:
                    return azure.call(cloud, token, _plain(args), subscription)
                except ArmError as error:
                    refusal = error
            raise refusal

    @contextmanager
    def _operation(self, operation: str, urn: str, resource_id: str) -> Iterator[Cloud]:
        """One operation on the cloud: journalled, its errors told as the engine expects them."""
        failure: ProviderError | None = None
        try:
            with self._file.open() as cloud:
                yield cloud
        except azure.PartialError as error:
            failure = ProviderError(str(error), (error.existing.id, error.existing.outputs))
        except (ArmError, azure.ExistsError) as error:
            failure = ProviderError(str(error))
        text = str(failure) if failure else None
        self._file.record({"operation": operation, "urn": urn, "id": resource_id, "error": text})
        if failure:
            raise failure


def _plain(value: Any) -> Any:
    """Wire values without marks of secrets and without nulls."""
    if isinstance(value, Secret):
        return _plain(value.value)
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value
