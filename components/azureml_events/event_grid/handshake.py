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

_APIS: tuple[tuple[str, ...], ...] = (
    ("Slack", "use type ChatMessage", "slack.com", "hooks.slack-gov.com"),
    ("Microsoft Teams", "use type ChatMessage", "webhook.office.com", "outlook.office.com", "outlook.office365.com"),
    ("Microsoft Graph", _OWN_RELAY, "graph.microsoft.com"),
    ("Discord", _OWN_RELAY, "discord.com", "discordapp.com"),
    ("Google Chat", _OWN_RELAY, "chat.googleapis.com"),
    ("Webex", _OWN_RELAY, "webexapis.com"),
    ("Telegram", _OWN_RELAY, "api.telegram.org"),
    ("GitHub's API", "use type GitHubWorkflow", "api.github.com"),
    ("GitLab's API", _OWN_RELAY, "gitlab.com"),
    ("Bitbucket's API", _OWN_RELAY, "api.bitbucket.org"),
    ("CircleCI's API", _OWN_RELAY, "circleci.com"),
    ("Azure DevOps' API", "use type AzureDevOpsPipeline", "dev.azure.com", "visualstudio.com"),
    ("Azure Resource Manager", "use type DataFactoryPipeline, or a LogicApp that calls it", "management.azure.com"),
    ("an endpoint of Azure Machine Learning", "use type BatchEndpoint", "inference.ml.azure.com"),
    ("Azure Machine Learning's API", "use type BatchEndpoint, or a LogicApp that calls it", "api.azureml.ms"),
    ("the API of Azure Databricks", _OWN_RELAY, "azuredatabricks.net"),
    ("the API of a Service Bus or Event Hubs namespace", _HUB, "servicebus.windows.net"),
    ("the API of a storage account", _QUEUE, "queue.core.windows.net"),
    ("the API of a storage account", _OWN_RELAY, "blob.core.windows.net"),
    ("PagerDuty", _OWN_RELAY, "events.pagerduty.com", "events.eu.pagerduty.com", "api.pagerduty.com"),
    ("Opsgenie", _OWN_RELAY, "api.opsgenie.com", "api.eu.opsgenie.com"),
    ("Splunk On-Call", _OWN_RELAY, "alert.victorops.com"),
    ("Datadog's API", _OWN_RELAY, "datadoghq.com", "datadoghq.eu"),
    ("Atlassian's API", _OWN_RELAY, "atlassian.net", "api.atlassian.com"),
    ("SendGrid", "use type EmailAlert", "api.sendgrid.com"),
    ("Mailgun", "use type EmailAlert", "api.mailgun.net"),
    ("Twilio", _OWN_RELAY, "api.twilio.com"),
    ("Pushover", _OWN_RELAY, "api.pushover.net"),
    ("OpenAI's API", _OWN_RELAY, "api.openai.com"),
)
"""Interfaces, what to use in their place, and their hosts, which stand also for those below them."""


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
    for name, instead, *hosts in _APIS:
        if any(host == each or host.endswith(f".{each}") for each in hosts):
            message = f"{name} never answers Event Grid's handshake, so the subscription is not made"
            return Unanswered(message, instead, _IN_ARM.get(instead, _RELAY_IN_ARM))
    return None
