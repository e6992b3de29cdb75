"""Event subscriptions as ARM takes them.

The form is azure-native's: ARM's JSON with the `properties` of polymorphic objects lifted into them. Deferred values
and secrets stay what they are. `azureml_events.documents.body` reads this form.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from pydantic.alias_generators import to_snake

from azureml_events.arm.identity import sender_identity_body
from azureml_events.event_grid.delivery_attributes import Form
from azureml_events.event_grid.filters import AdvancedFilter, EventFilter
from azureml_events.handlers.endpoint import Endpoint
from azureml_events.stack.dead_letter import DeadLetterContainer
from azureml_events.stack.delivery import Delivery
from azureml_events.stack.subscription import Subscription
from azureml_events.stack.workspace import TopicIdentity

STORAGE_BLOB = "StorageBlob"
"""The endpoint type of every dead-letter destination."""


def event_subscription_body(
    delivery: Delivery, identity: TopicIdentity, destination: Endpoint, container: DeadLetterContainer | None
) -> dict[str, Any]:
    """Write the body of an event subscription, every service default written out, lists in a fixed order.

    One that is imported is written as Azure answers it: switches only where they are on, subjects also where they are
    empty, lists as they are given; one that moves from another program as it is given.

    Args:
        delivery: The subscription of the workspace.
        identity: The identity of the workspace's system topic.
        destination: What Event Grid delivers to, created where it had to be.
        container: The container for dead letters; None where these are lost.
    """
    subscription = delivery.subscription
    form: Form = "declared" if subscription.import_ is None else "written" if subscription.moves else "answered"
    body: dict[str, Any] = {}
    target = destination.to_arm(form)
    if destination.delivers_with_identity:
        sender = sender_identity_body(identity, destination.own_identity)
        body["deliveryWithResourceIdentity"] = {"identity": sender, "destination": target}
    else:
        body["destination"] = target
    if container and delivery.dead_letter_with_identity:
        sender, store = sender_identity_body(identity, delivery.dead_letter.own_identity), _container_body(container)
        body["deadLetterWithResourceIdentity"] = {"identity": sender, "deadLetterDestination": store}
    elif container:
        body["deadLetterDestination"] = _container_body(container)
    if form != "declared":
        return {**body, **_as_found(subscription, delivery, written=form == "written")}
    body["filter"] = _filter_body(subscription.filter)
    body["eventDeliverySchema"] = delivery.schema
    body["retryPolicy"] = delivery.retry_policy.model_dump(by_alias=True)
    if subscription.labels:
        body["labels"] = sorted(set(subscription.labels))
    if subscription.expiration_time_utc:
        body["expirationTimeUtc"] = subscription.expiration_time_utc
    return body


def _as_found(subscription: Subscription, delivery: Delivery, *, written: bool) -> dict[str, Any]:
    """Write the members beside the destinations as Azure answers them, or as another program has written them."""
    given = subscription.model_fields_set
    filter_ = _filter_as_found(subscription, given if written else None)
    body: dict[str, Any] = {"filter": filter_} if filter_ else {}
    if not written or "event_delivery_schema" in given:
        body["eventDeliverySchema"] = delivery.schema
    if not written:
        body["retryPolicy"] = delivery.retry_policy.model_dump(by_alias=True)
    elif subscription.retry_policy:
        body["retryPolicy"] = subscription.retry_policy.given()
    if subscription.labels:
        body["labels"] = list(subscription.labels)
    if subscription.expiration_time_utc:
        body["expirationTimeUtc"] = subscription.expiration_time_utc
    return body


def _filter_as_found(subscription: Subscription, given: Collection[str] | None) -> dict[str, Any]:
    """Write a filter as Azure answers it, or with the fields that are given."""
    declared = subscription.filter
    switches = {
        "isSubjectCaseSensitive": subscription.is_subject_case_sensitive,
        "enableAdvancedFilteringOnArrays": subscription.enable_advanced_filtering_on_arrays,
    }
    subjects = {"subjectBeginsWith": declared.subject_begins_with, "subjectEndsWith": declared.subject_ends_with}
    body: dict[str, Any] = {
        name: value
        for name, value in {**switches, **subjects}.items()
        if value or (to_snake(name) in given if given is not None else name in subjects)
    }
    if subscription.event_types is not None:
        body["includedEventTypes"] = list(subscription.event_types)
    if subscription.authored_filters:
        body["advancedFilters"] = [_advanced_filter_body(each) for each in subscription.authored_filters]
    return body


def _container_body(container: DeadLetterContainer) -> dict[str, Any]:
    return {
        "endpointType": STORAGE_BLOB,
        "resourceId": container.resource_id,
        "blobContainerName": container.blob_container_name,
    }


def _filter_body(declared: EventFilter) -> dict[str, Any]:
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
        body["advancedFilters"] = [_advanced_filter_body(item) for item in declared.advanced_filters]
    return body


def _advanced_filter_body(item: AdvancedFilter) -> dict[str, Any]:
    body: dict[str, Any] = {"operatorType": item.operator_type, "key": item.key}
    if item.operator.member == "value":
        body["value"] = item.value
    elif item.operator.member == "values":
        body["values"] = [list(each) if isinstance(each, tuple) else each for each in item.operands]
    return body
