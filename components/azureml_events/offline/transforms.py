"""Transforms: functions of the program that change a resource before it is registered.

A resource's own run first, then those of its parent, its parent's parent and so on, then the stack's.
The options travel as the one message that both requests and transforms can be read from.
"""

from __future__ import annotations

from collections.abc import Iterable

from pulumi.runtime.proto import callback_pb2, resource_pb2

from azureml_events.offline.callbacks import call
from azureml_events.offline.errors import EngineError

Request = resource_pb2.RegisterResourceRequest
Options = resource_pb2.TransformResourceOptions


class Transforms:
    """The transforms of one program."""

    def __init__(self) -> None:
        self._of_stack: list[callback_pb2.Callback] = []
        self._of_resource: dict[str, tuple[callback_pb2.Callback, ...]] = {}
        self._of_invokes: list[callback_pb2.Callback] = []

    def add_to_stack(self, transform: callback_pb2.Callback) -> None:
        """Takes a transform for every resource from now on."""
        self._of_stack.append(transform)

    def add_to_invokes(self, transform: callback_pb2.Callback) -> None:
        """Takes a transform for every look-up from now on."""
        self._of_invokes.append(transform)

    def inherit(self, urn: str, parent: str | None, own: Iterable[callback_pb2.Callback]) -> None:
        """Notes which transforms the children of a resource get.

        Args:
            urn: The resource.
            parent: Its parent, or None.
            own: Its own transforms.
        """
        chain = (*own, *self._of_resource.get(parent or "", ()))
        if chain:
            self._of_resource[urn] = chain

    def apply(self, request: Request) -> Options:
        """Runs all transforms of a resource; its properties change in the request.

        Args:
            request: The registration as the program sent it.

        Returns:
            The options that hold in the end.

        Raises:
            EngineError: A transform raised.
        """
        options = options_of(request)
        inherited = self._of_resource.get(request.parent, ())
        for transform in (*request.transforms, *inherited, *self._of_stack):
            message = resource_pb2.TransformRequest(
                type=request.type,
                name=request.name,
                custom=request.custom,
                parent=request.parent,
                properties=request.object,
                options=options,
            )
            try:
                answer = call(transform, message)
            except EngineError as error:
                raise EngineError(f"{request.name}: a transform failed: {error}") from error
            response = resource_pb2.TransformResponse.FromString(answer)
            request.object.CopyFrom(response.properties)
            if response.HasField("options"):
                options = response.options
        return options

    def apply_to_invoke(self, request: resource_pb2.ResourceInvokeRequest) -> None:
        """Runs all transforms of a look-up; arguments and provider change in the request.

        Args:
            request: The look-up as the program sent it.

        Raises:
            EngineError: A transform raised.
        """
        for transform in self._of_invokes:
            message = resource_pb2.TransformInvokeRequest(
                token=request.tok,
                args=request.args,
                options=resource_pb2.TransformInvokeOptions(provider=request.provider, version=request.version),
            )
            try:
                answer = call(transform, message)
            except EngineError as error:
                raise EngineError(f"{request.tok}: a transform failed: {error}") from error
            response = resource_pb2.TransformInvokeResponse.FromString(answer)
            request.args.CopyFrom(response.args)
            if response.HasField("options"):
                request.provider = response.options.provider


def options_of(request: Request) -> Options:
    """The options of a registration, in the form that transforms take and return."""
    options = Options(
        depends_on=request.dependencies,
        ignore_changes=request.ignoreChanges,
        replace_on_changes=request.replaceOnChanges,
        version=request.version,
        aliases=request.aliases,
        provider=request.provider,
        plugin_download_url=request.pluginDownloadURL,
        deleted_with=request.deletedWith,
        additional_secret_outputs=request.additionalSecretOutputs,
        providers=request.providers,
        plugin_checksums=request.pluginChecksums,
        hide_diff=request.hideDiffs,
        replace_with=request.replace_with,
    )
    setattr(options, "import", request.importId)
    if request.HasField("protect"):
        options.protect = request.protect
    if request.HasField("retainOnDelete"):
        options.retain_on_delete = request.retainOnDelete
    if request.deleteBeforeReplaceDefined:
        options.delete_before_replace = request.deleteBeforeReplace
    if request.HasField("customTimeouts"):
        options.custom_timeouts.CopyFrom(request.customTimeouts)
    if request.HasField("hooks"):
        options.hooks.CopyFrom(request.hooks)
    if request.HasField("replacement_trigger"):
        options.replacement_trigger.CopyFrom(request.replacement_trigger)
    return options
