"""Event subscriptions: refusals, failures after acceptance, answers to GET."""

from __future__ import annotations

import re
from collections.abc import Iterator

from e2e.stand_in.cloud import Cloud, Existing, LateError, Properties, invalid
from e2e.stand_in.identities import MISSING_ACCESS, delivering_principal, require_role
from e2e.stand_in.subscription_body import EVENT_TYPES, SCHEMAS, dead_letter_of, destination_of, refusals
from e2e.stand_in.workflows import require_handshake

_NAME = re.compile(r"[-a-zA-Z0-9]{3,64}")
_MOST = 500
_FIREWALL_SERVICES = "AzureServices"
_TYPES = {
    "AzureFunction": r".+/Microsoft\.Web/sites/[^/]+(/slots/[^/]+)?/functions/[^/]+",
    "EventHub": r".+/Microsoft\.EventHub/namespaces/[^/]+/eventhubs/[^/]+",
    "HybridConnection": r".+/Microsoft\.Relay/namespaces/[^/]+/hybridConnections/[^/]+",
    "NamespaceTopic": r".+/Microsoft\.EventGrid/namespaces/[^/]+/topics/[^/]+",
    "ServiceBusQueue": r".+/Microsoft\.ServiceBus/namespaces/[^/]+/queues/[^/]+",
    "ServiceBusTopic": r".+/Microsoft\.ServiceBus/namespaces/[^/]+/topics/[^/]+",
    "StorageQueue": r".+/Microsoft\.Storage/storageAccounts/[^/]+",
    "StorageBlob": r".+/Microsoft\.Storage/storageAccounts/[^/]+",
}
ROLES = {
    "EventHub": "2b629674-e913-4c01-ae53-ef4638d8f975",
    "ServiceBusQueue": "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39",
    "ServiceBusTopic": "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39",
    "StorageQueue": "c6a89b2d-59bc-44d0-9896-0f6e12d7b80a",
    "StorageBlob": "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
}
"""The role that delivery with an identity needs, by endpoint type."""


def check_subscription(cloud: Cloud, resource_id: str, body: Properties, existing: Existing | None) -> None:
    """Refuse what Event Grid refuses at once in a new or changed subscription.

    Args:
        cloud: What exists.
        resource_id: The subscription's id.
        body: Its wire inputs, without path parameters.
        existing: The subscription as it is, None where it is new.
    """
    topic = cloud.get(resource_id.rsplit("/eventSubscriptions/", 1)[0])
    name = resource_id.rsplit("/", 1)[1]
    if topic is None or not _NAME.fullmatch(name):
        raise invalid(f"Invalid event subscription '{name}'.")
    siblings = [
        other for other in cloud.of_type("eventSubscriptions") if other.id.lower().startswith(f"{topic.id.lower()}/")
    ]
    if existing is None and len(siblings) >= _MOST:
        raise invalid(f"The topic has {_MOST} event subscriptions already.")
    reasons = list(refusals(body))
    if reasons:
        raise invalid("; ".join(reasons))
    for destination, identity in _destinations(body):
        _check_destination(cloud, topic, destination, identity)


def require_delivery(cloud: Cloud, resource_id: str, body: Properties) -> None:
    """Fail where Event Grid cannot reach a destination, which it finds after it accepted the PUT.

    No report of a refusal at once was found; `check_subscription` has refused all that is wrong in itself.

    Raises:
        LateError: A webhook's handshake fails, or an identity lacks a role or is kept out by a firewall.
    """
    topic = cloud.resources[resource_id.rsplit("/eventSubscriptions/", 1)[0].lower()]
    for destination, identity in _destinations(body):
        kind = destination["endpointType"]
        if kind == "WebHook":
            require_handshake(cloud, destination)
        elif identity is not None:
            # Queues and dead letters need the role on the account: refused for a queue alone in a public project's log.
            target = str(destination["resourceId"])
            require_role(cloud, delivering_principal(topic, identity), ROLES[kind], target)
            _require_open_firewall(cloud, target, identity)


