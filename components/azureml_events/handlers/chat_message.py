"""A message in a channel of Microsoft Teams or Slack, by a webhook whose URL is kept in Key Vault.

Sources: Microsoft's pages on the Workflows webhook of Teams (a message with an Adaptive Card as its attachment,
answered with 202) and on the hosts of such URLs; Slack's pages on incoming webhooks (`{"text"}`, answered with 200) and
on the three signs that a text must escape. The URL lets anyone who has it post, so it is a secret that the workflow
reads when it runs; its host is checked before anything is sent there. Neither service takes a key by which a repeated
call could be recognised: an event that is delivered twice is posted twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from azureml_events.base.mistakes import Mistake
from azureml_events.base.names import NameForm
from azureml_events.base.values import Reference, derive
from azureml_events.event_grid.catalogue import EVENT_TYPES, event_type
from azureml_events.handlers.key_vault import SECONDS_FOR_SECRET, SECRETS_USER, SecretId, read_secret, secret_url
from azureml_events.handlers.messages import NEW_LINE, fill_text, join_lines, message_text
from azureml_events.handlers.workflow_handler import Bridge, shown_name
from azureml_events.workflows.actions import Action, Compose, Http, If, in_order
from azureml_events.workflows.event_fields import STUDIO_URL, WORKSPACE_NAME, EventFields
from azureml_events.workflows.event_fields import Field as EventField
from azureml_events.workflows.expressions import Expression, call, text
from azureml_events.workflows.templates import template_mistakes
from azureml_events.workflows.workflow import SECONDS, BridgedSubscription, Taken, Target

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


class ChatMessage(Bridge):
    """A message in a channel of Microsoft Teams or Slack for each event; the webhook's URL is read from Key Vault."""

    hints: ClassVar[Mapping[str, str]] = {
        **Bridge.hints,
        **dict.fromkeys(
            ("url", "webhookUrl", "endpointUrl"),
            "keep it in a Key Vault secret and write 'urlSecretId', the secret's id",
        ),
    }

    role = SECRETS_USER

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

    @classmethod
    def rules(cls, given: Mapping[str, Any]) -> Iterator[Mistake]:
        """Yield places that name fields of no event type."""
        for name in ("title", "text"):
            for mistake in template_mistakes(given.get(name), ()):
                yield mistake.below(name)

    @property
    def scope(self) -> Reference:
        """The secret alone, not its vault."""
        return self.url_secret_id

    @property
    def prerequisites(self) -> tuple[str, ...]:
        """The webhook that must be there."""
        return (f"the secret {shown_name(self.url_secret_id)} holds the URL of a {self.service} webhook",)

    def subscription_mistakes(
        self, parameters: Mapping[str, object] | None, event_types: Sequence[str]
    ) -> Iterator[Mistake]:
        """Yield places that name fields which the subscription's event types do not carry."""
        yield from super().subscription_mistakes(parameters, event_types)
        for name, source in (("title", self.title), ("text", self.text)):
            for mistake in template_mistakes(source, event_types):
                yield Mistake(("handler",), f"its {name}: {mistake.message}")

    def target(self, subscription: BridgedSubscription) -> Target:
        """Return the steps: the webhook's URL, and one post to it if its host is the service's."""
        return Target(
            steps=lambda fields: self._steps(subscription, fields),
            parameters={"urlSecretUrl": derive(self.url_secret_id, secret_url)},
            taken=Taken((200, 202) if self.service == "Teams" else (200,)),
        )

    def describe_effect(self, event: Mapping[str, Any], subscription: BridgedSubscription) -> str:
        """Say what is posted where."""
        line = fill_text(self.title, "subject", subscription.event_types, event)
        return f"posts to {self.service} by {shown_name(self.url_secret_id)}: {line}"

    def _steps(self, subscription: BridgedSubscription, fields: EventFields) -> list[Action]:
        secret = read_secret("Read_url", "urlSecretUrl")
        page = Compose(name="Studio_page", value=fields.value(EventField((STUDIO_URL,))), after=in_order(secret))
        fields = replace(fields, studio_page=page.outputs)
        url = call("trim", secret.body.member("value"))
        post = Http(
            name="Post_message",
            method="POST",
            uri=text(url),
            timeout_seconds=SECONDS - SECONDS_FOR_SECRET,
            headers={"Content-Type": "application/json"},
            body_to_send=self._message(subscription, fields, page.outputs),
            secure=("inputs",),
        )
        guarded = If(name="Is_chat", condition=_is_host(url, self.service), then=[post], after=in_order(page))
        return [secret, page, guarded]

    def _message(self, subscription: BridgedSubscription, fields: EventFields, page: Expression) -> dict[str, object]:
        event_types = subscription.event_types
        title = join_lines(message_text(self.title, "subject", event_types, fields).expression)
        own = None if self.text is None else message_text(self.text, "body", event_types, fields).expression
        facts = _facts(event_types, fields)
        if self.service == "Teams":
            return _card(title, own, facts, page)
        lines = [own] if own is not None else [call("concat", f"{name}: ", value) for name, value in facts]
        shown = [call("concat", "*", _escaped(title), "*"), *(_escaped(line) for line in lines), _link(page)]
        return {"text": call("concat", *[piece for line in shown for piece in (line, NEW_LINE)][:-1])}


def _facts(event_types: Sequence[str], fields: EventFields) -> list[tuple[str, Expression]]:
    """The facts that one of the event types has."""
    rows = [row for row in map(event_type, event_types) if row] if event_types else list(EVENT_TYPES.values())
    held = [(name, ("data", member)) for name, member in FACTS.items() if any(row.field(member) for row in rows)]
    paths = [*held, ("Workspace", (WORKSPACE_NAME,)), ("Time", ("eventTime",))]
    return [(name, fields.text(EventField(path))) for name, path in paths]


def _card(
    title: Expression, own: Expression | None, facts: Sequence[tuple[str, Expression]], page: Expression
) -> dict[str, object]:
    said: list[dict[str, object]] = [] if own is None else [{"type": "TextBlock", "text": own, "wrap": True}]
    content = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [
            {"type": "TextBlock", "text": title, "weight": "Bolder", "size": "Medium", "wrap": True},
            *said,
            {"type": "FactSet", "facts": [{"title": name, "value": value} for name, value in facts]},
        ],
        "actions": [{"type": "Action.OpenUrl", "title": "Open in the studio", "url": page}],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": content}
    return {"type": "message", "attachments": [attachment]}


def _is_host(url: Expression, service: str) -> Expression:
    """Whether an https URL names a host of the service: what stands before the path holds nothing but a host."""
    lower = call("toLower", call("string", call("coalesce", url, "")))
    host = call("first", call("split", call("replace", call("replace", lower, "https://", ""), ":443/", "/"), "/"))
    plain = [call("not", call("contains", host, sign)) for sign in ("?", "#", "@", "\\", ":", "%")]
    if service == "Slack":
        ours = call("equals", host, "hooks.slack.com")
    else:
        hosts = (".logic.azure.com", ".environment.api.powerplatform.com")
        ours = call("or", *(call("endsWith", host, each) for each in hosts))
    return call("and", call("startsWith", lower, "https://"), ours, *plain)


def _escaped(value: Expression) -> Expression:
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        value = call("replace", value, sign, entity)
    return value


def _link(page: Expression) -> Expression:
    return call("concat", "<", _escaped(page), "|Open in the studio>")
