from unittest.mock import Mock

import grpc
import pytest
from azureml_events.offline.errors import EngineError
from azureml_events.offline.monitor import ResourceMonitor
from azureml_events.offline.server import Service, serving
from google.protobuf import empty_pb2
from pulumi.runtime.proto import resource_pb2

DONE = empty_pb2.Empty()


def test_the_first_error_stops_the_deployment() -> None:
    """Everything after it is refused with the same words, and does not reach the monitor."""
    monitor = Mock(spec=ResourceMonitor)
    monitor.finish.side_effect = [DONE, EngineError("no access"), DONE]
    service = Service(monitor)
    with serving(service, requests=1) as stub:
        assert stub.SignalAndWaitForShutdown(DONE) == DONE
        for _ in range(2):
            with pytest.raises(grpc.RpcError) as caught:
                stub.SignalAndWaitForShutdown(DONE)
            assert (caught.value.code(), caught.value.details()) == (grpc.StatusCode.UNAVAILABLE, "no access")
    assert monitor.finish.call_count == 2
    assert str(service.failure) == "no access"


def test_a_request_that_the_engine_does_not_know_is_refused() -> None:
    service = Service(Mock(spec=ResourceMonitor))
    with serving(service, requests=1) as stub, pytest.raises(grpc.RpcError) as caught:
        stub.SupportsFeature(resource_pb2.SupportsFeatureRequest(id="secrets"))
    assert caught.value.details() == "SupportsFeature: the offline engine has no such request"
