"""The output of Az PowerShell: `Get-AzEventGridSubscription … | ConvertTo-Json`, and of its neighbours.

Source: the module Az.EventGrid, whose objects have ARM's members flattened, in Pascal case and in the singular.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from azureml_events.base.mistakes import MemberPath
from azureml_events.base.model import json_names
from azureml_events.documents.azure_cli import EMPTY, found_subscription, found_topic, is_of_azure
from azureml_events.documents.found import Found, FoundSubscription, FoundTopic, Note
from azureml_events.documents.members import ENDPOINT_MEMBERS
from azureml_events.documents.translation import Translation
from azureml_events.documents.unresolved import UNKNOWN
from azureml_events.documents.values import member_at
from azureml_events.event_grid.delivery_attributes import DeliveryAttributeMapping
from azureml_events.event_grid.filters import AdvancedFilter, EventFilter
from azureml_events.event_grid.operators import OPERATORS
from azureml_events.stack.dead_letter import DeadLetterContainer

_IDENTITY = ("identity", "type"), ("identity", "userAssignedIdentity")

_FLAT: Mapping[str, MemberPath] = {
    "Destination": ("destination",),
    "DeliveryWithResourceIdentityDestination": ("deliveryWithResourceIdentity", "destination"),
    "DeliveryWithResourceIdentityType": ("deliveryWithResourceIdentity", *_IDENTITY[0]),
    "DeliveryWithResourceIdentityUserAssignedIdentity": ("deliveryWithResourceIdentity", *_IDENTITY[1]),
    "DeadLetterDestination": ("deadLetterDestination",),
    "DeadLetterWithResourceIdentityDeadLetterDestination": ("deadLetterWithResourceIdentity", "deadLetterDestination"),
    "DeadLetterWithResourceIdentityType": ("deadLetterWithResourceIdentity", *_IDENTITY[0]),
    "DeadLetterWithResourceIdentityUserAssignedIdentity": ("deadLetterWithResourceIdentity", *_IDENTITY[1]),
    "EventDeliverySchema": ("eventDeliverySchema",),
    "ExpirationTimeUtc": ("expirationTimeUtc",),
    "ExpirationDate": ("expirationTimeUtc",),
    "Filter": ("filter",),
    "FilterAdvancedFilter": ("filter", "advancedFilters"),
    "FilterEnableAdvancedFilteringOnArray": ("filter", "enableAdvancedFilteringOnArrays"),
    "FilterIncludedEventType": ("filter", "includedEventTypes"),
    "FilterIsSubjectCaseSensitive": ("filter", "isSubjectCaseSensitive"),
    "FilterSubjectBeginsWith": ("filter", "subjectBeginsWith"),
    "FilterSubjectEndsWith": ("filter", "subjectEndsWith"),
    "Label": ("labels",),
    "Labels": ("labels",),
    "RetryPolicyEventTimeToLiveInMinute": ("retryPolicy", "eventTimeToLiveInMinutes"),
    "RetryPolicyMaxDeliveryAttempt": ("retryPolicy", "maxDeliveryAttempts"),
}
"""The paths in ARM's body of the members that PowerShell prints."""

_MAPS = {"Destination", "Filter", "DeliveryWithResourceIdentityDestination", "DeadLetterDestination"}
_NAMES = dict.fromkeys(
    (
        *ENDPOINT_MEMBERS,
        *json_names(DeadLetterContainer),
        *json_names(DeliveryAttributeMapping),
        *json_names(EventFilter),
        *json_names(AdvancedFilter),
    )
)
_CUT = "cut off: ConvertTo-Json keeps two levels; print it again with ConvertTo-Json -Depth 20"
_ALL_OF_THEM = (
    "print those of a topic with 'Get-AzEventGridSystemTopicEventSubscription -ResourceGroupName <group>"
    " -SystemTopicName <topic> | ConvertTo-Json -Depth 20'"
)


def is_az_powershell(value: object) -> bool:
    """Tell whether a JSON value is such output: one object or an array.

    Args:
        value: The value.
    """
    return any(isinstance(item, Mapping) and _kind(item) for _, item in _items(value))


