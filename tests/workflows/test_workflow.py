"""The frame of every bridge, run on Event Grid's calls."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from azureml_events.base.values import Deferred
from azureml_events.handlers.workflow_handler import Bridge
from azureml_events.workflows.entra import Entra
from azureml_events.workflows.parameters import Constant
from workflows.interpreter import EVENT_GRID_WAITS, Call, Reply, Run, Service, run
from workflows.samples import (
    BRIDGES,
    EVENT_ID,
    FACTORY,
    HOSTILE,
    PREFIX,
    READING,
    TOKEN,
    documented,
    event,
    subscription,
)

EACH = pytest.mark.parametrize("bridge", BRIDGES.values(), ids=list(BRIDGES))
SIGN_IN_PAGE = "<!DOCTYPE html><html><head><title>Sign In</title></head></html>"


def replies(status: int, body: Any = None) -> Service:
    """A target that replies so to all but the reading of a secret."""

    def reply(call: Call) -> Reply:
        return documented(call) if call.action in READING else Reply(status, {} if body is None else body)

    return reply


def slow(call: Call) -> Reply:
    """A target that takes the event, and says so too late."""
    return documented(call) if call.action in READING else replace(documented(call), seconds=600)


def delivered(bridge: Bridge, *events: dict[str, Any], service: Service | None = None) -> Run:
    """What happens when Event Grid delivers events of registered models."""
    definition = bridge.definition(subscription("ModelRegistered"))
    return run(definition, list(events), service or documented)


def acting(result: Run) -> list[Call]:
    """The calls that act, without those that read a secret."""
    return [call for call in result.calls if call.action not in READING]


@EACH
def test_the_handshake_is_answered_with_its_code_and_nothing_is_called(bridge: Bridge) -> None:
    handshake = event(
        eventType="Microsoft.EventGrid.SubscriptionValidationEvent",
        data={"validationCode": "512d38b6", "validationUrl": "https://example.com"},
    )

    result = delivered(bridge, handshake)

    assert (result.status, result.body) == (200, {"validationResponse": "512d38b6"})
    assert result.calls == []
    assert not result.failed


@EACH
def test_an_event_that_the_target_took_is_answered_with_200(bridge: Bridge) -> None:
    result = delivered(bridge, event())
    assert (result.status, len(acting(result)), result.failed) == (200, 1, False)


@EACH
@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (201, 503),
        (203, 503),
        (206, 503),
        (301, 503),
        (302, 503),
        (307, 503),
        (400, 400),
        (401, 503),
        (403, 503),
        (404, 503),
        (408, 503),
        (409, 503),
        (413, 400),
        (422, 400),
        (429, 503),
        (500, 503),
        (503, 503),
    ],
)
def test_what_the_target_replies_decides_the_answer(bridge: Bridge, status: int, answer: int) -> None:
    result = delivered(bridge, event(), service=replies(status))
    assert (result.status, result.failed) == (answer, True)


@pytest.mark.parametrize(
    ("name", "status", "body"),
    [
        ("mail", 202, {"id": "1", "status": "Running"}),
        ("factory", 200, {"runId": "1"}),
        ("devops", 200, {"id": 1}),
        ("dispatch", 204, {}),
        ("started", 204, {}),
        ("started", 200, {"workflow_run_id": 1}),
        *(("batch", status, {"id": "azureml:/jobs/1", "name": "1"}) for status in (200, 201, 202)),
        ("teams", 202, ""),
        ("teams", 200, ""),
        ("slack", 200, "ok"),
    ],
)
def test_what_the_target_documents_for_success_is_taken(name: str, status: int, body: object) -> None:
    assert delivered(BRIDGES[name], event(), service=replies(status, body)).status == 200


@pytest.mark.parametrize(
    ("name", "status", "body"),
    [
        ("mail", 200, {"id": "1", "status": "Running"}),
        ("mail", 204, {}),
        ("factory", 202, {"runId": "1"}),
        ("factory", 200, {}),
        ("factory", 200, {"runId": None}),
        ("devops", 203, {"id": 1}),
        ("devops", 200, {"message": "no run"}),
        ("devops", 200, []),
        ("dispatch", 202, {}),
        ("started", 201, {}),
        ("batch", 204, {}),
        ("batch", 200, {"name": ""}),
        ("batch", 200, {"error": {"code": "x"}}),
        *(("teams", status, "") for status in (201, 204)),
        *(("slack", status, "ok") for status in (201, 202, 204)),
    ],
)
def test_another_success_is_delivered_again(name: str, status: int, body: object) -> None:
    assert delivered(BRIDGES[name], event(), service=replies(status, body)).status == 503


@EACH
@pytest.mark.parametrize("status", [203, 302])
def test_a_sign_in_page_is_delivered_again(bridge: Bridge, status: int) -> None:
    assert delivered(bridge, event(), service=replies(status, SIGN_IN_PAGE)).status == 503


@pytest.mark.parametrize("name", ["mail", "factory", "devops", "batch"])
def test_a_sign_in_page_that_a_followed_redirect_ends_at_is_delivered_again(name: str) -> None:
    assert delivered(BRIDGES[name], event(), service=replies(200, SIGN_IN_PAGE)).status == 503


@EACH
def test_a_refusal_is_one_whatever_page_comes_with_it(bridge: Bridge) -> None:
    assert delivered(bridge, event(), service=replies(400, "<html>Bad Request</html>")).status == 400


@EACH
def test_a_target_that_is_too_slow_is_answered_in_time_with_503(bridge: Bridge) -> None:
    result = delivered(bridge, event(), service=slow)
    assert result.status == 503
    assert result.seconds < EVENT_GRID_WAITS


@EACH
def test_a_call_is_made_once_however_it_fails(bridge: Bridge) -> None:
    assert len(acting(delivered(bridge, event(), service=replies(500)))) == 1


@EACH
def test_a_batch_is_handled_one_event_at_a_time(bridge: Bridge) -> None:
    names = ["churn", "fraud", "demand"]
    batch = [event(data={"modelName": name, "modelVersion": "1"}) for name in names]

    result = delivered(bridge, *batch)

    assert result.status == 200
    sent = [json.dumps(call.body) for call in acting(result)]
    assert len(sent) == len(names)
    assert all(name in body for name, body in zip(names, sent, strict=True))


def test_a_batch_with_a_failure_comes_again_after_the_others_were_tried() -> None:
    def reply(call: Call) -> Reply:
        return Reply(500) if call.body["modelName"] == "fraud" else documented(call)

    batch = [event(data={"modelName": name}) for name in ("churn", "fraud", "demand")]
    result = delivered(FACTORY, *batch, service=reply)

    assert (result.status, len(result.calls)) == (503, 3)


def test_a_failure_counts_more_than_a_refusal() -> None:
    def reply(call: Call) -> Reply:
        return Reply({"churn": 400, "fraud": 500}[call.body["modelName"]])

    batch = [event(data={"modelName": name}) for name in ("churn", "fraud")]
    assert delivered(FACTORY, *batch, service=reply).status == 503


def test_a_batch_of_which_a_part_is_refused_and_nothing_failed_goes_to_the_dead_letter() -> None:
    def reply(call: Call) -> Reply:
        return Reply(400) if call.body["modelName"] == "fraud" else documented(call)

    batch = [event(data={"modelName": name}) for name in ("churn", "fraud")]
    assert delivered(FACTORY, *batch, service=reply).status == 400


@EACH
@pytest.mark.parametrize(
    "changes",
    [
        {"topic": "/subscriptions/other"},
        {"topic": None},
        {"eventType": f"{PREFIX}RunCompleted"},
        {"eventType": None},
    ],
)
def test_a_foreign_event_is_refused_and_nothing_is_called(bridge: Bridge, changes: dict[str, Any]) -> None:
    result = delivered(bridge, event(**changes))
    assert (result.status, result.calls) == (400, [])


def test_topic_and_type_are_compared_without_case() -> None:
    ours = event()
    ours = {**ours, "topic": ours["topic"].upper(), "eventType": ours["eventType"].lower()}
    assert delivered(FACTORY, ours).status == 200


def test_all_events_takes_every_type_of_the_workspace() -> None:
    definition = FACTORY.definition(subscription())
    assert run(definition, [event(eventType="Microsoft.Other.New")], documented).status == 200


@EACH
def test_an_event_with_nothing_in_it_is_handed_on_too(bridge: Bridge) -> None:
    bare = {"topic": event()["topic"], "eventType": event()["eventType"]}
    assert delivered(bridge, bare).status == 200


@pytest.mark.parametrize(
    ("event_id", "name"),
    [(EVENT_ID, EVENT_ID), ("a\r\nX-Evil: 1", "a%0D%0AX-Evil%3A%201"), (7, "7")],
)
def test_a_run_is_named_by_its_event(event_id: object, name: str) -> None:
    assert delivered(FACTORY, event(id=event_id)).tracking_id == name


@EACH
def test_the_token_shows_nowhere_in_the_run_history(bridge: Bridge) -> None:
    result = delivered(bridge, event())
    assert TOKEN not in json.dumps(result.history)


def test_a_token_is_sent_without_the_line_end_that_was_stored_with_it() -> None:
    [dispatch] = acting(delivered(BRIDGES["dispatch"], event()))
    assert dispatch.headers["Authorization"] == f"Bearer {TOKEN}"


@EACH
def test_nothing_from_an_event_changes_the_structure_of_a_call(bridge: Bridge) -> None:
    """A hostile event gives the call of a harmless one, with other texts in the same places."""
    data = {"modelName": HOSTILE, "modelVersion": HOSTILE, "modelTags": {HOSTILE: HOSTILE}}
    everywhere: dict[str, str | Constant] = {
        "name": "data.modelName",
        "tag": "data.modelTags.stage",
        "id": "id",
        "subject": "subject",
    }
    parameters = None if bridge.parameter_rules is None else everywhere
    definition = bridge.definition(subscription("ModelRegistered", parameters=parameters))

    harmless = run(definition, [event()], documented)
    hostile = run(definition, [event(data=data, id=HOSTILE, subject=HOSTILE, eventTime=HOSTILE)], documented)

    assert hostile.status == 200
    assert [_shape(call) for call in hostile.calls] == [_shape(call) for call in harmless.calls]


def _shape(call: Call) -> object:
    """A call without the texts of its body."""
    headers = {name: value for name, value in call.headers.items() if name != "Operation-Id"}
    return call.method, call.uri, headers, call.authentication, _without_texts(call.body)


def _without_texts(body: Any) -> Any:
    if isinstance(body, dict):
        return {key: _without_texts(value) for key, value in body.items()}
    if isinstance(body, list):
        return [_without_texts(value) for value in body]
    return None if isinstance(body, str) else body


@pytest.mark.parametrize("value", [HOSTILE, "@triggerBody()", "@{guid()}", "@@", "a@{"])
def test_a_fixed_value_is_no_expression(value: str) -> None:
    parameters: dict[str, str | Constant] = {"fixed": Constant(value=value)}
    definition = FACTORY.definition(subscription("ModelRegistered", parameters=parameters))
    assert run(definition, [event()], documented).calls[0].body == {"fixed": value}


ENTRA = Entra(tenant_id="11111111-1111-1111-1111-111111111111", audience="api://events")


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"Authorization": "Bearer eyJ0"}, 200), ({"Authorization": "SharedKey x"}, None), ({}, None)],
)
def test_with_entra_a_call_without_a_bearer_token_starts_nothing(headers: dict[str, str], status: int | None) -> None:
    bridge = FACTORY.model_copy(update={"entra": ENTRA})
    definition = bridge.definition(subscription("ModelRegistered"))

    result = run(definition, [event()], documented, headers)

    assert result.status == status
    assert len(result.calls) == (1 if status else 0)
    assert "eyJ0" not in json.dumps(result.history)


def test_entra_takes_tokens_of_either_version_for_the_audience() -> None:
    policies = ENTRA.authorization_policies()["policies"]
    claims = [{row["name"]: row["value"] for row in policy["claims"]} for policy in policies.values()]
    tenant = ENTRA.tenant_id
    assert claims == [
        {"iss": f"https://sts.windows.net/{tenant}/", "aud": "api://events"},
        {"iss": f"https://login.microsoftonline.com/{tenant}/v2.0", "aud": "api://events"},
    ]


def test_event_grid_delivers_one_event_in_a_call() -> None:
    body = FACTORY.web_hook(Deferred("known at deployment")).to_arm()
    assert body["maxEventsPerBatch"] == 1
    assert "azureActiveDirectoryTenantId" not in body


def test_with_entra_event_grid_brings_a_token_for_the_application() -> None:
    bridge = FACTORY.model_copy(update={"entra": ENTRA})
    body = bridge.web_hook(Deferred("known at deployment")).to_arm()
    assert body["azureActiveDirectoryTenantId"] == ENTRA.tenant_id
    assert body["azureActiveDirectoryApplicationIdOrUri"] == ENTRA.audience


def test_with_entra_the_url_goes_out_without_its_signature() -> None:
    host = "https://prod.westeurope.logic.azure.com:443/workflows/1/triggers/manual/paths/invoke"
    signed = f"{host}?api-version=2016-10-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=planted"
    bridge = FACTORY.model_copy(update={"entra": ENTRA})
    assert delivered_to(bridge, signed) == f"{host}?api-version=2016-10-01"
    assert delivered_to(FACTORY, signed) == signed


def delivered_to(bridge: Bridge, callback_url: str) -> str:
    """The URL that Event Grid gets, once the workflow's callback URL is known."""
    url = bridge.web_hook(Deferred(callback_url)).endpoint_url
    assert isinstance(url, Deferred)
    return url.check(callback_url)
