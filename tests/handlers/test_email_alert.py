from __future__ import annotations

from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from azureml_events.base.mistakes import DeclarationError
from azureml_events.base.values import Deferred
from azureml_events.event_grid.catalogue import EVENT_TYPES
from azureml_events.handlers.email_alert import EmailAlert
from stack_texts import ML_DEV, ML_PROVIDERS
from workflows.interpreter import EVENT_GRID_WAITS, Call, Reply, Run, run
from workflows.samples import EVENT_ID, HOSTILE, MAIL, PREFIX, event, subscription

PAGE = f"https://ml.azure.com/runs/train-churn_17?wsid={ML_DEV}"


def accepted(call: Call) -> Reply:
    del call
    return Reply(202, {"id": "1", "status": "Running"})


def sent(*event_types: str, bridge: EmailAlert = MAIL, name: str = "a/b", **changes: Any) -> Call:
    """The mail of an event of the first type."""
    definition = bridge.definition(subscription(*event_types, name=name))
    result = run(definition, [event(*event_types[:1], **changes)], accepted)
    assert result.status == 200
    [call] = result.calls
    return call


def test_the_mail_goes_to_the_service_with_the_workflows_identity() -> None:
    call = sent("RunStatusChanged")
    assert call.method == "POST"
    assert call.uri == "https://acs.communication.azure.com/emails:send?api-version=2023-03-31"
    assert call.authentication == {
        "type": "ManagedServiceIdentity",
        "audience": "https://communication.azure.com",
    }
    assert call.body["senderAddress"] == "ml@contoso.com"
    assert call.body["recipients"] == {"to": [{"address": "ops@contoso.com"}, {"address": "data@contoso.com"}]}


def test_a_failed_runs_mail_names_experiment_run_and_workspace_and_links_to_the_run() -> None:
    content = sent("RunStatusChanged").body["content"]
    assert content["subject"] == "Run Failed: train-churn in ml-dev"
    assert content["plainText"] == (
        "Run train-churn_17 of experiment train-churn in workspace ml-dev has status Failed "
        f"since 2026-03-01T10:00:00.1234567Z.\n\nRun type: azureml.StepRun\n\n{PAGE}\n"
    )
    assert f'<a href="{PAGE}">{PAGE}</a>' in content["html"]


@pytest.mark.parametrize("short", ["ModelRegistered", "RunCompleted", "DatasetDriftDetected"])
def test_one_subscription_to_all_types_mails_each_with_the_words_of_its_type(short: str) -> None:
    others = [name for name in EVENT_TYPES if name != short]
    assert sent(short, *others).body["content"] == sent(short).body["content"]


def test_a_monitors_breach_is_quoted() -> None:
    tag = {"azureml_modelmonitor_threshold_breached": "The signal 'drift' has failed"}
    data = {"experimentName": "monitor", "runId": "r", "runTags": tag}
    assert "The signal 'drift' has failed" in sent("RunCompleted", data=data).body["content"]["plainText"]


def test_own_texts_take_the_place_of_the_defaults() -> None:
    bridge = MAIL.model_copy(
        update={"subject": "{{{data.runStatus}}} @{x}".replace("@{x}", "@"), "body": "See {studioUrl}"}
    )
    content = sent("RunStatusChanged", bridge=bridge).body["content"]
    assert content["subject"] == "{Failed} @"
    assert content["plainText"] == f"See {PAGE}"


def test_the_same_event_has_the_same_operation_id_so_that_it_is_mailed_once() -> None:
    one, two = sent("RunStatusChanged"), sent("RunStatusChanged", eventTime="later", id=EVENT_ID.upper())
    assert one.headers["Operation-Id"] == two.headers["Operation-Id"]
    assert str(UUID(one.headers["Operation-Id"])) == one.headers["Operation-Id"]


LIKE_STORAGE = "831e1650-001e-001b-66ab-eeb76e069631"


def operation_id(name: str, event_id: str) -> str:
    """The id of the mail of an event to a subscription."""
    return sent("RunStatusChanged", name=name, id=event_id).headers["Operation-Id"]


@pytest.mark.parametrize("event_id", [EVENT_ID, LIKE_STORAGE, "0" * 8 + "-0000" * 3 + "-" + "0" * 12])
def test_another_event_has_another_operation_id_whichever_digit_differs(event_id: str) -> None:
    others = [
        event_id[:at] + ("0123456789abcdef".replace(digit, "")[5]) + event_id[at + 1 :]
        for at, digit in enumerate(event_id)
        if digit != "-"
    ]
    ids = {operation_id("a/b", each) for each in (event_id, *others)}
    assert len(ids) == 33


