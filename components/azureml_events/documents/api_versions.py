"""What each of the first API versions of Event Grid knows of an event subscription.

Source: the types that Azure/bicep-types-az generates from each version's contract. Later versions are not listed: they
know all of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from azureml_events.documents.members import target_in
from azureml_events.documents.values import member_at

_FIRST = {"WebHook", "EventHub", "destination", "filter", "labels"}
_IN_JANUARY_2019 = {"StorageQueue", "HybridConnection", "retryPolicy", "deadLetterDestination"}
_IN_JUNE_2019 = {
    "ServiceBusQueue",
    "expirationTimeUtc",
    "advancedFilters",
    "NumberIn",
    "NumberNotIn",
    "NumberLessThan",
    "NumberLessThanOrEquals",
    "NumberGreaterThan",
    "NumberGreaterThanOrEquals",
    "BoolEquals",
    "StringIn",
    "StringNotIn",
    "StringBeginsWith",
    "StringEndsWith",
    "StringContains",
}
_IN_JUNE_2020 = {
    "AzureFunction",
    "ServiceBusTopic",
    "eventDeliverySchema",
    "maxEventsPerBatch",
    "preferredBatchSizeInKilobytes",
}

KNOWN_TO: Mapping[str, frozenset[str]] = {
    "2018-01-01": frozenset(_FIRST),
    "2019-01-01": frozenset(_FIRST | _IN_JANUARY_2019),
    "2019-06-01": frozenset(_FIRST | _IN_JANUARY_2019 | _IN_JUNE_2019),
    "2020-06-01": frozenset(_FIRST | _IN_JANUARY_2019 | _IN_JUNE_2019 | _IN_JUNE_2020),
}
"""The endpoint types, members and operators that a version knows, by the version."""

_LATER = (
    "deliveryAttributeMappings",
    "minimumTlsVersionAllowed",
    "maxEventsPerBatch",
    "preferredBatchSizeInKilobytes",
)


def unknown_to(version: str, body: Mapping[str, Any]) -> tuple[str, ...]:
    """List what an event subscription uses that an API version does not know.

    Args:
        version: The version, as `2018-01-01`.
        body: The event subscription's body, in azure-native's form.

    Returns:
        Endpoint types, members and operators by name; none for a version that is not listed.
    """
    known = KNOWN_TO.get(version)
    return () if known is None else tuple(dict.fromkeys(name for name in _used(body) if name not in known))


def _used(body: Mapping[str, Any]) -> Iterator[str]:
    _, destination = target_in(body, "destination", "deliveryWithResourceIdentity")
    if isinstance(destination, Mapping):
        if isinstance(destination.get("endpointType"), str):
            yield destination["endpointType"]
        yield from (name for name in _LATER if destination.get(name))
    yield from (name for name, value in body.items() if value not in (None, [], {}))
    conditions = member_at(body, ("filter", "advancedFilters"))
    if member_at(body, ("filter", "enableAdvancedFilteringOnArrays")):
        yield "enableAdvancedFilteringOnArrays"
    if conditions:
        yield "advancedFilters"
    for each in conditions if isinstance(conditions, list) else ():
        if isinstance(each, Mapping) and isinstance(each.get("operatorType"), str):
            yield each["operatorType"]
