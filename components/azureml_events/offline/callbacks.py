"""Calls from the engine back into the program: transforms and hooks.

The SDK serves these functions itself, on the program's event loop; a `Callback` says where.
"""

from __future__ import annotations

import grpc
from google.protobuf.message import Message
from pulumi.runtime.proto import callback_pb2, callback_pb2_grpc

from azureml_events.offline.errors import EngineError

UNLIMITED = (("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1))
"""Channel options: inputs may be of any size."""


def call(callback: callback_pb2.Callback, request: Message) -> bytes:
    """Runs one function of the program and waits for it.

    Each call has a connection of its own, because gRPC complains on standard error when the SDK stops serving while one
    is open, and the engine cannot tell when that will be.

    Args:
        callback: Which one.
        request: Its argument.

    Returns:
        Its result, a message in bytes.

    Raises:
        EngineError: It raised.
    """
    message = callback_pb2.CallbackInvokeRequest(token=callback.token, request=request.SerializeToString())
    with grpc.insecure_channel(callback.target, options=UNLIMITED) as channel:
        try:
            response = callback_pb2_grpc.CallbacksStub(channel).Invoke(message)
        except grpc.RpcError as error:
            raise EngineError(_raised(error.details() or "")) from error
    return bytes(response.response)


def _raised(details: str) -> str:
    """What the function raised, without the token before it and the traceback after it."""
    return details.partition(" error: ")[2].partition(":\n")[0] or details
