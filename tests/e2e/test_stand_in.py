"""What the stand-in refuses: the end-to-end tests are as strict as it is."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from e2e.stand_in import azure
from e2e.stand_in.cloud import ArmError, Cloud, Existing, Fault, Properties
from e2e.stand_in.kinds import KINDS
from e2e.stand_in.wire import UNKNOWN, changes, foreseen, refreshed, replaces, underscored

SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"
WORKSPACE = f"{GROUP}/providers/Microsoft.MachineLearningServices/workspaces/ml"
HUB = f"{GROUP}/providers/Microsoft.EventHub/namespaces/hubs/eventhubs/hub"
ACCOUNT = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/store"
FUNCTION = f"{GROUP}/providers/Microsoft.Web/sites/app/functions/handle"
USER = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/user"
SENDER = "2b629674-e913-4c01-ae53-ef4638d8f975"
CONTRIBUTOR = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"
ROLES = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions"
NAME = "11111111-2222-3333-4444-55555555555{}"

TOPIC: Properties = {
    "resourceGroupName": "rg",
    "systemTopicName": "ml-events",
    "location": "West Europe",
    "source": WORKSPACE,
    "topicType": "Microsoft.MachineLearningServices.Workspaces",
    "identity": {"type": "SystemAssigned"},
}
EVENTS: Properties = {
    "resourceGroupName": "rg",
    "systemTopicName": "ml-events",
    "eventSubscriptionName": "failed-runs",
    "deliveryWithResourceIdentity": {
        "identity": {"type": "SystemAssigned"},
        "destination": {"endpointType": "EventHub", "resourceId": HUB},
    },
    "filter": {
        "includedEventTypes": ["Microsoft.MachineLearningServices.RunStatusChanged"],
        "advancedFilters": [{"operatorType": "StringIn", "key": "data.runStatus", "values": ["Failed"]}],
    },
}
QUEUE = {"endpointType": "StorageQueue", "resourceId": ACCOUNT, "queueName": "q"}
WEB_HOOK = {"endpointType": "WebHook", "endpointUrl": "https://hook.invalid/?code=hush"}


def create(cloud: Cloud, token: str, inputs: Properties, **changed: Any) -> Existing:
    """Creates a resource with some of its inputs changed; None takes one away."""
    merged = {**inputs, **changed}
    given = {name: value for name, value in merged.items() if value is not None}
    return azure.create(cloud, KINDS[f"azure-native:{token}"], given, SUBSCRIPTION)


def grant(cloud: Cloud, principal: str, scope: str = HUB, role: str = SENDER, at: int = 0) -> None:
    """Assigns a role to a service principal."""
    create(
        cloud,
        "authorization:RoleAssignment",
        {
            "scope": scope,
            "principalId": principal,
            "principalType": "ServicePrincipal",
            "roleDefinitionId": f"{ROLES}/{role}",
            "roleAssignmentName": NAME.format(at),
        },
    )


@pytest.fixture
def cloud() -> Cloud:
    """A workspace, an event hub, a store with a queue and a container, a function and a user."""
    cloud = Cloud()
    azure.seed(cloud, WORKSPACE, {"location": "westeurope"})
    for existing in (HUB.rsplit("/", 2)[0], HUB, ACCOUNT, FUNCTION):
        azure.seed(cloud, existing)
    azure.seed(cloud, f"{ACCOUNT}/queueServices/default/queues/q")
    azure.seed(cloud, f"{ACCOUNT}/blobServices/default/containers/dead")
    azure.seed(cloud, USER, outputs={"principalId": "user-principal"})
    return cloud


@pytest.fixture
def topic(cloud: Cloud) -> Existing:
    """The workspace's topic, which may send to the hub."""
    topic = create(cloud, "eventgrid:SystemTopic", TOPIC)
    grant(cloud, topic.outputs["identity"]["principalId"])
    return topic


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"location": "northeurope"}, "location must match with location of the source"),
        ({"source": f"{WORKSPACE}x"}, "was not found"),
        ({"topicType": "Microsoft.Storage.StorageAccounts"}, "does not fit the source"),
        ({"systemTopicName": "ml_events"}, "Invalid system topic name"),
        ({"resourceGroupName": "other"}, "No resource group"),
        ({"identity": {"type": "UserAssigned"}}, "does not fit 0 user-assigned"),
        (
            {"identity": {"type": "UserAssigned", "userAssignedIdentities": {f"{USER}x": {}}}},
            "was not found",
        ),
    ],
)
def test_a_topic_is_refused(cloud: Cloud, changed: Properties, refusal: str) -> None:
    with pytest.raises(ArmError, match=refusal):
        create(cloud, "eventgrid:SystemTopic", TOPIC, **changed)


