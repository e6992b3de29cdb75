"""Addresses that do not answer Event Grid's validation handshake, and what to use in their place.

Facts: Event Grid's pages on endpoint validation and on Azure Functions as handlers; the APIs' own references, which
refuse any body but theirs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

_FUNCTION_HOST = re.compile(r".+\.azurewebsites\.net")
_FUNCTION_PATH = re.compile(r"/runtime/webhooks/eventgrid/?")
_WORKFLOW_PATH = re.compile(r"/api/[^/]+/triggers/[^/]+/invoke/?")
_PLAIN_NAME = re.compile(r"[\w-]{1,60}", re.ASCII)


@dataclass(frozen=True)
class Unanswered:
    """Why an address does not answer the handshake.

    Attributes:
        message: The reason, in one sentence.
        fix: The advice.
        fix_in_arm: The same in ARM's words, which know the endpoint types alone.
    """

    message: str
    fix: str
    fix_in_arm: str


_OWN_RELAY = "deliver to an AzureFunction or a LogicApp that calls it"
_RELAY_IN_ARM = "deliver to a function (endpointType AzureFunction) or a Consumption Logic App that calls it"

_FUNCTION = "a function's own URL, where the handshake often fails"
_ANSWER = "let its workflow answer with the validation code"
_HUB, _QUEUE = "use type EventHub or ServiceBusQueue", "use type StorageQueue"
_IN_ARM = {_HUB: "use endpointType EventHub or ServiceBusQueue", _QUEUE: "use endpointType StorageQueue"}

_APIS: tuple[tuple[str, str, str], ...] = (
    ("hooks.slack.com", "Slack", "use type ChatMessage"),
    ("slack.com", "Slack", "use type ChatMessage"),
    ("hooks.slack-gov.com", "Slack", "use type ChatMessage"),
    ("webhook.office.com", "Microsoft Teams", "use type ChatMessage"),
    ("outlook.office.com", "Microsoft Teams", "use type ChatMessage"),
    ("outlook.office365.com", "Microsoft Teams", "use type ChatMessage"),
    ("graph.microsoft.com", "Microsoft Graph", _OWN_RELAY),
    ("discord.com", "Discord", _OWN_RELAY),
    ("discordapp.com", "Discord", _OWN_RELAY),
    ("chat.googleapis.com", "Google Chat", _OWN_RELAY),
    ("webexapis.com", "Webex", _OWN_RELAY),
    ("api.telegram.org", "Telegram", _OWN_RELAY),
    ("api.github.com", "GitHub's API", "use type GitHubWorkflow"),
    ("gitlab.com", "GitLab's API", _OWN_RELAY),
    ("api.bitbucket.org", "Bitbucket's API", _OWN_RELAY),
    ("circleci.com", "CircleCI's API", _OWN_RELAY),
    ("dev.azure.com", "Azure DevOps' API", "use type AzureDevOpsPipeline"),
    ("visualstudio.com", "Azure DevOps' API", "use type AzureDevOpsPipeline"),
    ("management.azure.com", "Azure Resource Manager", "use type DataFactoryPipeline, or a LogicApp that calls it"),
    ("inference.ml.azure.com", "an endpoint of Azure Machine Learning", "use type BatchEndpoint"),
    ("api.azureml.ms", "Azure Machine Learning's API", "use type BatchEndpoint, or a LogicApp that calls it"),
    ("azuredatabricks.net", "the API of Azure Databricks", _OWN_RELAY),
    ("servicebus.windows.net", "the API of a Service Bus or Event Hubs namespace", _HUB),
    ("queue.core.windows.net", "the API of a storage account", _QUEUE),
    ("blob.core.windows.net", "the API of a storage account", _OWN_RELAY),
    ("events.pagerduty.com", "PagerDuty", _OWN_RELAY),
    ("events.eu.pagerduty.com", "PagerDuty", _OWN_RELAY),
    ("api.pagerduty.com", "PagerDuty", _OWN_RELAY),
    ("api.opsgenie.com", "Opsgenie", _OWN_RELAY),
    ("api.eu.opsgenie.com", "Opsgenie", _OWN_RELAY),
    ("alert.victorops.com", "Splunk On-Call", _OWN_RELAY),
    ("datadoghq.com", "Datadog's API", _OWN_RELAY),
    ("datadoghq.eu", "Datadog's API", _OWN_RELAY),
    ("atlassian.net", "Atlassian's API", _OWN_RELAY),
    ("api.atlassian.com", "Atlassian's API", _OWN_RELAY),
    ("api.sendgrid.com", "SendGrid", "use type EmailAlert"),
    ("api.mailgun.net", "Mailgun", "use type EmailAlert"),
    ("api.twilio.com", "Twilio", _OWN_RELAY),
    ("api.pushover.net", "Pushover", _OWN_RELAY),
    ("api.openai.com", "OpenAI's API", _OWN_RELAY),
)
"""Hosts, theirs below them included, with what they are and what to use in their place."""


def unanswered_handshake(url: str) -> Unanswered | None:
    """Say why an address does not answer the handshake; None where nothing is known against it.

    Args:
        url: The address; of its query only a function's name is shown.
    """
    try:
        parts = urlsplit(url)
        host, path = (parts.hostname or "").lower(), parts.path.lower()
    except ValueError:
        return None
    if _FUNCTION_HOST.fullmatch(host) and _FUNCTION_PATH.fullmatch(path):
        names = {name.lower(): values for name, values in parse_qs(parts.query).items()}.get("functionname", [""])
        name = names[0] if _PLAIN_NAME.fullmatch(names[0]) else "<function>"
        fix = f"AzureFunction with the function's id (…/functions/{name}); it needs no key and no handshake"
        return Unanswered(_FUNCTION, f"use type {fix}", f"use endpointType {fix}")
    if _FUNCTION_HOST.fullmatch(host) and _WORKFLOW_PATH.fullmatch(path):
        return Unanswered(
            "a Standard workflow's URL, which does not answer the handshake by itself",
            f"{_ANSWER}, or use type LogicApp with a Consumption workflow's id",
            f"{_ANSWER}, or deliver to a Consumption workflow, which does",
        )
    for suffix, name, instead in _APIS:
        if host == suffix or host.endswith(f".{suffix}"):
            message = f"{name} never answers Event Grid's handshake, so the subscription is not made"
            return Unanswered(message, instead, _IN_ARM.get(instead, _RELAY_IN_ARM))
    return None
