"""What each of the first API versions of Event Grid knows of an event subscription.

Source: the types that Azure/bicep-types-az generates from each version's contract. Later versions are not listed: they
know all of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

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
    outer = body.get("deliveryWithResourceIdentity")
    destination = outer.get("destination") if isinstance(outer, Mapping) else body.get("destination")
    if isinstance(destination, Mapping):
        if isinstance(destination.get("endpointType"), str):
            yield destination["endpointType"]
        yield from (name for name in _LATER if destination.get(name))
    yield from (name for name, value in body.items() if value not in (None, [], {}))
    filter_ = body.get("filter")
    conditions = filter_.get("advancedFilters") if isinstance(filter_, Mapping) else None
    if isinstance(filter_, Mapping) and filter_.get("enableAdvancedFilteringOnArrays"):
        yield "enableAdvancedFilteringOnArrays"
    if conditions:
        yield "advancedFilters"
    for each in conditions if isinstance(conditions, list) else ():
        if isinstance(each, Mapping) and isinstance(each.get("operatorType"), str):
            yield each["operatorType"]
