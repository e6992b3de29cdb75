# ruff: noqa: N802 - the protocol names its methods so
"""The stand-in for `pulumi-resource-azure-native`: Pulumi's provider protocol over the cloud file.

A test double: it knows a few resource types, refuses what Azure Resource Manager would refuse as
far as its documentation says, and proves nothing about Azure. Pulumi starts it as a process of its
own, once for each provider of a program; the processes share the cloud's file.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from concurrent import futures
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
from e2e.stand_in import azure
from e2e.stand_in.cloud import ArmError, Cloud, CloudFile, Properties
from e2e.stand_in.kinds import KINDS, Kind
from e2e.stand_in.wire import added, changes, foreseen, imported, packed, plain, refreshed, replaces, underscored
from google.protobuf import any_pb2, empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

CLOUD_VARIABLE = "AZURE_STAND_IN_CLOUD"
"""The environment variable that names the cloud's file."""

VERSION = "3.29.0"

_NO_CHANGES = provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """The provider's side of Pulumi's protocol.

    Args:
        cloud: What exists in Azure.
    """

    def __init__(self, cloud: CloudFile) -> None:
        self._cloud = cloud
        self._subscription = ""
        self._location: str | None = None
        self.cancelled = threading.Event()

    def GetPluginInfo(self, _: Any, __: Any) -> plugin_pb2.PluginInfo:
        """Tell the version that the Python SDK expects."""
        return plugin_pb2.PluginInfo(version=VERSION)

    def Configure(self, request: Any, context: Any) -> provider_pb2.ConfigureResponse:
        """Take the Azure subscription and the default location."""
        args = plain(request.args)
        self._subscription = args.get("subscriptionId", "")
        self._location = args.get("location")
        if not self._subscription:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "no Azure subscription is configured")
        # It takes no secrets: the engine sends them in clear, and marks outputs under the keys of secret inputs again.
        return provider_pb2.ConfigureResponse(supportsPreview=True, supports_autonaming_configuration=True)

    def CheckConfig(self, request: Any, _: Any) -> provider_pb2.CheckResponse:
        """Take any settings."""
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, _: Any) -> provider_pb2.DiffResponse:
        """Find another provider in another Azure subscription."""
        before, after = plain(request.old_inputs), plain(request.news)
        if before.get("subscriptionId") == after.get("subscriptionId"):
            return provider_pb2.DiffResponse()
        return provider_pb2.DiffResponse(replaces=["subscriptionId"])

    def Check(self, request: Any, context: Any) -> provider_pb2.CheckResponse:
        """Fill in what is left out, and refuse what is missing; also unknown keys, which the provider lets pass."""
        kind = _kind(request.urn, context)
        news = plain(request.news)
        inputs = request.news
        filled = added(kind, news, plain(request.olds), request.urn.split("::")[3], request.randomSeed)
        if "location" in kind.properties and "location" not in {*news, *filled}:
            filled |= self._default_location(news)
        inputs.update(filled)
        news |= filled
        known = {*kind.parameters, *kind.properties, "azureApiVersion"}
        required = {*kind.parameters, *kind.required}
        failures = [
            *((name, "is not known") for name in sorted(news.keys() - known)),
            *((name, "is required") for name in sorted(required - news.keys())),
            *((path, "has an underscore") for path in underscored(news)),
        ]
        return provider_pb2.CheckResponse(
            inputs=inputs,
            failures=[
                provider_pb2.CheckFailure(property=name, reason=f"the stand-in says: {name} {why}")
                for name, why in failures
            ],
        )

    def Diff(self, request: Any, context: Any) -> provider_pb2.DiffResponse:
        """Compare inputs with inputs; outputs count where they have what the old inputs lack (provider.go)."""
        kind = _kind(request.urn, context)
        outputs, before, after = plain(request.olds), plain(request.old_inputs), plain(request.news)
        if "azureApiVersion" in outputs:
            before.setdefault("azureApiVersion", outputs["azureApiVersion"])
        found = dict(changes(before, after))
        if not found:
            return _NO_CHANGES
        returned = {path for path, how in found.items() if how == "ADD" and outputs.get(path) == after.get(path)}
        replaced = [path for path in found if replaces(kind, path) and path not in returned]
        own_name, pulumi_name = str(after[kind.parameters[-1]]), request.urn.split("::")[3]
        made_up = re.fullmatch(f"{re.escape(pulumi_name)}[0-9a-f]{{8}}", own_name)
        detailed = {
            path: provider_pb2.PropertyDiff(
                kind=provider_pb2.PropertyDiff.Kind.Value(f"{change}_REPLACE" if path in replaced else change),
                inputDiff=True,
            )
            for path, change in found.items()
        }
        return provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DIFF_SOME,
            replaces=[path.split(".")[0] for path in replaced],
            deleteBeforeReplace=bool(replaced) and not made_up,
            diffs=sorted({path.split(".")[0].split("[")[0] for path in found}),
            detailedDiff=detailed,
            hasDetailedDiff=True,
        )

    def Create(self, request: Any, context: Any) -> provider_pb2.CreateResponse:
        """Create a resource, or says what it would return."""
        kind = _kind(request.urn, context)
        inputs = plain(request.properties)
        if request.preview:
            return provider_pb2.CreateResponse(properties=packed(foreseen(kind, inputs, {})))
        resource_id = kind.id(inputs, self._subscription)
        with self._operation("create", request.urn, resource_id, request.properties, context) as it:
            existing = azure.create(it, kind, inputs, self._subscription)
        return provider_pb2.CreateResponse(id=existing.id, properties=packed(existing.outputs))

    def Update(self, request: Any, context: Any) -> provider_pb2.UpdateResponse:
        """Change a resource, or says what it would return."""
        kind = _kind(request.urn, context)
        inputs = plain(request.news)
        if request.preview:
            outputs = foreseen(kind, inputs, plain(request.olds))
            return provider_pb2.UpdateResponse(properties=packed(outputs))
        with self._operation("update", request.urn, request.id, request.news, context) as it:
            existing = azure.update(it, kind, request.id, inputs)
        return provider_pb2.UpdateResponse(properties=packed(existing.outputs))

    def Delete(self, request: Any, context: Any) -> empty_pb2.Empty:
        """Delete a resource."""
        with self._operation("delete", request.urn, request.id, None, context) as it:
            azure.delete(it, request.id)
        return empty_pb2.Empty()

    def Read(self, request: Any, context: Any) -> provider_pb2.ReadResponse:
        """Read a resource, for a refresh or, without old inputs, for an import."""
        kind = _kind(request.urn, context)
        with self._operation("read", request.urn, request.id, None, context) as it:
            existing = it.get(request.id)
        if existing is None:
            return provider_pb2.ReadResponse()
        inputs = plain(request.inputs)
        if inputs:
            before = plain(request.properties)
            fresh = refreshed(kind, inputs, before, existing.outputs)
            written = request.inputs if fresh == inputs else packed(fresh)
        else:
            written = packed(imported(kind, request.id, existing.outputs))
        return provider_pb2.ReadResponse(id=request.id, properties=packed(existing.outputs), inputs=written)

    def Invoke(self, request: Any, context: Any) -> provider_pb2.InvokeResponse:
        """Call a function."""
        args = plain(request.args)
        with self._operation("invoke", request.tok, "", None, context) as it:
            result = azure.call(it, request.tok, args, self._subscription)
        reply = provider_pb2.InvokeResponse()
        getattr(reply, "return").CopyFrom(packed(result))
        return reply

    def Cancel(self, _: Any, __: Any) -> empty_pb2.Empty:
        """End the process soon."""
        self.cancelled.set()
        return empty_pb2.Empty()

    def _default_location(self, news: Properties) -> Properties:
        """The configured location or that of the resource group."""
        group = f"/subscriptions/{self._subscription}/resourceGroups/{news.get('resourceGroupName')}"
        with self._cloud.open() as cloud:
            existing = cloud.get(group)
        found = self._location or (existing and existing.inputs.get("location"))
        return {"location": found} if found else {}

    @contextmanager
    def _operation(self, operation: str, urn: str, resource_id: str, inputs: Any, context: Any) -> Iterator[Cloud]:
        """One operation on the cloud: journalled, its errors told as the provider tells them."""
        entry: Properties = {"operation": operation, "urn": urn, "id": resource_id, "error": None}
        refusal: Exception | None = None
        try:
            with self._cloud.open() as cloud:
                yield cloud
        except (ArmError, azure.ExistsError, azure.PartialError) as error:
            refusal = error
        except SystemExit:
            self._cloud.record({**entry, "error": "crash"})
            os._exit(1)
        self._cloud.record({**entry, "error": str(refusal) if refusal else None})
        if refusal:
            _abort(context, refusal, inputs)


