"""Where a handler proves by hand that it takes events: it gets a URL of this server, which is on this machine alone."""

from __future__ import annotations

import asyncio
import re
from types import TracebackType
from typing import Self
from uuid import uuid4

_LONGEST_REQUEST = 1 << 14
_REQUEST = re.compile(rb"(?:GET|POST|OPTIONS) (\S+) HTTP/1\.[01]\r\n")
_PATH = "/eventsubscriptions/{name}/validate?id={code}&token={token}"
_SAID = b"The subscription is validated."


class ValidationServer:
    """A server that notes which validation URLs were got."""

    def __init__(self) -> None:
        self._got: dict[str, asyncio.Event] = {}
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", 0, limit=_LONGEST_REQUEST)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server:
            self._server.close()

    def expect(self, name: str, code: str) -> tuple[str, asyncio.Event]:
        """Make a validation URL.

        Args:
            name: The subscription's name.
            code: The validation code.

        Returns:
            The URL, and what is set once it was got.
        """
        port = self._server.sockets[0].getsockname()[1] if self._server else 0
        path = _PATH.format(name=name.lower(), code=code, token=uuid4().hex)
        got = self._got.setdefault(path, asyncio.Event())
        return f"http://127.0.0.1:{port}{path}", got

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = _REQUEST.match(await reader.readuntil(b"\r\n\r\n"))
            got = self._got.get(request[1].decode(errors="replace")) if request else None
            if got:
                got.set()
            status = b"200 OK" if got else b"404 Not Found"
            text = _SAID if got else b"No such validation."
            head = b"HTTP/1.1 %b\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
            writer.write(head % (status, len(text)) + text)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()
