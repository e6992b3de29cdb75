"""The system topic: created, taken over, only used; and the identity that delivers."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from azureml_events import DataFactoryPipeline, Subscription, WorkspaceEvents, drift_detected
from azureml_events.offline.recording import ProgramError
from engine.options import request_of
from pulumi.runtime.rpc import UNKNOWN
from resources.mocks import Azure, run
from resources.stacks import (
    FUNCTION,
    HUB,
    OTHER,
    PRINCIPAL,
    ROLE,
    SUBSCRIPTION,
    TOPIC,
    Deployment,
    arm,
    changes,
    names,
    preview,
    user_assigned,
    workspace,
)

FOUND = "azure-native:eventgrid:getSystemTopic"
EXISTING = {"existing": True, "name": "central", "resourceGroup": "rg-central"}


def _topic(**fields: Any) -> dict[str, Any]:
    return {"ml": workspace(systemTopic=fields)}


def test_a_created_topic_has_these_inputs() -> None:
    topic = preview(defaults={"tags": {"team": "ml"}}).resource("ml/system-topic")

    assert topic.type == TOPIC
    assert topic.inputs == {
        "systemTopicName": "ml-events",
        "resourceGroupName": "rg-ml",
        "location": "westeurope",
        "source": arm("Microsoft.MachineLearningServices/workspaces", "ml"),
        "topicType": "Microsoft.MachineLearningServices.Workspaces",
        "identity": {"type": "SystemAssigned"},
        "tags": {"team": "ml"},
    }
    assert request_of(topic).replaceOnChanges == ["source", "topicType"]
    assert request_of(topic).deleteBeforeReplace
    assert not topic.protect


def test_a_topic_that_is_taken_over_is_protected_and_never_replaced_for_its_source() -> None:
    imported = arm("Microsoft.EventGrid/systemTopics", "portal-made", group="RG-Portal")

    topic = preview(workspaces=_topic(**{"import": imported})).resource("ml/system-topic")

    assert topic.import_id == imported
    assert (topic.inputs["systemTopicName"], topic.inputs["resourceGroupName"]) == ("portal-made", "RG-Portal")
    assert topic.protect
    left = ["source", "topicType", "identity.principalId", "identity.tenantId", "tags"]
    assert request_of(topic).ignoreChanges == left
    assert request_of(topic).replaceOnChanges == []


def test_protection_of_the_topic_does_not_reach_its_subscriptions() -> None:
    imported = arm("Microsoft.EventGrid/systemTopics", "portal-made")

    assert not preview(workspaces=_topic(**{"import": imported})).resource("ml/failed", SUBSCRIPTION).protect


def test_an_existing_topic_is_looked_up_and_not_declared() -> None:
    recording = preview(workspaces=_topic(**EXISTING))

    assert recording.of_type(TOPIC) == ()
    assert [(each.token, each.args) for each in recording.invokes] == [
        (FOUND, {"resourceGroupName": "rg-central", "systemTopicName": "central"})
    ]
    assert recording.resource("ml/failed", SUBSCRIPTION).inputs["resourceGroupName"] == "rg-central"


def test_the_location_is_not_looked_up_for_an_existing_topic_without_a_created_store() -> None:
    own = {"storageAccountId": arm("Microsoft.Storage/storageAccounts", "letters"), "blobContainerName": "dead"}
    fields = {**workspace(systemTopic=EXISTING, deadLetter=own), "location": None}

    recording = preview(workspaces={"ml": {name: value for name, value in fields.items() if value is not None}})

    assert [each.token for each in recording.invokes] == [FOUND]


def test_a_location_that_nobody_says_is_looked_up() -> None:
    fields = workspace()
    del fields["location"]

    recording = preview(workspaces={"ml": fields})

    assert [(each.token, each.args) for each in recording.invokes] == [
        (
            "azure-native:machinelearningservices:getWorkspace",
            {"resourceGroupName": "rg-ml", "workspaceName": "ml"},
        )
    ]


def test_a_user_assigned_identity_stands_in_the_topic_and_in_delivery() -> None:
    identity = user_assigned()
    recording = preview(workspaces=_topic(identity=identity))

    users = {"type": "UserAssigned", "userAssignedIdentities": {identity["userAssigned"]: {}}}
    assert recording.resource("ml/system-topic").inputs["identity"] == users
    inputs = recording.resource("ml/failed", SUBSCRIPTION).inputs
    delivers = {"type": "UserAssigned", "userAssignedIdentity": identity["userAssigned"]}
    assert inputs["deliveryWithResourceIdentity"]["identity"] == delivers
    assert inputs["deadLetterWithResourceIdentity"]["identity"] == delivers
    assert {each.inputs["principalId"] for each in recording.of_type(ROLE)} == {PRINCIPAL}


def test_a_topic_without_identity_needs_no_roles() -> None:
    recording = preview(
        workspaces={"ml": workspace(systemTopic={"identity": "None"}, deadLetter={"disabled": "nobody reads them"})},
        handlers={"hub": FUNCTION},
    )

    assert recording.resource("ml/system-topic").inputs["identity"] == {"type": "None"}
    assert recording.of_type(ROLE) == ()
    assert "destination" in recording.resource("ml/failed", SUBSCRIPTION).inputs


@pytest.mark.parametrize(
    ("declared", "found", "says"),
    [
        ("SystemAssigned", None, "has no system-assigned identity"),
        ("SystemAssigned", {"type": "UserAssigned", "userAssignedIdentities": {"/x": {}}}, "has no system-assigned"),
        (user_assigned(), {"type": "SystemAssigned", "principalId": "p"}, "does not have the identity /subscriptions/"),
        (user_assigned(), None, "does not have the identity"),
    ],
)
def test_an_existing_topic_that_lacks_the_identity_stops_the_deployment(declared: Any, found: Any, says: str) -> None:
    cloud = Deployment(lookups={FOUND: {"name": "central", **({"identity": found} if found else {})}})

    with pytest.raises(ProgramError) as raised:
        cloud.up(workspaces=_topic(**EXISTING, identity=declared))

    assert raised.value.text.startswith("workspaces.ml.systemTopic.identity: system topic 'central' ")
    assert says in raised.value.text


@pytest.mark.parametrize(
    ("declared", "found", "principal"),
    [
        ("SystemAssigned", {"type": "SystemAssigned", "principalId": "its-own"}, "its-own"),
        (
            user_assigned(),
            {"type": "UserAssigned", "userAssignedIdentities": {user_assigned()["userAssigned"].upper(): {}}},
            PRINCIPAL,
        ),
    ],
)
def test_an_existing_topic_delivers_with_the_identity_that_it_has(declared: Any, found: Any, principal: str) -> None:
    cloud = Deployment(lookups={FOUND: {"name": "central", "identity": found}})

    recording = cloud.up(workspaces=_topic(**EXISTING, identity=declared))

    assert recording.resource("ml/failed", SUBSCRIPTION).inputs["systemTopicName"] == "central"
    assert {each.inputs["principalId"] for each in recording.of_type(ROLE)} == {principal}


@pytest.mark.parametrize(
    "changed",
    [
        {"ml": workspace(systemTopic={"name": "renamed"})},
        {"ml": workspace(location="northeurope", deadLetter={"create": {"location": "westeurope"}})},
        {"ml": workspace("other", deadLetter={"create": {"location": "westeurope"}})},
    ],
    ids=["name", "location", "source"],
)
def test_a_replaced_topic_is_deleted_first_and_takes_its_subscriptions_along(changed: dict[str, Any]) -> None:
    """Azure deletes a topic's subscriptions with it, so Pulumi must know that they are gone."""
    cloud = Deployment()
    cloud.up(workspaces={"ml": workspace(deadLetter={"create": {"location": "westeurope"}})})

    done = changes(cloud.up(workspaces=changed))

    assert done.index(("delete-replaced", "ml/failed")) < done.index(("delete-replaced", "ml/system-topic"))
    assert done.index(("delete-replaced", "ml/system-topic")) < done.index(("create-replacement", "ml/system-topic"))
    assert ("create", "ml/failed") in done or ("create-replacement", "ml/failed") in done


