"""The object that Pulumi's SDK registers resources with: it records them and answers as a preview would.

The SDK takes any object in place of the stubs of the resource monitor and of the engine. The methods are those of the
two services (source: `resource.proto` and `engine.proto` of Pulumi); the SDK calls them from its own threads, and needs
no server for it.
"""

# ruff: noqa: N802, D102 - the methods' names and meanings are the services'

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from google.protobuf import empty_pb2
from google.protobuf.message import Message as ProtoMessage
from pulumi import RunError
from pulumi.runtime.proto import callback_pb2, engine_pb2, resource_pb2

from azureml_events.offline import client_config, wire
from azureml_events.offline.foreseen import foreseen_outputs
from azureml_events.offline.hooks import AnyHook, Hooks
from azureml_events.offline.places import SourceOf, sources_in
from azureml_events.offline.recording import (
    Invoke,
    Message,
    Recording,
    Registration,
    urn_of_reference,
    with_sources_of_children,
)
from azureml_events.offline.sdk import STACK_TYPE, Callbacks
from azureml_events.offline.transforms import Transforms

DONE = empty_pb2.Empty()
GET_RESOURCE = "pulumi:pulumi:getResource"
"""The look-up by which the SDK turns a reference back into a resource; the engine's own."""

SEVERITIES = {engine_pb2.INFO: "info", engine_pb2.WARNING: "warning", engine_pb2.ERROR: "error"}
"""The severities that are recorded; the SDK's debug lines are not."""