@pytest.mark.usefixtures("topic")
def test_a_second_topic_of_a_source_is_refused(cloud: Cloud) -> None:
    with pytest.raises(ArmError, match="Only one system topic is allowed per source"):
        create(
            cloud,
            "eventgrid:SystemTopic",
            TOPIC,
            systemTopicName="another",
            source=WORKSPACE.upper(),
        )


@pytest.mark.parametrize("name", ["source", "topicType", "location"])
def test_what_a_topic_is_about_cannot_be_changed(cloud: Cloud, topic: Existing, name: str) -> None:
    kind = KINDS["azure-native:eventgrid:SystemTopic"]
    with pytest.raises(ArmError, match=f"'{name}' of a system topic cannot be changed"):
        azure.update(cloud, kind, topic.id, {**topic.inputs, name: "other"})


def test_a_topic_made_again_has_another_principal(cloud: Cloud, topic: Existing) -> None:
    azure.delete(cloud, topic.id)
    again = create(cloud, "eventgrid:SystemTopic", TOPIC)
    assert again.outputs["identity"]["principalId"] != topic.outputs["identity"]["principalId"]


def changed_body(path: str, value: Any) -> Properties:
    """The subscription's body with another value at a path; None takes it away."""
    body = deepcopy(EVENTS)
    *steps, last = path.split(".")
    place = body
    for step in steps:
        place = place.setdefault(step, {})
    if value is None:
        place.pop(last)
    else:
        place[last] = value
    return body


DELIVERY = "deliveryWithResourceIdentity.destination"
IDENTITY = "deliveryWithResourceIdentity.identity"


@pytest.mark.parametrize(
    ("path", "value", "refusal"),
    [
        ("eventSubscriptionName", "a_b", "Invalid event subscription 'a_b'"),
        ("systemTopicName", "other", "was not found"),
        ("destination", WEB_HOOK, "exactly one of destination and deliveryWithResourceIdentity"),
        ("deliveryWithResourceIdentity", None, "exactly one of destination"),
        (f"{DELIVERY}.endpointType", "MonitorAlert", "unknown endpoint type 'MonitorAlert'"),
        (f"{DELIVERY}.queueName", "q", "destination.queueName is not known"),
        (f"{DELIVERY}.resource_id", HUB, "destination.resource_id is not known"),
        (f"{DELIVERY}.resourceId", f"{HUB}x", "Destination endpoint not found"),
        (f"{DELIVERY}.resourceId", ACCOUNT, "is no EventHub"),
        (DELIVERY, {"endpointType": "WebHook"}, "destination.endpointUrl is required"),
        (DELIVERY, {**WEB_HOOK, "endpointUrl": "http://x"}, "endpointUrl must be https"),
        (DELIVERY, {**WEB_HOOK, "maxEventsPerBatch": 5001}, "from 1 to 5000, got 5001"),
        (DELIVERY, {**WEB_HOOK, "azureActiveDirectoryTenantId": "t"}, "go together"),
        (DELIVERY, {**QUEUE, "queueMessageTimeToLiveInSeconds": 0}, "must be -1 or positive"),
        (DELIVERY, {**QUEUE, "queueName": "none"}, "Destination endpoint not found"),
        (DELIVERY, QUEUE, "Managed Identity Authorization Error"),
        (
            DELIVERY,
            {"endpointType": "AzureFunction", "resourceId": FUNCTION},
            "does not support delivery with an identity",
        ),
        (
            DELIVERY,
            {"endpointType": "AzureFunction", "resourceId": f"{FUNCTION}x"},
            "Destination endpoint not found",
        ),
        (
            DELIVERY,
            {"endpointType": "NamespaceTopic", "resourceId": HUB},
            "takes CloudEventSchemaV1_0 only",
        ),
        (f"{DELIVERY}.deliveryAttributeMappings", [{"name": "a"}], "unknown type 'None'"),
        (
            f"{DELIVERY}.deliveryAttributeMappings",
            [{"name": "aeg-a", "type": "Static", "value": "x"}],
            "begins with aeg-",
        ),
        (IDENTITY, {"type": "UserAssigned", "userAssignedIdentity": USER}, "is not enabled on"),
        ("deadLetterDestination", {"endpointType": "StorageBlob"}, "resourceId is required"),
        (
            "deadLetterWithResourceIdentity",
            {
                "identity": {"type": "SystemAssigned"},
                "deadLetterDestination": {
                    "endpointType": "StorageBlob",
                    "resourceId": ACCOUNT,
                    "blobContainerName": "dead",
                },
            },
            "Managed Identity Authorization Error",
        ),
        ("eventDeliverySchema", "CustomInputSchema", "is not supported"),
        ("retryPolicy", {"maxDeliveryAttempts": 31}, "from 1 to 30, got 31"),
        ("expirationTimeUtc", "2020-01-01T00:00:00Z", "lie in the future"),
        ("expirationTimeUtc", "2099-01-01T00:00:00", "must have an offset"),
        ("filter.includedEventTypes", ["All"], "'All' is not registered"),
        ("filter.includedEventTypes", [], "includedEventTypes is empty"),
        ("filter.subject_begins_with", "x", "subject_begins_with is not known"),
    ],
    ids=str,
)
@pytest.mark.usefixtures("topic")
def test_a_subscription_is_refused(cloud: Cloud, path: str, value: Any, refusal: str) -> None:
    with pytest.raises(ArmError, match=refusal):
        create(cloud, "eventgrid:SystemTopicEventSubscription", changed_body(path, value))