def test_another_subscription_has_another_operation_id() -> None:
    assert len({operation_id(f"a/{name}", LIKE_STORAGE) for name in range(50)}) == 50


@pytest.mark.parametrize("event_id", [HOSTILE, "", None, 7, "x" * 36, EVENT_ID + "\r\n", "----" + "0" * 32, "/" * 36])
def test_an_id_that_is_no_uuid_still_gives_a_mail(event_id: object) -> None:
    UUID(sent("RunStatusChanged", id=event_id).headers["Operation-Id"])


def repeated(answer: Reply, status: int) -> tuple[Run, list[Call]]:
    """What happens when the mail's call gets a status, and the question about that mail an answer."""
    definition = MAIL.definition(subscription("RunStatusChanged"))
    result = run(
        definition, [event("RunStatusChanged")], lambda call: answer if call.method == "GET" else Reply(status, {})
    )
    return result, result.calls


@pytest.mark.parametrize("status", [400, 409])
@pytest.mark.parametrize("state", ["NotStarted", "Running", "Succeeded"])
def test_a_mail_that_was_taken_before_counts_as_delivered(status: int, state: str) -> None:
    result, [send, question] = repeated(Reply(200, {"id": "1", "status": state}), status)
    assert (result.status, result.failed) == (200, False)
    mail = send.headers["Operation-Id"]
    assert question.uri == f"https://acs.communication.azure.com/emails/operations/{mail}?api-version=2023-03-31"
    assert question.authentication == send.authentication
    assert question.body is None


@pytest.mark.parametrize(("status", "answered"), [(400, 400), (409, 503)])
@pytest.mark.parametrize(
    "answer",
    [
        Reply(200, {"id": "1", "status": "Failed"}),
        Reply(200, {"id": "1", "status": "Canceled"}),
        Reply(200, {}),
        Reply(200, "<html></html>"),
        Reply(404, {"error": {}}),
        Reply(403),
        Reply(500, "down"),
        Reply(200, {"status": "Succeeded"}, seconds=60),
    ],
)
def test_a_mail_that_was_not_taken_before_ends_as_its_status_says(status: int, answered: int, answer: Reply) -> None:
    result, _ = repeated(answer, status)
    assert (result.status, result.failed) == (answered, True)
    assert result.seconds < EVENT_GRID_WAITS


@pytest.mark.parametrize("status", [202, 401, 403, 404, 413, 429, 500])
def test_only_a_status_that_a_repetition_may_get_is_asked_about(status: int) -> None:
    _, calls = repeated(Reply(404), status)
    assert [call.method for call in calls] == ["POST"]


def test_in_a_batch_each_mail_is_asked_about_for_itself() -> None:
    """An answer about one mail says nothing about the next."""
    answers = iter([Reply(200, {"status": "Succeeded"}), Reply(404, {})])
    batch = [event("RunStatusChanged"), event("RunStatusChanged", id=LIKE_STORAGE)]
    definition = MAIL.definition(subscription("RunStatusChanged"))
    result = run(definition, batch, lambda call: next(answers) if call.method == "GET" else Reply(400))
    assert result.status == 400


OF_SOME_TYPES = MAIL.model_copy(update={"subject": "{data.runId}{data.modelName} {data.runTags.stage}!", "body": "."})


@pytest.mark.parametrize("types", [("RunCompleted", "ModelRegistered"), ("ModelRegistered", "RunCompleted"), ()])
def test_a_place_that_the_event_lacks_is_empty(types: tuple[str, ...]) -> None:
    """In the mail and in what is said about it, whichever of the chosen event types the event has."""
    for short, subject in {"RunCompleted": "train-churn_17 !", "ModelRegistered": "churn !"}.items():
        target = subscription(*types)
        [mail] = run(OF_SOME_TYPES.definition(target), [event(short)], accepted).calls
        assert mail.body["content"]["subject"] == subject
        assert OF_SOME_TYPES.describe_effect(event(short), target).endswith(f": {subject}")


class Markup(HTMLParser):
    """The tags, links and text of a mail."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str | None] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag and where it leads."""
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.text += data


