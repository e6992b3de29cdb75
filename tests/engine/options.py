"""The options of a registered resource that matter to a deployment only."""

from __future__ import annotations

from azureml_events.offline.recorder import Recorder
from azureml_events.offline.recording import Registration
from pulumi.runtime.proto import alias_pb2, resource_pb2


def request_of(registration: Registration) -> resource_pb2.RegisterResourceRequest:
    """The message that a resource was registered with; an empty one for a resource that is only read."""
    return registration.request or resource_pb2.RegisterResourceRequest()


def inherit(request: resource_pb2.RegisterResourceRequest, parent: resource_pb2.RegisterResourceRequest) -> None:
    """Gives a resource the options that it has from its parent where it says nothing itself.

    Providers are not among them: the SDK passes these on. Protection is the recorder's own.

    Args:
        request: The registration; changed in place.
        parent: Its parent's.
    """
    if not request.HasField("retainOnDelete"):
        request.retainOnDelete = parent.retainOnDelete
    request.deletedWith = request.deletedWith or parent.deletedWith


def earlier_urns(recorder: Recorder, request: resource_pb2.RegisterResourceRequest) -> list[str]:
    """The URNs that the aliases of a resource stand for, in their order.

    Args:
        recorder: Knows the names of stack and project.
        request: The registration.
    """
    return [_earlier_urn(recorder, request, alias) for alias in request.aliases]


def _earlier_urn(recorder: Recorder, request: resource_pb2.RegisterResourceRequest, alias: alias_pb2.Alias) -> str:
    if alias.WhichOneof("alias") == "urn":
        return alias.urn
    spec = alias.spec
    earlier = Recorder(spec.project or recorder.project, spec.stack or recorder.stack)
    parent = "" if spec.noParent else spec.parentUrn or request.parent
    return earlier.urn(parent, spec.type or request.type, spec.name or request.name)
