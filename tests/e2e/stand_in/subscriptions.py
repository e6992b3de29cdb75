"""What Event Grid refuses in an event subscription because of what exists around it."""

from __future__ import annotations

import re

from e2e.stand_in.cloud import Cloud, Existing, Properties, invalid
from e2e.stand_in.identities import delivering_principal, require_role
from e2e.stand_in.subscription_body import dead_letter_of, destination_of, refusals
from e2e.stand_in.workflows import check_handshake

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
    """Refuses what Event Grid refuses in a new or changed subscription.

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
    _check_access(cloud, topic, *destination_of(body))
    dead_letter, identity = dead_letter_of(body)
    if dead_letter is not None:
        _check_access(cloud, topic, dead_letter, identity)


def subscription_outputs(body: Properties, topic: str) -> Properties:
    """A subscription as Event Grid returns it: without what it keeps to itself."""
    returned = {**body, "topic": topic, "provisioningState": "Succeeded"}
    if "deliveryWithResourceIdentity" in body:
        delivery = body["deliveryWithResourceIdentity"]
        shown = {**delivery, "destination": _shown(delivery["destination"])}
        returned["deliveryWithResourceIdentity"] = shown
    else:
        returned["destination"] = _shown(body["destination"])
    return returned


def _shown(destination: Properties) -> Properties:
    shown = dict(destination)
    url = shown.pop("endpointUrl", None)
    if url is not None:
        shown["endpointBaseUrl"] = url.split("?")[0]
    if "deliveryAttributeMappings" in shown:
        shown["deliveryAttributeMappings"] = [
            {name: value for name, value in mapping.items() if name != "value"} if mapping.get("isSecret") else mapping
            for mapping in shown["deliveryAttributeMappings"]
        ]
    return shown


def _check_access(cloud: Cloud, topic: Existing, destination: Properties, identity: Properties | None) -> None:
    """Refuses a destination that is not there, or that the topic cannot reach."""
    kind = destination["endpointType"]
    if kind == "WebHook":
        check_handshake(cloud, destination)
        return
    account = destination["resourceId"]
    if not re.fullmatch(_TYPES[kind], account, re.IGNORECASE):
        raise invalid(f"'{account}' is no {kind}.")
    entity = _entity(destination)
    for needed in (account, entity):
        if cloud.get(needed) is None:
            raise invalid(f"Destination endpoint not found. Resource details: '{needed}'.")
    if identity is None:
        return
    if kind not in ROLES:
        raise invalid(f"The endpoint type {kind} does not support delivery with an identity.")
    principal = delivering_principal(topic, identity)
    require_role(cloud, principal, ROLES[kind], _role_target(destination, entity))
    _check_firewall(cloud, account, identity)


def _entity(destination: Properties) -> str:
    """The id of the queue or container behind an account, or of the destination itself."""
    account = str(destination["resourceId"])
    if "queueName" in destination:
        return f"{account}/queueServices/default/queues/{destination['queueName']}"
    if "blobContainerName" in destination:
        return f"{account}/blobServices/default/containers/{destination['blobContainerName']}"
    return account


def _role_target(destination: Properties, entity: str) -> str:
    return str(destination["resourceId"]) if "queueName" in destination else entity


def _check_firewall(cloud: Cloud, account: str, identity: Properties) -> None:
    existing = cloud.get(account)
    rules = existing.inputs.get("networkRuleSet", {}) if existing else {}
    if rules.get("defaultAction") != "Deny":
        return
    trusted = _FIREWALL_SERVICES in str(rules.get("bypass", "")) and (identity.get("type") == "SystemAssigned")
    if not trusted:
        raise invalid(f"The firewall of '{account}' does not let Event Grid in.")
