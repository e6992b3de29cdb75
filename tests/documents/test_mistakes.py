"""What is wrong with an event subscription of a document, in the form of every tool."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from azureml_events.documents.document import Document, read_document
from stack_texts import ML_DEV, ML_PROVIDERS

CASES = json.loads((Path(__file__).parents[1] / "cases" / "ignored_by_arm.json").read_text())
HUB = f"{ML_PROVIDERS}/Microsoft.EventHub/namespaces/n1/eventhubs/eh1"
BODY: dict[str, Any] = {
    "destination": {"endpointType": "EventHub", "resourceId": HUB},
    "filter": {
        "includedEventTypes": ["Microsoft.MachineLearningServices.RunStatusChanged"],
        "advancedFilters": [
            {"operatorType": "StringIn", "key": "data.runStatus", "values": ["Failed"]},
            {"operatorType": "StringIn", "key": "data.runType", "values": ["azureml.PipelineRun"]},
        ],
    },
    "retryPolicy": {"maxDeliveryAttempts": 30, "eventTimeToLiveInMinutes": 1440},
}


def nested(body: dict[str, Any]) -> dict[str, Any]:
    """A body as templates have it, the destination's members in its `properties`."""
    destination = dict(body["destination"])
    return {
        **body,
        "destination": {"endpointType": destination.pop("endpointType"), "properties": destination},
    }


def azure_cli(body: dict[str, Any]) -> Any:
    """A body as Azure CLI prints it."""
    return {**body, "id": f"{ML_DEV}/providers/Microsoft.EventGrid/eventSubscriptions/failed", "name": "failed"}


def template(body: dict[str, Any]) -> Any:
    """A body in an ARM template."""
    resource = {"type": "Microsoft.EventGrid/eventSubscriptions", "name": "failed", "scope": ML_DEV}
    return {"contentVersion": "1.0.0.0", "resources": [{**resource, "properties": nested(body)}]}


def state(body: dict[str, Any]) -> Any:
    """A body in a Pulumi state."""
    inputs = {**body, "scope": ML_DEV, "eventSubscriptionName": "failed"}
    return {"deployment": {"resources": [{"type": "azure-native:eventgrid:EventSubscription", "inputs": inputs}]}}


TOOLS = {
    "azure-cli": (azure_cli, ()),
    "template": (template, ("resources", 0, "properties")),
    "state": (state, ("deployment", "resources", 0, "inputs")),
}


def changed(at: list[str | int], value: object) -> dict[str, Any]:
    """The body with another value at a place."""
    body = copy.deepcopy(BODY)
    holder: Any = body
    for step in at[:-1]:
        holder = holder[step]
    holder[at[-1]] = value
    return body


def place(tool: str, path: list[str | int]) -> tuple[str | int, ...]:
    """Where a member is in a tool's document."""
    at = TOOLS[tool][1]
    if tool == "template" and path[0] == "destination" and path[1:] not in ([], ["endpointType"]):
        return (*at, "destination", "properties", *path[1:])
    return (*at, *path)


@pytest.mark.parametrize("tool", TOOLS)
def test_a_body_without_mistakes_has_none(tool: str) -> None:
    document = read_document(TOOLS[tool][0](BODY))

    assert document.mistakes == ()
    assert [routed.unknown for routed in document.subscriptions] == [()]


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"].replace(" ", "-"))
def test_a_mistake_points_into_the_document(tool: str, case: dict[str, Any]) -> None:
    document = read_document(TOOLS[tool][0](changed(case["at"], case["value"])))

    if tool == "azure-cli" and case["at"][-1] == "endpointType":
        assert document.mistakes == (), "Azure knows more endpoint types than we do"
        return
    found = {mistake.path: mistake.message for mistake in document.mistakes}
    assert case["says"] in found[place(tool, case["path"] or case["at"])]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"].replace(" ", "-"))
def test_what_is_wrong_is_uncertain_and_the_rest_is_routed(case: dict[str, Any]) -> None:
    (routed,) = read_document(template(changed(case["at"], case["value"]))).subscriptions

    assert [unknown.where for unknown in routed.unknown] == ([case["unknown"]] if case["unknown"] else [])
    assert 1 in [written.index for written in routed.filters], "the condition beside the wrong one stays"


