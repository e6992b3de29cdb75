"""What handlers get over HTTP, and what their answers mean; real sockets, no real waits."""

from __future__ import annotations

import asyncio
import json
import re
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from azure.eventgrid import EventGridEvent
from azureml_events.delivery.answer import Answer
from azureml_events.delivery.parcel import Parcel, pack
from azureml_events.delivery.subscription import LocalSubscription, local_subscriptions
from azureml_events.delivery.targets import parse_targets
from azureml_events.delivery.validation import ValidationServer
from azureml_events.delivery.web import WebReceiver, make_client
from azureml_events.event_grid.catalogue import EVENT_TYPES
from azureml_events.event_grid.samples import sample
from azureml_events.routing.event import Event
from cloudevents.core.bindings.http import HTTPMessage, from_http_event
from cloudevents.core.formats.json import JSONFormat
from delivery.scripted import Got, Handler, Says, gets_url, handler, validates
from delivery.stacks import TARGETS, load, parcel

Subscriptions = dict[str, LocalSubscription]


@asynccontextmanager
async def receiver(subscription: LocalSubscription, answer_seconds: float = 30) -> AsyncIterator[WebReceiver]:
    """What calls a subscription's target."""
    async with make_client(ssl.create_default_context()) as client, ValidationServer() as server:
        yield WebReceiver(subscription.target, client, server, 0.05, answer_seconds)


def at(directory: Path, port: int) -> Subscriptions:
    """The subscriptions that deliver to a port."""
    stack = load(directory)
    targets = parse_targets([f"{name}=http://localhost:{port}/hook" for name in TARGETS], stack.handlers, ())
    return {each.routed.name: each for each in local_subscriptions(stack, targets)}


def send(subscription: LocalSubscription, parcels: Sequence[Parcel], answer_seconds: float = 30) -> Answer:
    """Send one call."""

    async def call() -> Answer:
        async with receiver(subscription, answer_seconds) as web:
            return await web.send(subscription, parcels)

    return asyncio.run(call())


def greet(subscription: LocalSubscription, answer_seconds: float = 30) -> str | None:
    """Do a handshake."""

    async def call() -> str | None:
        async with receiver(subscription, answer_seconds) as web:
            return await web.greet(subscription)

    return asyncio.run(call())


def sent(here: Handler, directory: Path, name: str, *types: str) -> Got:
    """What a handler gets for samples of some types."""
    subscription = at(directory, here.port)[name]
    parcels = [parcel(subscription, each, str(number)) for number, each in enumerate(types)]
    assert send(subscription, parcels) == Answer(200, "Delivered")
    return here.got[-1]


@pytest.mark.parametrize("event_type", EVENT_TYPES)
def test_the_event_grid_client_reads_what_arrives(tmp_path: Path, event_type: str) -> None:
    with handler() as here:
        got = sent(here, tmp_path, "to-hook", event_type)

    [event] = [EventGridEvent.from_json(json.dumps(each)) for each in got.json]
    written = sample(event_type)
    assert (event.id, event.topic, event.event_type) == ("0", written["topic"], written["eventType"])
    assert (event.subject, event.data, event.data_version) == (written["subject"], written["data"], "2")
    assert got.json == [{**written, "id": "0"}]


@pytest.mark.parametrize("event_type", EVENT_TYPES)
def test_the_cloudevents_client_reads_what_arrives(tmp_path: Path, event_type: str) -> None:
    with handler() as here:
        got = sent(here, tmp_path, "to-cloud", event_type)

    event = from_http_event(HTTPMessage(got.headers, got.body), JSONFormat())
    written = sample(event_type, "CloudEventSchemaV1_0")
    assert (event.get_id(), event.get_source(), event.get_type()) == ("0", written["source"], written["type"])
    assert (event.get_subject(), event.get_data()) == (written["subject"], written["data"])
    assert got.json == {**written, "id": "0"}


def test_headers_say_what_event_grid_says(tmp_path: Path) -> None:
    with handler() as here:
        got = sent(here, tmp_path, "to-hook", "RunCompleted")

    assert got.method == "POST"
    assert {name: value for name, value in got.headers.items() if name.startswith(("aeg-", "x-", "content-type"))} == {
        "content-type": "application/json; charset=utf-8",
        "aeg-event-type": "Notification",
        "aeg-subscription-name": "TO-HOOK",
        "aeg-delivery-count": "0",
        "aeg-metadata-version": "1",
        "aeg-data-version": "2",
        "aeg-output-event-id": "0",
        "x-team": "ml",
        "x-run": sample("RunCompleted")["data"]["runId"],
        "x-key": "<secret>",
    }


