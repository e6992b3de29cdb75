"""The handshakes with which Event Grid asks an address whether it wants events.

Facts: Event Grid's pages on endpoint validation, one for each schema.

UNVERIFIED: the origin's value and the rate that is asked for.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from azureml_events.delivery.requests import EVENT_GRID_TYPE, VALIDATION, Headers, encoded
from azureml_events.delivery.subscription import LocalSubscription
from azureml_events.event_grid.delivery import write_moment

ORIGIN = "eventgrid.azure.net"
"""The origin that asks to send events."""

_RATE = "120"
_OK = 200


@dataclass(frozen=True)
class Request:
    """A request of a handshake.

    Attributes:
        method: `POST` or `OPTIONS`.
        headers: Its headers.
        body: Its body; None for none.
        code: What the answer repeats.
    """

    method: str
    headers: Headers
    body: bytes | None
    code: str


@dataclass(frozen=True)
class Reply:
    """The answer to a handshake.

    Attributes:
        status: Its HTTP status.
        headers: Its headers, by their names in lower case.
        body: Its body, or the beginning of it.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


def handshake(subscription: LocalSubscription, code: str, url: str) -> Request:
    """Write the request that asks an address.

    Args:
        subscription: The subscription.
        code: What the answer repeats.
        url: What can be got in place of repeating it.
    """
    if subscription.schema == "CloudEventSchemaV1_0":
        asked = {
            "WebHook-Request-Origin": ORIGIN,
            "WebHook-Request-Callback": url,
            "WebHook-Request-Rate": _RATE,
        }
        return Request("OPTIONS", encoded(asked), None, code)
    said = {
        "content-type": EVENT_GRID_TYPE,
        "aeg-event-type": VALIDATION,
        "aeg-subscription-name": subscription.upper_name,
        "aeg-delivery-count": "0",
        "aeg-metadata-version": "1",
        "aeg-data-version": "2",
    }
    return Request("POST", encoded(said), json.dumps([_event(subscription, code, url)]).encode(), code)


def _event(subscription: LocalSubscription, code: str, url: str) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "topic": subscription.source,
        "subject": "",
        "data": {"validationCode": code, "validationUrl": url},
        "eventType": "Microsoft.EventGrid.SubscriptionValidationEvent",
        "eventTime": write_moment(datetime.now(UTC)),
        "metadataVersion": "1",
        "dataVersion": "2",
    }


async def judge(request: Request, reply: Reply, got: asyncio.Event, patience: float) -> str | None:
    """Say why an answer does not validate the address; None where it does.

    Args:
        request: What was asked.
        reply: The answer.
        got: Is set once the validation URL was got.
        patience: Seconds to wait for that after an answer that neither repeats the code nor refuses.
    """
    if reply.status != _OK:
        return f"the answer is {reply.status}; only 200 counts"
    if request.method == "OPTIONS":
        return None if got.is_set() else _judge_origin(reply)
    said = _response(reply.body)
    if said == request.code or got.is_set():
        return None
    if said is not None:
        return "the answer's validationResponse is not the code that was sent"
    try:
        await asyncio.wait_for(got.wait(), patience)
    except TimeoutError:
        return (
            "the answer is 200 without a validationResponse, and the validationUrl was not got within "
            f"{patience:,.0f} seconds"
        )
    return None


def _judge_origin(reply: Reply) -> str | None:
    origin = reply.headers.get("webhook-allowed-origin")
    if origin is None:
        return "the answer has no header WebHook-Allowed-Origin"
    allowed = {each.strip().lower() for each in origin.split(",")}
    if not {"*", ORIGIN} & allowed:
        return f"the answer's WebHook-Allowed-Origin allows neither {ORIGIN} nor *"
    return None


def _response(text: bytes) -> str | None:
    """Return the answer's `validationResponse`; None where it has none."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    members = value if isinstance(value, dict) else {}
    found = next((said for name, said in members.items() if name.lower() == "validationresponse"), None)
    return None if found is None else str(found)
