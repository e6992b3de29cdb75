"""Delivery to a webhook or a function, by HTTP.

Nothing of the environment steers it, no proxy and no password file, and no redirect is followed: what is called is the
address that was given.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from uuid import uuid4

import httpx

from azureml_events.delivery.answer import Answer, TargetReceiver
from azureml_events.delivery.handshakes import Reply, Request, handshake, judge
from azureml_events.delivery.parcel import Parcel
from azureml_events.delivery.requests import Headers, body, headers, show_headers
from azureml_events.delivery.subscription import LocalSubscription
from azureml_events.delivery.validation import ValidationServer
from azureml_events.event_grid.retries import ANSWER_SECONDS

_LONGEST_ANSWER = 1 << 16
_NO_ANSWER = (httpx.TransportError, httpx.InvalidURL, OSError)
_CAUSES: dict[type[BaseException], str] = {
    socket.gaierror: "the host's name is not known",
    ssl.SSLCertVerificationError: "its certificate is another host's, or not trusted; SSL_CERT_FILE=<file> adds one",
    ssl.SSLError: "it does not speak TLS; is its address http://…?",
    Exception: "no connection, or it broke",
}


def make_client(trusted: ssl.SSLContext) -> httpx.AsyncClient:
    """Make the client that calls one place, over one connection: a second one would wait for a server that answers one.

    Args:
        trusted: Whom a certificate has to come from.
    """
    return httpx.AsyncClient(
        headers={"User-Agent": "azureml-events", "Accept-Encoding": "identity"},
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        verify=trusted,
        limits=httpx.Limits(max_connections=1),
        trust_env=False,
        follow_redirects=False,
        timeout=None,  # noqa: S113 an answer as a whole has its time
    )


@dataclass
class WebReceiver(TargetReceiver):
    """An address that is called.

    Attributes:
        client: The client that calls.
        server: Where handlers validate by hand.
        patience: Seconds to wait for that.
        answer_seconds: Seconds in which the handler has to answer; default those of Event Grid.
    """

    client: httpx.AsyncClient
    server: ValidationServer
    patience: float
    answer_seconds: float = ANSWER_SECONDS

    async def greet(self, subscription: LocalSubscription) -> str | None:
        """Do the handshake of the subscription's schema.

        Args:
            subscription: The subscription.

        Returns:
            Why the subscription would not be made; None where it is.
        """
        if not subscription.handler.has_handshake:
            return None
        code = str(uuid4()).upper()
        url, got = self.server.expect(subscription.delivery.name, code)
        request = handshake(subscription, code, url)
        reply = await self._ask(request)
        return reply if isinstance(reply, str) else await judge(request, reply, got, self.patience)

    async def send(self, subscription: LocalSubscription, parcels: Sequence[Parcel]) -> Answer:
        """Call once.

        Args:
            subscription: The subscription.
            parcels: The events of the call.
        """
        try:
            reply = await self._call("POST", headers(subscription, parcels), body(subscription, parcels))
        except TimeoutError:
            return Answer(None, "TimedOut")
        except _NO_ANSWER as error:
            return Answer(None, "ResolutionError" if _came_of(error, socket.gaierror) else "SocketError")
        return Answer.of(reply.status)

    def show_greeting(self, subscription: LocalSubscription) -> list[str]:
        """Show the handshake.

        Args:
            subscription: The subscription.
        """
        if not subscription.handler.has_handshake:
            return []
        request = handshake(subscription, "<code>", "<validation URL>")
        shown = [f"{request.method} {self.target.shown}", *show_headers(request.headers)]
        return [*shown, request.body.decode()] if request.body else shown

    def show(self, subscription: LocalSubscription, parcels: Sequence[Parcel]) -> list[str]:
        """Show the call.

        Args:
            subscription: The subscription.
            parcels: The events of the call.
        """
        return [
            f"POST {self.target.shown}",
            *show_headers(headers(subscription, parcels)),
            body(subscription, parcels).decode(),
        ]

    async def _ask(self, request: Request) -> Reply | str:
        try:
            return await self._call(request.method, request.headers, request.body)
        except TimeoutError:
            return f"no answer within {self.answer_seconds:g} seconds"
        except _NO_ANSWER as error:
            return next(said for kind, said in _CAUSES.items() if _came_of(error, kind))

    async def _call(self, method: str, sent: Headers, content: bytes | None) -> Reply:
        """Call, and read as much of the answer as a handshake needs.

        Raises:
            TimeoutError: The answer took too long.
            httpx.TransportError: There was none.
        """
        async with asyncio.timeout(self.answer_seconds):
            request = self.client.build_request(method, self.target.address, headers=sent, content=content)
            if request.url.host != self.target.host:
                raise httpx.InvalidURL("another host than the one that was checked")
            response = await self.client.send(request, stream=True)
            async with aclosing(response):
                text = await _read(response)
        return Reply(response.status_code, {name.lower(): value for name, value in response.headers.items()}, text)


async def _read(response: httpx.Response) -> bytes:
    """Read the beginning of an answer, as far as it is in the coding that its header says: its status counts."""
    text = b""
    with suppress(httpx.DecodingError):
        async for chunk in response.aiter_bytes():
            text += chunk
            if len(text) > _LONGEST_ANSWER:
                break
    return text


def _came_of(error: BaseException | None, kind: type[BaseException]) -> bool:
    while error is not None and not isinstance(error, kind):
        error = error.__cause__ or error.__context__
    return error is not None