@pytest.mark.parametrize(
    ("subscription", "types", "content_type"),
    [
        ("to-batches", ["RunCompleted", "ModelRegistered"], "application/json; charset=utf-8"),
        ("to-many-cloud", ["RunCompleted"], "application/cloudevents-batch+json; charset=utf-8"),
        ("to-many-cloud", ["RunCompleted", "RunCompleted"], "application/cloudevents-batch+json; charset=utf-8"),
    ],
)
def test_a_batch_is_an_array(tmp_path: Path, subscription: str, types: list[str], content_type: str) -> None:
    with handler() as here:
        got = sent(here, tmp_path, subscription, *types)
    assert [each["id"] for each in got.json] == [str(each) for each in range(len(types))]
    assert got.headers["content-type"] == content_type


def test_a_single_cloud_event_is_an_object_of_its_own_type(tmp_path: Path) -> None:
    with handler() as here:
        got = sent(here, tmp_path, "to-cloud", "RunCompleted")
    assert got.headers["content-type"] == "application/cloudevents+json; charset=utf-8"
    assert (got.headers["aeg-metadata-version"], "aeg-data-version" in got.headers) == ("1.0", False)


def test_an_attribute_whose_value_holds_line_ends_begins_no_header(tmp_path: Path) -> None:
    with handler() as here:
        subscription = at(tmp_path, here.port)["to-hook"]
        event = sample("RunCompleted")
        event["data"]["runId"] = "a\r\nX-Evil: 1\u00e9"
        send(subscription, [pack(subscription, Event(event))])
    assert "x-evil" not in here.got[0].headers
    assert here.got[0].headers["x-run"].startswith("a  X-Evil: 1")


def test_an_event_without_what_event_grid_gives_every_event_gets_it(tmp_path: Path) -> None:
    with handler() as here:
        subscription = at(tmp_path, here.port)["to-hook"]
        send(subscription, [pack(subscription, Event({"type": "x", "source": "/s", "data": {"a": "\ud800"}}))])
    [event] = here.got[0].json
    assert {"id", "topic", "eventType", "eventTime", "dataVersion", "metadataVersion", "data"} == event.keys()


@pytest.mark.parametrize(
    ("says", "answer"),
    [
        (Says(503), Answer(503, "Busy")),
        (Says(400), Answer(400, "BadRequest")),
        (Says(413), Answer(413, "PayloadTooLarge")),
        (Says(429, {"Retry-After": "3600"}), Answer(429, "Busy")),
        (Says(204), Answer(204, "Delivered")),
        (Says(200, {"Content-Encoding": "gzip"}, b"not gzip"), Answer(200, "Delivered")),
    ],
)
def test_an_answer_is_what_its_status_says(tmp_path: Path, says: Says, answer: Answer) -> None:
    with handler(says) as here:
        subscription = at(tmp_path, here.port)["to-hook"]
        assert send(subscription, [parcel(subscription)]) == answer


def test_a_redirect_is_a_failure_and_is_not_followed(tmp_path: Path) -> None:
    with handler() as other, handler(Says(307, {"Location": other.url})) as here:
        subscription = at(tmp_path, here.port)["to-hook"]
        assert send(subscription, [parcel(subscription)]) == Answer(307, "BadRequest")
    assert other.got == []


def test_a_handler_that_does_not_answer_in_time_is_given_up(tmp_path: Path) -> None:
    with handler(Says(never=True)) as here:
        subscription = at(tmp_path, here.port)["to-hook"]
        assert send(subscription, [parcel(subscription)], answer_seconds=0.05) == Answer(None, "TimedOut")


def test_where_nothing_listens_there_is_no_status(tmp_path: Path) -> None:
    with handler() as here:
        port = here.port
    subscription = at(tmp_path, port)["to-hook"]
    assert send(subscription, [parcel(subscription)]) == Answer(None, "SocketError")
    assert greet(subscription) == "no connection, or it broke"


def test_a_server_without_tls_is_named_as_such(tmp_path: Path) -> None:
    stack = load(tmp_path)
    with handler() as plain:
        targets = parse_targets([f"hook=https://localhost:{plain.port}/hook"], stack.handlers, ())
        said = greet(local_subscriptions(stack, targets)[0])
    assert said == "it does not speak TLS; is its address http://…?"


