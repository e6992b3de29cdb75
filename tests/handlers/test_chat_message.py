"""What is posted to Teams and Slack, and where nothing is posted."""

from __future__ import annotations

import json
from typing import Any

import pytest
from azureml_events.base.mistakes import DeclarationError
from azureml_events.event_grid.catalogue import EVENT_TYPES
from azureml_events.handlers.chat_message import ChatMessage
from stack_texts import ML_DEV
from workflows.interpreter import EVENT_GRID_WAITS, Call, Reply, Run, run
from workflows.samples import (
    BRIDGES,
    HOSTILE,
    PREFIX,
    SLACK,
    SLACK_URL,
    TEAMS,
    TEAMS_URL,
    TOKEN,
    documented,
    event,
    subscription,
)

PAGE = f"https://ml.azure.com/runs/train-churn_17?wsid={ML_DEV}"


def posted(bridge: ChatMessage, *event_types: str, **changes: Any) -> Call:
    """The call that posts the message of an event of the first type."""
    definition = bridge.definition(subscription(*event_types))
    result = run(definition, [event(*event_types[:1], **changes)], documented)
    assert result.status == 200
    _, post = result.calls
    return post


def delivered_with(bridge: ChatMessage, secret: object) -> Run:
    """What happens where the secret holds something."""

    def reply(call: Call) -> Reply:
        return Reply(200, {"value": secret}) if call.method == "GET" else Reply(202 if bridge is TEAMS else 200, "ok")

    return run(bridge.definition(subscription()), [event()], reply)


def runs(post: Call) -> list[str]:
    """The lines of a card."""
    [attachment] = post.body["attachments"]
    return ["".join(run["text"] for run in block["inlines"]) for block in attachment["content"]["body"]]


def test_the_url_is_read_with_the_workflows_identity_and_posted_to_without_it() -> None:
    definition = TEAMS.definition(subscription("RunStatusChanged"))
    read, post = run(definition, [event("RunStatusChanged")], documented).calls
    assert read.uri == "https://kv-ml.vault.azure.net/secrets/teams?api-version=7.4"
    assert read.authentication["audience"] == "https://vault.azure.net"
    assert (post.method, post.uri, post.authentication) == ("POST", TEAMS_URL, {})


def test_teams_gets_a_card_with_facts_and_a_link_to_the_run() -> None:
    post = posted(TEAMS, "RunStatusChanged")
    [attachment] = post.body["attachments"]
    assert post.body["type"] == "message"
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert attachment["content"]["type"] == "AdaptiveCard"
    assert attachment["content"]["actions"] == [{"type": "Action.OpenUrl", "title": "Open in the studio", "url": PAGE}]
    assert runs(post) == [
        "Run Failed: train-churn in ml-dev",
        "Experiment: train-churn",
        "Run: train-churn_17",
        "Status: Failed",
        "Workspace: ml-dev",
        "Time: 2026-03-01T10:00:00.1234567Z",
    ]


def test_slack_gets_the_same_as_text() -> None:
    post = posted(SLACK, "RunStatusChanged")
    assert post.uri == SLACK_URL
    assert set(post.body) == {"text"}
    assert post.body["text"] == (
        "*Run Failed: train-churn in ml-dev*\nExperiment: train-churn\nRun: train-churn_17\nStatus: Failed\n"
        f"Workspace: ml-dev\nTime: 2026-03-01T10:00:00.1234567Z\n<{PAGE}|Open in the studio>\n"
    )


@pytest.mark.parametrize("short", ["ModelRegistered", "RunCompleted", "DatasetDriftDetected"])
def test_one_subscription_to_all_types_posts_each_with_the_title_of_its_type(short: str) -> None:
    others = [name for name in EVENT_TYPES if name != short]
    assert runs(posted(TEAMS, short, *others))[0] == runs(posted(TEAMS, short))[0]


def test_a_fact_that_the_event_lacks_is_a_dash() -> None:
    assert "Model: -" in runs(posted(TEAMS, "RunStatusChanged", "ModelRegistered"))


OWN = {"title": "{data.runStatus}: {data.runTags.owner}", "text": "By {data.runTags.owner}.\n\n{{{data.runId}}} @\n"}


def test_own_texts_take_the_place_of_the_defaults() -> None:
    lines = ["Failed:", "By .", "{train-churn_17} @"]
    assert runs(posted(TEAMS.model_copy(update=OWN), "RunStatusChanged")) == lines
    slack = posted(SLACK.model_copy(update=OWN), "RunStatusChanged").body["text"]
    assert slack == f"*Failed:*\nBy .\n{{train-churn_17}} @\n<{PAGE}|Open in the studio>\n"


def test_a_text_of_which_nothing_is_left_is_a_dash() -> None:
    bridge = TEAMS.model_copy(update={"title": "{data.runTags.owner}", "text": "{data.runTags.owner}"})
    assert runs(posted(bridge, "RunStatusChanged")) == ["-", "-"]