@pytest.mark.parametrize(
    ("filters", "refusal"),
    [
        ([{"operatorType": "StringEquals", "key": "subject", "values": ["a"]}], "unknown operator"),
        ([{"operatorType": "StringIn", "key": "subject", "value": "a"}], "value is not known"),
        ([{"operatorType": "StringIn", "key": "subject"}], "values is required"),
        ([{"operatorType": "StringIn", "key": "subject", "values": []}], "at least one"),
        ([{"operatorType": "StringIn", "key": "subject", "values": ["x" * 513]}], "512 characters"),
        ([{"operatorType": "StringIn", "key": "runStatus!", "values": ["a"]}], "key is not valid"),
        ([{"operatorType": "NumberIn", "key": "data.x", "values": ["1"]}], "takes numbers"),
        ([{"operatorType": "NumberLessThan", "key": "data.x", "value": True}], "one number"),
        ([{"operatorType": "NumberInRange", "key": "data.x", "values": [[2, 1]]}], "lower one"),
        ([{"operatorType": "BoolEquals", "key": "data.x", "value": "false"}], "true or false"),
        ([{"operatorType": "IsNotNull", "key": "data.x", "value": 1}], "value is not known"),
        ([{"operatorType": "IsNotNull", "key": "data.x"}] * 26, "more than 25 advanced filters"),
        (
            [{"operatorType": "StringIn", "key": "subject", "values": ["a"] * 26}],
            "more than 25 values",
        ),
    ],
)
@pytest.mark.usefixtures("topic")
def test_a_filter_is_refused(cloud: Cloud, filters: list[Properties], refusal: str) -> None:
    body = changed_body("filter.advancedFilters", filters)
    with pytest.raises(ArmError, match=refusal):
        create(cloud, "eventgrid:SystemTopicEventSubscription", body)


def test_access_that_was_just_granted_takes_time(cloud: Cloud, topic: Existing) -> None:
    cloud.access_delay = 60
    with pytest.raises(ArmError, match="Managed Identity Authorization Error"):
        create(cloud, "eventgrid:SystemTopicEventSubscription", EVENTS)
    cloud.resources[f"{HUB}/providers/Microsoft.Authorization/roleAssignments/{NAME.format(0)}".lower()].since -= 61
    assert create(cloud, "eventgrid:SystemTopicEventSubscription", EVENTS).id.startswith(topic.id)


