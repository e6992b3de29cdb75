"""The stand-in does as Azure and its provider do: the end-to-end tests are as strict as it is."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from e2e.stand_in import azure
from e2e.stand_in.cloud import ArmError, Cloud, CloudFile, Existing, Fault, Properties
from e2e.stand_in.kinds import KINDS
from e2e.stand_in.server import Provider
from e2e.stand_in.wire import (
    UNKNOWN,
    added,
    changes,
    foreseen,
    imported,
    packed,
    plain,
    refreshed,
    replaces,
    underscored,
)
from e2e.stand_in.workflows import signed_url
from pulumi.runtime.proto import provider_pb2

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
DEAD_LETTER = {
    "identity": {"type": "SystemAssigned"},
    "deadLetterDestination": {"endpointType": "StorageBlob", "resourceId": ACCOUNT, "blobContainerName": "dead"},
}
WORKFLOW = f"{GROUP}/providers/Microsoft.Logic/workflows/bridge"


def create(cloud: Cloud, token: str, inputs: Properties, **changed: Any) -> Existing:
    """Create a resource with some of its inputs changed; None takes one away."""
    merged = {**inputs, **changed}
    given = {name: value for name, value in merged.items() if value is not None}
    return azure.create(cloud, KINDS[f"azure-native:{token}"], given, SUBSCRIPTION)


def grant(cloud: Cloud, principal: str, scope: str = HUB, role: str = SENDER, at: int = 0) -> None:
    """Assign a role to a service principal."""
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
    """Return the subscription's body with another value at a path; None takes it away."""
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


def hooked(hook: Properties) -> Properties:
    """Return the subscription's body with a webhook in place of the hub."""
    return {**changed_body("deliveryWithResourceIdentity", None), "destination": hook}


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


@pytest.mark.usefixtures("topic")
def test_access_that_comes_late_is_found_after_acceptance_and_healed_by_another_put(cloud: Cloud) -> None:
    cloud.access_delay = 60
    kind = KINDS["azure-native:eventgrid:SystemTopicEventSubscription"]
    with pytest.raises(azure.PartialError) as caught:
        create(cloud, "eventgrid:SystemTopicEventSubscription", EVENTS)
    text = str(caught.value)
    assert text.startswith('1 error occurred:\n\t* Status=200 Code="Managed Identity Authorization Error"')
    assert "reached terminal provisioning state 'Failed'" in text
    left = caught.value.existing
    cloud.resources[f"{HUB}/providers/Microsoft.Authorization/roleAssignments/{NAME.format(0)}".lower()].since -= 61
    assert cloud.resources[left.id.lower()].outputs["provisioningState"] == "Failed"
    assert azure.update(cloud, kind, left.id, EVENTS).outputs["provisioningState"] == "Succeeded"


