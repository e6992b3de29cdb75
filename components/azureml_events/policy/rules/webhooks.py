"""Rules on where webhooks are and who may send to them."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from azureml_events.lint.rules import Example
from azureml_events.policy.event_subscription import EVENT_SUBSCRIPTIONS, web_hook
from azureml_events.policy.reading import read_text
from azureml_events.policy.resource import Resource
from azureml_events.policy.rule import Question, Rule, Violation


def _url(resource: Resource) -> tuple[tuple[str | int, ...], str] | None:
    """Return the path and the text of a webhook's URL, in a state its base; None for other endpoints."""
    at = web_hook(resource)
    if at is None:
        return None
    for member in ("endpointUrl", "endpointBaseUrl"):
        url = read_text(resource, *at, member)
        if url is not None:
            return (*at, member), url
    return None


def _https(question: Question) -> Iterator[Violation]:
    found = _url(question.resource)
    if found is None:
        return
    member, url = found
    scheme = urlsplit(url).scheme.lower()
    if scheme != "https":
        yield Violation(member, f"the URL's scheme is '{scheme}', allowed: https", "deliver to an https URL")


WEBHOOK_RULES = (
    Rule(
        "webhook-https",
        "A webhook's URL begins with https.",
        why="Events would travel in the clear; Event Grid refuses such a URL.",
        severity="critical",
        level="error",
        types=EVENT_SUBSCRIPTIONS,
        check=_https,
        fix="Deliver to an https URL.",
        example=Example(
            "destination: {endpointType: WebHook, endpointUrl: 'http://hooks.example.com/events'}\n",
            "destination: {endpointType: WebHook, endpointUrl: 'https://hooks.example.com/events'}\n",
        ),
    ),
)