def read_az_powershell(value: Any) -> Found:
    """Find the system topics and event subscriptions in such output.

    Args:
        value: The output.
    """
    topics: list[FoundTopic] = []
    subscriptions: list[FoundSubscription] = []
    notes: list[Note] = []
    for path, item in _items(value):
        kind = _kind(item) if isinstance(item, Mapping) else None
        if kind == "topic":
            topics.append(_topic(path, item))
        elif kind:
            subscriptions.append(_subscription(path, item, notes))
        else:
            notes.append(Note(path, "neither an event subscription nor a system topic; passed over"))
    if not subscriptions:
        notes.append(Note((), f"{EMPTY}; {_ALL_OF_THEM}"))
    return Found(tuple(topics), tuple(subscriptions), tuple(notes))


def _items(value: Any) -> Iterator[tuple[MemberPath, Any]]:
    if isinstance(value, list):
        yield from (((index,), item) for index, item in enumerate(value))
    else:
        yield (), value


def _kind(item: Mapping[str, Any]) -> str | None:
    lower = {"type": item.get("Type")}
    if is_of_azure(lower):
        return "topic" if str(item["Type"]).lower().endswith("/systemtopics") else "subscription"
    own = "FilterIncludedEventType" in item or "FilterAdvancedFilter" in item
    return "subscription" if own and "Destination" in item else None


def _topic(path: MemberPath, item: Mapping[str, Any]) -> FoundTopic:
    written = {name: item.get(name[0].upper() + name[1:]) for name in ("id", "name", "source", "topicType")}
    identity = {"type": item["IdentityType"]} if item.get("IdentityType") else None
    return found_topic(path, {**written, "identity": identity if "IdentityType" in item else UNKNOWN})


def _subscription(path: MemberPath, item: Mapping[str, Any], notes: list[Note]) -> FoundSubscription:
    made = Translation()
    for name, value in item.items():
        if name in _FLAT:
            made.put(_FLAT[name], _value(value, (*path, name), notes, is_map=name in _MAPS), (*path, name))
    places: dict[MemberPath, MemberPath] = {}
    for arm, place in made.places.items():
        places[arm] = place
        places |= _places_below(arm, member_at(made.body, arm), place, item[str(place[-1])])
    written = {
        "id": item.get("Id"),
        "name": item.get("Name") or item.get("EventSubscriptionName"),
        "topic": item.get("Topic"),
        "provisioningState": item.get("ProvisioningState"),
    }
    found = found_subscription(path, written)
    places[("provisioningState",)] = (*path, "ProvisioningState")
    return replace(found, body=made.body, places=places, name_path=(*path, "Name"), flattened=True)


def _value(value: Any, path: MemberPath, notes: list[Note], *, is_map: bool = False) -> Any:
    """Give a value ARM's names; what ConvertTo-Json has cut off is not known."""
    if is_map and isinstance(value, str):
        notes.append(Note(path, _CUT))
        return UNKNOWN
    if isinstance(value, list):
        of_maps = path[-1] in {"FilterAdvancedFilter", "AdvancedFilters", "DeliveryAttributeMapping"}
        return [_value(element, (*path, at), notes, is_map=of_maps) for at, element in enumerate(value)]
    if not isinstance(value, Mapping):
        return value
    named = {}
    operator = OPERATORS.get(str(value.get("OperatorType")))
    for name, inner in value.items():
        arm = _arm_name(name, inner)
        if arm == "value" and operator is not None and operator.member == "values":
            notes.append(Note((*path, name), _CUT))
            named["values"] = UNKNOWN
        else:
            named[arm] = _value(inner, (*path, name), notes)
    return named


def _arm_name(name: str, value: object) -> str:
    """Return ARM's name of a member: in camel case, and in the plural where ARM has it."""
    camel = name[:1].lower() + name[1:]
    if camel == "value" and isinstance(value, list):
        return "values"
    return camel if camel in _NAMES or f"{camel}s" not in _NAMES else f"{camel}s"


def _places_below(arm: MemberPath, made: Any, place: MemberPath, written: Any) -> dict[MemberPath, MemberPath]:
    """Find the places of the members below one that was translated."""
    places: dict[MemberPath, MemberPath] = {}
    if isinstance(made, dict) and isinstance(written, Mapping):
        for (name, value), (own, inner) in zip(made.items(), written.items(), strict=False):
            places[(*arm, name)] = (*place, own)
            places |= _places_below((*arm, name), value, (*place, own), inner)
    elif isinstance(made, list) and isinstance(written, list):
        for at, (value, inner) in enumerate(zip(made, written, strict=False)):
            places[(*arm, at)] = (*place, at)
            places |= _places_below((*arm, at), value, (*place, at), inner)
    return places
