"""A message in a channel of Microsoft Teams or Slack, by a webhook whose URL is kept in Key Vault.

Sources: Microsoft's pages on the Workflows app of Teams (its webhook takes a message with an Adaptive Card as the
attachment, and is answered with 202 before the card is posted) and on Adaptive Cards (a `TextBlock` reads Markdown, a
`TextRun` does not); Slack's pages on incoming webhooks (`{"text"}`, answered with 200) and on the three signs that a
text must escape. The hosts of Teams' URLs are those of workflows that people publish; Microsoft's page on them is
UNVERIFIED. The URL lets anyone who has it post, so it is a secret that the workflow reads when it runs; its host is
checked before anything is sent there. Neither service takes a key by which a repeated call could be recognised: an
event that is delivered twice is posted twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from azureml_events.base.names import NameForm
from azureml_events.base.values import Reference, derive
from azureml_events.event_grid.catalogue import EVENT_TYPES, event_type
from azureml_events.handlers.key_vault import SECONDS_FOR_SECRET, SECRETS_USER, SecretId, read_secret, secret_url
from azureml_events.handlers.messages import MessageHandler, escaped, join_lines, message_text
from azureml_events.handlers.workflow_handler import shown_name
from azureml_events.workflows.actions import Action, Compose, Http, in_order
from azureml_events.workflows.event_fields import STUDIO_URL, WORKSPACE_NAME, EventFields
from azureml_events.workflows.event_fields import Field as EventField
from azureml_events.workflows.expressions import Expression, call, text
from azureml_events.workflows.parameters import BridgedSubscription
from azureml_events.workflows.workflow import SECONDS, Taken, Target

FACTS = {
    "Experiment": "experimentName",
    "Run": "runId",
    "Status": "runStatus",
    "Model": "modelName",
    "Version": "modelVersion",
    "Endpoint": "serviceName",
    "Monitor": "dataDriftName",
}
"""The facts of a card beside the workspace and the time: what it is called, and the member of `data`."""


HOSTS = {
    "Teams": (".logic.azure.com", ".environment.api.powerplatform.com"),
    "Slack": ("hooks.slack.com",),
}
"""The hosts of webhooks by service; one that begins with a dot stands for all below it."""


class ChatMessage(MessageHandler):
    """A message in a channel of Microsoft Teams or Slack for each event; the webhook's URL is read from Key Vault."""

    hints: ClassVar[Mapping[str, str]] = {
        **MessageHandler.hints,
        **dict.fromkeys(
            ("url", "webhookUrl", "endpointUrl"),
            "keep it in a Key Vault secret and write 'urlSecretId', the secret's id",
        ),
        "subject": "write 'title'",
        "body": "write 'text'",
    }

    role = SECRETS_USER

    text_fields = ("title", "text")

    type: Literal["ChatMessage"] = "ChatMessage"
    """A message in a chat."""

    service: Literal["Teams", "Slack"]
    """The chat's service, `Teams` or `Slack`; required."""

    url_secret_id: SecretId
    """The ARM id of the Key Vault secret that holds the webhook's URL, required: of a Teams workflow that posts to a
    channel when a webhook request is received, or of an incoming webhook of Slack."""

    title: Annotated[str, Field(min_length=1, max_length=250), NameForm(r"[^\r\n]*", "one line")] | None = None
    """The first line, at most 250 characters, with places as `{data.experimentName}`; default by event type."""

    text: Annotated[str, Field(min_length=1, max_length=3000)] | None = None
    """What it says below, plain text of at most 3,000 characters, with places; default facts about the event."""

    @property
    def scope(self) -> Reference:
        """The secret alone, not its vault."""
        return self.url_secret_id

    @property
    def prerequisites(self) -> tuple[str, ...]:
        """The webhook that must be there."""
        return (f"the secret {shown_name(self.url_secret_id)} holds the URL of a {self.service} webhook",)

    def target(self, subscription: BridgedSubscription) -> Target:
        """Return the steps: the webhook's URL, and one post to it if its host is the service's."""
        return Target(
            steps=lambda fields: self._steps(subscription, fields),
            parameters={"urlSecretUrl": derive(self.url_secret_id, secret_url)},
            allowed=call("outputs", _IS_KNOWN_HOST),
            taken=Taken((200, 202) if self.service == "Teams" else (200,)),
        )

    def describe(self) -> str:
        """Describe where messages are posted."""
        return f"posts to {self.service} by the webhook in secret {shown_name(self.url_secret_id)}"

    def _steps(self, subscription: BridgedSubscription, fields: EventFields) -> list[Action]:
        secret = read_secret("Read_url", "urlSecretUrl")
        url = call("trim", call("string", call("coalesce", secret.body.member("value"), "")))
        page = Compose(name="Studio_page", value=fields.value(EventField((STUDIO_URL,))), after=in_order(secret))
        # A condition's own expression can be looked up in the run history with all that it reads.
        known = Compose(name=_IS_KNOWN_HOST, value=_is_host(url, self.service), after=in_order(page))
        fields = replace(fields, studio_page=page.outputs)
        title = Compose(
            name="Title",
            value=message_text(self.title, "subject", subscription.event_types, fields),
            after=in_order(known),
        )
        post = Http(
            name="Post_message",
            method="POST",
            uri=text(url),
            timeout_seconds=SECONDS - SECONDS_FOR_SECRET,
            headers={"Content-Type": "application/json"},
            body_to_send=self._message(subscription.event_types, fields, title.outputs, page.outputs),
            secure=("inputs", "outputs"),
        )
        return [secret, page, known, title, post]

    def _message(
        self, event_types: Sequence[str], fields: EventFields, title: Expression, page: Expression
    ) -> dict[str, object]:
        lines = [
            _line(message_text(line, "body", event_types, fields).expression)
            for line in (self.text or "").splitlines()
            if line.strip()
        ]
        facts = [] if lines else _facts(event_types, fields)
        return _WRITE[self.service](_line(title), lines, facts, page)


