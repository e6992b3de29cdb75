"""A stack: who delivers what to whom, with the defaults, and that whatever it is given it only ever refuses."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from azureml_events import Defaults, EventHub, RetryPolicy, Subscription, run_failed
from azureml_events.base.mistakes import DeclarationError
from azureml_events.stack.parse import parse_stack, workspace_stack
from azureml_events.stack.stack import Stack
from azureml_events.stack.workspace import UserAssigned, Workspace
from hypothesis import given
from hypothesis import strategies as st
from stack_texts import ACCOUNT, GROUP, HUB, WORKSPACE

NAMES = st.sampled_from(
    [
        *("workspaces", "handlers", "subscriptions", "defaults", "ml", "hub", "resourceId", "location", "systemTopic"),
        *("deadLetter", "create", "handler", "when", "runFailed", "includedEventTypes", "advancedFilters", "values"),
        *("operatorType", "key", "type", "EventHub", "WebHook", "endpointUrl", "identity", "retryPolicy", "tags"),
        *(WORKSPACE, HUB, "StringIn", "NumberInRange", "data.x", "deliveryAttributeMappings", "name", "*", "None"),
    ]
)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | NAMES
KEYS: st.SearchStrategy[Any] = NAMES | st.text(max_size=5) | st.integers() | st.none()
VALUES: st.SearchStrategy[Any] = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6), max_leaves=30
)
SECTIONS = st.fixed_dictionaries(
    {},
    optional={
        section: st.dictionaries(KEYS, st.dictionaries(NAMES, VALUES, max_size=8) | VALUES, max_size=3) | VALUES
        for section in ("workspaces", "handlers", "subscriptions", "defaults")
    },
)


def stack(**sections: dict[str, Any]) -> Stack:
    """A stack of workspaces `a-weu` and `b-neu` and the handler `hub`, with further sections."""
    return parse_stack(
        {
            "workspaces": {"a-weu": {"resourceId": f"{WORKSPACE}-a"}, "b-neu": {"resourceId": f"{WORKSPACE}-b"}},
            "handlers": {"hub": {"type": "EventHub", "resourceId": HUB}},
            **sections,
        }
    )


@given(VALUES.filter(lambda value: isinstance(value, dict)) | SECTIONS)
def test_whatever_a_configuration_holds_it_is_read_or_refused(config: dict[Any, Any]) -> None:
    with suppress(DeclarationError):
        parse_stack(config)


@pytest.mark.parametrize(
    ("addressing", "delivered"),
    [
        ({"handler": "hub"}, ["a-weu", "b-neu"]),
        ({"handler": "hub", "workspaces": "*-weu"}, ["a-weu"]),
        ({"handler": "hub", "workspaces": ["b-neu", "*-weu"]}, ["a-weu", "b-neu"]),
        ({"handler": {"*-weu": "hub"}}, ["a-weu"]),
        ({"handler": {"*-weu": "hub", "b-neu": "hub"}, "workspaces": ["b-neu"]}, ["b-neu"]),
    ],
)
def test_a_subscription_is_for_the_workspaces_that_it_chooses(addressing: dict[str, Any], delivered: list[str]) -> None:
    made = stack(subscriptions={"failed": {"when": "runFailed", **addressing}})

    assert [delivery.workspace for delivery in made.deliveries] == delivered


def test_a_topic_has_500_subscriptions_at_most() -> None:
    subscriptions = {f"all-{index}": {"handler": "hub", "allEvents": True} for index in range(501)}
    del subscriptions["all-500"]
    assert len(stack(subscriptions=subscriptions).deliveries) == 1000

    subscriptions["one-more"] = {"handler": "hub", "allEvents": True, "workspaces": ["a-weu"]}
    with pytest.raises(DeclarationError) as refused:
        stack(subscriptions=subscriptions)
    assert str(refused.value) == "workspaces.a-weu: 501 subscriptions; allowed: 500 for one system topic"


def test_tags_merge_by_name_and_the_nearer_wins() -> None:
    made = stack(
        workspaces={"ml": {"resourceId": WORKSPACE, "tags": {"team": "near"}}},
        defaults={"tags": {"team": "far", "cost": "1"}},
    )

    assert made.defaults.tags_of(made.workspaces["ml"]) == {"team": "near", "cost": "1"}


def test_a_retry_policy_merges_by_field() -> None:
    made = stack(
        subscriptions={"failed": {"handler": "hub", "when": "runFailed", "retryPolicy": {"maxDeliveryAttempts": 5}}},
        defaults={"retryPolicy": {"maxDeliveryAttempts": 9, "eventTimeToLiveInMinutes": 60}},
    )

    expected = RetryPolicy(max_delivery_attempts=5, event_time_to_live_in_minutes=60)
    assert {delivery.retry_policy for delivery in made.deliveries} == {expected}


def test_a_dead_letter_is_taken_whole_from_the_nearest_place() -> None:
    own = {"storageAccountId": ACCOUNT, "blobContainerName": "dead"}
    made = stack(
        workspaces={
            "far": {"resourceId": f"{WORKSPACE}-a"},
            "near": {"resourceId": f"{WORKSPACE}-b", "deadLetter": {"create": {"retentionDays": 7}}},
        },
        subscriptions={
            "nearest": {"handler": "hub", "when": "runFailed", "deadLetter": own},
            "other": {"handler": "hub", "when": "runFailed"},
        },
        defaults={"deadLetter": {"create": {"accountName": "deadletters", "retentionDays": 90}}},
    )

    found = {(item.workspace, item.key): item.dead_letter for item in made.deliveries}
    assert found["far", "nearest"].storage_account_id == found["near", "nearest"].storage_account_id == ACCOUNT
    assert [create.account_name for key in ("far", "near") if (create := found[key, "other"].create)] == [
        "deadletters",
        None,
    ]


def test_a_system_topic_takes_the_defaults_field_by_field() -> None:
    identity = {
        "userAssigned": f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id",
        "principalId": "00000000-0000-0000-0000-000000000009",
    }
    made = stack(
        workspaces={"ml_dev": {"resourceId": WORKSPACE, "systemTopic": {"resourceGroup": "rg-near"}}},
        defaults={"systemTopic": {"identity": identity, "resourceGroup": "rg-far"}},
    )

    topic = made.topics["ml_dev"]
    assert (topic.name, topic.resource_group) == ("ml-dev-events", "rg-near")
    assert isinstance(topic.identity, UserAssigned)


def test_an_imported_topic_gives_its_name_and_group() -> None:
    import_id = f"{GROUP}-topics/providers/Microsoft.EventGrid/systemTopics/taken"
    made = stack(workspaces={"ml": {"resourceId": WORKSPACE, "systemTopic": {"import": import_id}}})

    assert (made.topics["ml"].name, made.topics["ml"].resource_group) == ("taken", "rg-topics")


@pytest.mark.parametrize(
    ("handler", "workspace", "defaults", "on_handler", "on_store"),
    [
        (None, None, None, "create", "create"),
        (None, None, "assume", "assume", "assume"),
        (None, "assume", "create", "assume", "assume"),
        ("create", "assume", None, "create", "assume"),
        ("assume", None, None, "assume", "create"),
    ],
)
def test_grants_are_the_handlers_own_then_the_workspaces_then_the_default(
    handler: str | None, workspace: str | None, defaults: str | None, on_handler: str, on_store: str
) -> None:
    made = parse_stack(
        {
            "workspaces": {"ml": {"resourceId": WORKSPACE} | ({"grants": workspace} if workspace else {})},
            "handlers": {"hub": {"type": "EventHub", "resourceId": HUB} | ({"grants": handler} if handler else {})},
            "subscriptions": {"failed": {"handler": "hub", "when": "runFailed"}},
            "defaults": {"grants": defaults} if defaults else {},
        }
    )

    assert [(item.grants, item.dead_letter_grants) for item in made.deliveries] == [(on_handler, on_store)]


def test_a_handler_in_a_subscription_is_called_like_the_first_that_holds_it() -> None:
    hub = EventHub(resource_id=HUB)
    made = workspace_stack(
        "ml",
        Workspace(resource_id=WORKSPACE),
        {},
        {"failed": Subscription(run_failed(), to=hub), "other": Subscription(run_failed(), to=hub)},
        Defaults(),
    )

    assert [(item.key, item.handler_name) for item in made.deliveries] == [("failed", "failed"), ("other", "failed")]


def test_an_event_type_that_the_catalogue_does_not_know_is_a_warning() -> None:
    name = "Microsoft.MachineLearningServices.ModelArchived"
    made = stack(subscriptions={"failed": {"handler": "hub", "includedEventTypes": ["RunCompleted", name]}})

    assert [warning.path for warning in made.warnings] == [("subscriptions", "failed", "includedEventTypes", 1)]


PIPELINE = {"type": "AzureDevOpsPipeline", "organization": "contoso", "project": "churn", "pipelineId": 12}
OF_ANOTHER_CLOUD = (
    "'usgovvirginia' is a region of another cloud, and a workflow calls its target at the public cloud's hosts; "
    "deliver to an endpoint there, as AzureFunction or EventHub"
)


def in_region(location: str, handler: dict[str, Any]) -> list[str]:
    """The mistakes of a workspace in a region that delivers to a handler."""
    try:
        stack(
            workspaces={"gov": {"resourceId": WORKSPACE, "location": location}},
            handlers={"to": handler},
            subscriptions={"failed": {"handler": "to", "when": "runFailed"}},
        )
    except DeclarationError as error:
        return [str(mistake) for mistake in error.mistakes]
    return []


def test_a_bridge_in_another_cloud_is_refused() -> None:
    assert in_region("US Gov Virginia", PIPELINE) == [
        f"subscriptions.failed.handler: handler 'to', workspace 'gov': {OF_ANOTHER_CLOUD}"
    ]
    assert in_region("westeurope", {**PIPELINE, "location": "usgovvirginia"}) == [
        f"handlers.to.location: {OF_ANOTHER_CLOUD}"
    ]


def test_what_has_no_workflow_of_ours_may_lie_in_another_cloud() -> None:
    workflow = WORKSPACE.replace("MachineLearningServices/workspaces", "Logic/workflows")
    assert in_region("usgovvirginia", {"type": "EventHub", "resourceId": HUB}) == []
    assert in_region("usgovvirginia", {"type": "LogicApp", "resourceId": workflow}) == []
    assert in_region("germanywestcentral", PIPELINE) == []


def test_a_workflow_that_azure_would_refuse_for_its_size_is_refused_once_for_all_workspaces() -> None:
    long = {f"p{at}": {"value": "x" * 90_000} for at in range(12)}
    with pytest.raises(DeclarationError) as refused:
        stack(
            handlers={"to": PIPELINE},
            subscriptions={"failed": {"handler": "to", "when": "runFailed", "parameters": long}},
        )
    [found] = map(str, refused.value.mistakes)
    assert found.startswith("subscriptions.failed.handler: its workflow would have 1,08")
    assert "bytes; allowed: 1,000,000 by Azure" in found
