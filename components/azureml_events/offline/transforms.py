"""Transforms: functions of the program that change a resource before it is registered.

A resource's own run first, then those of its parent, its parent's parent and so on, then the stack's, as in Pulumi's
engine (source: `resource_monitor.go`, and the tests on the real CLI).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from google.protobuf.message import Message
from pulumi import RunError
from pulumi.runtime.proto import callback_pb2, resource_pb2

Call = Callable[[callback_pb2.Callback, Message], Any]
Request = resource_pb2.RegisterResourceRequest
Options = resource_pb2.TransformResourceOptions

OPTIONS = {
    "additional_secret_outputs": "additionalSecretOutputs",
    "aliases": "aliases",
    "custom_timeouts": "customTimeouts",
    "deleted_with": "deletedWith",
    "depends_on": "dependencies",
    "hide_diff": "hideDiffs",
    "hooks": "hooks",
    "ignore_changes": "ignoreChanges",
    "import": "importId",
    "plugin_checksums": "pluginChecksums",
    "plugin_download_url": "pluginDownloadURL",
    "protect": "protect",
    "provider": "provider",
    "providers": "providers",
    "replace_on_changes": "replaceOnChanges",
    "replace_with": "replace_with",
    "replacement_trigger": "replacement_trigger",
    "retain_on_delete": "retainOnDelete",
    "version": "version",
}
"""The options that a transform may change, by their names in its request and in a registration."""


class Transforms:
    """The transforms of one program.

    Args:
        call: Runs one of the program's functions with a request and gives its result.

    Attributes:
        of_stack: The transforms of every resource from now on.
        of_invokes: The transforms of every look-up from now on.
    """

    def __init__(self, call: Call) -> None:
        self._call = call
        self.of_stack: list[callback_pb2.Callback] = []
        self.of_invokes: list[callback_pb2.Callback] = []
        self._of_children: dict[str, tuple[callback_pb2.Callback, ...]] = {}

    def inherit(self, urn: str, request: Request) -> None:
        """Note which transforms the children of a resource get: its own, then those of its ancestors."""
        chain = (*request.transforms, *self._of_children.get(request.parent, ()))
        if chain:
            self._of_children[urn] = chain

    def apply(self, request: Request) -> None:
        """Run all transforms of a resource; properties and options change in the request.

        Args:
            request: The registration as the program sent it.

        Raises:
            RunError: A transform raised.
        """
        for transform in (*request.transforms, *self._of_children.get(request.parent, ()), *self.of_stack):
            response = self._transformed(
                transform,
                request.name,
                resource_pb2.TransformRequest(
                    type=request.type,
                    name=request.name,
                    custom=request.custom,
                    parent=request.parent,
                    properties=request.object,
                    options=_options_of(request),
                ),
            )
            request.object.CopyFrom(response.properties)
            if response.HasField("options"):
                _set_options(request, response.options)

    def apply_to_invoke(self, request: resource_pb2.ResourceInvokeRequest) -> None:
        """Run all transforms of a look-up; arguments and provider change in the request.

        Args:
            request: The look-up as the program sent it.

        Raises:
            RunError: A transform raised.
        """
        for transform in self.of_invokes:
            response = self._transformed(
                transform,
                request.tok,
                resource_pb2.TransformInvokeRequest(
                    token=request.tok,
                    args=request.args,
                    options=resource_pb2.TransformInvokeOptions(provider=request.provider, version=request.version),
                ),
            )
            request.args.CopyFrom(response.args)
            if response.HasField("options"):
                request.provider = response.options.provider

    def _transformed(self, transform: callback_pb2.Callback, name: str, message: Message) -> Any:
        try:
            return self._call(transform, message)
        except Exception as error:
            raise RunError(f"{name}: a transform failed: {error}") from error


def _options_of(request: Request) -> Options:
    options = Options()
    for option, field in OPTIONS.items():
        _copy(request, field, options, option)
    if request.deleteBeforeReplaceDefined:
        options.delete_before_replace = request.deleteBeforeReplace
    return options


def _set_options(request: Request, options: Options) -> None:
    for option, field in OPTIONS.items():
        _copy(options, option, request, field)
    request.deleteBeforeReplaceDefined = options.HasField("delete_before_replace")
    request.deleteBeforeReplace = options.delete_before_replace


def _copy(source: Message, field: str, target: Message, to: str) -> None:
    """Copy a field of any kind, and whether it is set."""
    target.ClearField(to)
    if source.DESCRIPTOR.fields_by_name[field].has_presence and not source.HasField(field):
        return
    value = getattr(source, field)
    if isinstance(value, str | bool):
        setattr(target, to, value)
    else:
        getattr(target, to).MergeFrom(value)