@pytest.mark.usefixtures("topic")
@pytest.mark.parametrize(
    ("path", "value", "role", "entity"),
    [
        (DELIVERY, QUEUE, "c6a89b2d-59bc-44d0-9896-0f6e12d7b80a", "queueServices/default/queues/q"),
        ("deadLetterWithResourceIdentity", DEAD_LETTER, CONTRIBUTOR, "blobServices/default/containers/dead"),
    ],
)
def test_a_role_on_the_entity_alone_does_not_suffice(
    cloud: Cloud, path: str, value: Properties, role: str, entity: str
) -> None:
    [principal] = {each.inputs["principalId"] for each in cloud.of_type("roleAssignments")}
    grant(cloud, principal, f"{ACCOUNT}/{entity}", role, 1)
    body = changed_body(path, value)
    with pytest.raises(azure.PartialError, match="Managed Identity Authorization Error"):
        create(cloud, "eventgrid:SystemTopicEventSubscription", body)
    grant(cloud, principal, ACCOUNT, role, 2)
    create(cloud, "eventgrid:SystemTopicEventSubscription", body, eventSubscriptionName="again")


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://hook.invalid/secret?code=hush", True),
        (signed_url(WORKFLOW, "manual"), True),
        (signed_url(WORKFLOW, "manual").replace("sig=", "sig=un"), False),
        (signed_url(WORKFLOW, "another"), False),
        (signed_url(f"{WORKFLOW}x", "manual"), False),
    ],
)
@pytest.mark.usefixtures("topic")
def test_a_webhook_that_does_not_answer_is_found_after_acceptance(cloud: Cloud, url: str, *, found: bool) -> None:
    azure.seed(cloud, WORKFLOW, {"location": "westeurope", "definition": {"triggers": {"manual": {}}}})
    body = hooked({**WEB_HOOK, "endpointUrl": url})
    if found:
        assert create(cloud, "eventgrid:SystemTopicEventSubscription", body).outputs["provisioningState"] == "Succeeded"
        return
    with pytest.raises(azure.PartialError, match='Code="Url validation"') as caught:
        create(cloud, "eventgrid:SystemTopicEventSubscription", body)
    assert caught.value.existing.outputs["provisioningState"] == "Failed"


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
    dead_letter = {**DEAD_LETTER, "identity": {"type": identity, "userAssignedIdentity": USER}}
    body = changed_body("deadLetterWithResourceIdentity", dead_letter)
    if allowed:
        create(cloud, "eventgrid:SystemTopicEventSubscription", body)
    else:
        with pytest.raises(azure.PartialError, match="does not let Event Grid in"):
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
        ("servicebus:Queue", {"namespaceName": "bus-01", "queueName": "a/b"}, "'a%2Fb' is not valid"),
    ],
)
def test_a_destination_is_refused(cloud: Cloud, token: str, inputs: Properties, refusal: str) -> None:
    azure.seed(cloud, f"/subscriptions/{SUBSCRIPTION}/resourceGroups/r2")
    azure.seed(cloud, f"{GROUP}/providers/Microsoft.ServiceBus/namespaces/bus-01")
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
def test_a_webhook_comes_back_with_its_path_and_without_what_is_secret_besides(cloud: Cloud) -> None:
    secret = {"name": "key", "type": "Static", "value": "hush", "isSecret": True}
    hook = {"endpointType": "WebHook", "endpointUrl": "https://hook.invalid/T01/path?code=hush"}
    body = hooked({**hook, "deliveryAttributeMappings": [secret]})
    assert create(cloud, "eventgrid:SystemTopicEventSubscription", body).outputs["destination"] == {
        "endpointType": "WebHook",
        "endpointUrl": None,
        "endpointBaseUrl": "https://hook.invalid/T01/path",
        "maxEventsPerBatch": 1,
        "preferredBatchSizeInKilobytes": 64,
        "deliveryAttributeMappings": [{**secret, "value": "Hidden"}],
    }


def test_a_subscription_comes_back_filled(cloud: Cloud, topic: Existing) -> None:
    body = {**EVENTS, "filter": {"isSubjectCaseSensitive": False}, "retryPolicy": {"maxDeliveryAttempts": 3}}
    outputs = create(cloud, "eventgrid:SystemTopicEventSubscription", body).outputs
    assert len(outputs["filter"].pop("includedEventTypes")) == 5
    assert outputs == {
        "name": "failed-runs",
        "type": "Microsoft.EventGrid/systemTopics/eventSubscriptions",
        "azureApiVersion": "2025-02-15",
        "provisioningState": "Succeeded",
        "topic": topic.id,
        "destination": None,
        "deliveryWithResourceIdentity": EVENTS["deliveryWithResourceIdentity"],
        "filter": {"subjectBeginsWith": "", "subjectEndsWith": ""},
        "eventDeliverySchema": "EventGridSchema",
        "retryPolicy": {"maxDeliveryAttempts": 3, "eventTimeToLiveInMinutes": 1440},
        "labels": None,
        "expirationTimeUtc": None,
    }


