"""Event subscriptions as ARM takes them.

The form is azure-native's: ARM's JSON with the `properties` of polymorphic objects lifted into them. Deferred values
and secrets stay what they are. `azureml_events.documents.body` reads this form.
"""

from __future__ import annotations

from typing import Any

from azureml_events.arm.identity import sender_identity_body
from azureml_events.event_grid.filters import AdvancedFilter, EventFilter
from azureml_events.handlers.endpoint import Endpoint
from azureml_events.stack.dead_letter import DeadLetterContainer
from azureml_events.stack.delivery import Delivery
from azureml_events.stack.workspace import TopicIdentity

STORAGE_BLOB = "StorageBlob"
"""The endpoint type of every dead-letter destination."""


def event_subscription_body(
    delivery: Delivery, identity: TopicIdentity, destination: Endpoint, container: DeadLetterContainer | None
) -> dict[str, Any]:
    """Write the body of an event subscription, every service default written out, lists in a fixed order.

    Args:
        delivery: The subscription of the workspace.
        identity: The identity of the workspace's system topic.
        destination: What Event Grid delivers to, created where it had to be.
        container: The container for dead letters; None where these are lost.
    """
    subscription = delivery.subscription
    sender = sender_identity_body(identity)
    body: dict[str, Any] = {}
    if destination.delivers_with_identity:
        body["deliveryWithResourceIdentity"] = {"identity": sender, "destination": destination.to_arm()}
    else:
        body["destination"] = destination.to_arm()
    if container and delivery.dead_letter_with_identity:
        store = _container_body(container)
        body["deadLetterWithResourceIdentity"] = {"identity": sender, "deadLetterDestination": store}
    elif container:
        body["deadLetterDestination"] = _container_body(container)
    body["filter"] = _filter_body(subscription.filter)
    body["eventDeliverySchema"] = delivery.schema
    body["retryPolicy"] = delivery.retry_policy.model_dump(by_alias=True)
    if subscription.labels:
        body["labels"] = sorted(set(subscription.labels))
    if subscription.expiration_time_utc:
        body["expirationTimeUtc"] = subscription.expiration_time_utc
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
