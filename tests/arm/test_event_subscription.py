"""Event subscriptions as ARM knows them: both ways, as the Azure CLI sends them, as azure-native's classes do."""

from __future__ import annotations

from typing import Any

import pytest
from azureml_events.arm.event_subscription import from_arm, to_arm
from azureml_events.base.mistakes import DeclarationError
from azureml_events.handlers import ENDPOINTS
from azureml_events.stack.event_subscription import EventSubscription
from declaration_strategies import ENDPOINT_STRATEGIES, EVENT_SUBSCRIPTIONS
from hypothesis import given
from stack_texts import ACCOUNT, HUB, cases

EXPECTED_IDENTITY = "expected type SystemAssigned, or UserAssigned with userAssignedIdentity"
DESTINATION = {"endpointType": "EventHub", "resourceId": HUB}


def members(value: object) -> list[str]:
    """Every key in a body, at any depth."""
    if isinstance(value, dict):
        return [*value, *(name for inner in value.values() for name in members(inner))]
    return [name for inner in value for name in members(inner)] if isinstance(value, list) else []


@given(EVENT_SUBSCRIPTIONS)
def test_what_is_written_reads_as_the_same(declared: EventSubscription) -> None:
    assert from_arm(to_arm(declared)) == declared


@given(EVENT_SUBSCRIPTIONS)
def test_no_member_of_a_body_has_an_underscore(declared: EventSubscription) -> None:
    assert not [name for name in members(to_arm(declared)) if "_" in name]


def test_every_endpoint_type_is_among_those_that_are_tried() -> None:
    assert ENDPOINT_STRATEGIES.keys() == ENDPOINTS.keys()


def test_every_default_of_the_service_is_written_out() -> None:
    assert to_arm(from_arm({"destination": DESTINATION})) == {
        "destination": DESTINATION,
        "filter": {"isSubjectCaseSensitive": False, "enableAdvancedFilteringOnArrays": False},
        "eventDeliverySchema": "EventGridSchema",
        "retryPolicy": {"maxDeliveryAttempts": 30, "eventTimeToLiveInMinutes": 1440},
    }


def test_batches_and_the_tls_version_are_written_out() -> None:
    hook = {"endpointType": "WebHook", "endpointUrl": "https://example.com"}
    assert to_arm(from_arm({"destination": hook}))["destination"] == {
        **hook,
        "maxEventsPerBatch": 1,
        "preferredBatchSizeInKilobytes": 64,
        "minimumTlsVersionAllowed": "1.2",
    }


def test_the_order_of_lists_makes_no_difference() -> None:
    first = {"operatorType": "StringIn", "key": "subject", "values": ["b", "a"]}
    second = {"operatorType": "IsNotNull", "key": "data.x"}
    mappings = [{"name": name, "type": "Dynamic", "sourceField": "id"} for name in ("b", "a")]
    some = {
        "destination": {**DESTINATION, "deliveryAttributeMappings": mappings},
        "filter": {"includedEventTypes": ["b", "a"], "advancedFilters": [first, second]},
        "labels": ["b", "a"],
    }
    others = {
        "destination": {**DESTINATION, "deliveryAttributeMappings": mappings[::-1]},
        "filter": {"includedEventTypes": ["a", "b"], "advancedFilters": [second, {**first, "values": ["a", "b"]}]},
        "labels": ["a", "b"],
    }

    assert to_arm(from_arm(some)) == to_arm(from_arm(others))


@pytest.mark.parametrize("case", cases("azure_cli.yaml"))
def test_a_body_is_what_the_azure_cli_sends_and_the_defaults_it_leaves_out(case: dict[str, Any]) -> None:
    body = to_arm(from_arm(case["body"]))

    assert body.pop("eventDeliverySchema") == "EventGridSchema"
    assert body["filter"].pop("enableAdvancedFilteringOnArrays") is False
    assert body == case["body"]


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
                f"deliveryWithResourceIdentity.identity: {EXPECTED_IDENTITY}; got a map",
                "deadLetterDestination.endpointType: expected StorageBlob",
                "filter.subjectBeginWith: unknown field 'subjectBeginWith'; did you mean 'subjectBeginsWith'?",
                "retryPolicy.maxDeliveryAttempts: 31 is out of range; allowed: 1 to 30",
            ],
        ),
    ],
    ids=["no destination", "both forms", "an endpoint type of other sources", "all mistakes at once"],
)
def test_what_is_no_event_subscription_is_refused(body: dict[str, Any], mistakes: list[str]) -> None:
    with pytest.raises(DeclarationError) as refused:
        from_arm(body)
    assert [str(mistake) for mistake in refused.value.mistakes] == mistakes


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
    assert from_arm(body).filter.subject_begins_with == ""


def test_a_url_with_a_key_is_a_secret() -> None:
    hook = from_arm({"destination": {"endpointType": "WebHook", "endpointUrl": "https://example.com?code=hush"}})

    assert "hush" not in repr(hook)