HOSTILE_TEXTS = [
    HOSTILE,
    "[click](https://evil.example.com) **x**\n# y\n- z",
    "<!channel> <https://evil.example.com|Open in the studio> <@U1> & &lt;",
]


def hostile(text: str) -> dict[str, Any]:
    """The data of a run whose every member is a text."""
    return {"experimentName": text, "runId": text, "runStatus": text, "runType": text}


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_a_card_reads_nothing_in_an_event_as_markdown_and_gains_no_line(text: str) -> None:
    post = posted(TEAMS, "RunStatusChanged", data=hostile(text))
    [attachment] = post.body["attachments"]
    kinds = {block["type"] for block in attachment["content"]["body"]}
    inline = {run["type"] for block in attachment["content"]["body"] for run in block["inlines"]}
    assert (kinds, inline) == ({"RichTextBlock"}, {"TextRun"})
    assert len(runs(post)) == 6
    assert not any(set("\r\n") & set(line) for line in runs(post))
    [action] = attachment["content"]["actions"]
    assert action["url"].startswith("https://ml.azure.com/runs/")
    assert action["url"].endswith(f"?wsid={ML_DEV}")


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_slack_gets_no_mention_no_link_and_no_line_from_an_event(text: str) -> None:
    said = posted(SLACK, "RunStatusChanged", data=hostile(text)).body["text"]
    assert said.count("<") == said.count(">") == said.count("|Open in the studio>") == 1
    assert said.count("\n") == 7
    assert said.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "").count("&") == 0


GOOD = [
    (TEAMS, TEAMS_URL),
    (TEAMS, "https://prod-12.westeurope.logic.azure.com:443/workflows/1/triggers/manual/paths/invoke?sig=x"),
    (TEAMS, "https://Prod-12.WestEurope.Logic.Azure.com/workflows/1?sig=x"),
    (TEAMS, f"  {TEAMS_URL}\r\n"),
    (SLACK, "https://hooks.slack.com/services/T/B/x"),
    (SLACK, "https://HOOKS.slack.com:443/services/T/B/x"),
]


@pytest.mark.parametrize(("bridge", "url"), GOOD)
def test_a_url_of_the_service_is_posted_to_as_it_is(bridge: ChatMessage, url: str) -> None:
    result = delivered_with(bridge, url)
    assert (result.status, [call.uri for call in result.calls][1:]) == (200, [url.strip()])


EVIL = "evil.example.com"
KNOWN = "prod-12.westeurope.logic.azure.com"
BAD: list[object] = [
    *(
        f"{scheme}{KNOWN}/x"
        for scheme in ("http://", "HTTPS://", "", "//", "https:/", "https:", "ftp://", "https:\\\\")
    ),
    f"https://{EVIL}/x",
    f"https://{EVIL}/{KNOWN}/",
    f"https://{EVIL}/https://{KNOWN}/",
    f"https://{EVIL}?{KNOWN}/",
    f"https://{EVIL}?.logic.azure.com",
    f"https://{EVIL}#.logic.azure.com/",
    f"https://{EVIL}#@{KNOWN}/",
    f"https://{KNOWN}@{EVIL}/",
    f"https://user:{KNOWN}@{EVIL}/",
    f"https://{EVIL}@{KNOWN}/",
    f"https://user:pass@{KNOWN}/",
    f"https://{EVIL}\\.logic.azure.com/",
    f"https://{EVIL}%2f.logic.azure.com/",
    f"https://{EVIL}\t.logic.azure.com/",
    f"https://{EVIL}\n.logic.azure.com/",
    f"https://{EVIL} .logic.azure.com/",
    f"https://{EVIL}\x00.logic.azure.com/",
    f"https://{EVIL}\uff0f.logic.azure.com/",
    f"https://{EVIL}\u2100.logic.azure.com/",
    "https://prod.logic\u3002azure.com/",
    "https://prod.log\u0131c.azure.com/",
    f"https://{EVIL}:443/.logic.azure.com/",
    f"https://{EVIL}:443/{KNOWN}:443/",
    f"https://{KNOWN}:8443/",
    f"https://{KNOWN}:443:443/",
    f"https://{KNOWN}:443@{EVIL}/",
    f"https://{KNOWN}:/",
    f"https://{KNOWN}./",
    f"https://{KNOWN}.{EVIL}/",
    "https://evillogic.azure.com/",
    "https://logic.azure.com/",
    "https://evil.logichttps://.azure.com/",
    f"https://https://{KNOWN}/",
    "https://contoso.webhook.office.com/webhookb2/1",
    "https://hooks.slack.com/services/T/B/x",
    *("", " ", "hush", "https://", "https:///", None, 7, [], {"url": f"https://{KNOWN}/"}, f"[https://{KNOWN}/]"),
]
BAD_FOR_SLACK = [
    *(f"https://{host}/services/T/B/x" for host in ("hooks.slack.com.evil.example.com", "evilhooks.slack.com")),
    *(f"https://{host}/services/T/B/x" for host in ("files.slack.com", "hooks.slack.com@evil.example.com", KNOWN)),
    *(f"https://{host}/services/T/B/x" for host in ("hoo\u212as.slack.com", "hooks.slack.com:80", "a.hooks.slack.com")),
    "http://hooks.slack.com/services/T/B/x",
]


