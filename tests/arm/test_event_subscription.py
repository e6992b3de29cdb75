"""Event subscriptions as ARM takes them: as the Azure CLI sends them, with every default written out."""

from __future__ import annotations

from typing import Any

import pytest
from arm_bodies import body_of, subscription_of
from azureml_events import AdvancedFilter, DeadLetter, DeliveryAttributeMapping, EventHub, Subscription, WebHook
from azureml_events.stack.workspace import TopicIdentity
from declaration_strategies import IDENTITIES, SUBSCRIPTIONS
from hypothesis import given
from stack_texts import HUB, cases

LOST = DeadLetter(disabled="nobody reads them")


def members(value: object) -> list[str]:
    """Every key in a body, at any depth."""
    if isinstance(value, dict):
        return [*value, *(name for inner in value.values() for name in members(inner))]
    return [name for inner in value for name in members(inner)] if isinstance(value, list) else []


@given(SUBSCRIPTIONS, IDENTITIES)
def test_no_member_of_a_body_has_an_underscore(subscription: Subscription, identity: TopicIdentity) -> None:
    assert not [name for name in members(body_of(subscription, identity)) if "_" in name]


def test_every_default_of_the_service_is_written_out() -> None:
    hub = EventHub(resource_id=HUB, identity=False)

    assert body_of(Subscription(to=hub, all_events=True, dead_letter=LOST)) == {
        "destination": {"endpointType": "EventHub", "resourceId": HUB},
        "filter": {"isSubjectCaseSensitive": False, "enableAdvancedFilteringOnArrays": False},
        "eventDeliverySchema": "EventGridSchema",
        "retryPolicy": {"maxDeliveryAttempts": 30, "eventTimeToLiveInMinutes": 1440},
    }


def test_batches_and_the_tls_version_are_written_out() -> None:
    hook = WebHook(endpoint_url="https://example.com")

    assert body_of(Subscription(to=hook, all_events=True, dead_letter=LOST))["destination"] == {
        "endpointType": "WebHook",
        "endpointUrl": "https://example.com",
        "maxEventsPerBatch": 1,
        "preferredBatchSizeInKilobytes": 64,
        "minimumTlsVersionAllowed": "1.2",
    }


def test_the_order_of_lists_makes_no_difference() -> None:
    def body(*names: str) -> dict[str, Any]:
        return body_of(
            Subscription(
                to=EventHub(
                    resource_id=HUB,
                    delivery_attribute_mappings=[
                        DeliveryAttributeMapping(name=name, type="Dynamic", source_field="id") for name in names
                    ],
                ),
                included_event_types=[{"a": "RunCompleted", "b": "ModelRegistered"}[name] for name in names],
                advanced_filters=[
                    AdvancedFilter(operator_type="StringIn", key=f"data.{name}", values=names) for name in names
                ],
                labels=names,
            )
        )

    assert body("a", "b") == body("b", "a")


@pytest.mark.parametrize("case", cases("azure_cli.yaml"))
def test_a_body_is_what_the_azure_cli_sends_and_the_defaults_it_leaves_out(case: dict[str, Any]) -> None:
    body = body_of(subscription_of(case["body"]))

    assert body.pop("eventDeliverySchema") == "EventGridSchema"
    assert body["filter"].pop("enableAdvancedFilteringOnArrays") is False
    assert body == case["body"]
