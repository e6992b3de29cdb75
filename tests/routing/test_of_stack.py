"""A stack's subscriptions, as routing reads them."""

from __future__ import annotations

from typing import Any

import pytest
from azureml_events.base.mistakes import dotted
from azureml_events.base.values import Secret
from azureml_events.event_grid.intents import RunFailed
from azureml_events.routing.of_stack import routed
from azureml_events.routing.subscription import RoutedSubscription
from azureml_events.stack.parse import parse_stack
from stack_texts import ML_PROVIDERS

HUB = f"{ML_PROVIDERS}/Microsoft.EventHub/namespaces/n1/eventhubs/eh1"
ACCOUNT = f"{ML_PROVIDERS}/Microsoft.Storage/storageAccounts/queues1"
STAGE = {"operatorType": "StringIn", "key": "data.runTags.stage", "values": ["prod"]}


def workspace(name: str) -> dict[str, Any]:
    """A workspace's entry."""
    return {
        "resourceId": f"{ML_PROVIDERS}/Microsoft.MachineLearningServices/workspaces/{name}",
        "location": "westeurope",
    }


def stack_of(handlers: dict[str, Any] | None = None, **subscription: Any) -> tuple[RoutedSubscription, ...]:
    """The routed subscriptions of a stack with one subscription of two workspaces."""
    written = {"handler": "archive", **subscription}
    return routed(
        parse_stack(
            {
                "workspaces": {"ml-dev": workspace("ml-dev"), "ml-prod": workspace("ml-prod")},
                "handlers": {"archive": {"type": "EventHub", "resourceId": HUB}, **(handlers or {})},
                "subscriptions": {"failed": written},
            }
        )
    )


def test_a_subscription_is_one_for_each_of_its_workspaces() -> None:
    first, second = stack_of(when="runFailed")

    assert [(each.workspace, each.name, each.handler) for each in (first, second)] == [
        ("ml-dev", "failed", "archive"),
        ("ml-prod", "failed", "archive"),
    ]
    assert first.workspace_id == workspace("ml-dev")["resourceId"]


def test_conditions_point_at_what_their_author_wrote() -> None:
    """His own stand first; those of an intent point at it, or at the argument that gives them."""
    first, _ = stack_of(when={"modelRegistered": {"modelName": "churn"}}, advancedFilters=[STAGE])
    second, _ = stack_of(
        when={"runFailed": {"runType": ["automl", "x"], "runTags": {"a": "b"}}}, advancedFilters=[STAGE]
    )

    assert [(each.index, dotted(each.path)) for each in second.filters] == [
        (0, "subscriptions.failed.advancedFilters[0]"),
        (1, "subscriptions.failed.when"),
        (2, "subscriptions.failed.when.runFailed.runType"),
        (3, "subscriptions.failed.when.runFailed.runTags.a"),
    ]
    assert dotted(second.filters[0].value_path(0)) == "subscriptions.failed.advancedFilters[0].values[0]"
    assert dotted(second.filters[2].value_path(1)) == "subscriptions.failed.when.runFailed.runType[1]"
    assert dotted(second.filters[3].value_path(0)) == "subscriptions.failed.when.runFailed.runTags.a"
    assert dotted(first.at("subjectBeginsWith")) == "subscriptions.failed.when.modelRegistered.modelName"
    assert dotted(first.at("includedEventTypes")) == "subscriptions.failed.when"
    assert dotted(second.at("subjectBeginsWith")) == "subscriptions.failed.subjectBeginsWith"


def test_all_events_are_pointed_at_by_their_own_word() -> None:
    first, _ = stack_of(allEvents=True)

    assert first.all_events
    assert dotted(first.at("includedEventTypes")) == "subscriptions.failed.allEvents"


def test_what_lint_and_review_ask_is_kept() -> None:
    first, _ = stack_of(
        when="runFailed",
        eventDeliverySchema="CloudEventSchemaV1_0",
        allow={"duplicate": "both are wanted"},
        disabled="no code yet",
    )

    assert isinstance(first.intent, RunFailed)
    assert first.delivery_schema == "CloudEventSchemaV1_0"
    assert first.allow == {"duplicate": "both are wanted"}
    assert first.disabled == "no code yet"


HOOK = {"type": "WebHook", "endpointUrl": "https://h.example.com/a"}
QUEUE = {"type": "StorageQueue", "resourceId": ACCOUNT, "queueName": "one"}
SECRET_HOOK = {"type": "WebHook", "endpointUrl": Secret(None)}
NEW = {"type": "EventHub", "create": {"resourceGroup": "rg-ev"}}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"type": "EventHub", "resourceId": HUB.upper().replace("/SUBSCRIPTIONS", "/subscriptions")}, None, True),
        ({"type": "EventHub", "resourceId": f"{HUB}x"}, None, False),
        (HOOK, HOOK, True),
        (HOOK, {**HOOK, "endpointUrl": "https://h.example.com/b"}, False),
        (QUEUE, QUEUE, True),
        (QUEUE, {**QUEUE, "queueName": "two"}, False),
        (SECRET_HOOK, SECRET_HOOK, False),
        (NEW, NEW, False),
    ],
    ids=["id-in-other-case", "other-id", "url", "other-url", "queue", "other-queue", "secret-urls", "created"],
)
def test_two_handlers_have_one_text_exactly_where_they_are_one_place(
    one: dict[str, Any], other: dict[str, Any] | None, same: bool
) -> None:
    handlers = {"one": one, **({"other": other} if other else {})}
    second = "other" if other else "archive"

    first, last = stack_of(handlers, when="runFailed", handler={"ml-dev": "one", "ml-prod": second})

    assert (first.handler == last.handler) is same
    assert (first.handler == "one") is not same
