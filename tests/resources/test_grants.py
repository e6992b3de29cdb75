"""Role assignments: what is granted, to whom, and who shares it."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pulumi
import pytest
from azureml_events.base.values import Deferred
from azureml_events.handlers.endpoint import Role
from azureml_events.handlers.storage import DEAD_LETTER_ROLE
from azureml_events.resources import access
from azureml_events.resources.grants import Grant, Grants, Principal, assignment_guid, role_definition_id
from engine.options import request_of
from resources.mocks import run
from resources.stacks import (
    EVENT_HUB,
    FUNCTION,
    HUB,
    OTHER,
    OWN,
    ROLE,
    SUBSCRIPTION,
    Deployment,
    arm,
    changes,
    names,
    needs,
    preview,
    user_assigned,
    workspace,
)

SENDER = "2b629674-e913-4c01-ae53-ef4638d8f975"
NO_STORE = {"disabled": "the archive has them all"}
NAMESPACE = arm("Microsoft.ServiceBus/namespaces", "n")

HANDLERS = [
    ({"type": "EventHub", "resourceId": HUB}, HUB, SENDER),
    (
        {"type": "ServiceBusQueue", "resourceId": f"{NAMESPACE}/queues/q"},
        f"{NAMESPACE}/queues/q",
        "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39",
    ),
    (
        {"type": "ServiceBusTopic", "resourceId": f"{NAMESPACE}/topics/t"},
        f"{NAMESPACE}/topics/t",
        "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39",
    ),
    (
        {"type": "StorageQueue", "resourceId": arm("Microsoft.Storage/storageAccounts", "a"), "queueName": "queue"},
        arm("Microsoft.Storage/storageAccounts", "a"),
        "c6a89b2d-59bc-44d0-9896-0f6e12d7b80a",
    ),
]


@pytest.mark.parametrize(("handler", "scope", "role"), HANDLERS, ids=lambda value: getattr(value, "get", str)("type"))
def test_delivery_with_identity_needs_this_role_on_the_single_entity(
    handler: dict[str, Any], scope: str, role: str
) -> None:
    recording = preview(handlers={"hub": handler}, defaults={"deadLetter": NO_STORE})

    (granted,) = recording.of_type(ROLE)
    assert granted.inputs["scope"] == scope
    assert granted.inputs["roleDefinitionId"] == (
        f"/subscriptions/{OWN}/providers/Microsoft.Authorization/roleDefinitions/{role}"
    )
    assert granted.inputs["principalType"] == "ServicePrincipal"
    assert needs(recording, "ml/failed", ROLE) == [granted.name]


def test_delivery_without_identity_needs_none() -> None:
    recording = preview(handlers={"hub": FUNCTION}, defaults={"deadLetter": NO_STORE})

    assert recording.of_type(ROLE) == ()


def test_a_handler_with_identity_false_needs_none() -> None:
    recording = preview(handlers={"hub": {**EVENT_HUB, "identity": False}}, defaults={"deadLetter": NO_STORE})

    assert recording.of_type(ROLE) == ()
    assert "destination" in recording.resource("ml/failed", SUBSCRIPTION).inputs


def test_subscriptions_that_need_the_same_role_share_it() -> None:
    subscriptions = {name: {"handler": "hub", "when": name} for name in ("runFailed", "runCompleted")}

    recording = preview(subscriptions=subscriptions, defaults={"deadLetter": NO_STORE})

    assert len(recording.of_type(ROLE)) == 1


def test_two_handlers_of_one_resource_share_it_whatever_the_case_of_their_ids() -> None:
    recording = preview(
        handlers={"hub": EVENT_HUB, "same": {**EVENT_HUB, "resourceId": HUB.replace("rg-ml", "RG-ML")}},
        subscriptions={
            "failed": {"handler": "hub", "when": "runFailed"},
            "done": {"handler": "same", "allEvents": True},
        },
        defaults={"deadLetter": NO_STORE},
    )

    assert len(recording.of_type(ROLE)) == 1


def test_workspaces_with_one_user_assigned_identity_share_a_role_assignment() -> None:
    topic = {"identity": user_assigned()}
    recording = preview(
        workspaces={
            "a": workspace("a", systemTopic=topic),
            "b": workspace("b", subscription=OTHER, systemTopic=topic),
        },
        defaults={"deadLetter": NO_STORE},
    )

    (shared,) = names(recording, ROLE)
    assert needs(recording, "a/failed", ROLE) == needs(recording, "b/failed", ROLE) == [shared]


def test_workspaces_with_system_assigned_identities_have_one_each() -> None:
    recording = preview(workspaces={"a": workspace("a"), "b": workspace("b")}, defaults={"deadLetter": NO_STORE})

    first, second = names(recording, ROLE)
    assert needs(recording, "a/failed", ROLE) == [first]
    assert needs(recording, "b/failed", ROLE) == [second]


def test_the_name_of_a_role_assignment_in_azure_is_derived_from_what_it_grants() -> None:
    names_in_azure = set()
    for _ in range(2):
        granted = Deployment().up(defaults={"deadLetter": NO_STORE}).of_type(ROLE)
        names_in_azure |= {each.inputs["roleAssignmentName"] for each in granted}

    assert names_in_azure == {assignment_guid(HUB, "principal-of-ml/system-topic", Role("", SENDER))}


def test_a_renamed_handler_keeps_its_role_assignment() -> None:
    """Under another Pulumi name the same assignment would be made a second time, which Azure refuses."""
    cloud = Deployment()
    cloud.up()

    done = changes(
        cloud.up(handlers={"archive": EVENT_HUB}, subscriptions={"failed": {"handler": "archive", "when": "runFailed"}})
    )

    assert done == []


def test_assumed_roles_are_exported_as_prerequisites_and_not_made() -> None:
    recording = Deployment().up(handlers={"hub": {**EVENT_HUB, "grants": "assume"}}, defaults={"deadLetter": NO_STORE})

    assert recording.of_type(ROLE) == ()
    assert recording.outputs["prerequisites"] == [
        {
            "role": "Azure Event Hubs Data Sender",
            "scope": HUB,
            "principalId": "principal-of-ml/system-topic",
            "identity": "ml",
        }
    ]


def test_the_workspace_rules_the_role_on_its_dead_letters() -> None:
    recording = preview(
        workspaces={"ml": workspace(grants="assume")}, handlers={"hub": {**EVENT_HUB, "grants": "create"}}
    )

    assert [each.inputs["scope"] for each in recording.of_type(ROLE)] == [HUB]
    assert [each["role"] for each in recording.outputs["prerequisites"]] == [DEAD_LETTER_ROLE.name]


def test_a_role_assignment_outlives_the_subscription_that_needs_it() -> None:
    cloud = Deployment()
    recording = cloud.up()
    roles = names(recording, ROLE)

    deleted = cloud.destroy()

    assert max(deleted.index(name) for name in ["ml/failed"]) < min(deleted.index(name) for name in roles)
    assert max(deleted.index(name) for name in roles) < deleted.index("ml/system-topic")


def test_what_is_granted_anew_is_waited_for_before_the_subscription(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(access, "asyncio", SimpleNamespace(sleep=sleep))
    cloud = Deployment()
    cloud.up(defaults={"accessDelaySeconds": 300})
    first = len(slept)
    cloud.up(defaults={"accessDelaySeconds": 300})

    assert first == 2
    assert all(290 < seconds <= 300 for seconds in slept)
    assert len(slept) == first


def test_the_role_is_known_before_its_scope_is() -> None:
    deferred = Deferred(object())

    assert role_definition_id(deferred, DEAD_LETTER_ROLE) == (
        f"/providers/Microsoft.Authorization/roleDefinitions/{DEAD_LETTER_ROLE.guid}"
    )


def test_deferred_scopes_of_one_label_get_names_of_their_own() -> None:
    def program() -> None:
        grants = Grants(access_delay_seconds=0)
        for number in (1, 2):
            scope = Deferred(pulumi.Output.from_input(f"/subscriptions/0/{number}"))
            grants.ensure(Grant(DEAD_LETTER_ROLE, scope, ["archive"], Principal(["ml"], "p", "ml")), "create")

    first, second = run(program).names("RoleAssignment")

    assert re.fullmatch(r"ml/storage-blob-data-contributor/archive-[0-9a-f]{8}", first)
    assert second == f"{first}-2"


def test_a_role_assignment_has_aliases_for_the_names_that_a_workspaces_former_key_gave_it() -> None:
    before = preview()
    renamed = workspace(
        systemTopic={"name": "ml-events"},
        aliases=["urn:pulumi:test::azureml-events::azureml-events:index:WorkspaceEvents::ml"],
    )

    after = preview(workspaces={"renamed": renamed})

    aliases = [alias.spec.name for each in after.of_type(ROLE) for alias in request_of(each).aliases]
    assert sorted(aliases) == names(before, ROLE)
    assert not set(names(after, ROLE)) & set(aliases)
