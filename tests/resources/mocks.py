"""Pulumi's mocks with a monitor that keeps every request: parents, options and wire inputs."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pulumi
from google.protobuf.json_format import MessageToDict
from pulumi.runtime import mocks, settings


class Azure(pulumi.runtime.Mocks):
    """Resources whose ids are ARM ids and that have the outputs that components read.

    Args:
        found: What look-ups return, by token.
    """

    def __init__(self, **found: dict[str, Any]) -> None:
        self.found = found
        self.looked_up: list[tuple[str, dict[str, Any]]] = []

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        """An id, and the inputs with a name and, for a topic, its principal."""
        outputs = dict(args.inputs)
        named = [value for name, value in outputs.items() if name.endswith("Name") and name != "resourceGroupName"]
        outputs["name"] = named[0] if named else args.name
        if args.typ == "azure-native:eventgrid:SystemTopic":
            outputs["name"] = outputs.get("systemTopicName", args.name)
            outputs["identity"] = {**outputs.get("identity", {}), "principalId": f"principal-of-{args.name}"}
        return f"/subscriptions/0/{args.typ.split(':')[-1]}/{args.name}", outputs

    def call(self, args: pulumi.runtime.MockCallArgs) -> Any:
        """What was given for the token, or nothing."""
        token = args.token.rpartition(":")[2]
        self.looked_up.append((token, args.args))
        return self.found.get(token, {})


class Plain(pulumi.runtime.Mocks):
    """Ids that are no ARM ids, no output beyond the inputs: what everyone's first test looks like."""

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        """The inputs as they came."""
        return f"{args.name}_id", args.inputs

    def call(self, args: pulumi.runtime.MockCallArgs) -> Any:
        """Nothing."""
        del args
        return {}


class Monitor(mocks.MockMonitor):
    """Keeps the requests by the name of the resource, and what components register as outputs."""

    def __init__(self, azure: pulumi.runtime.Mocks) -> None:
        super().__init__(azure)
        self.requests: dict[tuple[str, str], Any] = {}
        self.registered: dict[str, dict[str, Any]] = {}

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the service's name
        """Keep the request."""
        self.requests[request.type.split(":")[-1], request.name] = request
        return super().RegisterResource(request)  # type: ignore[no-untyped-call]

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802 - the service's name
        """Keep the outputs."""
        self.registered[request.urn.rpartition("::")[2]] = MessageToDict(request.outputs)
        return super().RegisterResourceOutputs(request)  # type: ignore[no-untyped-call]

    def request(self, kind: str, name: str) -> Any:
        """The request for a resource, by the last part of its type and its name."""
        return self.requests[kind, name]

    def names(self, kind: str) -> list[str]:
        """The names of all resources of a type."""
        return [name for each, name in self.requests if each == kind]

    def inputs(self, kind: str, name: str) -> dict[str, Any]:
        """The wire inputs of a resource."""
        return MessageToDict(self.request(kind, name).object)


def run(program: Callable[[], object], azure: pulumi.runtime.Mocks | None = None, *, preview: bool = False) -> Monitor:
    """Run a program on mocks, in surroundings of its own.

    Args:
        program: Declares resources; what it returns is awaited.
        azure: The mocks; default `Azure()`.
        preview: Whether it is a preview.
    """
    azure = azure or Azure()
    monitor = Monitor(azure)

    def alone() -> None:
        # Mocks want an event loop in the thread that registers resources too, and leave the one that they make open.
        # The runner waits for that thread before the loop is closed, also after a program that failed.
        with closing(asyncio.new_event_loop()) as loop, asyncio.Runner() as runner:
            runner.get_loop().set_default_executor(ThreadPoolExecutor(1, "mocks", asyncio.set_event_loop, (loop,)))
            settings.ROOT.set(None)
            pulumi.runtime.set_mocks(azure, "shop", "test", preview=preview, monitor=monitor)
            pulumi.runtime.test(program)()  # type: ignore[no-untyped-call]

    contextvars.copy_context().run(alone)
    return monitor