def test_a_hostile_event_adds_no_line_to_the_subject_and_no_markup_to_the_body() -> None:
    data = {"experimentName": HOSTILE, "runId": HOSTILE, "runStatus": HOSTILE, "runType": HOSTILE}
    content = sent("RunStatusChanged", data=data).body["content"]
    markup = Markup()
    markup.feed(content["html"])

    assert not set("\r\n") & set(content["subject"])
    assert set(markup.tags) == {"html", "body", "p", "br", "a"}
    assert markup.tags.count("a") == 1
    assert markup.links[0]
    assert markup.links[0].startswith("https://ml.azure.com/runs/x'%22%7D%5D%2C%40%7BtriggerBody")
    assert "<script>alert(1)</script>" in markup.text


def test_an_endpoint_that_is_looked_up_is_left_to_the_resource() -> None:
    bridge = MAIL.model_copy(update={"endpoint": None})
    definition = bridge.definition(subscription("ModelRegistered"))
    assert definition["parameters"]["endpoint"] == {"type": "String"}

    result = run(definition, [event()], accepted, parameters={"endpoint": "https://x.communication.azure.com"})
    assert result.calls[0].uri.startswith("https://x.communication.azure.com/emails:send")


def test_a_whole_map_in_a_text_is_shown_as_json() -> None:
    assert 'Tags: {"stage":"prod"}' in sent("ModelRegistered").body["content"]["plainText"]


CREATE = {"resourceGroup": "rg-ml", "dataLocation": "Europe"}
NEW = {"type": "EmailAlert", "to": ["ops@contoso.com"], "create": CREATE}


def test_a_service_is_created_or_there() -> None:
    alert = EmailAlert.parse(NEW)
    assert (alert.scope, alert.look_up) == (None, None)
    assert alert.describe_effect(event(), subscription("ModelRegistered")).startswith("mails ops@contoso.com: ")


def test_the_sender_and_the_endpoint_of_a_created_service_are_left_to_the_resource() -> None:
    definition = EmailAlert.parse(NEW).definition(subscription("ModelRegistered"))
    assert definition["parameters"]["sender"] == definition["parameters"]["endpoint"] == {"type": "String"}

    made = {"sender": "DoNotReply@x.azurecomm.net", "endpoint": "https://x.communication.azure.com"}
    [call] = run(definition, [event()], accepted, parameters=made).calls
    assert call.body["senderAddress"] == "DoNotReply@x.azurecomm.net"
    assert call.uri.startswith("https://x.communication.azure.com/emails:send")