def _destinations(body: Properties) -> Iterator[tuple[Properties, Properties | None]]:
    """The destination and, where there is one, the dead-letter destination, each with its identity."""
    yield destination_of(body)
    dead_letter, identity = dead_letter_of(body)
    if dead_letter is not None:
        yield dead_letter, identity


def subscription_outputs(body: Properties, topic: str) -> Properties:
    """Return a subscription as a GET answers it, which is not as it was sent.

    Recordings: test_create_system_topic, test_event_subscription_delivery_attributes and …_with_delivery_identity.

    Args:
        body: Its wire inputs, without path parameters.
        topic: The id of the system topic, which stands where others name the source.
    """
    returned = {**_FILLED, **body, "topic": topic, "provisioningState": "Succeeded"}
    returned["retryPolicy"] = {**_FILLED["retryPolicy"], **returned["retryPolicy"]}
    wanted = {**_FILLED_FILTER, **body.get("filter", {})}
    returned["filter"] = {name: value for name, value in wanted.items() if value is not False}
    if "deliveryWithResourceIdentity" in body:
        delivery = body["deliveryWithResourceIdentity"]
        returned["destination"] = None
        returned["deliveryWithResourceIdentity"] = {**delivery, "destination": _shown(delivery["destination"])}
    else:
        returned["destination"] = _shown(body["destination"])
    return returned


_FILLED: Properties = {
    "eventDeliverySchema": SCHEMAS[0],
    "expirationTimeUtc": None,
    "labels": None,
    "retryPolicy": {"maxDeliveryAttempts": 30, "eventTimeToLiveInMinutes": 1440},
}
_FILLED_FILTER = {"includedEventTypes": EVENT_TYPES, "subjectBeginsWith": "", "subjectEndsWith": ""}
_FILLED_WEB_HOOK = {"maxEventsPerBatch": 1, "preferredBatchSizeInKilobytes": 64}


def _shown(destination: Properties) -> Properties:
    shown = dict(destination)
    if shown["endpointType"] == "WebHook":
        base = {"endpointUrl": None, "endpointBaseUrl": shown["endpointUrl"].split("?")[0]}
        shown = {**_FILLED_WEB_HOOK, **shown, **base}
    if "deliveryAttributeMappings" in shown:
        shown["deliveryAttributeMappings"] = [
            {**mapping, "value": "Hidden"} if mapping.get("isSecret") else mapping
            for mapping in shown["deliveryAttributeMappings"]
        ]
    return shown


def _check_destination(cloud: Cloud, topic: Existing, destination: Properties, identity: Properties | None) -> None:
    """Refuse a destination that is not there, or an identity that cannot deliver to it."""
    kind = destination["endpointType"]
    if kind == "WebHook":
        return
    account = destination["resourceId"]
    if not re.fullmatch(_TYPES[kind], account, re.IGNORECASE):
        raise invalid(f"'{account}' is no {kind}.")
    for needed in (account, _entity(destination)):
        if cloud.get(needed) is None:
            raise invalid(f"Destination endpoint not found. Resource details: '{needed}'.")
    if identity is None:
        return
    if kind not in ROLES:
        raise invalid(f"The endpoint type {kind} does not support delivery with an identity.")
    delivering_principal(topic, identity)


def _entity(destination: Properties) -> str:
    """The id of the queue or container behind an account, or of the destination itself."""
    account = str(destination["resourceId"])
    if "queueName" in destination:
        return f"{account}/queueServices/default/queues/{destination['queueName']}"
    if "blobContainerName" in destination:
        return f"{account}/blobServices/default/containers/{destination['blobContainerName']}"
    return account


def _require_open_firewall(cloud: Cloud, account: str, identity: Properties) -> None:
    existing = cloud.get(account)
    rules = existing.inputs.get("networkRuleSet", {}) if existing else {}
    if rules.get("defaultAction") != "Deny":
        return
    trusted = _FIREWALL_SERVICES in str(rules.get("bypass", "")) and (identity.get("type") == "SystemAssigned")
    if not trusted:
        raise LateError(MISSING_ACCESS[0], f"The firewall of '{account}' does not let Event Grid in.")
