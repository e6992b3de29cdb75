"""Delivery to a queue of a storage emulator: one message an event, base64 of its JSON.

The call is the Queue service's own, with the shared key that the emulator knows: its published one, or one of those
that `AZURITE_ACCOUNTS` gives it (`account:key;…`).
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

import httpx

from azureml_events.delivery.answer import Answer, TargetReceiver
from azureml_events.delivery.parcel import Parcel
from azureml_events.delivery.subscription import LocalSubscription
from azureml_events.event_grid.retries import ANSWER_SECONDS, DELIVERED

_VERSION = "2024-11-04"
_PUBLISHED_ACCOUNT = "devstoreaccount1"
_PUBLISHED_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
_TYPE = "application/xml"
_MADE, _THERE = {201, 204}, 409
_ADDED = 201


@dataclass
class QueueReceiver(TargetReceiver):
    """A queue of a storage emulator.

    Attributes:
        client: The client that calls.
    """

    client: httpx.AsyncClient

    async def greet(self, subscription: LocalSubscription) -> str | None:
        """Make the queue where it is not there.

        Args:
            subscription: The subscription.
        """
        del subscription
        try:
            status = await self._call("PUT", self.target.queue)
        except (TimeoutError, httpx.RequestError, OSError):
            return "no storage emulator answers there"
        except KeyError:
            return f"the key of account {self.target.account} is not known; AZURITE_ACCOUNTS=<account>:<key> gives it"
        return None if status in {*_MADE, _THERE} else f"the queue cannot be made: the answer is {status}"

    async def send(self, subscription: LocalSubscription, parcels: Sequence[Parcel]) -> Answer:
        """Add a message for each event.

        Args:
            subscription: The subscription.
            parcels: The events, one.
        """
        life = subscription.handler.given().get("queueMessageTimeToLiveInSeconds")
        text = b"<QueueMessage><MessageText>%b</MessageText></QueueMessage>" % base64.b64encode(parcels[0].text)
        try:
            path = f"{self.target.queue}/messages"
            status = await self._call("POST", path, text, {} if life is None else {"messagettl": str(life)})
        except TimeoutError:
            return Answer(None, "TimedOut")
        except (httpx.RequestError, OSError):
            return Answer(None, "SocketError")
        return Answer(status, DELIVERED) if status == _ADDED else Answer.of(status)

    def show(self, subscription: LocalSubscription, parcels: Sequence[Parcel]) -> list[str]:
        """Show the message.

        Args:
            subscription: The subscription.
            parcels: The events, one.
        """
        del subscription
        return [f"a message in {self.target.shown}", base64.b64encode(parcels[0].text).decode()]

    async def _call(self, method: str, path: str, content: bytes = b"", query: dict[str, str] | None = None) -> int:
        host = f"[{self.target.host}]" if ":" in self.target.host else self.target.host
        url = f"http://{host}:{self.target.port}/{self.target.account}/{path}"
        sent = {"x-ms-date": format_datetime(datetime.now(UTC), usegmt=True), "x-ms-version": _VERSION}
        if content:
            sent["Content-Type"] = _TYPE
        request = self.client.build_request(method, url, params=query, headers=sent, content=content)
        request.headers["Authorization"] = make_authorization(self.target.account, request)
        async with asyncio.timeout(ANSWER_SECONDS):
            response = await self.client.send(request)
        return response.status_code


def make_authorization(account: str, request: httpx.Request) -> str:
    """Sign a request, as the Storage services' page on authorisation with a shared key says.

    Args:
        account: The storage account.
        request: The request, its other headers set.

    Raises:
        KeyError: The account's key is not known.
    """
    length = str(len(request.content) or "")
    standard = ["", "", length, "", request.headers.get("Content-Type", ""), "", "", "", "", "", ""]
    own = [f"{name}:{value}" for name, value in sorted(request.headers.items()) if name.startswith("x-ms-")]
    query = [f"{name}:{value}" for name, value in sorted(request.url.params.items())]
    text = "\n".join([request.method, *standard, *own, f"/{account}{request.url.path}", *query])
    digest = hmac.digest(base64.b64decode(_keys()[account]), text.encode(), hashlib.sha256)
    return f"SharedKey {account}:{base64.b64encode(digest).decode()}"


def _keys() -> dict[str, str]:
    given = (each.split(":") for each in os.environ.get("AZURITE_ACCOUNTS", "").split(";"))
    return {_PUBLISHED_ACCOUNT: _PUBLISHED_KEY} | {each[0]: each[1] for each in given if len(each) > 1}
