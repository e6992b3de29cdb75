"""The members of azurerm's event subscriptions in ARM's words.

Source: the pages of the azurerm provider on `azurerm_eventgrid_system_topic_event_subscription` and
`azurerm_eventgrid_event_subscription`, in its third, fourth and fifth major version.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from azureml_events.base.mistakes import MemberPath
from azureml_events.documents.translation import Translation
from azureml_events.documents.unresolved import SECRET, Unresolved
from azureml_events.event_grid.operators import OPERATORS

_Endpoints = Mapping[str, tuple[str, Mapping[str, str]]]
"""Blocks by name, each with its endpoint type and ARM's names of its members."""

_PLAIN: Mapping[str, MemberPath] = {
    "expiration_time_utc": ("expirationTimeUtc",),
    "event_delivery_schema": ("eventDeliverySchema",),
    "labels": ("labels",),
    "included_event_types": ("filter", "includedEventTypes"),
    "advanced_filtering_on_arrays_enabled": ("filter", "enableAdvancedFilteringOnArrays"),
}
_BLOCKS: Mapping[str, Mapping[str, MemberPath]] = {
    "subject_filter": {
        "subject_begins_with": ("filter", "subjectBeginsWith"),
        "subject_ends_with": ("filter", "subjectEndsWith"),
        "case_sensitive": ("filter", "isSubjectCaseSensitive"),
    },
    "retry_policy": {
        "max_delivery_attempts": ("retryPolicy", "maxDeliveryAttempts"),
        "event_time_to_live": ("retryPolicy", "eventTimeToLiveInMinutes"),
    },
}
_IDENTITY = {"type": ("identity", "type"), "user_assigned_identity": ("identity", "userAssignedIdentity")}
_BATCHES = {
    "max_events_per_batch": "maxEventsPerBatch",
    "preferred_batch_size_in_kilobytes": "preferredBatchSizeInKilobytes",
}
_ENDPOINTS: _Endpoints = {
    "azure_function_endpoint": ("AzureFunction", {"function_id": "resourceId", **_BATCHES}),
    "storage_queue_endpoint": (
        "StorageQueue",
        {
            "storage_account_id": "resourceId",
            "queue_name": "queueName",
            "queue_message_time_to_live_in_seconds": "queueMessageTimeToLiveInSeconds",
        },
    ),
    "webhook_endpoint": (
        "WebHook",
        {
            "url": "endpointUrl",
            "active_directory_tenant_id": "azureActiveDirectoryTenantId",
            "active_directory_app_id_or_uri": "azureActiveDirectoryApplicationIdOrUri",
            **_BATCHES,
        },
    ),
    "eventhub_endpoint": ("EventHub", {"eventhub_id": "resourceId"}),
    "hybrid_connection_endpoint": ("HybridConnection", {"hybrid_connection_id": "resourceId"}),
}
_IDS = {
    **dict.fromkeys(("eventhub_id", "eventhub_endpoint_id"), "EventHub"),
    **dict.fromkeys(("hybrid_connection_id", "hybrid_connection_endpoint_id"), "HybridConnection"),
    **dict.fromkeys(("service_bus_queue_id", "service_bus_queue_endpoint_id"), "ServiceBusQueue"),
    **dict.fromkeys(("service_bus_topic_id", "service_bus_topic_endpoint_id"), "ServiceBusTopic"),
}
_STORES: _Endpoints = {
    "storage_blob_dead_letter_destination": (
        "StorageBlob",
        {"storage_account_id": "resourceId", "storage_blob_container_name": "blobContainerName"},
    ),
}
_ATTRIBUTE = {
    "header_name": "name",
    "type": "type",
    "value": "value",
    "source_field": "sourceField",
    "secret": "isSecret",
}
_OPERATORS = {re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower(): name for name in OPERATORS}


