"""The output of Az PowerShell: `Get-AzEventGridSubscription … | ConvertTo-Json`, and of its neighbours.

Source: the module Az.EventGrid, whose objects have ARM's members flattened, in Pascal case and in the singular.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from azureml_events.base.mistakes import MemberPath
from azureml_events.base.model import json_names
from azureml_events.documents.azure_cli import EMPTY, found_subscription, found_topic, is_of_azure, items_in
from azureml_events.documents.found import Found, FoundSubscription, FoundTopic, Note
from azureml_events.documents.members import ENDPOINT_MEMBERS
from azureml_events.documents.translation import Translation
from azureml_events.documents.unresolved import UNKNOWN, Unresolved
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

_MAPS = {
    "Destination",
    "DeliveryWithResourceIdentityDestination",
    "DeadLetterDestination",
    "DeadLetterWithResourceIdentityDeadLetterDestination",
    "Filter",
}
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
    """Tell whether a JSON value is such output: one object or an array."""
    return any(isinstance(item, Mapping) and _kind(item) for _, item in items_in(value))


def read_az_powershell(value: Any) -> Found:
    """Find the system topics and event subscriptions in such output."""
    topics: list[FoundTopic] = []
    subscriptions: list[FoundSubscription] = []
    notes: list[Note] = []
    for path, item in items_in(value):
        kind = _kind(item) if isinstance(item, Mapping) else None
        if kind == "topic":
            topics.append(_topic(path, item))
        elif kind:
            made = _Body(path, item)
            subscriptions.append(_subscription(path, item, made))
            notes += made.notes
        else:
            notes.append(Note(path, "neither an event subscription nor a system topic; passed over"))
    if not subscriptions:
        notes.append(Note((), f"{EMPTY}; {_ALL_OF_THEM}"))
    return Found(tuple(topics), tuple(subscriptions), tuple(notes))


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


def _subscription(path: MemberPath, item: Mapping[str, Any], made: _Body) -> FoundSubscription:
    written = {
        "id": item.get("Id"),
        "name": item.get("Name") or item.get("EventSubscriptionName"),
        "topic": item.get("Topic"),
        "provisioningState": item.get("ProvisioningState"),
    }
    places = {**made.places, ("provisioningState",): (*path, "ProvisioningState")}
    found = found_subscription(path, written)
    return replace(found, body=made.body, places=places, name_path=(*path, "Name"), flattened=True)


class _Body(Translation):
    """An event subscription's body with ARM's names; what ConvertTo-Json has cut off is not known, and noted."""

    def __init__(self, path: MemberPath, item: Mapping[str, Any]) -> None:
        super().__init__()
        self.notes: list[Note] = []
        for name, arm in _FLAT.items():
            if item.get(name) is not None:
                place = (*path, name)
                self.put(arm, self._value(arm, item[name], place, is_map=name in _MAPS), place)

    def _value(self, arm: MemberPath, written: Any, place: MemberPath, *, is_map: bool = False) -> Any:
        self.places[arm] = place
        if is_map and isinstance(written, str):
            return self._cut(arm, place)
        if isinstance(written, list):
            of_maps = place[-1] in {"FilterAdvancedFilter", "AdvancedFilters", "DeliveryAttributeMapping"}
            return [
                self._value((*arm, at), element, (*place, at), is_map=of_maps) for at, element in enumerate(written)
            ]
        if not isinstance(written, Mapping):
            return written
        operator = OPERATORS.get(str(written.get("OperatorType")))
        of_list = operator is not None and operator.member == "values"
        named = {}
        for name, inner in written.items():
            member = _arm_name(name, inner)
            if member == "value" and of_list:
                named["values"] = self._cut((*arm, "values"), (*place, name))
            else:
                named[member] = self._value((*arm, member), inner, (*place, name))
        return named

    def _cut(self, arm: MemberPath, place: MemberPath) -> Unresolved:
        self.places[arm] = place
        self.notes.append(Note(place, _CUT))
        return UNKNOWN


def _arm_name(name: str, value: object) -> str:
    """Return ARM's name of a member: in camel case, and in the plural where ARM has it."""
    camel = name[:1].lower() + name[1:]
    if camel == "value" and isinstance(value, list):
        return "values"
    return camel if camel in _NAMES or f"{camel}s" not in _NAMES else f"{camel}s"