class Foreseen(Azure):
    """A preview that foresees no principal, of a topic and a workflow that exist."""

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        """A resource whose principal is unknown."""
        made, outputs = super().new_resource(args)
        if args.typ in {TOPIC, "azure-native:logic:Workflow"}:
            outputs["identity"] = {"type": "SystemAssigned", "principalId": pulumi.UNKNOWN}
        return made, outputs


@pytest.mark.parametrize(
    ("there", "expected"),
    [({"type": "SystemAssigned", "principalId": "held"}, {"held"}), ({"type": "None"}, {UNKNOWN}), (None, {UNKNOWN})],
)
def test_a_preview_takes_principals_from_what_exists(there: dict[str, str] | None, expected: set[str]) -> None:
    """What it foresees lacks them, also where only tags change; every role assignment would look replaced."""
    found = {"identity": there} if there else {}
    cloud = Foreseen(getSystemTopic=found, getWorkflow=found)
    to = DataFactoryPipeline(factory_id=arm("Microsoft.DataFactory/factories", "f"), pipeline_name="retrain")

    def program() -> None:
        source = arm("Microsoft.MachineLearningServices/workspaces", "ml")
        subscriptions = {"alert": Subscription(drift_detected(), to=to)}
        WorkspaceEvents("ml", workspace_id=source, location="westeurope", subscriptions=subscriptions)

    monitor = run(program, cloud, preview=True)

    roles = [monitor.inputs("RoleAssignment", name) for name in monitor.names("RoleAssignment")]
    assert len(roles) == 2
    assert {each["principalId"] for each in roles} == expected
    assert {token for token, _ in cloud.looked_up} >= {"getSystemTopic", "getWorkflow"}


def test_topics_are_tagged_with_what_defaults_and_workspace_say() -> None:
    recording = preview(
        workspaces={"ml": workspace(tags={"team": "churn"})}, defaults={"tags": {"team": "ml", "stage": "dev"}}
    )

    assert recording.resource("ml/system-topic").inputs["tags"] == {"team": "churn", "stage": "dev"}


def test_a_topic_in_another_azure_subscription_has_a_provider_of_its_own() -> None:
    recording = preview(workspaces={"a": workspace("a"), "b": workspace("b", subscription=OTHER)})

    assert recording.resource("a/system-topic").provider is None
    provider = recording.resource(f"azure-native/{OTHER}")
    assert recording.resource("b/system-topic").provider == provider.urn
    assert recording.resource("b/failed", SUBSCRIPTION).provider == provider.urn
    assert names(recording, TOPIC) == ["a/system-topic", "b/system-topic"]
    assert HUB in str(recording.resource("b/failed", SUBSCRIPTION).inputs)
