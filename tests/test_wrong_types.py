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
    ("Subscription(run_failed, to=hub)", "when: expected a map, got the class RunFailed"),
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
    ({"system_topic": "topic"}, "system_topic: expected a map, got 'topic'"),
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


def test_lint_rules_are_silenced_with_a_reason() -> None:
    quiet = Subscription(run_failed(), to="hub", allow={"unknown-key": "a preview field"})

    assert quiet.allow == {"unknown-key": "a preview field"}
