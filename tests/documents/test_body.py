"""Bodies of event subscriptions: what is written reads as the same, and what is wrong is said."""

from __future__ import annotations

from typing import Any

import pytest
from arm_bodies import body_of, subscription_of
from azureml_events.documents.body import Body
from azureml_events.handlers import ENDPOINTS
from azureml_events.stack.subscription import Subscription
from azureml_events.stack.workspace import TopicIdentity
from declaration_strategies import ENDPOINT_STRATEGIES, IDENTITIES, SUBSCRIPTIONS
from hypothesis import given
from stack_texts import ACCOUNT, HUB

EXPECTED_IDENTITY = "expected type SystemAssigned, or UserAssigned with userAssignedIdentity"
DESTINATION = {"endpointType": "EventHub", "resourceId": HUB}
HOOK = {"endpointType": "WebHook", "endpointUrl": "https://example.com"}


def ordered(subscription: Subscription) -> Subscription:
    """The subscription with its lists in the order of a body, without repetitions."""
    filter_ = subscription.filter
    lists = {
        "included_event_types": filter_.included_event_types,
        "advanced_filters": filter_.advanced_filters,
        "labels": tuple(sorted(set(subscription.labels))),
        "to": _with_ordered_attributes(subscription.to),
    }
    return subscription.model_copy(update=lists)


def _with_ordered_attributes(handler: Any) -> Any:
    mappings = handler.given().get("deliveryAttributeMappings")
    if not mappings:
        return handler
    return handler.model_copy(
        update={"delivery_attribute_mappings": tuple(sorted(mappings, key=lambda each: each.name))}
    )


@given(SUBSCRIPTIONS, IDENTITIES)
def test_what_is_written_reads_as_the_same(subscription: Subscription, identity: TopicIdentity) -> None:
    assert subscription_of(body_of(subscription, identity)) == ordered(subscription)


@given(SUBSCRIPTIONS)
def test_what_is_read_is_written_as_the_same(subscription: Subscription) -> None:
    body = body_of(subscription)

    assert body_of(subscription_of(body)) == body


def test_every_endpoint_type_is_among_those_that_are_tried() -> None:
    assert ENDPOINT_STRATEGIES.keys() == ENDPOINTS.keys()


@pytest.mark.parametrize(
    ("body", "mistakes"),
    [
        ({}, ["destination: required, but missing: where to deliver"]),
        (
            {"destination": DESTINATION, "deliveryWithResourceIdentity": {"identity": {"type": "SystemAssigned"}}},
            [
                "deliveryWithResourceIdentity: either 'destination' or 'deliveryWithResourceIdentity'; not both",
                "deliveryWithResourceIdentity.destination: required, but missing: where to deliver",
            ],
        ),
        (
            {"destination": {"endpointType": "MonitorAlert"}},
            [
                f"destination.endpointType: unknown endpoint type 'MonitorAlert'; allowed: {', '.join(ENDPOINTS)}",
            ],
        ),
        (
            {
                "deliveryWithResourceIdentity": {"identity": {"type": "UserAssigned"}, "destination": DESTINATION},
                "deadLetterDestination": {"endpointType": "Blob", "resourceId": ACCOUNT, "blobContainerName": "dead"},
                "filter": {"subjectBeginWith": "models/"},
                "retryPolicy": {"maxDeliveryAttempts": 31},
                "dead_letter": {},
            },
            [
                "dead_letter: unknown member 'dead_letter'; did you mean 'deadLetterDestination'?",
                "filter.subjectBeginWith: unknown member 'subjectBeginWith'; did you mean 'subjectBeginsWith'?",
                f"deliveryWithResourceIdentity.identity: {EXPECTED_IDENTITY}; got a map",
                "deadLetterDestination.endpointType: expected StorageBlob",
                "retryPolicy.maxDeliveryAttempts: 31 is out of range; allowed: 1 to 30",
            ],
        ),
    ],
    ids=[
        "no destination",
        "both forms",
        "an endpoint type of other sources",
        "all mistakes at once",
    ],
)
def test_what_is_wrong_is_said(body: dict[str, Any], mistakes: list[str]) -> None:
    assert [str(mistake) for mistake in Body(body).mistakes] == mistakes


def test_members_that_azure_prints_as_null_are_absent() -> None:
    body = {
        "destination": {**DESTINATION, "deliveryAttributeMappings": None},
        "deadLetterDestination": None,
        "filter": {
            "includedEventTypes": None,
            "subjectBeginsWith": None,
            "advancedFilters": [{"operatorType": "IsNotNull", "key": "data.x", "value": None}],
        },
        "retryPolicy": None,
        "labels": None,
        "expirationTimeUtc": None,
    }
    assert subscription_of(body).subject_begins_with is None


def test_a_url_with_a_key_is_a_secret() -> None:
    hook = subscription_of({"destination": {**HOOK, "endpointUrl": "https://example.com?code=hush"}})

    assert "hush" not in repr(hook)
