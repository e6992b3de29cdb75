"""Refusals of the body of an event subscription, whatever else exists."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from e2e.stand_in.cloud import Properties

EVENT_TYPES = [
    f"Microsoft.MachineLearningServices.{name}"
    for name in (
        "ModelRegistered",
        "ModelDeployed",
        "RunCompleted",
        "RunStatusChanged",
        "DatasetDriftDetected",
    )
]
"""The types of the source's events, which a subscription without any of its own is said to include."""
SCHEMAS = ("EventGridSchema", "CloudEventSchemaV1_0")
_BATCH = {"maxEventsPerBatch": (1, 5000), "preferredBatchSizeInKilobytes": (1, 1024)}
_DESTINATIONS: dict[str, tuple[set[str], set[str]]] = {
    "AzureFunction": ({"resourceId"}, {*_BATCH, "deliveryAttributeMappings"}),
    "EventHub": ({"resourceId"}, {"deliveryAttributeMappings"}),
    "HybridConnection": ({"resourceId"}, {"deliveryAttributeMappings"}),
    "NamespaceTopic": ({"resourceId"}, set()),
    "ServiceBusQueue": ({"resourceId"}, {"deliveryAttributeMappings"}),
    "ServiceBusTopic": ({"resourceId"}, {"deliveryAttributeMappings"}),
    "StorageQueue": ({"resourceId", "queueName"}, {"queueMessageTimeToLiveInSeconds"}),
    "WebHook": (
        {"endpointUrl"},
        {
            *_BATCH,
            "azureActiveDirectoryApplicationIdOrUri",
            "azureActiveDirectoryTenantId",
            "deliveryAttributeMappings",
            "minimumTlsVersionAllowed",
        },
    ),
}
_FILTER = {
    "advancedFilters",
    "enableAdvancedFilteringOnArrays",
    "includedEventTypes",
    "isSubjectCaseSensitive",
    "subjectBeginsWith",
    "subjectEndsWith",
}
_KEY = re.compile(r"(id|topic|source|subject|type|eventtype|dataversion|specversion|data\..+)", re.IGNORECASE)
_EXTENSION = re.compile(r"[a-z0-9]{1,20}")
_RETRY = {"maxDeliveryAttempts": (1, 30), "eventTimeToLiveInMinutes": (1, 1440)}
_MOST_FILTERS = 25
_MOST_VALUES = 25
_LONGEST = 512
_MOST_ATTRIBUTES = 10


def destination_of(body: Properties) -> tuple[Properties, Properties | None]:
    """Return the destination of a body, and the identity that delivers to it or None."""
    with_identity = body.get("deliveryWithResourceIdentity")
    if with_identity:
        return with_identity.get("destination", {}), with_identity.get("identity", {})
    return body.get("destination", {}), None


def dead_letter_of(body: Properties) -> tuple[Properties | None, Properties | None]:
    """Return the dead-letter destination of a body and its identity, each None where there is none."""
    with_identity = body.get("deadLetterWithResourceIdentity")
    if with_identity:
        return with_identity.get("deadLetterDestination", {}), with_identity.get("identity", {})
    return body.get("deadLetterDestination"), None


def refusals(body: Properties) -> Iterator[str]:
    """Yield every reason to refuse a body.

    Args:
        body: The wire inputs of a subscription, without path parameters.
    """
    yield from _forms(body)
    destination, _ = destination_of(body)
    yield from _destination(destination, str(body.get("eventDeliverySchema", SCHEMAS[0])))
    dead_letter, _ = dead_letter_of(body)
    if dead_letter is not None:
        yield from _members("deadLetterDestination", dead_letter, {"endpointType", "resourceId", "blobContainerName"})
        if dead_letter.get("endpointType") != "StorageBlob":
            yield f"unknown dead-letter endpoint type '{dead_letter.get('endpointType')}'"
    yield from _filter(body.get("filter", {}))
    if body.get("eventDeliverySchema", SCHEMAS[0]) not in SCHEMAS:
        yield f"delivery schema '{body['eventDeliverySchema']}' is not supported"
    retry = body.get("retryPolicy", {})
    yield from _members("retryPolicy", retry, set(), set(_RETRY))
    yield from _bounds(retry, _RETRY)
    yield from _expiration(body.get("expirationTimeUtc"))


def _members(where: str, value: Any, required: set[str], optional: set[str] | None = None) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where} must be an object"
        return
    for name in sorted(required - value.keys()):
        yield f"{where}.{name} is required"
    for name in sorted(value.keys() - required - (optional or set())):
        yield f"{where}.{name} is not known"


def _bounds(value: Properties, limits: dict[str, tuple[int, int]]) -> Iterator[str]:
    for name, (low, high) in limits.items():
        given = value.get(name, low)
        if isinstance(given, bool) or given != int(given) or not low <= given <= high:
            yield f"{name} must be a whole number from {low} to {high}, got {given}"


def _forms(body: Properties) -> Iterator[str]:
    if bool(body.get("destination")) == bool(body.get("deliveryWithResourceIdentity")):
        yield "exactly one of destination and deliveryWithResourceIdentity is allowed"
    if body.get("deadLetterDestination") and body.get("deadLetterWithResourceIdentity"):
        yield "only one of deadLetterDestination and deadLetterWithResourceIdentity is allowed"
    for name, inner in (
        ("deliveryWithResourceIdentity", "destination"),
        ("deadLetterWithResourceIdentity", "deadLetterDestination"),
    ):
        if name in body:
            yield from _members(name, body[name], {"identity", inner})
            yield from _members(
                f"{name}.identity",
                body[name].get("identity", {}),
                {"type"},
                {"userAssignedIdentity"},
            )