@pytest.mark.parametrize("covering", [GROUP, f"/subscriptions/{SUBSCRIPTION}"])
def test_a_role_on_something_around_the_destination_suffices(cloud: Cloud, covering: str) -> None:
    topic = create(cloud, "eventgrid:SystemTopic", TOPIC)
    grant(cloud, topic.outputs["identity"]["principalId"], covering)
    create(cloud, "eventgrid:SystemTopicEventSubscription", EVENTS)


@pytest.mark.parametrize(
    ("rules", "identity", "allowed"),
    [
        ({"defaultAction": "Deny", "bypass": "AzureServices"}, "SystemAssigned", True),
        ({"defaultAction": "Deny", "bypass": "None"}, "SystemAssigned", False),
        ({"defaultAction": "Deny", "bypass": "AzureServices"}, "UserAssigned", False),
        ({"defaultAction": "Allow"}, "UserAssigned", True),
    ],
)
def test_a_firewall_lets_only_trusted_services_in(
    cloud: Cloud, rules: Properties, identity: str, *, allowed: bool
) -> None:
    azure.seed(cloud, ACCOUNT, {"networkRuleSet": rules})
    both = {"type": "SystemAssigned, UserAssigned", "userAssignedIdentities": {USER: {}}}
    topic = create(cloud, "eventgrid:SystemTopic", TOPIC, identity=both)
    principals = {
        "SystemAssigned": topic.outputs["identity"]["principalId"],
        "UserAssigned": "user-principal",
    }
    grant(cloud, principals["SystemAssigned"])
    grant(cloud, principals[identity], ACCOUNT, CONTRIBUTOR, 1)
    dead_letter = {
        "identity": {"type": identity, "userAssignedIdentity": USER},
        "deadLetterDestination": {
            "endpointType": "StorageBlob",
            "resourceId": ACCOUNT,
            "blobContainerName": "dead",
        },
    }
    body = changed_body("deadLetterWithResourceIdentity", dead_letter)
    if allowed:
        create(cloud, "eventgrid:SystemTopicEventSubscription", body)
    else:
        with pytest.raises(ArmError, match="does not let Event Grid in"):
            create(cloud, "eventgrid:SystemTopicEventSubscription", body)


def test_a_role_assignment_under_another_name_is_refused(cloud: Cloud, topic: Existing) -> None:
    with pytest.raises(ArmError, match=f"existing role assignment is {NAME.format(0)}"):
        grant(cloud, topic.outputs["identity"]["principalId"], HUB.upper(), SENDER, 1)


@pytest.mark.parametrize(
    ("token", "inputs", "refusal"),
    [
        ("storage:StorageAccount", {"accountName": "Store1"}, "name 'Store1' is not valid"),
        ("storage:StorageAccount", {"accountName": "store", "resourceGroupName": "r2"}, "taken"),
        ("storage:BlobContainer", {"accountName": "store", "containerName": "a--b"}, "not valid"),
        ("storage:BlobContainer", {"accountName": "none", "containerName": "abc"}, "not found"),
        ("storage:Queue", {"accountName": "store", "queueName": "Queue"}, "not valid"),
        (
            "storage:ManagementPolicy",
            {"accountName": "store", "managementPolicyName": "x", "policy": {}},
            "called 'default'",
        ),
        ("eventhub:Namespace", {"namespaceName": "hub"}, "not valid"),
        (
            "eventhub:EventHub",
            {"namespaceName": "hubs", "eventHubName": "h", "partitionCount": 33},
            "1 to 32 partitions",
        ),
        (
            "eventhub:EventHub",
            {
                "namespaceName": "hubs",
                "eventHubName": "h",
                "retentionDescription": {"retentionTimeInHours": 169},
            },
            "1 to 168 hours",
        ),
        ("servicebus:Namespace", {"namespaceName": "hubs1-"}, "not valid"),
        ("servicebus:Namespace", {"namespaceName": "HUBS", "resourceGroupName": "r2"}, "not valid"),
        ("servicebus:Queue", {"namespaceName": "nowhere", "queueName": "q"}, "was not found"),
    ],
)
def test_a_destination_is_refused(cloud: Cloud, token: str, inputs: Properties, refusal: str) -> None:
    azure.seed(cloud, f"/subscriptions/{SUBSCRIPTION}/resourceGroups/r2")
    with pytest.raises(ArmError, match=refusal):
        create(cloud, token, {"resourceGroupName": "rg", **inputs})


