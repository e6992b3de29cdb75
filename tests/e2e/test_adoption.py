"""What exists already in Azure: taken over, used, or refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from e2e.configs import Config, config_of, edited, text_of
from e2e.conftest import REPOSITORY
from e2e.engine import Project
from e2e.runs import Engine, Run
from e2e.stand_in import azure
from e2e.stand_in.cloud import Cloud
from stack_texts import GROUP, HUB, WORKSPACE

TOPIC = f"{GROUP}/providers/Microsoft.EventGrid/systemTopics/By-Hand"
SUBSCRIPTION = f"{TOPIC.replace('By-Hand', 'BY-HAND')}/eventSubscriptions/To-Hub"

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
GRANTED = {"path": "handlers.hub.grants", "remove": True}
USED = edited(
    TAKEN_OVER,
    [
        {"path": "workspaces.ml.systemTopic", "value": {"existing": True, "name": "By-Hand"}},
        {"path": "subscriptions.everything.import", "remove": True},
        {"path": "handlers.hub.identity", "remove": True},
        {"path": "handlers.hub.grants", "value": "assume"},
    ],
)


def refused(engine: Engine, message: str) -> Run:
    """Deploy what is refused with a message, and not with a traceback."""
    run = engine.run_command("up")
    assert run.status != 0
    assert message in run.output
    assert "Traceback" not in run.output
    return run


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
    message = "workspaces.ml.systemTopic.identity: system topic 'By-Hand' has no system-assigned identity"
    run = refused(engine, message)
    assert not run.attempts("create", "/everything")


def test_an_existing_topic_that_does_not_exist_is_named_with_its_place(real: Callable[[Config], Project]) -> None:
    engine = real(USED)
    with engine.cloud() as cloud:
        cloud.remove(TOPIC)
    message = "workspaces.ml.systemTopic.name: system topic 'By-Hand' does not exist; Azure says: Status=404"
    run = refused(engine, message)
    assert not run.ids("create")


def test_a_target_that_does_not_exist_is_named_by_its_place(real: Callable[[Config], Project]) -> None:
    endpoint = f"{WORKSPACE}/batchEndpoints/retrain"
    retrain = {"path": "handlers.hub", "value": {"type": "BatchEndpoint", "endpointId": endpoint}}
    project = real(edited(USED, [retrain]))
    with project.cloud() as cloud:
        cloud.remove(endpoint)
    refused(project, "handlers.hub.endpointId: its target does not exist; Azure says: Status=404")


def test_two_stacks_on_one_topic_learn_what_to_leave_to_the_other(
    real: Callable[[Config], Project], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The second fails with the ways out; with these it deploys, and its end leaves the first one's access alone."""
    shared = edited(
        USED,
        [
            GRANTED,
            {"path": "defaults.deadLetter", "value": {"create": {"accountName": "deadletters1"}}},
        ],
    )
    first = real(shared)
    assert first.run_command("up").status == 0
    theirs = edited(shared, [{"path": "subscriptions.everything.name", "value": "second"}])
    second = Project(tmp_path_factory.mktemp("second"), REPOSITORY, text_of(theirs), tmp_path / "cloud.json")

    run = second.run_command("up", "--continue-on-error")  # else the first refusal may leave the other untried

    assert run.status != 0
    assert "somebody else assigned this role: leave it to them with `grants: assume`" in run.output
    assert "name theirs with `deadLetter: {storageAccountId: <id>, blobContainerName: <name>}`" in run.output
    store = {
        "storageAccountId": f"{GROUP}/providers/Microsoft.Storage/storageAccounts/deadletters1",
        "blobContainerName": "dead-letters-ml",
    }
    second.configure(
        edited(
            theirs,
            [{"path": "defaults.grants", "value": "assume"}, {"path": "defaults.deadLetter", "value": store}],
        )
    )
    then = second.run_command("up")
    assert then.status == 0, then.output
    assert second.run_command("destroy").status == 0
    assert first.run_command("up", "--refresh").changes == {}


def test_a_handler_that_another_stack_created_is_explained(
    real: Callable[[Config], Project], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Of its namespace and of the queue in it; with the ways out the second deploys."""
    namespace = f"{GROUP}/providers/Microsoft.ServiceBus/namespaces/ours-here"
    handlers = {
        "hub": {"type": "ServiceBusQueue", "create": {"resourceGroup": "rg", "namespaceName": "ours-here"}},
        "more": {"type": "ServiceBusQueue", "create": {"resourceGroup": "rg", "namespaceId": namespace}},
    }
    shared = edited(USED, [{"path": "handlers", "value": {"hub": handlers["hub"]}}])
    assert real(shared).run_command("up").status == 0
    theirs = edited(shared, [{"path": "subscriptions.everything.name", "value": "second"}])
    second = Project(tmp_path_factory.mktemp("second"), REPOSITORY, text_of(theirs), tmp_path / "cloud.json")

    taken = second.run_command("up")
    assert taken.status != 0
    assert "handlers/rg/ours-here exists already: somebody else made it" in taken.output
    assert "`create.namespaceId`" in taken.output
    second.configure(edited(theirs, [{"path": "handlers.hub", "value": handlers["more"]}]))
    taken = second.run_command("up")
    assert taken.status != 0
    assert "handlers/hub exists already: somebody else made it: deliver to it with `resourceId`" in taken.output
    found = {"type": "ServiceBusQueue", "resourceId": f"{namespace}/queues/hub", "grants": "assume"}
    second.configure(edited(theirs, [{"path": "handlers.hub", "value": found}]))
    then = second.run_command("up")
    assert then.status == 0, then.output


def test_the_last_user_of_a_protected_store_is_not_removed_silently(real: Callable[[Config], Project]) -> None:
    """The store and its dead letters stay, and Pulumi says why; what is unprotected goes with the next deployment."""
    protected = {"path": "defaults.deadLetter", "value": {"create": {"protect": True}}}
    project = real(edited(USED, [{"path": "handlers.hub.identity", "value": False}, protected, GRANTED]))
    assert project.run_command("up").status == 0
    lost = {"path": "subscriptions.everything.deadLetter", "value": {"disabled": "nobody reads them"}}
    project.configure(edited(project.config, [lost]))

    run = project.run_command("up")

    assert run.status != 0
    assert "protect" in run.output
    with project.cloud() as cloud:
        assert len(list(cloud.of_type("storageAccounts"))) == 1
    assert project.run_command("unprotect").status == 0
    then = project.run_command("up")
    assert then.status == 0, then.output
    with project.cloud() as cloud:
        assert not list(cloud.of_type("storageAccounts"))


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
