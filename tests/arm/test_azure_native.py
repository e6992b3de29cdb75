"""The codec's bodies on the wire equal what azure-native's own `*Args` classes send."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pulumi
import pytest
from arm_bodies import body_of
from azureml_events import UserAssigned
from azureml_events.arm.identity import topic_identity_body
from azureml_events.base.values import Secret
from azureml_events.event_grid.delivery_attributes import DeliveryAttributeMapping
from azureml_events.event_grid.filters import AdvancedFilter
from azureml_events.event_grid.operators import OPERATORS, Operand
from azureml_events.handlers import ENDPOINTS
from azureml_events.handlers.endpoint import Endpoint
from azureml_events.offline.program import preview_stack
from azureml_events.offline.wire import shown
from azureml_events.resources.azure_native import declare
from azureml_events.stack.dead_letter import DeadLetter
from azureml_events.stack.subscription import Subscription
from azureml_events.stack.workspace import TopicIdentity
from pulumi_azure_native import eventgrid
from pydantic.alias_generators import to_snake
from stack_texts import ACCOUNT, GROUP, HUB, NAMED

OPERANDS: dict[Operand, Any] = {
    Operand.TEXT: "Failed",
    Operand.NUMBER: 0.5,
    Operand.RANGE: [0, 5],
    Operand.BOOLEAN: False,
}
ATTRIBUTES = (
    DeliveryAttributeMapping(name="origin", type="Static", value="ml"),
    DeliveryAttributeMapping(name="run", type="Dynamic", source_field="data.runId"),
    DeliveryAttributeMapping(name="token", type="Static", value=Secret("s3cr3t"), is_secret=True),
)
BUS = f"{GROUP}/providers/Microsoft.ServiceBus/namespaces/n1"
EXAMPLES = {
    name: ENDPOINTS[name](**fields)
    for name, fields in dict[str, dict[str, Any]](
        AzureFunction={
            "resource_id": NAMED["function"],
            "max_events_per_batch": 10,
            "delivery_attribute_mappings": ATTRIBUTES,
        },
        EventHub={"resource_id": HUB, "delivery_attribute_mappings": ATTRIBUTES},
        HybridConnection={"resource_id": f"{GROUP}/providers/Microsoft.Relay/namespaces/n1/hybridConnections/c1"},
        NamespaceTopic={"resource_id": f"{GROUP}/providers/Microsoft.EventGrid/namespaces/n1/topics/t1"},
        ServiceBusQueue={"resource_id": f"{BUS}/queues/q1"},
        ServiceBusTopic={"resource_id": f"{BUS}/topics/t1", "delivery_attribute_mappings": ATTRIBUTES},
        StorageQueue={
            "resource_id": ACCOUNT,
            "queue_name": "queue-1",
            "queue_message_time_to_live_in_seconds": 300,
        },
        WebHook={
            "endpoint_url": Secret("https://example.com?code=s3cr3t"),
            "azure_active_directory_tenant_id": "00000000-0000-0000-0000-000000000009",
            "azure_active_directory_application_id_or_uri": "api://hook",
        },
    ).items()
}
HUB_ENDPOINT = EXAMPLES["EventHub"]
USER_ASSIGNED = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id"
TOPIC_IDENTITIES: dict[str, TopicIdentity] = {
    "topic without identity": "None",
    "topic with its own": "SystemAssigned",
    "topic with a user-assigned one": UserAssigned(
        user_assigned=USER_ASSIGNED, principal_id="00000000-0000-0000-0000-000000000009"
    ),
}
STORE = DeadLetter(storage_account_id=ACCOUNT, blob_container_name="dead-letters")
LOST = DeadLetter(disabled="nobody reads them")


def operands(name: str) -> dict[str, Any]:
    row = OPERATORS[name]
    operand = OPERANDS.get(row.operand)
    return {row.member: operand if row.member == "value" else [operand]} if row.member else {}


def without_identity(endpoint: Endpoint) -> Endpoint:
    return endpoint.model_copy(update={"identity": False})


CASES: dict[str, dict[str, Any]] = {
    **{
        name: body_of(Subscription(to=without_identity(endpoint), all_events=True, dead_letter=LOST))
        for name, endpoint in EXAMPLES.items()
    },
    **{
        name: body_of(Subscription(to=HUB_ENDPOINT, all_events=True, dead_letter=STORE), identity)
        for name, identity in TOPIC_IDENTITIES.items()
        if identity != "None"
    },
    "without identity": body_of(
        Subscription(
            to=without_identity(HUB_ENDPOINT),
            all_events=True,
            dead_letter=STORE.model_copy(update={"identity": False}),
        )
    ),
    **{
        name: body_of(
            Subscription(
                to=HUB_ENDPOINT,
                included_event_types=("RunCompleted",),
                subject_begins_with="experiments/",
                advanced_filters=(AdvancedFilter.parse({"operatorType": name, "key": "data.x", **operands(name)}),),
                labels=("ml",),
                expiration_time_utc="2099-12-31T10:00:00Z",
                dead_letter=LOST,
            )
        )
        for name in OPERATORS
    },
}


def args(kind: str, fields: dict[str, Any]) -> Any:
    """One of azure-native's classes, with camelCase fields that may hold more of these."""
    return getattr(eventgrid, f"{kind}Args")(**{to_snake(name): value for name, value in fields.items()})


