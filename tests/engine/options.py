"""From a request of the SDK to a `Registration`."""

from __future__ import annotations

from collections.abc import Mapping

from pulumi.runtime.proto import alias_pb2, resource_pb2

from azureml_events.offline import wire
from azureml_events.offline.recording import HOOK_STAGES, Registration
from azureml_events.offline.transforms import Options, Request
from azureml_events.offline.urn import Names

OPERATIONS = ("create", "update", "delete", "read")
"""The operations that can have a timeout of their own."""


def inherit(request: Request, parent: Registration | None) -> None:
    """Gives a resource the options that it has from its parent where it says nothing itself.

    Providers are not among them: the SDK passes these on.

    Args:
        request: The registration; changed in place.
        parent: Its parent, or None.
    """
    if parent is None:
        return
    if not request.HasField("protect"):
        request.protect = parent.protect
    if not request.HasField("retainOnDelete"):
        request.retainOnDelete = parent.retain_on_delete
    request.deletedWith = request.deletedWith or parent.deleted_with or ""


def registration_of(names: Names, urn: str, request: Request, options: Options) -> Registration:
    """A registration in plain values.

    Args:
        names: The deployment's names.
        urn: The resource's URN.
        request: What the SDK sent, properties transformed.
        options: The options after transforms.
    """
    parent = request.parent or None
    return Registration(
        urn=urn,
        type=request.type,
        name=request.name,
        parent=parent,
        custom=request.custom,
        inputs=wire.decode_properties(request.object),
        dependencies=tuple(sorted(options.depends_on)),
        property_dependencies={
            key: tuple(sorted(value.urns)) for key, value in sorted(request.propertyDependencies.items())
        },
        protect=options.protect,
        import_id=getattr(options, "import") or None,
        provider=provider_urn(options.provider),
        version=options.version,
        aliases=tuple(_alias_urn(names, parent, request, alias) for alias in options.aliases),
        ignore_changes=tuple(options.ignore_changes),
        replace_on_changes=tuple(options.replace_on_changes),
        delete_before_replace=(options.delete_before_replace if options.HasField("delete_before_replace") else None),
        retain_on_delete=options.retain_on_delete,
        deleted_with=options.deleted_with or None,
        additional_secret_outputs=tuple(options.additional_secret_outputs),
        custom_timeouts=_custom_timeouts(options),
        hooks=_hooks(options),
    )


def read_registration_of(urn: str, request: resource_pb2.ReadResourceRequest) -> Registration:
    """A resource that is only read, in plain values.

    Args:
        urn: The resource's URN.
        request: What the SDK sent.
    """
    return Registration(
        urn=urn,
        type=request.type,
        name=request.name,
        parent=request.parent or None,
        inputs=wire.decode_properties(request.properties),
        dependencies=tuple(sorted(request.dependencies)),
        read_id=request.id,
        provider=provider_urn(request.provider),
        version=request.version,
        additional_secret_outputs=tuple(request.additionalSecretOutputs),
    )


def provider_urn(reference: str) -> str | None:
    """The URN in a provider reference, `<urn>::<id>`; None for the default provider."""
    return reference.rpartition("::")[0] or None


def _alias_urn(names: Names, parent: str | None, request: Request, alias: alias_pb2.Alias) -> str:
    if alias.WhichOneof("alias") == "urn":
        return alias.urn
    spec = alias.spec
    earlier = Names(spec.stack or names.stack, spec.project or names.project)
    return earlier.urn(
        None if spec.noParent else spec.parentUrn or parent,
        spec.type or request.type,
        spec.name or request.name,
    )


def _custom_timeouts(options: Options) -> Mapping[str, str]:
    durations = {each: getattr(options.custom_timeouts, each) for each in OPERATIONS}
    return {operation: duration for operation, duration in durations.items() if duration}


def _hooks(options: Options) -> Mapping[str, tuple[str, ...]]:
    names = {stage: tuple(getattr(options.hooks, stage)) for stage in HOOK_STAGES}
    return {stage: hooks for stage, hooks in names.items() if hooks}