def test_a_topic_comes_back_as_it_was_sent_with_a_principal(topic: Existing) -> None:
    assert {name: topic.outputs[name] for name in ("source", "topicType", "tags")} == {
        "source": WORKSPACE,
        "topicType": TOPIC["topicType"],
        "tags": None,
    }
    assert topic.outputs["identity"].keys() == {"type", "principalId", "tenantId", "userAssignedIdentities"}


@pytest.mark.usefixtures("topic")
def test_an_update_of_what_is_gone_makes_it_again(cloud: Cloud) -> None:
    """The provider sends its PUT without a GET before."""
    kind = KINDS["azure-native:eventgrid:SystemTopicEventSubscription"]
    made = create(cloud, "eventgrid:SystemTopicEventSubscription", EVENTS)
    for _ in range(2):
        azure.delete(cloud, made.id)
    assert azure.update(cloud, kind, made.id, EVENTS).outputs == made.outputs


def test_a_role_assignment_may_be_put_again_and_not_be_changed(cloud: Cloud, topic: Existing) -> None:
    kind = KINDS["azure-native:authorization:RoleAssignment"]
    [role] = cloud.of_type("roleAssignments")
    assert azure.update(cloud, kind, role.id, {**role.inputs, "description": "why"}).since == role.since
    with pytest.raises(ArmError, match="RoleAssignmentUpdateNotPermitted"):
        azure.update(cloud, kind, role.id, {**role.inputs, "scope": topic.id})


@pytest.mark.parametrize(
    ("error", "text"),
    [
        ("access", 'Code="Managed Identity Authorization Error"'),
        ("handshake", 'Code="Url validation"'),
        ("failed", "The operation failed to complete."),
    ],
)
@pytest.mark.usefixtures("topic")
def test_a_fault_after_acceptance_strikes_each_write_until_it_is_used_up(cloud: Cloud, error: str, text: str) -> None:
    cloud.faults = [Fault(error, "/failed-runs", "write", times=2)]
    kind = KINDS["azure-native:eventgrid:SystemTopicEventSubscription"]
    with pytest.raises(azure.PartialError, match=text) as caught:
        create(cloud, "eventgrid:SystemTopicEventSubscription", EVENTS)
    with pytest.raises(azure.PartialError, match=text):
        azure.update(cloud, kind, caught.value.existing.id, EVENTS)
    assert azure.update(cloud, kind, caught.value.existing.id, EVENTS).outputs["provisioningState"] == "Succeeded"


def test_an_assignment_is_refused_at_once(cloud: Cloud) -> None:
    topic = create(cloud, "eventgrid:SystemTopic", TOPIC)
    cloud.faults = [Fault("forbidden", NAME.format(0))]
    with pytest.raises(ArmError, match='Status=403 Code="AuthorizationFailed"'):
        grant(cloud, topic.outputs["identity"]["principalId"])
    assert not list(cloud.of_type("roleAssignments"))


@pytest.mark.usefixtures("topic")
def test_an_accepted_operation_that_fails_leaves_the_resource(cloud: Cloud) -> None:
    cloud.faults = [Fault("failed", "/failed-runs")]
    with pytest.raises(azure.PartialError, match="1 error occurred:"):
        create(cloud, "eventgrid:SystemTopicEventSubscription", EVENTS)
    with pytest.raises(azure.ExistsError):
        create(cloud, "eventgrid:SystemTopicEventSubscription", EVENTS)


@pytest.mark.parametrize(
    ("token", "replacing", "staying"),
    [
        ("eventgrid:SystemTopic", {"systemTopicName", "location"}, {"source", "topicType", "identity", "tags"}),
        ("eventgrid:SystemTopicEventSubscription", {"eventSubscriptionName"}, {"destination", "filter.labels"}),
        ("authorization:RoleAssignment", {"scope", "principalId"}, {"roleDefinitionId", "principalType"}),
        ("storage:StorageAccount", {"accountName", "isHnsEnabled"}, {"sku.name"}),
        ("servicebus:Queue", {"requiresSession", "enablePartitioning"}, {"lockDuration"}),
        ("eventhub:EventHub", {"namespaceName"}, {"partitionCount"}),
    ],
)
def test_only_what_the_provider_knows_of_replaces(token: str, replacing: set[str], staying: set[str]) -> None:
    kind = KINDS[f"azure-native:{token}"]
    assert {path for path in {*replacing, *staying} if replaces(kind, path)} == replacing


