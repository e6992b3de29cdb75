"""A whole stack: what changes when the stack file does, and how its mistakes read."""

from __future__ import annotations

import gc
from typing import Any
from unittest.mock import Mock

import pulumi
import pytest
from azureml_events import declare_stack
from azureml_events.offline.recording import ProgramError
from azureml_events.offline.wire import Secret
from azureml_events.stack import parse
from resources.mocks import run
from resources.stacks import (
    EVENT_HUB,
    OTHER,
    OWN,
    SUBSCRIPTION,
    TOPIC,
    Deployment,
    arm,
    changes,
    config,
    names,
    preview,
    workspace,
)


def failed(*experiments: str, **fields: Any) -> dict[str, Any]:
    """A subscription to the failed runs of experiments."""
    return {"handler": "hub", "when": {"runFailed": {"experimentName": list(experiments)}}, **fields}


def test_a_second_deployment_changes_nothing() -> None:
    cloud = Deployment()
    cloud.up()

    assert changes(cloud.up()) == []


def test_reordered_lists_and_entries_change_nothing() -> None:
    cloud = Deployment()
    cloud.up(subscriptions={"a-1": failed("a", "b", labels=["x", "y"]), "b-1": failed("c")})

    assert changes(cloud.up(subscriptions={"b-1": failed("c"), "a-1": failed("b", "a", labels=["y", "x"])})) == []


def test_a_changed_filter_is_one_update() -> None:
    cloud = Deployment()
    cloud.up(subscriptions={"one": failed("a"), "two": failed("b")})

    assert changes(cloud.up(subscriptions={"one": failed("a"), "two": failed("c")})) == [("update", "ml/two")]


def test_a_removed_subscription_is_one_deletion() -> None:
    cloud = Deployment()
    cloud.up(subscriptions={"one": failed("a"), "two": failed("b")})

    assert changes(cloud.up(subscriptions={"one": failed("a")})) == [("delete", "ml/two")]


def test_a_disabled_subscription_is_not_declared() -> None:
    recording = preview(subscriptions={"one": failed("a"), "two": failed("b", disabled="no code yet")})

    assert names(recording, SUBSCRIPTION) == ["ml/one"]


def test_a_handler_map_gives_each_workspace_its_handler() -> None:
    uk = {**EVENT_HUB, "resourceId": arm("Microsoft.EventHub/namespaces/eventhubs", "n", "uk")}
    recording = preview(
        workspaces={"a-weu": workspace("a"), "b-uks": workspace("b", location="uksouth"), "c-sea": workspace("c")},
        handlers={"hub": EVENT_HUB, "uk": uk},
        subscriptions={"failed": {"handler": {"*-weu": "hub", "*-uks": "uk"}, "when": "runFailed"}},
    )

    delivers = {
        each.name: each.inputs["deliveryWithResourceIdentity"]["destination"]["resourceId"]
        for each in recording.of_type(SUBSCRIPTION)
    }
    assert delivers == {"a-weu/failed": EVENT_HUB["resourceId"], "b-uks/failed": uk["resourceId"]}


def test_ids_and_principals_are_exported_by_workspace() -> None:
    """Of a topic that is used, too; a topic without identity has no principal."""
    hub = {**EVENT_HUB, "identity": False}
    lost = {"disabled": "nobody reads them"}
    deployed = Deployment().up(
        workspaces={"ml": workspace(), "bare": workspace("bare", systemTopic={"identity": "None"}, deadLetter=lost)},
        handlers={"hub": EVENT_HUB, "open": hub},
        subscriptions={"failed": failed("a", handler={"ml": "hub", "bare": "open"}, name="arm-name")},
    )

    topics = {each.name.partition("/")[0]: deployed.state[each.urn] for each in deployed.of_type(TOPIC)}
    subscriptions = {each.name.partition("/")[0]: deployed.state[each.urn] for each in deployed.of_type(SUBSCRIPTION)}
    assert deployed.outputs == {
        "systemTopics": {key: topic.id for key, topic in topics.items()},
        "principals": {"ml": topics["ml"].outputs["identity"]["principalId"]},
        "subscriptions": {key: {"failed": each.id} for key, each in subscriptions.items()},
        "prerequisites": [],
    }


def test_an_imported_subscription_keeps_its_name() -> None:
    imported = arm("Microsoft.EventGrid/systemTopics/eventSubscriptions", "ml-events", "from-the-portal")
    recording = preview(subscriptions={"failed": failed("a", **{"import": imported})})

    subscription = recording.resource("ml/failed", SUBSCRIPTION)
    assert subscription.import_id == imported
    assert subscription.inputs["eventSubscriptionName"] == "from-the-portal"


def test_secrets_are_secret_on_the_wire_and_unknown_offline() -> None:
    hook = {
        "type": "WebHook",
        "endpointUrl": {"secure": "v1:cipher"},
        "deliveryAttributeMappings": [
            {"name": "X-Key", "type": "Static", "value": {"secure": "v1:cipher"}, "isSecret": True}
        ],
    }
    destination = preview(handlers={"hub": hook}).resource("ml/failed", SUBSCRIPTION).inputs["destination"]

    assert isinstance(destination["endpointUrl"], Secret)
    assert isinstance(destination["deliveryAttributeMappings"][0]["value"], Secret)