def _facts(event_types: Sequence[str], fields: EventFields) -> list[tuple[str, Expression]]:
    """List the facts that one of the event types has."""
    rows = [row for row in map(event_type, event_types) if row] if event_types else list(EVENT_TYPES.values())
    held = [(name, ("data", member)) for name, member in FACTS.items() if any(row.field(member) for row in rows)]
    paths = [*held, ("Workspace", (WORKSPACE_NAME,)), ("Time", ("eventTime",))]
    return [(name, _line(fields.text(EventField(path)))) for name, path in paths]


def _line(value: Expression) -> Expression:
    """Write a text in one line, of which there is something to see."""
    line = call("trim", join_lines(value))
    return call("if", call("empty", line), "-", line)


def _card(
    title: Expression, lines: Sequence[Expression], facts: Sequence[tuple[str, Expression]], page: Expression
) -> dict[str, object]:
    """Write the message for Teams; its texts are runs, so that nothing in an event is read as Markdown."""
    body = [
        _block({"text": title, "weight": "Bolder", "size": "Medium"}),
        *(_block({"text": line}) for line in lines),
        *(_block({"text": f"{name}: ", "weight": "Bolder"}, {"text": value}) for name, value in facts),
    ]
    content = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
        "actions": [{"type": "Action.OpenUrl", "title": "Open in the studio", "url": page}],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": content}
    return {"type": "message", "attachments": [attachment]}


def _block(*runs: Mapping[str, object]) -> dict[str, object]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", **run} for run in runs]}


def _slack(
    title: Expression, lines: Sequence[Expression], facts: Sequence[tuple[str, Expression]], page: Expression
) -> dict[str, object]:
    shown = [
        ("*", escaped(title, _ENTITIES), "*"),
        *((escaped(line, _ENTITIES),) for line in lines),
        *((f"{name}: ", escaped(value, _ENTITIES)) for name, value in facts),
        ("<", escaped(page, _ENTITIES), "|Open in the studio>"),
    ]
    return {"text": text(*(piece for line in shown for piece in (*line, "\n")))}


def _is_host(url: Expression, service: str) -> Expression:
    """Tell whether a URL is `https://`, a host of the service, perhaps `:443`, and a path.

    What stands before the path is nothing but a host: it holds no sign that a URL would have to encode, and so no user,
    query, other slash or letter that looks like one of ours.
    """
    rest = call("replace", url, "https://", "")
    authority = call("first", call("split", rest, "/"))
    host = call("first", call("split", authority, ":"))
    lower = call("toLower", host)
    ours = [
        call("endsWith", lower, known) if known.startswith(".") else call("equals", lower, known)
        for known in HOSTS[service]
    ]
    return call(
        "and",
        call("equals", call("concat", "https://", rest), url),
        call("or", call("equals", authority, host), call("equals", authority, call("concat", host, ":443"))),
        call("equals", call("uriComponent", host), host),
        call("or", *ours),
    )


_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_WRITE = {"Teams": _card, "Slack": _slack}
_IS_KNOWN_HOST = "Is_known_host"