def destination(body: dict[str, Any]) -> Any:
    mappings = body.get("deliveryAttributeMappings", [])
    fields = {name: plain(value) for name, value in body.items() if name != "deliveryAttributeMappings"}
    if mappings:
        fields["deliveryAttributeMappings"] = [
            args(f"{item['type']}DeliveryAttributeMapping", {name: plain(value) for name, value in item.items()})
            for item in mappings
        ]
    return args(f"{body['endpointType']}EventSubscriptionDestination", fields)


def plain(value: Any) -> Any:
    return pulumi.Output.secret(value.value) if isinstance(value, Secret) else value


def as_classes(body: dict[str, Any]) -> dict[str, Any]:
    """A codec's body with azure-native's class for everything nested in it."""
    nested: dict[str, Any] = {
        **body,
        "filter": args(
            "EventSubscriptionFilter",
            {
                **body["filter"],
                "advancedFilters": [
                    args(f"{item['operatorType']}AdvancedFilter", item)
                    for item in body["filter"].get("advancedFilters", [])
                ]
                or None,
            },
        ),
        "retryPolicy": args("RetryPolicy", body["retryPolicy"]),
    }
    if "destination" in body:
        nested["destination"] = destination(body["destination"])
    if "deadLetterDestination" in body:
        nested["deadLetterDestination"] = args("StorageBlobDeadLetterDestination", body["deadLetterDestination"])
    if "deliveryWithResourceIdentity" in body:
        given = body["deliveryWithResourceIdentity"]
        identity = args("EventSubscriptionIdentity", given["identity"])
        fields = {"identity": identity, "destination": destination(given["destination"])}
        nested["deliveryWithResourceIdentity"] = args("DeliveryWithResourceIdentity", fields)
    if "deadLetterWithResourceIdentity" in body:
        given = body["deadLetterWithResourceIdentity"]
        store = args("StorageBlobDeadLetterDestination", given["deadLetterDestination"])
        fields = {"identity": args("EventSubscriptionIdentity", given["identity"]), "deadLetterDestination": store}
        nested["deadLetterWithResourceIdentity"] = args("DeadLetterWithResourceIdentity", fields)
    return nested


def declare_both() -> None:
    """The program: every case twice, from the codec's body and from azure-native's classes."""
    for name, identity in TOPIC_IDENTITIES.items():
        fields = {"resourceGroupName": "rg", "identity": topic_identity_body(identity)}
        declare(eventgrid.SystemTopic, f"{name}/topic body", fields, pulumi.ResourceOptions())
        info = args("IdentityInfo", topic_identity_body(identity))
        eventgrid.SystemTopic(f"{name}/topic classes", resource_group_name="rg", identity=info)
    parents = {"resourceGroupName": "rg", "systemTopicName": "topic"}
    for name, body in CASES.items():
        declare(eventgrid.SystemTopicEventSubscription, f"{name}/body", {**parents, **body}, pulumi.ResourceOptions())
        arguments = {to_snake(key): value for key, value in {**parents, **as_classes(body)}.items()}
        eventgrid.SystemTopicEventSubscription(f"{name}/classes", **arguments)


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What goes over the wire, by name."""
    directory: Path = tmp_path_factory.mktemp("program")
    (directory / "__main__.py").write_text(f"import sys\nsys.modules[{__name__!r}].declare_both()\n")
    recording = preview_stack(directory, project="test", stack="dev", config={})
    return {resource.name: resource.inputs for resource in recording.resources}


@pytest.mark.parametrize("name", CASES)
def test_the_body_is_what_the_classes_send(sent: dict[str, Any], name: str) -> None:
    assert sent[f"{name}/body"] == sent[f"{name}/classes"]


@pytest.mark.parametrize("name", TOPIC_IDENTITIES)
def test_a_topics_body_is_what_the_classes_send(sent: dict[str, Any], name: str) -> None:
    assert sent[f"{name}/topic body"] == sent[f"{name}/topic classes"]


@pytest.mark.parametrize("name", ["EventHub", "WebHook"])
def test_a_secret_stays_one_on_the_wire(sent: dict[str, Any], name: str) -> None:
    assert "<secret>" in str(shown(sent[f"{name}/body"]))
    assert "s3cr3t" not in str(shown(sent[f"{name}/body"]))


def test_every_endpoint_type_and_every_operator_is_tried() -> None:
    assert ENDPOINTS.keys() | OPERATORS.keys() <= CASES.keys()