def test_further_azure_subscriptions_have_a_provider_with_the_stacks_other_settings() -> None:
    recording = preview(
        workspaces={
            "a": workspace("a"),
            "b": workspace("b", subscription=OTHER),
            "c": workspace("c", subscription=OTHER),
        },
        tenantId="tenant",
        useOidc="true",
        auxiliaryTenantIds='["t1"]',
    )

    (provider,) = recording.of_type("pulumi:providers:azure-native")
    assert provider.inputs["subscriptionId"] == OTHER
    assert provider.inputs["tenantId"] == "tenant"
    assert provider.inputs["useOidc"] in (True, "true")
    assert provider.inputs["auxiliaryTenantIds"] in (["t1"], '["t1"]')
    assert {each.provider for each in recording.of_type(TOPIC)} == {None, provider.urn}


def test_all_of_a_workspace_in_another_azure_subscription_goes_through_its_provider() -> None:
    """Topic, subscriptions, workflows, store, roles and look-ups, also of the region and of a topic that is used."""
    far = workspace("far", subscription=OTHER)
    del far["location"]
    mail = {
        "type": "EmailAlert",
        "communicationServiceId": arm("Microsoft.Communication/communicationServices", "mail", subscription=OTHER),
        "sender": "alerts@example.com",
        "to": ["ops@example.com"],
    }
    used = workspace("used", subscription=OTHER, systemTopic={"existing": True, "name": "theirs"})
    recording = preview(
        workspaces={"far": far, "used": used},
        handlers={"hub": EVENT_HUB, "mail": mail},
        subscriptions={"failed": failed("a"), "mails": {"handler": "mail", "when": "runFailed"}},
    )

    (provider,) = recording.of_type("pulumi:providers:azure-native")
    made = {each.type.rpartition(":")[2] for each in recording.resources if each.custom and each != provider}
    assert made > {"SystemTopic", "SystemTopicEventSubscription", "Workflow", "StorageAccount", "RoleAssignment"}
    assert {each.provider for each in recording.resources if each.custom and each != provider} == {provider.urn}
    found = {each.token.rpartition(":")[2] for each in recording.invokes}
    assert found >= {"getWorkspace", "getSystemTopic", "getCommunicationService"}
    assert {each.provider for each in recording.invokes} == {provider.urn}


def test_without_a_subscription_of_the_stack_each_has_a_provider() -> None:
    recording = preview(workspaces={"a": workspace("a"), "b": workspace("b", subscription=OTHER)}, subscriptionId=None)

    assert names(recording, "pulumi:providers:azure-native") == [f"azure-native/{OWN}", f"azure-native/{OTHER}"]


def test_mistakes_are_reported_all_at_once_without_a_traceback() -> None:
    with pytest.raises(ProgramError) as raised:
        preview(
            workspaces={"ml": {"resourceId": "ml"}},
            subscriptions={"failed": {"handler": "hub", "when": "runfailed"}},
            handlers={"hub": {"type": "EventHub"}},
        )

    lines = raised.value.text.splitlines()
    assert [line.split(": ")[0] for line in lines] == [
        "workspaces.ml.resourceId",
        "handlers.hub.resourceId",
        "subscriptions.failed.when",
    ]


def test_a_warning_is_said_and_stops_nothing() -> None:
    news = {"handler": "hub", "includedEventTypes": ["Microsoft.MachineLearningServices.ModelArchived"]}

    (message,) = preview(subscriptions={"news": news}).messages

    assert message.severity == "warning"
    assert message.text.startswith("subscriptions.news.includedEventTypes: ")
    assert message.text.endswith(" (unknown-event-type)")


def test_a_stack_of_several_workspaces_is_checked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = {name: Mock(wraps=rule) for name, rule in vars(parse).items() if name.endswith("_mistakes")}
    for name, rule in rules.items():
        monkeypatch.setattr(parse, name, rule)

    preview(workspaces={key: workspace(key) for key in ("a", "b", "c")})

    assert rules.keys() >= {"naming_mistakes", "stack_mistakes", "dead_letter_mistakes", "creation_mistakes"}
    assert {name: rule.call_count for name, rule in rules.items()} == dict.fromkeys(rules, 1)


@pytest.mark.parametrize("keep", [False, True])
def test_version_aliases_are_dropped_unless_they_are_kept(*, keep: bool) -> None:
    queue = {"type": "StorageQueue", "create": {"resourceGroup": "rg-events"}}

    def program() -> None:
        settings = config(handlers={"hub": queue}, defaults={"keepVersionAliases": keep})
        pulumi.runtime.set_all_config(settings)
        declare_stack()

    monitor = run(program)

    assert [bool(monitor.request("Queue", name).aliases) for name in monitor.names("Queue")] == [keep]
    assert bool(monitor.request("SystemTopicEventSubscription", "ml/failed").aliases) is keep


def test_garbage_is_collected_rarely_from_the_declaration_of_a_stack_on() -> None:
    before = gc.get_threshold()
    try:
        gc.set_threshold(700, 10, 10)
        preview()
        assert gc.get_threshold() == (100_000, 50, 100)
    finally:
        gc.set_threshold(*before)


def test_many_subscriptions_need_no_more_of_everything_else_than_one() -> None:
    many = {f"failed-{number}": failed(f"train-{number}") for number in range(60)}
    recording = preview(subscriptions=many)

    others = [each for each in recording.resources if each.type != SUBSCRIPTION]
    assert len(others) == len([each for each in preview().resources if each.type != SUBSCRIPTION])