def translated(values: Mapping[str, Any], at: MemberPath) -> Translation:
    """Translate the members of an event subscription.

    Args:
        values: The members; what is unknown or sensitive is `Unresolved`.
        at: Where they are in the document.
    """
    made = Translation()
    for name, path in _PLAIN.items():
        made.put(path, values.get(name), (*at, name))
    for name, members in _BLOCKS.items():
        _put_block(made, (), values.get(name), members, (*at, name))
    _put_filters(made, values.get("advanced_filter"), (*at, "advanced_filter"))
    for outer, inner, identity, put in (
        ("deliveryWithResourceIdentity", "destination", "delivery_identity", _put_destination),
        ("deadLetterWithResourceIdentity", "deadLetterDestination", "dead_letter_identity", partial(_put_one, _STORES)),
    ):
        given = values.get(identity)
        if only(given) is None:
            put(made, (inner,), values, at)
        else:
            _put_block(made, (outer,), given, _IDENTITY, (*at, identity))
            put(made, (outer, inner), values, at)
            made.places.setdefault((outer, "identity"), (*at, identity))
    return made


def _put_block(
    made: Translation, prefix: MemberPath, block: Any, members: Mapping[str, MemberPath], at: MemberPath
) -> None:
    written = only(block)
    if isinstance(written, Unresolved):
        made.put((*prefix, *next(iter(members.values()))), written, at)
    elif isinstance(written, Mapping):
        for name, path in members.items():
            made.put((*prefix, *path), written.get(name), (*at, 0, name))


def _put_filters(made: Translation, block: Any, at: MemberPath) -> None:
    written = only(block)
    path: MemberPath = ("filter", "advancedFilters")
    if isinstance(written, Unresolved):
        made.put(path, written, at)
        return
    conditions: list[Any] = []
    for name, operator in _OPERATORS.items():
        given = written.get(name) if isinstance(written, Mapping) else None
        if isinstance(given, Unresolved):
            made.places[*path, len(conditions)] = (*at, 0, name)
            conditions.append(given)
        for index, each in enumerate(given if isinstance(given, list) else ()):
            if isinstance(each, Mapping):
                made.places[*path, len(conditions)] = (*at, 0, name, index)
                members = {member: value for member, value in each.items() if value is not None}
                conditions.append({"operatorType": operator, **members})
    made.put(path, conditions, at)


def _put_one(
    endpoints: _Endpoints, made: Translation, prefix: MemberPath, values: Mapping[str, Any], at: MemberPath
) -> None:
    """Put the one of some endpoints that is written."""
    for name, (kind, members) in endpoints.items():
        block = only(values.get(name))
        if isinstance(block, Unresolved):
            made.put(prefix, block, (*at, name))
        elif isinstance(block, Mapping):
            made.put((*prefix, "endpointType"), kind, (*at, name))
            for own, arm in members.items():
                made.put((*prefix, arm), _place_of(block, own), (*at, name, 0, own))


def _put_destination(made: Translation, prefix: MemberPath, values: Mapping[str, Any], at: MemberPath) -> None:
    _put_one(_ENDPOINTS, made, prefix, values, at)
    for name, kind in _IDS.items():
        if values.get(name) not in (None, ""):
            made.put((*prefix, "endpointType"), kind, (*at, name))
            made.put((*prefix, "resourceId"), values[name], (*at, name))
    attributes = values.get("delivery_property")
    if isinstance(attributes, list) and attributes:
        mappings = [_attribute(each) for each in attributes]
        made.put((*prefix, "deliveryAttributeMappings"), mappings, (*at, "delivery_property"))


def _place_of(block: Mapping[str, Any], member: str) -> Any:
    """Return a member of an endpoint; in place of a secret URL its beginning, which azurerm shows beside it."""
    value, shown = block.get(member), block.get("base_url")
    return shown if member == "url" and value is SECRET and isinstance(shown, str) and shown else value


def _attribute(written: Any) -> Any:
    if not isinstance(written, Mapping):
        return written
    named = {arm: written.get(own) for own, arm in _ATTRIBUTE.items()}
    if named.get("type") != "Static":
        named.pop("isSecret")
    return {name: value for name, value in named.items() if value not in (None, "")}


def only(block: Any) -> Any:
    """Return what stands in a block that there is at most once; None where there is none.

    Args:
        block: The block: a list, or what is not known.
    """
    return next(iter(block), None) if isinstance(block, list) else block
