"""Values of a wrong type in a program: mistakes in the words of a stack file, never an error from inside."""

from __future__ import annotations

from typing import Any

import azureml_events
import pulumi
import pytest
from azureml_events import DeclarationError, EventHub, Subscription, run_failed
from resources.mocks import run
from resources.stacks import HUB, arm

WORKSPACE = arm("Microsoft.MachineLearningServices/workspaces", "ml")
NAMES: dict[str, Any] = {
    **{name: getattr(azureml_events, name) for name in azureml_events.__all__},
    "HUB": HUB,
    "QUEUE": arm("Microsoft.ServiceBus/namespaces", "n1") + "/queues/q1",
    "Output": pulumi.Output,
    "hub": EventHub(resource_id=HUB),
    "failed": {"failed": Subscription(run_failed(), to=EventHub(resource_id=HUB))},
}

CONSTRUCTED = [
    (
        "EventHub(HUB)",
        "EventHub takes fields by name, got '/subscriptions/00000000-0000-0000-0000-000000000001/resource'…",
    ),
    ("EventHub(resource_id=5)", "resource_id: expected text, got 5"),
    ("run_failed('train')", "RunFailed takes fields by name, got 'train'; write RunFailed(experiment_name=…)"),
    (
        "AdvancedFilter('StringIn', 'subject')",
        "AdvancedFilter takes fields by name, got 'StringIn'; write AdvancedFilter(operator_type=…, key=…)",
    ),
    ("RetryPolicy(3)", "RetryPolicy takes fields by name, got 3; write RetryPolicy(max_delivery_attempts=…)"),
    ("Subscription(run_failed(), handler=hub)", "handler: in Python its name is 'to'; write to=…"),
    ("Subscription(run_failed(), hub)", "Subscription takes fields by name, got EventHub(…); write Subscription(to=…)"),
    ("Subscription(run_failed(), when=run_failed(), to=hub)", "when: given twice, once without its name; give it once"),
    ("Subscription(run_failed, to=hub)", "when: expected an intent, as run_failed(), got the class RunFailed"),
    (
        "Subscription(run_failed(), to=EventHub)",
        "to: expected a handler's name, or a map from workspaces to handlers; got the class EventHub",
    ),
    ("Subscription(run_failed(), to=hub, allow=['unknown-key'])", "allow: expected a map, got a list"),
    (
        "Subscription(run_failed(), to=hub, advanced_filters=AdvancedFilter(operator_type='IsNotNull', key='id'))",
        "advanced_filters: expected a list, got one AdvancedFilter; write [AdvancedFilter(…)]",
    ),
    (
        "Subscription(run_failed(), to=hub, name=Output.from_input('train'))",
        "name: expected text, got an output, which only the deployment knows; write a plain value",
    ),
    ("EventHub(create=CreateStorageQueue(resource_group='rg'))", "create: expected CreateEventHub(…), got CreateStor"),
    (
        "Subscription(run_failed(), to=HUB)",
        "to: an ARM id is no handler's name; write the handler, EventHub(resource_id=…)",
    ),
    (
        "Subscription(run_failed(), to={'ml-*': QUEUE})",
        "to.ml-*: an ARM id is no handler's name; write the handler, ServiceBusQueue(resource_id=…)",
    ),
    (
        "Subscription(to='hub', retry_policy={'maxDeliveryAttempts': 99})",
        (
            "retry_policy.max_delivery_attempts: 99 is out of range; allowed: 1 to 30\n"
            "expected exactly one of included_event_types, when, all_events; got none"
        ),
    ),
    (
        "Subscription(to='hub', included_event_types=[])",
        "included_event_types: an empty list is refused; write all_events=True for every event type",
    ),
    ("Defaults(tags='team')", "tags: expected a map, got 'team'"),
]
DECLARED = [
    (
        {"subscriptions": list(NAMES["failed"].values())},
        "subscriptions: expected a map from names to Subscriptions, got a list",
    ),
    ({"subscriptions": None}, "subscriptions: expected a map from names to Subscriptions, got nothing"),
    ({"subscriptions": {"failed": NAMES["hub"]}}, "subscriptions.failed: expected a Subscription, got EventHub(…)"),
    ({"subscriptions": {5: NAMES["failed"]["failed"]}}, "subscriptions: a key must be text, got 5"),
    ({"handlers": [NAMES["hub"]]}, "handlers: expected a map from names to Handlers, got a list"),
    ({"handlers": {"hub": 5}}, "handlers.hub: expected a Handler, got 5"),
    ({"tags": "team"}, "tags: expected a map, got 'team'"),
    ({"tags": ["team"]}, "tags: expected a map, got a list"),
    ({"defaults": {"tags": {}}}, "defaults: expected Defaults(…), got a map"),
    ({"system_topic": "topic"}, "system_topic: expected SystemTopic(…), got 'topic'"),
    ({"workspace_id": 5}, "workspace_id: expected text, got 5"),
    ({"name": 5}, "name: expected text, got 5"),
    ({"opts": {"protect": True}}, "opts: expected pulumi.ResourceOptions, got a map"),
    ({"provider_of": 3}, "provider_of: expected a function from an Azure subscription's id to a provider, got 3"),
]


