"""What Python users see when a declaration is wrong: every mistake, in Python's names, without secrets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from azureml_events import (
    AdvancedFilter,
    CreateStorageQueue,
    DeadLetter,
    DeclarationError,
    Defaults,
    DeliveryAttributeMapping,
    EventHub,
    RetryPolicy,
    Subscription,
    SystemTopic,
    UserAssigned,
    WebHook,
)
from azureml_events.base.model import Declaration
from azureml_events.base.values import Secret
from pydantic import ValidationError, create_model

MISTAKES: list[tuple[Callable[..., object], dict[str, Any], list[str]]] = [
    (
        RetryPolicy,
        {"max_delivery_attempts": 31, "event_time_to_live_in_minutes": "60"},
        [
            "max_delivery_attempts: 31 is out of range; allowed: 1 to 30",
            "event_time_to_live_in_minutes: expected a whole number, got '60'; write 60",
        ],
    ),
    (
        RetryPolicy,
        {"max_delivery_attempt": 3},
        ["max_delivery_attempt: unknown field 'max_delivery_attempt'; did you mean 'max_delivery_attempts'?"],
    ),
    (Subscription, {"all_events": True}, ["to: required, but missing"]),
    (Subscription, {"to": "hub"}, ["expected exactly one of included_event_types, when, all_events; got none"]),
    (
        Subscription,
        {"when": "runFailed", "to": "hub", "retry_policy": {"max_delivery_attempts": 0}, "subject_ends_with": 5},
        [
            "subject_ends_with: expected text, got 5; quote it",
            "retry_policy.max_delivery_attempts: 0 is out of range; allowed: 1 to 30",
        ],
    ),
    (
        AdvancedFilter,
        {"operator_type": "StringEquals", "key": "data.x", "values": ["a"]},
        ["operator_type: unknown operator 'StringEquals'; did you mean 'StringIn'?"],
    ),
    (EventHub, {}, ["resource_id: required, but missing: the ARM id, or 'create' for a new one"]),
    (CreateStorageQueue, {}, ["resource_group: required, but missing"]),
    (UserAssigned, {}, ["user_assigned: required, but missing", "principal_id: required, but missing"]),
    (SystemTopic, {"existing": True}, ["name: required, but missing: an existing topic is used by its name"]),
    (DeadLetter, {"disabled": ""}, ["disabled: an empty text says nothing; write one, or leave the field out"]),
    (Defaults, {"tags": {"cost": 5}}, ["tags.cost: expected text, got 5; quote it"]),
    (
        WebHook,
        {"endpoint_url": "https://example.com?code=hush"},
        ["endpoint_url: a URL with a key in the clear; pass it as pulumi.Output.secret"],
    ),
    (
        DeliveryAttributeMapping,
        {"name": "token", "type": "Static", "value": "hush", "is_secret": True},
        ["value: a secret in the clear; pass it as pulumi.Output.secret"],
    ),
    (
        DeliveryAttributeMapping,
        {"name": "aeg-run", "type": "Dynamic", "source_field": "data.runId", "is_secret": []},
        [
            "name: 'aeg-run' is refused; names of one's own do not begin with 'aeg-'",
            "is_secret: expected true or false, without quotes, got a list",
        ],
    ),
]


@pytest.mark.parametrize(("kind", "fields", "mistakes"), MISTAKES)
def test_a_wrong_declaration_says(kind: Callable[..., object], fields: dict[str, Any], mistakes: list[str]) -> None:
    with pytest.raises(DeclarationError) as refused:
        kind(**fields)
    assert [str(mistake) for mistake in refused.value.mistakes] == mistakes


@pytest.mark.parametrize("kind", [Declaration, Subscription, RetryPolicy])
def test_pydantic_heeds_its_private_mark_on_our_constructor(kind: type[Declaration]) -> None:
    """`__pydantic_base_init__`; a release of pydantic that drops it would construct nested declarations anew."""
    assert not kind.__pydantic_custom_init__


def test_a_nested_declaration_is_validated_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    holder = create_model("Holder", __base__=Declaration, policy=(RetryPolicy, ...), events=(Subscription, ...))
    monkeypatch.setattr(Declaration, "__init__", None)
    monkeypatch.setattr(Subscription, "__init__", None)

    with pytest.raises(DeclarationError) as refused:
        holder.parse({"policy": {"maxDeliveryAttempts": 0}, "events": {"handler": "hub", "labels": [""]}})
    assert [mistake.path for mistake in refused.value.mistakes] == [
        ("policy", "maxDeliveryAttempts"),
        ("events", "labels", 0),
        ("events",),
    ]


def test_an_optional_field_may_be_given_none() -> None:
    assert SystemTopic(name=None) == SystemTopic()


def test_a_declaration_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        setattr(RetryPolicy(), "max_delivery_attempts", 5)  # noqa: B010 a type checker knows it


def test_a_secret_is_not_shown() -> None:
    hook = WebHook(endpoint_url=Secret("https://example.com?code=hush"))

    assert "hush" not in f"{hook!r} {hook}"