def in_template(resource: dict[str, Any]) -> Document:
    """A template of one resource of a workspace, read."""
    base = {"type": "Microsoft.EventGrid/eventSubscriptions", "name": "failed", "scope": ML_DEV}
    properties = nested(BODY)
    return read_document({"contentVersion": "1", "resources": [{**base, "properties": properties, **resource}]})


def test_a_member_outside_properties_is_refused() -> None:
    destination = {"endpointType": "EventHub", "resourceId": HUB}
    document = in_template({"filter": {}, "properties": {**BODY, "destination": destination}})

    assert {mistake.path for mistake in document.mistakes} >= {
        ("resources", 0, "filter"),
        ("resources", 0, "properties", "destination", "resourceId"),
    }


def test_an_illegal_name_is_refused() -> None:
    (mistake,) = in_template({"name": "failed_runs"}).mistakes

    assert mistake.path == ("resources", 0, "name")
    assert "letters, digits and -" in mistake.message


def test_a_system_topic_is_no_scope() -> None:
    topic = f"{ML_PROVIDERS}/Microsoft.EventGrid/systemTopics/ml-dev-events"
    (mistake,) = in_template({"scope": topic}).mistakes

    assert mistake.path == ("resources", 0, "scope")
    assert "Microsoft.EventGrid/systemTopics/eventSubscriptions" in mistake.message


def test_a_member_that_only_azure_knows_is_noted_where_azure_printed_it() -> None:
    printed = read_document(azure_cli(changed(["destination", "zone"], "x")))
    declared = in_template({"properties": nested(changed(["destination", "zone"], "x"))})

    assert printed.mistakes == ()
    assert [note.path for note in printed.notes] == [("destination", "zone")]
    assert [mistake.path[-1] for mistake in declared.mistakes] == ["zone"]


def test_too_many_conditions_are_refused() -> None:
    conditions = [{"operatorType": "IsNotNull", "key": f"data.k{index}"} for index in range(26)]
    (mistake,) = read_document(azure_cli(changed(["filter", "advancedFilters"], conditions))).mistakes

    assert "26 advanced filters; allowed: 25" in mistake.message


def test_a_key_that_depends_on_an_unknown_schema_is_uncertain() -> None:
    body = changed(["filter", "advancedFilters", 0], {"operatorType": "StringIn", "key": "source", "values": ["x"]})
    parameter = {"eventDeliverySchema": "[parameters('schema')]"}
    (routed,) = in_template({"properties": {**nested(body), **parameter}}).subscriptions

    assert [unknown.where for unknown in routed.unknown] == ["advancedFilters[0]"]
    assert [written.index for written in routed.filters] == [1]


def test_a_url_s_key_is_in_no_mistake_and_no_handler() -> None:
    body = changed(["destination"], {"endpointType": "WebHook", "endpointUrl": "http://u:pw@h.example.com/x?code=k3y"})

    shown = repr(read_document(azure_cli(body)))
    assert "k3y" not in shown
    assert "pw@" not in shown


def test_all_is_refused_where_people_write_it_and_read_where_azure_prints_it() -> None:
    """Old API versions print it for every event type."""
    body = changed(["filter", "includedEventTypes"], ["All"])
    printed, declared = read_document(azure_cli(body)), read_document(template(body))

    assert printed.mistakes == ()
    assert printed.subscriptions[0].filter.included_event_types is None
    assert ["'All' is refused" in mistake.message for mistake in declared.mistakes] == [True]


def test_what_a_deployment_decides_is_no_mistake() -> None:
    unknown = {"endpointType": "WebHook", "properties": "[parameters('hook')]"}
    batch = {"endpointUrl": "[parameters('url')]", "maxEventsPerBatch": "[parameters('batch')]"}
    identity = {"identity": {"type": "[parameters('identity')]"}, "destination": unknown}
    bodies = [
        {"destination": unknown},
        {"destination": {"endpointType": "WebHook", "properties": batch}},
        {"deliveryWithResourceIdentity": identity},
        {"destination": {"endpointType": "[parameters('type')]", "properties": batch}},
    ]

    assert [in_template({"properties": body}).mistakes for body in bodies] == [(), (), (), ()]


def test_a_mistake_in_a_loop_is_told_once() -> None:
    loop = {"copy": {"name": "loop", "count": 3}, "name": "[concat('failed', copyIndex())]"}
    document = in_template({**loop, "properties": nested(changed(["filter", "key"], "data.x"))})

    assert len(document.subscriptions) == 3
    assert len(document.mistakes) == 1
