"""The gRPC server that a program's SDK talks to."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import grpc
from pulumi.runtime.proto import resource_pb2_grpc

from azureml_events.offline.callbacks import UNLIMITED
from azureml_events.offline.errors import EngineError, ProviderError
from azureml_events.offline.monitor import ResourceMonitor

SHUTDOWN_SECONDS = 5
"""How long requests that are under way may take to end; as a rule there are none."""


class Service:
    """The `ResourceMonitor` service of Pulumi's engine.

    The first error stops the deployment: what is under way ends, all further requests are refused.

    Args:
        monitor: Answers the requests.

    Attributes:
        failure: The first error, or None.
    """

    def __init__(self, monitor: ResourceMonitor) -> None:
        self.failure: Exception | None = None
        self._answers: dict[str, Callable[[Any], Any]] = {
            "GetDeploymentInfo": monitor.deployment_info,
            "RegisterResource": monitor.register,
            "ReadResource": monitor.read,
            "ExistsResource": monitor.exists,
            "RegisterResourceOutputs": monitor.register_outputs,
            "Invoke": monitor.invoke,
            "Call": monitor.call,
            "RegisterPackage": monitor.register_package,
            "RegisterStackTransform": monitor.register_transform,
            "RegisterStackInvokeTransform": monitor.register_invoke_transform,
            "RegisterResourceHook": monitor.register_hook,
            "RegisterErrorHook": monitor.register_hook,
            "SignalAndWaitForShutdown": monitor.finish,
        }

    def __getattr__(self, method: str) -> Callable[[Any, grpc.ServicerContext], Any]:
        """The handler of one of the service's methods, by its name."""
        return functools.partial(self._handle, method)

    def _handle(self, method: str, request: Any, context: grpc.ServicerContext) -> Any:
        if self.failure is None:
            try:
                return self._answer(method)(request)
            except (EngineError, ProviderError) as error:
                self._stop(error)
        return context.abort(grpc.StatusCode.UNAVAILABLE, str(self.failure))

    def _answer(self, method: str) -> Callable[[Any], Any]:
        if method not in self._answers:
            raise EngineError(f"{method}: the offline engine has no such request")
        return self._answers[method]

    def _stop(self, error: Exception) -> None:
        if self.failure is None:
            self.failure = error


@contextlib.contextmanager
def serving(service: Service, *, requests: int) -> Iterator[resource_pb2_grpc.ResourceMonitorStub]:
    """Serves on this machine while its body runs.

    Args:
        service: What to serve.
        requests: How many requests may wait for an answer at once, at least 1.

    Yields:
        A stub that talks to it.
    """
    with ThreadPoolExecutor(requests, "azureml-events-engine") as threads:
        server = grpc.server(threads, options=UNLIMITED)
        resource_pb2_grpc.add_ResourceMonitorServicer_to_server(cast("Any", service), server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        try:
            with grpc.insecure_channel(f"127.0.0.1:{port}", options=UNLIMITED) as channel:
                yield resource_pb2_grpc.ResourceMonitorStub(channel)
        finally:
            # Without grace, gRPC complains on standard error about connections that are being closed.
            server.stop(grace=SHUTDOWN_SECONDS).wait()
