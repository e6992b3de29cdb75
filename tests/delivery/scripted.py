"""A handler on this machine that answers by a script, and keeps what it got."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Event, Thread
from typing import Any
from urllib.request import urlopen


@dataclass(frozen=True)
class Got:
    """A request.

    Attributes:
        method: Its method.
        path: Its path with the query.
        headers: Its headers by their names in lower case.
        body: Its body.
    """

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Says:
    """An answer: a status, headers, a body, and whether it comes at all before the test ends."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    never: bool = False


def validates(got: Got) -> Says:
    """Answer a handshake of either schema as it should be."""
    if got.method == "OPTIONS":
        return Says(headers={"WebHook-Allowed-Origin": got.headers["webhook-request-origin"]})
    return Says(body=json.dumps({"validationResponse": got.json[0]["data"]["validationCode"]}).encode())


def gets_url(got: Got) -> Says:
    """Get the validation URL, and answer without the code."""
    with urlopen(got.json[0]["data"]["validationUrl"]) as answer:  # noqa: S310 our own server's
        assert answer.status == 200
    return Says()


@dataclass
class Handler:
    """A handler.

    Attributes:
        port: Its port.
        got: What it got, handshakes apart.
        asked: The handshakes that it got.
    """

    port: int
    got: list[Got]
    asked: list[Got]

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://localhost:{self.port}/hook"


@contextmanager
def handler(*script: int | Says, handshake: Callable[[Got], Says] = validates) -> Iterator[Handler]:
    """Run a handler that answers events by a script, and then takes every one.

    Args:
        script: The answers.
        handshake: Answers handshakes.
    """
    left, over = list(script), Event()

    class Answers(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def _answer(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            got = Got(self.command, self.path, headers, self.rfile.read(length))
            if self.command == "OPTIONS" or headers.get("aeg-event-type") == "SubscriptionValidation":
                here.asked.append(got)
                says = handshake(got)
            else:
                here.got.append(got)
                said = left.pop(0) if left else 200
                says = said if isinstance(said, Says) else Says(said)
            if says.never:
                over.wait(60)
                self.close_connection = True
                return
            self.send_response(says.status)
            for name, value in {**says.headers, "Content-Length": str(len(says.body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(says.body)

        do_POST = do_OPTIONS = _answer  # noqa: N815 the names that http.server looks for

    server = HTTPServer(("127.0.0.1", 0), Answers)
    here = Handler(server.server_port, [], [])
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield here
    finally:
        over.set()
        server.shutdown()
        thread.join()
        server.server_close()