def _kind(urn: str, context: Any) -> Kind:
    token = re.sub(r"/v\d+:", ":", urn.split("::")[2].rsplit("$", 1)[-1])
    if token not in KINDS:
        context.abort(grpc.StatusCode.UNIMPLEMENTED, f"the stand-in does not know '{token}'")
    return KINDS[token]


def _abort(context: Any, error: Exception, inputs: Any) -> None:
    """End a call with an error; a partial one carries what exists (provider.go)."""
    text = str(error)
    if isinstance(error, azure.PartialError):
        text, left = error.reason, error.existing
        detail = any_pb2.Any()
        detail.Pack(
            provider_pb2.ErrorResourceInitFailed(
                id=left.id, properties=packed(left.outputs), reasons=[text], inputs=inputs
            )
        )
        status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=text, details=[detail])
        trailer = (("grpc-status-details-bin", status.SerializeToString()),)
        context.set_trailing_metadata(trailer)
    context.abort(grpc.StatusCode.UNKNOWN, text)


def serve() -> None:
    """Serve on a free port, which it prints for Pulumi, until Pulumi ends it."""
    provider = Provider(CloudFile(Path(os.environ[CLOUD_VARIABLE])))
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=16))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)  # noqa: T201 - how a provider tells Pulumi its port
    server.wait_for_termination()