@pytest.mark.parametrize(
    ("bridge", "secret"), [*((TEAMS, each) for each in BAD), *((SLACK, each) for each in BAD_FOR_SLACK)]
)
def test_any_other_secret_is_posted_to_nowhere_and_the_event_comes_again(bridge: ChatMessage, secret: object) -> None:
    result = delivered_with(bridge, secret)
    assert [call.action for call in result.calls] == ["Read_url"]
    assert (result.status, result.failed) == (503, True)


@pytest.mark.parametrize("reply", [Reply(403), Reply(404, {"error": {}}), Reply(200, {}), Reply(200, {}, seconds=60)])
def test_a_url_that_cannot_be_read_is_tried_again_and_nothing_is_posted(reply: Reply) -> None:
    result = run(SLACK.definition(subscription()), [event()], lambda _: reply)
    assert (result.status, [call.action for call in result.calls]) == (503, ["Read_url"])
    assert result.seconds < EVENT_GRID_WAITS


@pytest.mark.parametrize("name", ["teams", "slack"])
@pytest.mark.parametrize("secret", [TEAMS_URL, SLACK_URL, f"https://{EVIL}/?sig={TOKEN}", TOKEN])
def test_the_url_shows_nowhere_in_the_run_history(name: str, secret: str) -> None:
    definition = BRIDGES[name].definition(subscription())

    def echo(call: Call) -> Reply:
        return Reply(200, {"value": secret}) if call.method == "GET" else Reply(400, {"error": call.uri})

    assert TOKEN not in json.dumps(run(definition, [event()], echo).history)


def test_a_condition_reads_no_secret() -> None:
    """Azure keeps the parts of a condition's expression, with their values."""
    conditions = json.dumps([action["expression"] for action in _actions(TEAMS.definition(subscription())["actions"])])
    assert "Read_url" not in conditions


def _actions(actions: dict[str, Any]) -> list[dict[str, Any]]:
    """The conditions among actions, and in them."""
    found = [action for action in actions.values() if action["type"] == "If"]
    inner = [action.get("actions", {}) for action in actions.values()]
    inner += [action["else"]["actions"] for action in found]
    return [*found, *(each for branch in inner for each in _actions(branch))]


GIVEN = {"type": "ChatMessage", "service": "Teams", "urlSecretId": TEAMS.url_secret_id}


@pytest.mark.parametrize(
    ("changes", "mistake"),
    [
        ({"service": "teams"}, "service: "),
        ({"service": "Discord"}, "service: "),
        ({"urlSecretId": "https://kv-ml.vault.azure.net/secrets/teams"}, "urlSecretId: "),
        (
            {"urlSecretId": str(TEAMS.url_secret_id).replace("kv-ml", "evil.com#")},
            "urlSecretId: 'evil.com#' is not the",
        ),
        ({"title": "a\nb"}, "title: "),
        ({"title": ""}, "title: "),
        ({"title": "x" * 251}, "title: "),
        ({"text": "x" * 3001}, "text: "),
        ({"text": "{"}, "text: a single '{'; write '{{' for the sign itself"),
        ({"title": "{data.runStats}"}, "title: unknown event field 'data.runStats'; did you mean 'data.runStatus'?"),
        ({"subject": "x"}, "subject: unknown field 'subject'; write 'title'"),
        ({"body": "x"}, "body: unknown field 'body'; write 'text'"),
    ],
)
def test_bad_input_is_refused(changes: dict[str, object], mistake: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        ChatMessage.parse({**GIVEN, **changes})
    [found] = map(str, refused.value.mistakes)
    assert found.startswith(mistake)


@pytest.mark.parametrize("name", ["url", "webhookUrl", "endpointUrl"])
def test_a_url_in_the_clear_is_refused_and_not_repeated(name: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        ChatMessage.parse({**GIVEN, name: TEAMS_URL})
    assert TOKEN not in str(refused.value)
    assert "'urlSecretId'" in str(refused.value)


def test_a_place_that_the_chosen_event_types_lack_is_refused_with_the_subscription() -> None:
    bridge = TEAMS.model_copy(update={"text": "{data.runStatus}"})
    [mistake] = bridge.subscription_mistakes(None, (f"{PREFIX}ModelRegistered",))
    assert str(mistake).startswith("handler: its text: 'data.runStatus' is not in the chosen event types' data")
