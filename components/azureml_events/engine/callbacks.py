"""Calls from the engine back into the program: transforms and hooks.

The SDK serves these functions itself, on the program's event loop; a `Callback` says where.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import grpc
from pulumi.runtime.proto import callback_pb2, callback_pb2_grpc

from azureml_events.engine.errors import EngineError

if TYPE_CHECKING:
    from google.protobuf.message import Message

UNLIMITED = (("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1))
"""Channel options: inputs may be of any size."""


class Callbacks:
    """The functions that one program serves."""

    def __init__(self) -> None:
        self._channels: dict[str, grpc.Channel] = {}
        self._lock = threading.Lock()

    def call(self, callback: callback_pb2.Callback, request: Message) -> bytes:
        """Runs one function of the program and waits for it.

        Args:
            callback: Which one.
            request: Its argument.

        Returns:
            Its result, a message in bytes.

        Raises:
            EngineError: It raised.
        """
        stub = callback_pb2_grpc.CallbacksStub(self._channel(callback.target))
        message = callback_pb2.CallbackInvokeRequest(token=callback.token, request=request.SerializeToString())
        try:
            response = stub.Invoke(message)
        except grpc.RpcError as error:
            raise EngineError(_raised(error.details() or "")) from error
        return bytes(response.response)

    def close(self) -> None:
        """Closes all connections."""
        for channel in self._channels.values():
            channel.close()

    def _channel(self, target: str) -> grpc.Channel:
        with self._lock:
            if target not in self._channels:
                self._channels[target] = grpc.insecure_channel(target, options=UNLIMITED)
            return self._channels[target]


def _raised(details: str) -> str:
    """What the function raised, without the token before it and the traceback after it."""
    return details.partition(" error: ")[2].partition(":\n")[0] or details