def test_only_locations_and_resource_groups_are_compared_without_case() -> None:
    after = {**TOPIC, "location": "westeurope", "resourceGroupName": "RG", "source": WORKSPACE.upper()}
    assert dict(changes(TOPIC, after)) == {"source": "UPDATE"}
    assert dict(changes({"a": [1, 2]}, {"a": [2, 1]})) == {"a[0]": "UPDATE", "a[1]": "UPDATE"}


def test_what_is_left_out_is_made_up_once() -> None:
    topic, role = (
        KINDS[f"azure-native:{token}"] for token in ("eventgrid:SystemTopic", "authorization:RoleAssignment")
    )
    seed = bytes(range(32))
    made_up = {"systemTopicName": "events00010203", "azureApiVersion": "2025-02-15"}
    assert added(topic, {}, {}, "events", seed) == made_up
    olds = {"systemTopicName": "then", "location": "here"}
    assert added(topic, {}, olds, "events", seed) == {**made_up, **olds}
    assert added(topic, {**made_up, "azureApiVersion": "another"}, {}, "events", seed) == {}
    assert added(role, {}, {}, "r", seed)["roleAssignmentName"] == "00010203-0405-0607-0809-0a0b0c0d0e0f"


@pytest.mark.parametrize("now", [{}, {"name": "ml-events", "location": "here", "metricResourceId": "m"}])
def test_a_preview_knows_the_inputs_and_of_the_rest_only_name_and_location(now: Properties) -> None:
    outputs = foreseen(KINDS["azure-native:eventgrid:SystemTopic"], TOPIC, now)
    assert (outputs["name"], outputs["location"]) == (now.get("name", UNKNOWN), now.get("location", TOPIC["location"]))
    assert outputs["identity"] == {"type": "SystemAssigned", "principalId": UNKNOWN, "tenantId": UNKNOWN}
    for name in ("tags", "metricResourceId", "provisioningState"):
        assert outputs[name] == UNKNOWN
    assert "systemTopicName" not in outputs


@pytest.mark.usefixtures("topic")
def test_a_refresh_carries_what_somebody_changed_and_nothing_else(cloud: Cloud) -> None:
    """Values that Azure returns in another form, or not at all, stay as they were sent."""
    kind = KINDS["azure-native:eventgrid:SystemTopicEventSubscription"]
    secret = {"name": "a", "type": "Static", "value": "hush", "isSecret": True}
    hook = {**WEB_HOOK, "deliveryAttributeMappings": [secret]}
    inputs = {**hooked(hook), "filter": {"subjectEndsWith": "x"}, "azureApiVersion": kind.version}
    before = create(cloud, "eventgrid:SystemTopicEventSubscription", inputs)
    assert refreshed(kind, inputs, before.outputs, before.outputs) == inputs
    other = {**hook, "deliveryAttributeMappings": [{**secret, "name": "b", "value": "other"}], "maxEventsPerBatch": 9}
    after = azure.change(cloud, before.id, destination=other, filter={"subjectBeginsWith": "y"}, labels=["z"])
    assert refreshed(kind, inputs, before.outputs, after.outputs) == {
        **inputs,
        "destination": {**hook, "maxEventsPerBatch": 9, "deliveryAttributeMappings": [{**secret, "name": "b"}]},
        "filter": {"subjectEndsWith": "", "subjectBeginsWith": "y"},
        "labels": ["z"],
    }


def test_a_refresh_drops_what_somebody_took_away() -> None:
    kind = KINDS["azure-native:eventgrid:SystemTopic"]
    before = {"tags": {"a": "1", "b": "2"}, "identity": {"type": "None"}}
    assert refreshed(kind, {"tags": before["tags"]}, before, {"tags": {"a": "1"}}) == {"tags": {"a": "1"}}