def test_what_exists_is_not_created_again(cloud: Cloud, topic: Existing) -> None:
    with pytest.raises(azure.ExistsError, match="cannot create already existing resource"):
        create(cloud, "eventgrid:SystemTopic", TOPIC, systemTopicName="ML-events")
    assert cloud.get(topic.id) is topic


def test_what_lies_in_a_resource_goes_with_it(cloud: Cloud, topic: Existing) -> None:
    subscription = create(cloud, "eventgrid:SystemTopicEventSubscription", EVENTS)
    azure.delete(cloud, topic.id)
    assert cloud.get(subscription.id) is None
    azure.delete(cloud, HUB.rsplit("/", 2)[0])
    assert not [existing for existing in cloud.resources.values() if HUB in existing.id]


@pytest.mark.usefixtures("topic")
def test_what_event_grid_keeps_to_itself_is_not_returned(cloud: Cloud) -> None:
    hook = {
        **WEB_HOOK,
        "deliveryAttributeMappings": [{"name": "key", "type": "Static", "value": "hush", "isSecret": True}],
    }
    body = {**changed_body("deliveryWithResourceIdentity", None), "destination": hook}
    outputs = create(cloud, "eventgrid:SystemTopicEventSubscription", body).outputs
    assert "hush" not in str(outputs)
    assert outputs["destination"]["endpointBaseUrl"] == "https://hook.invalid/"


@pytest.mark.usefixtures("topic")
def test_an_accepted_operation_that_fails_leaves_the_resource(cloud: Cloud) -> None:
    cloud.faults = [Fault("failed", "/failed-runs")]
    kind = KINDS["azure-native:eventgrid:SystemTopicEventSubscription"]
    with pytest.raises(azure.PartialError, match="1 error occurred:") as caught:
        create(cloud, "eventgrid:SystemTopicEventSubscription", EVENTS)
    left = caught.value.existing
    assert left.outputs["provisioningState"] == "Failed"
    with pytest.raises(azure.ExistsError):
        create(cloud, "eventgrid:SystemTopicEventSubscription", EVENTS)
    assert azure.update(cloud, kind, left.id, EVENTS).outputs["provisioningState"] == "Succeeded"


def test_a_change_of_a_path_parameter_or_a_location_replaces() -> None:
    kind = KINDS["azure-native:eventgrid:SystemTopic"]
    after = {**TOPIC, "systemTopicName": "b", "location": "westeurope", "source": "c"}
    found = dict(changes(TOPIC, after))
    assert found == {"systemTopicName": "UPDATE", "source": "UPDATE"}
    assert [path for path in found if replaces(kind, path)] == ["systemTopicName"]


def test_a_preview_knows_neither_name_nor_identity() -> None:
    kind = KINDS["azure-native:eventgrid:SystemTopic"]
    foreseen_outputs = foreseen(kind, TOPIC, {})
    assert foreseen_outputs["name"] == UNKNOWN
    assert foreseen_outputs["identity"]["principalId"] == UNKNOWN
    assert foreseen(kind, TOPIC, {"name": "ml-events"})["name"] == "ml-events"


def test_a_refresh_takes_over_what_changed_in_azure() -> None:
    kind = KINDS["azure-native:eventgrid:SystemTopic"]
    inputs = {"systemTopicName": "a", "tags": {"a": "1"}}
    after = {"tags": {"a": "2"}, "location": "westeurope"}
    assert refreshed(kind, inputs, {"tags": {"a": "1"}, "location": "westeurope"}, after) == {
        "systemTopicName": "a",
        "tags": {"a": "2"},
    }


def test_keys_with_an_underscore_are_found_except_where_names_are_free() -> None:
    properties = {"filter": {"advanced_filters": [{"operator_type": "x"}]}, "tags": {"a_b": "c"}}
    assert list(underscored(properties)) == [
        ".filter.advanced_filters",
        ".filter.advanced_filters[0].operator_type",
    ]