@pytest.mark.parametrize(("call", "mistake"), CONSTRUCTED)
def test_a_declaration_refuses_it_in_words(call: str, mistake: str) -> None:
    with pytest.raises(DeclarationError) as raised:
        eval(call, NAMES)  # noqa: S307 - our own text

    assert str(raised.value).startswith(mistake)


@pytest.mark.parametrize(("wrong", "mistake"), DECLARED, ids=str)
def test_the_component_refuses_it_in_words(wrong: dict[str, Any], mistake: str) -> None:
    given = {"name": "ml", "workspace_id": WORKSPACE, "subscriptions": NAMES["failed"], **wrong}

    with pytest.raises(DeclarationError) as raised:
        run(lambda: azureml_events.WorkspaceEvents(**given))

    assert str(raised.value) == mistake


CALLED = [
    (
        "WorkspaceEvents()",
        "name: required, but missing\nworkspace_id: required, but missing\nsubscriptions: required, but missing",
    ),
    (
        "WorkspaceEvents('ml', ID, subscriptions=failed)",
        (
            "WorkspaceEvents takes fields by name, got '/subscriptions/00000000-0000-0000-0000-000000000001/resource'… "
            "(130 characters); write WorkspaceEvents(…, workspace_id=…)"
        ),
    ),
    (
        "WorkspaceEvents('ml', name='ml', workspace_id=ID, subscription=failed)",
        (
            "name: given twice, once without its name; give it once\n"
            "subscription: unknown field 'subscription'; did you mean 'subscriptions'?\n"
            "subscriptions: required, but missing"
        ),
    ),
    (
        "WorkspaceEvents('ml', workspace_id=ID, subscriptions=failed, location='global', system_topic={'name': 'a/'})",
        (
            "location: 'global' is not a region; write the one that it lies in, as 'westeurope'\n"
            "system_topic.name: 'a/' is refused; allowed: 3 to 50 letters, digits and -"
        ),
    ),
    (
        (
            "WorkspaceEvents('m l', workspace_id=ID, subscriptions={'failed': Subscription(run_failed(), to='nobody',"
            " parameters={'modelName': 'data.modelName'})}, handlers={'hub': hub})"
        ),
        (
            "name: 'm l' is refused; allowed: 1 to 33 letters, digits, - and _\n"
            "subscriptions.failed.to: there is no handler 'nobody'; there are: hub"
        ),
    ),
    (
        (
            "WorkspaceEvents('ml', workspace_id=ID, location='uksouth', subscriptions={'failed': "
            "Subscription(run_failed(),"
            " to="
            "EventHub(create=CreateEventHub(resource_group='rg', namespace_name='shared'))), 'other': Subscription("
            "run_failed(), to='named')}, handlers={'named': EventHub(create=CreateEventHub(resource_group='rg',"
            " namespace_name='shared', sku='Premium'))})"
        ),
        "subscriptions.failed.to.create.sku: 'named' creates 'shared' with another sku; write the same",
    ),
    (
        (
            "WorkspaceEvents('ml', workspace_id=ID, handlers={'hub': hub}, subscriptions={'failed': Subscription("
            "run_failed(), to='hub', parameters={'modelName': 'data.modelName'}, subject_begins_with='models/')})"
        ),
        (
            "subscriptions.failed.parameters: a handler of type EventHub takes none; leave them out\n"
            "subscriptions.failed.subject_begins_with: no subject of"
        ),
    ),
]


@pytest.mark.parametrize(("call", "mistakes"), CALLED)
def test_the_component_refuses_a_wrong_call_with_pythons_names(call: str, mistakes: str) -> None:
    with pytest.raises(DeclarationError) as raised:
        run(lambda: eval(call, {**NAMES, "ID": WORKSPACE}))  # noqa: S307 - our own text

    assert str(raised.value).startswith(mistakes)


def test_lint_rules_are_silenced_with_a_reason() -> None:
    quiet = Subscription(run_failed(), to="hub", allow={"unknown-key": "a preview field"})

    assert quiet.allow == {"unknown-key": "a preview field"}