def _destination(destination: Properties, schema: str) -> Iterator[str]:
    kind = destination.get("endpointType")
    if kind not in _DESTINATIONS:
        yield f"unknown endpoint type '{kind}'"
        return
    required, optional = _DESTINATIONS[kind]
    yield from _members("destination", destination, {"endpointType", *required}, optional)
    yield from _bounds(destination, _BATCH)
    if kind == "NamespaceTopic" and schema != "CloudEventSchemaV1_0":
        yield "a namespace topic takes CloudEventSchemaV1_0 only"
    if not str(destination.get("endpointUrl", "https://")).startswith("https://"):
        yield "endpointUrl must be https"
    if ("azureActiveDirectoryTenantId" in destination) != ("azureActiveDirectoryApplicationIdOrUri" in destination):
        yield "tenant and application of a webhook go together"
    ttl = destination.get("queueMessageTimeToLiveInSeconds", -1)
    if ttl != -1 and ttl <= 0:
        yield f"queueMessageTimeToLiveInSeconds must be -1 or positive, got {ttl}"
    yield from _attributes(destination.get("deliveryAttributeMappings", []))


def _attributes(mappings: list[Properties]) -> Iterator[str]:
    if len(mappings) > _MOST_ATTRIBUTES:
        yield f"more than {_MOST_ATTRIBUTES} delivery attributes"
    for mapping in mappings:
        where = f"delivery attribute '{mapping.get('name')}'"
        match mapping.get("type"):
            case "Static":
                yield from _members(where, mapping, {"name", "type", "value"}, {"isSecret"})
            case "Dynamic":
                yield from _members(where, mapping, {"name", "type", "sourceField"})
            case other:
                yield f"{where} has the unknown type '{other}'"
        if str(mapping.get("name", "")).lower().startswith("aeg-"):
            yield f"{where} begins with aeg-"


def _filter(wanted: Properties) -> Iterator[str]:
    yield from _members("filter", wanted, set(), _FILTER)
    types = wanted.get("includedEventTypes")
    if types is not None and not types:
        yield "includedEventTypes is empty"
    for name in types or []:
        if name not in EVENT_TYPES:
            yield f"the event type '{name}' is not registered for the source"
    advanced = wanted.get("advancedFilters", [])
    if len(advanced) > _MOST_FILTERS:
        yield f"more than {_MOST_FILTERS} advanced filters"
    if sum(_count(each) for each in advanced) > _MOST_VALUES:
        yield f"more than {_MOST_VALUES} values in the advanced filters"
    for each in advanced:
        yield from _advanced(each)


def _count(advanced: Properties) -> int:
    values = advanced.get("values")
    return len(values) if isinstance(values, list) else int("value" in advanced)


def _advanced(advanced: Properties) -> Iterator[str]:
    operator, key = str(advanced.get("operatorType")), str(advanced.get("key", ""))
    where = f"filter {operator} on '{key}'"
    if not (_KEY.fullmatch(key) or _EXTENSION.fullmatch(key)):
        yield f"{where}: the key is not valid"
    if operator not in _OPERATORS:
        yield f"{where}: unknown operator"
        return
    operand = _OPERATORS[operator]
    member = {operand.member} if operand.member else set()
    yield from _members(where, advanced, {"operatorType", "key", *member})
    if operand.member not in advanced:
        return
    given = advanced[operand.member]
    items = given if operand.member == "values" else [given]
    if not isinstance(items, list) or not items or not all(map(operand.fits, items)):
        yield f"{where}: takes {operand.text}"


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_range(value: object) -> bool:
    if not isinstance(value, list) or len(value) != 2 or not all(map(_is_number, value)):
        return False
    return bool(value[0] <= value[1])


def _is_short_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST


@dataclass(frozen=True)
class _Operand:
    """The operand of an operator: in which member, of which form."""

    member: str | None
    fits: Callable[[object], bool]
    text: str


_STRING = _Operand("values", _is_short_text, f"texts of 1 to {_LONGEST} characters, at least one")
_NUMBER = _Operand("value", _is_number, "one number")
_NUMBERS = _Operand("values", _is_number, "numbers, at least one")
_RANGES = _Operand("values", _is_range, "ranges of two numbers, the lower one first, at least one")
_BOOL = _Operand("value", lambda value: isinstance(value, bool), "true or false")
_NOTHING = _Operand(None, lambda _: True, "no operand")
_OPERATORS = {
    **dict.fromkeys(("StringIn", "StringNotIn", "StringContains", "StringNotContains"), _STRING),
    **dict.fromkeys(("StringBeginsWith", "StringNotBeginsWith"), _STRING),
    **dict.fromkeys(("StringEndsWith", "StringNotEndsWith"), _STRING),
    **dict.fromkeys(("NumberLessThan", "NumberLessThanOrEquals"), _NUMBER),
    **dict.fromkeys(("NumberGreaterThan", "NumberGreaterThanOrEquals"), _NUMBER),
    **dict.fromkeys(("NumberIn", "NumberNotIn"), _NUMBERS),
    **dict.fromkeys(("NumberInRange", "NumberNotInRange"), _RANGES),
    **dict.fromkeys(("IsNullOrUndefined", "IsNotNull"), _NOTHING),
    "BoolEquals": _BOOL,
}


def _expiration(expiration: str | None) -> Iterator[str]:
    if expiration is None:
        return
    try:
        expires = datetime.fromisoformat(expiration)
    except ValueError:
        yield f"invalid expiration time '{expiration}'"
        return
    if expires.tzinfo is None or expires <= datetime.now(UTC):
        yield f"invalid expiration time '{expiration}': must have an offset and lie in the future"
