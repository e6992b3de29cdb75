"""What the program and the SDK say while a program runs."""

from __future__ import annotations

import io
import threading

from pulumi.runtime.proto import engine_pb2

from azureml_events.offline.recording import Message

SEVERITIES = {
    engine_pb2.INFO: "info",
    engine_pb2.WARNING: "warning",
    engine_pb2.ERROR: "error",
}
"""The severities that are recorded; the SDK's debug lines are not."""


class Messages:
    """The messages of one run, in order."""

    def __init__(self) -> None:
        self._messages: list[Message] = []
        self._lock = threading.Lock()

    def add(self, severity: str, text: str, urn: str | None = None) -> None:
        """Takes a message.

        Args:
            severity: `info`, `warning` or `error`.
            text: What it says.
            urn: The resource it is about, or None.
        """
        with self._lock:
            self._messages.append(Message(severity, text, urn))

    def all(self) -> tuple[Message, ...]:
        """All messages so far."""
        with self._lock:
            return tuple(self._messages)


class Lines(io.StringIO):
    """A text stream that makes each line a message: what a program prints must not mix with reports.

    Args:
        messages: Where the lines go.
    """

    def __init__(self, messages: Messages) -> None:
        super().__init__()
        self._messages = messages
        self._rest = ""

    def write(self, text: str) -> int:
        """Takes text; whole lines become messages."""
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            self._messages.add("info", line)
        return len(text)

    def close(self) -> None:
        """Makes a message of a last line without an end."""
        if self._rest:
            self.write("\n")
        super().close()


class Engine:
    """The engine as the SDK's log sees it.

    It stands in for a gRPC stub, as the SDK allows: the SDK logs a dozen debug lines for each resource,
    and sending each to a server would cost more than everything else.

    Args:
        messages: Where messages go.
    """

    def __init__(self, messages: Messages) -> None:
        self._messages = messages

    def Log(self, request: engine_pb2.LogRequest) -> None:  # noqa: N802 - the service's name
        """Takes a message; debug lines and fleeting ones are dropped."""
        severity = SEVERITIES.get(request.severity)
        if severity and not request.ephemeral:
            self._messages.add(severity, request.message, request.urn or None)

    def RequirePulumiVersion(  # noqa: N802 - the service's name
        self, _: engine_pb2.RequirePulumiVersionRequest
    ) -> None:
        """Accepts any version of the CLI: there is none."""
