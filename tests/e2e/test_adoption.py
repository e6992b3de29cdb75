"""What exists already in Azure: taken over, used, or refused."""

from __future__ import annotations

from collections.abc import Callable

from e2e.configs import Config, config_of, edited
from e2e.runs import Engine
from e2e.stand_in import azure
from e2e.stand_in.cloud import Cloud

GROUP = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg"
WORKSPACE = f"{GROUP}/providers/Microsoft.MachineLearningServices/workspaces/ml"
TOPIC = f"{GROUP}/providers/Microsoft.EventGrid/systemTopics/By-Hand"
SUBSCRIPTION = f"{TOPIC.replace('By-Hand', 'BY-HAND')}/eventSubscriptions/To-Hub"
HUB = f"{GROUP}/providers/Microsoft.EventHub/namespaces/hubs/eventhubs/hub"

TAKEN_OVER = config_of(f"""
config:
  azure-native:subscriptionId: 00000000-0000-0000-0000-000000000001
  azureml-events:workspaces:
    ml: {{resourceId: {WORKSPACE}, location: West Europe, systemTopic: {{import: {TOPIC}}}}}
  azureml-events:handlers:
    hub: {{type: EventHub, resourceId: {HUB}, identity: false}}
  azureml-events:subscriptions:
    everything: {{handler: hub, allEvents: true, import: {SUBSCRIPTION}}}
  azureml-events:defaults:
    deadLetter: {{disabled: nothing is lost that matters}}
    accessDelaySeconds: 0
    accessRetryMinutes: 0
""")
USED = edited(
    TAKEN_OVER,
    [
        {"path": "workspaces.ml.systemTopic", "value": {"existing": True, "name": "By-Hand"}},
        {"path": "subscriptions.everything.import", "remove": True},
        {"path": "handlers.hub.identity", "remove": True},
        {"path": "handlers.hub.grants", "value": "assume"},
    ],
)


def test_a_topic_and_a_subscription_in_another_case_are_taken_over_not_replaced(
    begin: Callable[[Config], Engine],
) -> None:
    """ARM ids come back in the case that someone once typed; afterwards nothing is left to do; nothing deletes it."""
    engine = begin(TAKEN_OVER)
    with engine.cloud() as cloud:
        make_by_hand(cloud)
        there = set(cloud.resources)
    run = engine.run_command("up")
    assert run.status == 0, run.output
    assert run.changes["import"] == ["ml/everything", "ml/system-topic"]
    assert set(run.changes) <= {"create", "import", "update"}
    assert not run.ids("create")
    assert not run.ids("delete")
    with engine.cloud() as cloud:
        assert set(cloud.resources) == there
    assert engine.run_command("up").changes == {}
    destroyed = engine.run_command("destroy")
    assert destroyed.status != 0
    assert "protect" in destroyed.output
    with engine.cloud() as cloud:
        assert cloud.get(TOPIC)


def test_an_existing_topic_with_assumed_roles_gets_subscriptions_and_nothing_else(
    begin: Callable[[Config], Engine],
) -> None:
    run = begin(USED).run_command("up")
    assert run.status == 0, run.output
    assert run.ids("create") == [f"{TOPIC}/eventSubscriptions/everything"]


def test_an_existing_topic_without_the_identity_that_delivers_is_refused(begin: Callable[[Config], Engine]) -> None:
    engine = begin(USED)
    with engine.cloud() as cloud:
        topic = cloud.get(TOPIC)
        assert topic
        topic.outputs["identity"] = {"type": "None"}
    run = engine.run_command("up")
    assert run.status != 0
    assert "workspaces.ml.systemTopic.identity: system topic 'By-Hand' has no system-assigned identity" in run.output
    assert "Traceback" not in run.output
    assert not run.attempts("create", "/everything")


def make_by_hand(cloud: Cloud) -> None:
    """A topic and a subscription as a portal leaves them: other capitals, other settings."""
    topic = {
        "location": "westeurope",
        "source": WORKSPACE.upper(),
        "topicType": "microsoft.machinelearningservices.workspaces",
    }
    azure.seed(cloud, TOPIC.lower(), topic, {"identity": {"type": "SystemAssigned", "principalId": "1"}})
    subscription = {
        "destination": {"endpointType": "EventHub", "resourceId": HUB.upper()},
        "filter": {"includedEventTypes": ["Microsoft.MachineLearningServices.RunCompleted"]},
        "eventDeliverySchema": "EventGridSchema",
    }
    azure.seed(cloud, SUBSCRIPTION.lower(), subscription)
