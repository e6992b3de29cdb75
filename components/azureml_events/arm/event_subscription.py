"""Event subscriptions as ARM knows them, both ways.

The form is azure-native's: ARM's JSON with the `properties` of polymorphic objects lifted into them. Deferred values
and secrets stay what they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from azureml_events.arm.identity import delivery_identity_from_arm, delivery_identity_to_arm
from azureml_events.base.mistakes import DeclarationError, Mistake, Path, show, unknown
from azureml_events.base.urls import holds_key
from azureml_events.base.values import Secret
from azureml_events.event_grid.delivery import RetryPolicy
from azureml_events.event_grid.filters import AdvancedFilter, EventFilter
from azureml_events.handlers import ENDPOINTS
from azureml_events.handlers.endpoint import Endpoint
from azureml_events.stack.dead_letter import DeadLetterStore
from azureml_events.stack.event_subscription import DeliveryIdentity, EventSubscription

STORAGE_BLOB = "StorageBlob"
"""The endpoint type of every dead-letter destination."""

MEMBERS = (
    "destination",
    "deliveryWithResourceIdentity",
    "deadLetterDestination",
    "deadLetterWithResourceIdentity",
    "filter",
    "eventDeliverySchema",
    "retryPolicy",
    "labels",
    "expirationTimeUtc",
)
"""The members of a body."""

_SCALARS = ("eventDeliverySchema", "labels", "expirationTimeUtc")

T = TypeVar("T")


def to_arm(declared: EventSubscription) -> dict[str, Any]:
    """The body of an event subscription, every service default written out, lists in a fixed order.

    Args:
        declared: The event subscription.
    """
    body: dict[str, Any] = {}
    delivery = declared.destination.to_arm()
    if declared.delivery_identity:
        identity = delivery_identity_to_arm(declared.delivery_identity)
        body["deliveryWithResourceIdentity"] = {"identity": identity, "destination": delivery}
    else:
        body["destination"] = delivery
    if declared.dead_letter:
        store = {
            "endpointType": STORAGE_BLOB,
            "resourceId": declared.dead_letter.resource_id,
            "blobContainerName": declared.dead_letter.blob_container_name,
        }
        if declared.dead_letter_identity:
            identity = delivery_identity_to_arm(declared.dead_letter_identity)
            body["deadLetterWithResourceIdentity"] = {"identity": identity, "deadLetterDestination": store}
        else:
            body["deadLetterDestination"] = store
    body["filter"] = _filter_to_arm(declared.filter)
    body["eventDeliverySchema"] = declared.event_delivery_schema
    body["retryPolicy"] = declared.retry_policy.model_dump(by_alias=True)
    if declared.labels:
        body["labels"] = list(declared.labels)
    if declared.expiration_time_utc:
        body["expirationTimeUtc"] = declared.expiration_time_utc
    return body


def from_arm(body: Mapping[str, Any]) -> EventSubscription:
    """The event subscription that a body declares.

    Args:
        body: What `to_arm` gives; members may also be null, as Azure prints them.

    Raises:
        DeclarationError: The body declares none; with every mistake.
    """
    given = {name: value for name, value in body.items() if value is not None}
    read = _Reader()
    for name in given:
        if name not in MEMBERS:
            read.refuse((name,), unknown("member", name, MEMBERS))
    fields: dict[str, Any] = {name: given[name] for name in _SCALARS if name in given}
    path, destination, fields["deliveryIdentity"] = read.with_identity(
        given, "destination", "deliveryWithResourceIdentity"
    )
    if destination is None:
        read.refuse(path, "required, but missing: where to deliver")
    else:
        fields["destination"] = read(path, endpoint_from_arm, destination)
    path, store, fields["deadLetterIdentity"] = read.with_identity(
        given, "deadLetterDestination", "deadLetterWithResourceIdentity"
    )
    if store is not None:
        fields["deadLetter"] = read(path, _store_from_arm, store)
    fields["filter"] = read(("filter",), _filter_from_arm, given.get("filter", {}))
    fields["retryPolicy"] = read(("retryPolicy",), RetryPolicy.parse, _present(given.get("retryPolicy", {})))
    try:
        declared = EventSubscription.parse(_present(fields))
    except DeclarationError as error:
        read.mistakes += [mistake for mistake in error.mistakes if mistake.path and mistake.path[0] in _SCALARS]
    if read.mistakes:
        raise DeclarationError(read.mistakes)
    return declared


def endpoint_from_arm(body: object) -> Endpoint:
    """The endpoint that a destination declares.

    Args:
        body: What `Endpoint.to_arm` gives; members may also be null.

    Raises:
        DeclarationError: It declares none; with every mistake.
    """
    given = _present(body)
    if not isinstance(given, dict):
        raise DeclarationError([Mistake((), f"expected a map, got {show(given)}")])
    kind = given.pop("endpointType", None)
    if not isinstance(kind, str) or kind not in ENDPOINTS:
        raise DeclarationError([Mistake(("endpointType",), unknown("endpoint type", kind, ENDPOINTS))])
    url = given.get("endpointUrl")
    if isinstance(url, str) and holds_key(url):
        given["endpointUrl"] = Secret(url)
    mappings = given.get("deliveryAttributeMappings")
    if isinstance(mappings, list):
        given["deliveryAttributeMappings"] = [_mapping_from_arm(item) for item in mappings]
    return ENDPOINTS[kind].parse(given)


class _Reader:
    """Reads parts of a body and keeps what is wrong with each."""

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []

    def __call__(self, path: Path, parse: Callable[[Any], T], given: object) -> T | None:
        try:
            return parse(given)
        except DeclarationError as error:
            self.mistakes += [mistake.below(*path) for mistake in error.mistakes]
            return None

    def refuse(self, path: Path, message: str) -> None:
        self.mistakes.append(Mistake(path, message))

    def with_identity(
        self, given: Mapping[str, Any], plain: str, wrapped: str
    ) -> tuple[Path, object, DeliveryIdentity | None]:
        """What stands in one of the two forms: its path, its body, and the identity it goes with."""
        if plain in given and wrapped in given:
            self.refuse((wrapped,), f"either '{plain}' or '{wrapped}'; not both")
        if wrapped not in given:
            return (plain,), given.get(plain), None
        outer = _present(given[wrapped])
        if not isinstance(outer, Mapping):
            self.refuse((wrapped,), f"expected a map, got {show(outer)}")
            return (wrapped,), None, None
        for name in outer:
            if name not in {"identity", plain}:
                self.refuse((wrapped, name), unknown("member", name, ("identity", plain)))
        identity = self((wrapped, "identity"), delivery_identity_from_arm, outer.get("identity"))
        return (wrapped, plain), outer.get(plain), identity


def _filter_to_arm(declared: EventFilter) -> dict[str, Any]:
    body: dict[str, Any] = {
        "isSubjectCaseSensitive": declared.is_subject_case_sensitive,
        "enableAdvancedFilteringOnArrays": declared.enable_advanced_filtering_on_arrays,
    }
    if declared.included_event_types is not None:
        body["includedEventTypes"] = list(declared.included_event_types)
    if declared.subject_begins_with:
        body["subjectBeginsWith"] = declared.subject_begins_with
    if declared.subject_ends_with:
        body["subjectEndsWith"] = declared.subject_ends_with
    if declared.advanced_filters:
        body["advancedFilters"] = [_advanced_to_arm(item) for item in declared.advanced_filters]
    return body


def _advanced_to_arm(item: AdvancedFilter) -> dict[str, Any]:
    body: dict[str, Any] = {"operatorType": item.operator_type, "key": item.key}
    if item.operator.member == "value":
        body["value"] = item.value
    elif item.operator.member == "values":
        body["values"] = [list(each) if isinstance(each, tuple) else each for each in item.operands]
    return body


def _filter_from_arm(body: object) -> EventFilter:
    given = _present(body)
    if isinstance(given, dict):
        given["advancedFilters"] = [_present(item) for item in given.get("advancedFilters", ())]
    return EventFilter.parse(given)


def _store_from_arm(body: object) -> DeadLetterStore:
    given = _present(body)
    if isinstance(given, dict) and given.pop("endpointType", None) != STORAGE_BLOB:
        raise DeclarationError([Mistake(("endpointType",), f"expected {STORAGE_BLOB}")])
    return DeadLetterStore.parse(given)


def _mapping_from_arm(item: object) -> object:
    given = _present(item)
    if isinstance(given, dict) and given.get("isSecret") is True and not isinstance(given.get("value"), Secret):
        given["value"] = Secret(given.get("value"))
    return given


def _present(body: object) -> object:
    """A map without its null members, copied."""
    if isinstance(body, Mapping):
        return {name: value for name, value in body.items() if value is not None}
    return body