@pytest.mark.parametrize(
    ("changes", "mistake"),
    [
        ({"communicationServiceId": "x"}, "create: either 'communicationServiceId' of an existing one, or 'create'"),
        ({"sender": "a@b.c"}, "sender: a new service sends from DoNotReply@ a domain that Azure makes; leave it out"),
        ({"endpoint": "https://x.y"}, "endpoint: that of a new service is known once it is created; leave it out"),
        ({"create": {"resourceGroup": "rg"}}, "create.dataLocation: required, but missing"),
        ({"create": {"dataLocation": "UK"}}, "create.resourceGroup: required, but missing"),
        (
            {"create": {**CREATE, "dataLocation": "westeurope"}},
            "create.dataLocation: unknown value 'westeurope'; did you",
        ),
        ({"create": {**CREATE, "name": "a_b"}}, "create.name: 'a_b' is refused; allowed: 1 to 63 letters, digits"),
        ({"create": {**CREATE, "name": "a-"}}, "create.name: 'a-' is refused"),
        ({"create": {**CREATE, "location": "westeurope"}}, "create.location: unknown field 'location'"),
    ],
)
def test_bad_input_about_a_new_service_is_refused(changes: dict[str, object], mistake: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        EmailAlert.parse({**NEW, **changes})
    assert any(str(found).startswith(mistake) for found in refused.value.mistakes), refused.value.mistakes


NO_ADDRESS = "is refused; allowed: an e-mail address, as ops@contoso.com"
GOOD = {
    "type": "EmailAlert",
    "communicationServiceId": f"{ML_PROVIDERS}/Microsoft.Communication/communicationServices/acs",
    "sender": "ml@contoso.com",
    "to": ["ops@contoso.com"],
}


@pytest.mark.parametrize(
    ("changes", "mistake"),
    [
        ({"to": []}, "to: 0 addresses; allowed: 1 to 50; write who gets the mails, as ops@contoso.com"),
        ({"to": ["ops"]}, f"to[0]: 'ops' {NO_ADDRESS}"),
        ({"to": ["a@b.c", "a@b.c; d@e.f"]}, f"to[1]: 'a@b.c; d@e.f' {NO_ADDRESS}"),
        ({"to": ["a@b.c"] * 51}, "to: 51 addresses; allowed: 1 to 50; write a distribution list's address"),
        ({"to": "a@b.c"}, "to: expected a list, got 'a@b.c'; write [a@b.c]"),
        ({"sender": "a@b.c\r\nBcc: x@y.z"}, "sender: "),
        ({"sender": 7}, "sender: expected text, got 7"),
        (
            {"subject": "{data.runStats}"},
            "subject: unknown event field 'data.runStats'; did you mean 'data.runStatus'?",
        ),
        ({"subject": "a\nb"}, "subject: "),
        ({"body": "{"}, "body: a single '{'; write '{{' for the sign itself"),
        ({"body": "x" * 10_001}, "body: "),
        ({"endpoint": "https://acs.communication.azure.com/x"}, "endpoint: "),
        ({"endpoint": "http://acs.communication.azure.com"}, "endpoint: "),
        ({"endpoint": 7}, "endpoint: expected https://<name>.communication.azure.com, got 7"),
        ({"communicationServiceId": "acs"}, "communicationServiceId: 'acs' is not the id of a resource"),
        ({"too": []}, "too: unknown field 'too'; did you mean 'to'?"),
    ],
)
def test_bad_input_is_refused(changes: dict[str, object], mistake: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        EmailAlert.parse({**GOOD, **changes})
    [found] = map(str, refused.value.mistakes)
    assert found.startswith(mistake)


@pytest.mark.parametrize(
    ("missing", "mistake"),
    [
        ({"sender"}, "sender: required, but missing: an address of the service's domain"),
        (
            {"sender", "communicationServiceId"},
            "communicationServiceId: required, but missing: the ARM id, or 'create' for a new one",
        ),
    ],
)
def test_a_service_and_an_address_of_its_domain_are_asked_for(missing: set[str], mistake: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        EmailAlert.parse({name: value for name, value in GOOD.items() if name not in missing})
    assert [*map(str, refused.value.mistakes)] == [mistake]


def test_an_endpoint_that_only_a_deployment_knows_is_checked_there() -> None:
    given: Any = SimpleNamespace(apply=str)
    service = str(GOOD["communicationServiceId"])
    alert = EmailAlert(communication_service_id=service, sender="ml@contoso.com", to=["a@b.c"], endpoint=given)
    endpoint = alert.endpoint
    assert isinstance(endpoint, Deferred)
    assert endpoint.check("https://acs.communication.azure.com/") == "https://acs.communication.azure.com"
    with pytest.raises(ValueError, match="'acs' is not an endpoint"):
        endpoint.check("acs")


def test_too_many_addresses_and_bad_ones_among_them_are_all_reported() -> None:
    with pytest.raises(DeclarationError) as refused:
        EmailAlert.parse({**GOOD, "to": [*(f"a{at}@b.c" for at in range(60)), "b@", "c"]})
    assert [str(found).split(";")[0] for found in refused.value.mistakes] == [
        "to[60]: 'b@' is refused",
        "to[61]: 'c' is refused",
        "to: 62 addresses",
    ]


@pytest.mark.parametrize(
    "address", ["a@b.c", "first.last+tag@sub-domain.contoso.com", "jörg@müller.example", "x" * 64 + "@b.c"]
)
def test_an_address_is_taken(address: str) -> None:
    assert list(EmailAlert.parse({**GOOD, "to": [address] * 50}).to) == [address] * 50


@pytest.mark.parametrize(
    "address",
    [
        *("a@b", "a@", "@b.c", "a@b@c.d", "a..b@c.d", ".a@b.c", "a.@b.c", "a@b..c", "a@.b.c", "a@b.c.", "a@-b.c"),
        *("a@b-.c", "a b@c.d", "Ops <a@b.c>", "a@b.c,d@e.f", "a@b.c\n", "x" * 65 + "@b.c", "a@" + "x" * 64 + ".c"),
        "a@b" + ".c" * 130,
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        EmailAlert.parse({**GOOD, "to": [address]})
    [found] = map(str, refused.value.mistakes)
    assert found.startswith("to[0]: ")
    assert found.endswith(NO_ADDRESS)


def test_a_place_that_the_chosen_event_types_lack_is_refused_with_the_subscription() -> None:
    bridge = MAIL.model_copy(update={"body": "{data.runStatus}"})
    [mistake] = bridge.subscription_mistakes(None, (f"{PREFIX}ModelRegistered",))
    assert str(mistake) == (
        "handler: its body: 'data.runStatus' is not in the chosen event types' data; "
        "they carry modelName, modelVersion, modelTags, modelProperties"
    )
