from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from azureml_events.base.arm_ids import parse_arm_id
from azureml_events.base.values import Deferred, Secret
from azureml_events.resources.azure_native import declare, resource_class
from azureml_events.resources.inputs import to_input, to_output
from pulumi_azure_native import eventgrid
from resources.mocks import run


def _never(text: str) -> str:
    raise ValueError(f"'{text}' is not allowed")


def _deferred(value: str, check: Callable[[str], str] = str) -> Deferred:
    return Deferred(pulumi.Output.from_input(value), check)


def _resolved(make: Callable[[], object]) -> object:
    """What a value comes to; it is made inside a program, because outputs belong to one."""
    seen: list[object] = []
    run(lambda: pulumi.Output.from_input(to_input(make(), "x")).apply(seen.append))
    return seen[0]


def test_a_plain_value_stays_plain() -> None:
    assert to_input({"a": [1, "b", None]}, "x") == {"a": [1, "b", None]}


def test_a_deferred_value_is_checked_and_kept_as_the_check_gives_it() -> None:
    assert _resolved(lambda: {"location": _deferred("West Europe", str.lower)}) == {"location": "west europe"}


def test_a_deferred_value_that_is_wrong_stops_the_program_and_names_its_path() -> None:
    def program() -> object:
        value = {"destination": [{"resourceId": _deferred("hub", _never)}]}
        return pulumi.Output.from_input(to_input(value, "ml/failed: delivery"))

    with pytest.raises(pulumi.RunError, match=r"^ml/failed: delivery\.destination\[0\]\.resourceId: 'hub' is not"):
        run(program)


def test_a_secret_that_is_wrong_is_not_shown() -> None:
    def refuse(text: str) -> str:
        return parse_arm_id(text, "Microsoft.EventHub/namespaces").name

    with pytest.raises(pulumi.RunError, match=r"^ml: <secret> is not the id of a resource"):
        run(lambda: to_output(Deferred(pulumi.Output.secret("hush"), refuse), "ml"))


def test_a_deferred_value_that_nobody_knows_stays_unknown() -> None:
    called: list[str] = []

    def program() -> object:
        unknown: Any = pulumi.UNKNOWN
        return to_output(_deferred(unknown, _never), "x").apply(called.append)

    run(program, preview=True)

    assert called == []


def test_a_key_may_be_deferred() -> None:
    identities = _resolved(lambda: {"userAssignedIdentities": {_deferred("/id"): {}}})

    assert identities == {"userAssignedIdentities": {"/id": {}}}


def test_a_secret_becomes_a_secret_output() -> None:
    secret: list[bool] = []

    async def program() -> None:
        output = to_input({"url": Secret("https://host?code=key")}, "x")["url"]
        secret.append(await output.is_secret())

    run(program)

    assert secret == [True]


def test_nested_maps_reach_the_wire_as_they_are_written() -> None:
    """Also where azure-native expects one of several types, whose snake_case maps it would not translate."""
    destination = {"endpointType": "WebHook", "endpointUrl": "https://host", "maxEventsPerBatch": 1}
    inputs = {
        "resourceGroupName": "rg",
        "systemTopicName": "topic",
        "eventSubscriptionName": "failed",
        "destination": destination,
        "filter": {"advancedFilters": [{"operatorType": "StringIn", "key": "data.a", "values": ["b"]}]},
        "labels": None,
    }
    kind = eventgrid.SystemTopicEventSubscription

    monitor = run(lambda: declare(kind, "failed", inputs, pulumi.ResourceOptions()).urn)

    expected = {name: value for name, value in inputs.items() if value is not None}
    expected["eventDeliverySchema"] = "EventGridSchema"  # azure-native's own default
    assert monitor.inputs("SystemTopicEventSubscription", "failed") == expected


def test_a_class_is_found_by_its_pulumi_type() -> None:
    assert resource_class("azure-native:eventgrid:SystemTopic") is eventgrid.SystemTopic