def test_an_import_finds_names_in_the_case_of_the_id_and_all_that_can_be_set(cloud: Cloud, topic: Existing) -> None:
    kind = KINDS["azure-native:eventgrid:SystemTopicEventSubscription"]
    made = create(cloud, "eventgrid:SystemTopicEventSubscription", {**hooked(WEB_HOOK), "filter": {}})
    assert imported(kind, made.id.replace("failed-runs", "Failed-Runs"), {**made.outputs, "labels": []}) == {
        **{name: EVENTS[name] for name in kind.parameters},
        "eventSubscriptionName": "Failed-Runs",
        "destination": {"endpointType": "WebHook", "maxEventsPerBatch": 1, "preferredBatchSizeInKilobytes": 64},
        **{name: made.outputs[name] for name in ("filter", "eventDeliverySchema", "retryPolicy")},
    }
    found = imported(KINDS["azure-native:eventgrid:SystemTopic"], topic.id, topic.outputs)
    assert found["identity"].keys() == {"type", "principalId", "tenantId"}
    assert found.keys() == TOPIC.keys()


def test_keys_with_an_underscore_are_found_except_where_names_are_free() -> None:
    properties = {"filter": {"advanced_filters": [{"operator_type": "x"}]}, "tags": {"a_b": "c"}}
    assert list(underscored(properties)) == [
        ".filter.advanced_filters",
        ".filter.advanced_filters[0].operator_type",
    ]


@pytest.fixture
def provider(tmp_path: Path) -> Provider:
    """The provider, configured, over a resource group in the north."""
    file = CloudFile(tmp_path / "cloud.json")
    with file.open() as cloud:
        azure.seed(cloud, GROUP, {"location": "northeurope"})
    provider = Provider(file)
    settings = provider_pb2.ConfigureRequest(args=packed({"subscriptionId": SUBSCRIPTION}))
    assert not provider.Configure(settings, None).acceptSecrets
    return provider


TOPIC_URN = "urn:pulumi:e2e::azureml-events::azure-native:eventgrid:SystemTopic::events"


def test_check_fills_in_the_location_of_the_resource_group(provider: Provider) -> None:
    news = {name: value for name, value in TOPIC.items() if name not in {"location", "systemTopicName"}}
    request = provider_pb2.CheckRequest(urn=TOPIC_URN, news=packed(news), randomSeed=bytes(32))
    checked = provider.Check(request, None)
    assert not checked.failures
    assert plain(checked.inputs) == {
        **news,
        "location": "northeurope",
        "systemTopicName": "events00000000",
        "azureApiVersion": "2025-02-15",
    }


@pytest.mark.parametrize(
    ("before", "outputs", "after", "expected"),
    [
        ({}, {"tags": {"a": "1"}, "source": "other"}, {}, ([], [], False)),
        ({}, {}, {"azureApiVersion": "2026-01-01"}, (["azureApiVersion"], [], False)),
        ({}, {"azureApiVersion": "2025-02-15"}, {"azureApiVersion": "2025-02-15"}, ([], [], False)),
        ({}, {}, {"location": "northeurope"}, (["location"], ["location"], True)),
        ({"location": None}, {"location": "West Europe"}, {}, (["location"], [], False)),
        ({"systemTopicName": "a"}, {}, {}, (["systemTopicName"], ["systemTopicName"], True)),
        ({}, {}, {"systemTopicName": "events0123abcd"}, (["systemTopicName"], ["systemTopicName"], False)),
    ],
)
def test_diff_compares_inputs_with_inputs(
    provider: Provider, before: Properties, outputs: Properties, after: Properties, expected: tuple[Any, ...]
) -> None:
    old, new = packed({**TOPIC, **before}), packed({**TOPIC, **after})
    request = provider_pb2.DiffRequest(urn=TOPIC_URN, old_inputs=old, olds=packed(outputs), news=new)
    found = provider.Diff(request, None)
    assert (list(found.diffs), list(found.replaces), found.deleteBeforeReplace) == expected