def test_a_certificate_that_is_not_trusted_is_named_as_such(tmp_path: Path) -> None:
    def refuse(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("x") from ssl.SSLCertVerificationError(1, "self-signed certificate")

    subscription = at(tmp_path, 9)["to-hook"]

    async def call() -> str | None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(refuse)) as client, ValidationServer() as server:
            return await WebReceiver(subscription.target, client, server, 0.05).greet(subscription)

    assert asyncio.run(call()) == "its certificate is another host's, or not trusted; SSL_CERT_FILE=<file> adds one"


def test_no_proxy_of_the_environment_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with handler() as proxy, handler() as here:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://localhost:{proxy.port}")
        sent(here, tmp_path, "to-hook", "RunCompleted")
    assert proxy.got == []


def test_no_cookie_of_a_handler_is_sent_back(tmp_path: Path) -> None:
    with handler(Says(headers={"Set-Cookie": "a=b; Path=/"})) as here:
        subscription = at(tmp_path, here.port)["to-hook"]

        async def twice() -> None:
            async with receiver(subscription) as web:
                for _ in range(2):
                    await web.send(subscription, [parcel(subscription)])

        asyncio.run(twice())
    assert ["cookie" in got.headers for got in here.got] == [False, False]


def test_the_handshake_of_the_event_grid_schema_is_one_event(tmp_path: Path) -> None:
    with handler() as here:
        assert greet(at(tmp_path, here.port)["to-hook"]) is None
    [asked] = here.asked
    [event] = [EventGridEvent.from_json(json.dumps(each)) for each in asked.json]
    assert event.event_type == "Microsoft.EventGrid.SubscriptionValidationEvent"
    assert event.data.keys() == {"validationCode", "validationUrl"}
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/eventsubscriptions/to-hook/validate\?.*", event.data["validationUrl"])
    assert asked.headers["aeg-subscription-name"] == "TO-HOOK"


def test_the_handshake_of_cloud_events_is_an_options_request(tmp_path: Path) -> None:
    with handler() as here:
        assert greet(at(tmp_path, here.port)["to-cloud"]) is None
    [asked] = here.asked
    assert (asked.method, asked.headers["webhook-request-origin"]) == ("OPTIONS", "eventgrid.azure.net")
    assert {"webhook-request-callback", "webhook-request-rate"} <= asked.headers.keys()


def _says(**said: str) -> Callable[[Got], Says]:
    return lambda _: Says(body=json.dumps(said).encode())


@pytest.mark.parametrize(
    ("handshake", "reason"),
    [
        (lambda got: Says(202, body=validates(got).body), "the answer is 202; only 200 counts"),
        (lambda _: Says(404), "the answer is 404; only 200 counts"),
        (_says(validationResponse="another"), "the answer's validationResponse is not the code that was sent"),
        (_says(hello="world"), "the answer is 200 without a validationResponse, and the validationUrl was not got"),
        (lambda _: Says(200, {"Content-Encoding": "gzip"}, b"ok"), "the answer is 200 without a validationResponse"),
        (lambda _: Says(body=b"ok"), "the answer is 200 without a validationResponse, and the validationUrl was not"),
        (lambda _: Says(302, {"Location": "http://localhost:9/"}), "the answer is 302; only 200 counts"),
    ],
)
def test_a_wrong_answer_to_the_handshake_makes_no_subscription(
    tmp_path: Path, handshake: Callable[[Got], Says], reason: str
) -> None:
    with handler(handshake=handshake) as here:
        assert (greet(at(tmp_path, here.port)["to-hook"]) or "").startswith(reason)


def test_a_handler_may_validate_by_getting_the_url(tmp_path: Path) -> None:
    with handler(handshake=gets_url) as here:
        assert greet(at(tmp_path, here.port)["to-hook"]) is None


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({}, "the answer has no header WebHook-Allowed-Origin"),
        ({"WebHook-Allowed-Origin": "example.com"}, "allows neither eventgrid.azure.net nor *"),
        ({"WebHook-Allowed-Origin": "*", "WebHook-Allowed-Rate": "*"}, ""),
        ({"webhook-allowed-origin": "EventGrid.azure.net"}, ""),
    ],
)
def test_cloud_events_need_an_origin_that_is_allowed(tmp_path: Path, headers: dict[str, str], reason: str) -> None:
    with handler(handshake=lambda _: Says(headers=headers)) as here:
        said = greet(at(tmp_path, here.port)["to-cloud"])
    assert (said or "").endswith(reason)
    assert (said is None) == (reason == "")


def test_a_handshake_that_is_not_answered_in_time_fails(tmp_path: Path) -> None:
    with handler(handshake=lambda _: Says(never=True)) as here:
        assert greet(at(tmp_path, here.port)["to-hook"], 0.05) == "no answer within 0.05 seconds"
