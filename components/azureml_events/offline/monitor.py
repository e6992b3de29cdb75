"""The resource monitor: what a program registers its resources with."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any, Protocol

from google.protobuf import empty_pb2
from pulumi.runtime.proto import callback_pb2, resource_pb2

from azureml_events.offline import recording, wire
from azureml_events.offline.errors import EngineError
from azureml_events.offline.hooks import ErrorHook, Hook, Hooks
from azureml_events.offline.provider import Provider
from azureml_events.offline.recording import Registration
from azureml_events.offline.registration import (
    inherit,
    provider_urn,
    read_registration_of,
    registration_of,
)
from azureml_events.offline.transforms import Transforms
from azureml_events.offline.urn import Names

DONE = empty_pb2.Empty()
GET_RESOURCE = "pulumi:pulumi:getResource"
"""The look-up by which the SDK turns a reference back into a resource; the engine's own."""


class Deployment(Protocol):
    """What is done with registered resources: nothing in a preview, everything in an update."""

    def register(self, registration: Registration) -> tuple[str, Mapping[str, Any]]:
        """Carries a resource out: its id, empty while unknown, and its outputs."""
        ...

    def finish(self) -> None:
        """The program has registered all its resources."""
        ...


class ResourceMonitor:
    """Records what a program registers and answers it: a method for each request of the service.

    Requests come from several threads at once.

    Args:
        names: The deployment's names.
        preview: Whether nothing is deployed.
        provider: Answers look-ups.
        deployment: Carries resources out.
        transforms: The program's transforms.
        hooks: The program's hooks.

    Attributes:
        registrations: URN to resource, in the order of registration.
        registered_outputs: URN of a component to the outputs it registered.
        invokes: The look-ups, in order.
    """

    def __init__(
        self,
        names: Names,
        *,
        preview: bool,
        provider: Provider,
        deployment: Deployment,
        transforms: Transforms,
        hooks: Hooks,
    ) -> None:
        self.registrations: dict[str, Registration] = {}
        self.registered_outputs: dict[str, Mapping[str, Any]] = {}
        self.invokes: list[recording.Invoke] = []
        self._results: dict[str, tuple[str, Mapping[str, Any]]] = {}
        self._names = names
        self._preview = preview
        self._provider = provider
        self._deployment = deployment
        self._transforms = transforms
        self._hooks = hooks
        self._lock = threading.Lock()

    def deployment_info(self, _: empty_pb2.Empty) -> resource_pb2.DeploymentInfo:
        """Tells the SDK what it may use: everything that it knows."""
        return resource_pb2.DeploymentInfo(
            project=self._names.project,
            stack=self._names.stack,
            dryRun=self._preview,
            supportedFeatures=resource_pb2.ResourceMonitorFeature.values(),
        )

    def register(self, request: resource_pb2.RegisterResourceRequest) -> resource_pb2.RegisterResourceResponse:
        """Takes a resource: inherits, transforms, names, records and carries it out."""
        inherit(request, self.registrations.get(request.parent))
        options = self._transforms.apply(request)
        urn = self._names.urn(request.parent or None, request.type, request.name)
        registration = registration_of(self._names, urn, request, options)
        self._transforms.inherit(urn, registration.parent, request.transforms)
        identifier, outputs = self._carry_out(registration)
        return resource_pb2.RegisterResourceResponse(
            urn=urn,
            id=identifier,
            object=wire.encode_properties(outputs if registration.custom else {}),
        )

    def read(self, request: resource_pb2.ReadResourceRequest) -> resource_pb2.ReadResourceResponse:
        """Takes a resource that is only read."""
        urn = self._names.urn(request.parent or None, request.type, request.name)
        identifier, outputs = self._carry_out(read_registration_of(urn, request))
        return resource_pb2.ReadResourceResponse(urn=urn, id=identifier, properties=wire.encode_properties(outputs))

    def exists(self, _: resource_pb2.ExistsResourceRequest) -> resource_pb2.ExistsResourceResponse:
        """Whether a resource exists is unknown."""
        return resource_pb2.ExistsResourceResponse(unknown=True)

    def register_outputs(self, request: resource_pb2.RegisterResourceOutputsRequest) -> empty_pb2.Empty:
        """Takes the outputs of a component or of the stack."""
        self.registered_outputs[request.urn] = wire.decode_properties(request.outputs)
        return DONE

    def invoke(self, request: resource_pb2.ResourceInvokeRequest) -> resource_pb2.ResourceInvokeResponse:
        """Answers a look-up."""
        if request.tok == GET_RESOURCE:
            return self._get_resource(wire.decode_properties(request.args)["urn"])
        self._transforms.apply_to_invoke(request)
        args = wire.decode_properties(request.args)
        self.invokes.append(recording.Invoke(request.tok, args, provider_urn(request.provider)))
        return _invoked(self._provider.invoke(request.tok, args))

    def call(self, request: resource_pb2.ResourceCallRequest) -> None:
        """Refuses a method of a component that lives in a plugin."""
        raise EngineError(f"{request.tok}: methods run in a plugin, and plugins do not run offline")

    def register_package(self, request: resource_pb2.RegisterPackageRequest) -> resource_pb2.RegisterPackageResponse:
        """Takes a parameterised package; any reference will do."""
        return resource_pb2.RegisterPackageResponse(ref=f"{request.name}@{request.version}")

    def register_transform(self, request: callback_pb2.Callback) -> empty_pb2.Empty:
        """Takes a transform for the whole stack."""
        self._transforms.add_to_stack(request)
        return DONE

    def register_invoke_transform(self, request: callback_pb2.Callback) -> empty_pb2.Empty:
        """Takes a transform for all look-ups."""
        self._transforms.add_to_invokes(request)
        return DONE

    def register_hook(self, request: Hook | ErrorHook) -> empty_pb2.Empty:
        """Takes a hook."""
        self._hooks.add(request)
        return DONE

    def finish(self, _: empty_pb2.Empty) -> empty_pb2.Empty:
        """Ends the deployment; the program's functions can still be called meanwhile."""
        self._deployment.finish()
        return DONE

    def _carry_out(self, registration: Registration) -> tuple[str, Mapping[str, Any]]:
        urn = registration.urn
        with self._lock:
            if urn in self.registrations:
                raise EngineError(
                    f"{urn}: another {registration.type} below the same parent is called "
                    f"'{registration.name}'; give each a name of its own"
                )
            self.registrations[urn] = registration
        self._results[urn] = self._deployment.register(registration)
        return self._results[urn]

    def _get_resource(self, urn: str) -> resource_pb2.ResourceInvokeResponse:
        if urn not in self._results:
            raise EngineError(f"{urn}: no such resource in this stack")
        identifier, outputs = self._results[urn]
        state = {**outputs, **self.registered_outputs.get(urn, {})}
        return _invoked({"urn": urn, "id": identifier, "state": state})


def _invoked(result: Mapping[str, Any] | None) -> resource_pb2.ResourceInvokeResponse:
    if result is None:
        return resource_pb2.ResourceInvokeResponse(unknown=True)
    # `return` is a word of Python: it cannot be written as an attribute.
    response = resource_pb2.ResourceInvokeResponse()
    getattr(response, "return").CopyFrom(wire.encode_properties(result))
    return response
