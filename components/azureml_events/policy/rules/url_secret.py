"""The rule on webhooks' URLs that only a review can ask: a pack sees secrets unwrapped."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_events.base.urls import holds_key
from azureml_events.lint.rules import Example
from azureml_events.policy.event_subscription import EVENT_SUBSCRIPTIONS, web_hook
from azureml_events.policy.reading import read_text
from azureml_events.policy.rule import Question, Rule, Violation


def _url_secret(question: Question) -> Iterator[Violation]:
    at = web_hook(question.resource)
    if at is None or _is_secret(question, (*at, "endpointUrl")):
        return
    url = read_text(question.resource, *at, "endpointUrl")
    if url is not None and holds_key(url):
        yield Violation(
            (*at, "endpointUrl"),
            "the URL holds a key or a user and is no secret, so it lands in the state, plans and logs",
            "make it a secret, or deliver with Entra and no key",
        )


def _is_secret(question: Question, member: tuple[str | int, ...]) -> bool:
    """Tell whether a member, or something that it is in, is a secret."""
    return any(member[:end] in question.resource.secrets for end in range(1, len(member) + 1))


URL_SECRET_RULES = (
    Rule(
        "webhook-url-secret",
        "A webhook's URL with a key in it is a secret.",
        why="Pulumi writes what is no secret into the state, plans and logs in the clear.",
        severity="high",
        level="error",
        types=EVENT_SUBSCRIPTIONS,
        check=_url_secret,
        fix="Make it a secret (`pulumi config set --secret`, `Output.secret`), or deliver with Entra and no key.",
        example=Example(
            "destination: {endpointType: WebHook, endpointUrl: 'https://hooks.example.com/events?code=…'}\n",
            "destination: {endpointType: WebHook, endpointUrl: 'https://hooks.example.com/events'}\n",
        ),
        review_only=True,
    ),
)