class Recorder:
    """Records one run of a program, in which nothing is deployed.

    Inputs come back as outputs; ids, further outputs, what Azure adds to an identity and the results of look-ups are
    unknown, but for what is known of who deploys.

    Args:
        project: The project's name.
        stack: The stack's name.

    Attributes:
        preview: Whether nothing is deployed.
        messages: What was said so far, in order.
    """

    preview = True

    def __init__(self, project: str, stack: str) -> None:
        self.project = project
        self.stack = stack
        self.messages: list[Message] = []
        self.hooks = Hooks(self._call, self.messages)
        self._transforms = Transforms(self._call)
        self._source_of: SourceOf = lambda _: None
        self._registrations: dict[str, Registration] = {}
        self._results: dict[str, tuple[str, Mapping[str, Any]]] = {}
        self._registered_outputs: dict[str, Mapping[str, Any]] = {}
        self._invokes: list[Invoke] = []
        self._lock = threading.Lock()

    def attach(self, loop: asyncio.AbstractEventLoop, directory: Path, config: Mapping[str, str]) -> Callbacks:
        """Make ready for a program that is about to run.

        Args:
            loop: The program's event loop.
            directory: Where the program lies.
            config: The stack's settings, `namespace:key` to text.

        Returns:
            What holds the program's transforms and hooks.
        """
        self._source_of = sources_in(directory)
        self._config = config
        self._callbacks = Callbacks(self, loop)
        return self._callbacks

    def recording(self) -> Recording:
        """Give what was recorded so far."""
        root = self.urn("", STACK_TYPE, f"{self.project}-{self.stack}")
        return Recording(
            stack=self.stack,
            resources=with_sources_of_children(self._registrations.values()),
            outputs=self._registered_outputs.get(root, {}),
            messages=tuple(self.messages),
            invokes=tuple(self._invokes),
        )

    def urn(self, parent: str, type_: str, name: str) -> str:
        """Give the URN of a resource: `urn:pulumi:<stack>::<project>::<types>::<name>`.

        The types are the resource's own after those of its ancestors, joined by `$`; the root stack does not count.

        Args:
            parent: The URN of its parent; empty for none.
            type_: Its type token.
            name: Its Pulumi name.
        """
        ancestors = parent.split("::", 3)[2] if parent else STACK_TYPE
        types = type_ if ancestors == STACK_TYPE else f"{ancestors}${type_}"
        return f"urn:pulumi:{self.stack}::{self.project}::{types}::{name}"

    def carry_out(self, registration: Registration) -> tuple[str, Mapping[str, Any]]:
        """Give the id of a resource, empty while unknown, and its outputs."""
        inputs = registration.inputs
        if not registration.exists:
            self.hooks.run("before_create", registration, {"new_inputs": inputs})
            self.hooks.run("after_create", registration, {"new_inputs": inputs, "new_outputs": inputs})
        outputs = foreseen_outputs(registration.type, inputs)
        return registration.import_id or registration.read_id or "", outputs

    def look_up(self, token: str, args: Mapping[str, Any]) -> Mapping[str, Any] | None:  # noqa: ARG002
        """Give the result of a look-up, or None while it is unknown.

        Args:
            token: The function, `package:module:function`.
            args: Its arguments.
        """
        return None

    def GetDeploymentInfo(self, _: empty_pb2.Empty) -> resource_pb2.DeploymentInfo:
        return resource_pb2.DeploymentInfo(
            project=self.project,
            stack=self.stack,
            dryRun=self.preview,
            supportedFeatures=resource_pb2.ResourceMonitorFeature.values(),
        )

    def RegisterResource(self, request: resource_pb2.RegisterResourceRequest) -> resource_pb2.RegisterResourceResponse:
        parent = self._registrations.get(request.parent)
        if parent and not request.HasField("protect"):
            request.protect = parent.protect
        self._transforms.apply(request)
        registration = Registration(
            urn=self.urn(request.parent, request.type, request.name),
            type=request.type,
            name=request.name,
            parent=request.parent or None,
            custom=request.custom,
            inputs=wire.decode_properties(request.object),
            dependencies=tuple(sorted(request.dependencies)),
            protect=request.protect,
            import_id=request.importId or None,
            provider=urn_of_reference(request.provider),
            source=self._source_of(request.stackTrace),
            request=request,
        )
        self._transforms.inherit(registration.urn, request)
        identifier, outputs = self._record(registration)
        return resource_pb2.RegisterResourceResponse(
            urn=registration.urn,
            id=identifier,
            object=wire.encode_properties(outputs if registration.custom else {}),
        )

    def ReadResource(self, request: resource_pb2.ReadResourceRequest) -> resource_pb2.ReadResourceResponse:
        registration = Registration(
            urn=self.urn(request.parent, request.type, request.name),
            type=request.type,
            name=request.name,
            parent=request.parent or None,
            inputs=wire.decode_properties(request.properties),
            dependencies=tuple(sorted(request.dependencies)),
            read_id=request.id,
            provider=urn_of_reference(request.provider),
            source=self._source_of(request.stackTrace),
        )
        identifier, outputs = self._record(registration)
        return resource_pb2.ReadResourceResponse(
            urn=registration.urn, id=identifier, properties=wire.encode_properties(outputs)
        )

    def ExistsResource(self, _: resource_pb2.ExistsResourceRequest) -> resource_pb2.ExistsResourceResponse:
        return resource_pb2.ExistsResourceResponse(unknown=True)

    def RegisterResourceOutputs(self, request: resource_pb2.RegisterResourceOutputsRequest) -> empty_pb2.Empty:
        self._registered_outputs[request.urn] = wire.decode_properties(request.outputs)
        return DONE

    def Invoke(self, request: resource_pb2.ResourceInvokeRequest) -> resource_pb2.ResourceInvokeResponse:
        if request.tok == GET_RESOURCE:
            return _answered(self._resource(request.args.fields["urn"].string_value))
        self._transforms.apply_to_invoke(request)
        args = wire.decode_properties(request.args)
        self._invokes.append(Invoke(request.tok, args, urn_of_reference(request.provider)))
        answer = self.look_up(request.tok, args)
        if answer is None and request.tok == client_config.TOKEN:
            answer = client_config.client_config(self._azure_subscription(request.provider))
        return _answered(answer)

    def Call(self, request: resource_pb2.ResourceCallRequest) -> None:
        raise RunError(f"{request.tok}: methods run in a plugin, and plugins do not run offline")

    def RegisterPackage(self, request: resource_pb2.RegisterPackageRequest) -> resource_pb2.RegisterPackageResponse:
        return resource_pb2.RegisterPackageResponse(ref=f"{request.name}@{request.version}")

    def RegisterStackTransform(self, request: callback_pb2.Callback) -> empty_pb2.Empty:
        self._transforms.of_stack.append(request)
        return DONE

    def RegisterStackInvokeTransform(self, request: callback_pb2.Callback) -> empty_pb2.Empty:
        self._transforms.of_invokes.append(request)
        return DONE

    def RegisterResourceHook(self, request: AnyHook) -> empty_pb2.Empty:
        self.hooks.add(request)
        return DONE

    RegisterErrorHook = RegisterResourceHook

    def SignalAndWaitForShutdown(self, _: empty_pb2.Empty) -> empty_pb2.Empty:
        return DONE

    def Log(self, request: engine_pb2.LogRequest) -> None:
        severity = SEVERITIES.get(request.severity)
        if severity and not request.ephemeral:
            self.messages.append(Message(severity, request.message, request.urn or None))

    def RequirePulumiVersion(self, _: engine_pb2.RequirePulumiVersionRequest) -> None:
        """Accept any version of the CLI: there is none."""

    def _call(self, callback: callback_pb2.Callback, request: ProtoMessage) -> Any:
        return self._callbacks.call(callback, request)

    def _record(self, registration: Registration) -> tuple[str, Mapping[str, Any]]:
        urn = registration.urn
        with self._lock:
            if urn in self._registrations:
                raise RunError(
                    f"{urn}: another {registration.type} below the same parent is called "
                    f"'{registration.name}'; give each a name of its own"
                )
            self._registrations[urn] = registration
        self._results[urn] = self.carry_out(registration)
        return self._results[urn]

    def _azure_subscription(self, reference: str) -> object:
        """Give the Azure subscription of a provider: its own, or as azure-native is configured; None while unknown."""
        provider = self._registrations.get(urn_of_reference(reference) or "")
        if provider is not None:
            return provider.inputs.get(client_config.SUBSCRIPTION_ID)
        return self._config.get(f"azure-native:{client_config.SUBSCRIPTION_ID}")

    def _resource(self, urn: str) -> Mapping[str, Any]:
        """Give the state of a resource of this run as `getResource` does."""
        if urn not in self._results:
            raise RunError(f"{urn}: no such resource in this stack")
        identifier, outputs = self._results[urn]
        return {"urn": urn, "id": identifier, "state": {**outputs, **self._registered_outputs.get(urn, {})}}


def _answered(result: Mapping[str, Any] | None) -> resource_pb2.ResourceInvokeResponse:
    if result is None:
        return resource_pb2.ResourceInvokeResponse(unknown=True)
    # `return` is a word of Python: it cannot be written as an argument.
    answer: dict[str, Any] = {"return": wire.encode_properties(result)}
    return resource_pb2.ResourceInvokeResponse(**answer)
