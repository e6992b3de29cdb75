"""The grants list of our own stacks: what is declared is used, and nothing broader is granted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

import pytest
import yaml
from azureml_events.handlers import ENDPOINTS, HANDLERS, role_names
from azureml_events.handlers.endpoint import Endpoint
from azureml_events.handlers.storage import DEAD_LETTER_ROLE
from azureml_events.handlers.workflow_handler import Bridge
from azureml_events.offline.program import preview_stack
from azureml_events.policy.deliveries import delivery_roles
from azureml_events.policy.event_subscription import SYSTEM_TOPIC_SUBSCRIPTION as SUBSCRIPTION
from azureml_events.policy.grants import PRIVILEGED, ROLE_ASSIGNMENT, grants_of
from azureml_events.policy.judge import Judgement, RuleUse, judge
from azureml_events.policy.of_recording import resources_of_recording
from azureml_events.policy.resource import STACK, Resource, Resources
from azureml_events.policy.resource_types import WORKFLOW
from azureml_events.policy.rules.grants import GRANT_RULES
from azureml_events.policy.rules.identity import IDENTITY_RULES
from azureml_events.policy.rules.stores import STORE_RULES
from azureml_events.policy.rules.topics import TOPIC_RULES
from azureml_events.stackfile.project import find_project
from azureml_events.stackfile.stack_file import load_stack_file
from golden import ROOT, STACKS
from policy_cases import resources_of_case
from stack_texts import WORKFLOW_HANDLERS, filled

FAMILIES = (*IDENTITY_RULES, *TOPIC_RULES, *STORE_RULES, *GRANT_RULES)
BY_DESIGN = {"topic-diagnostics", "workflow-trigger"}
"""What our stacks are warned of: some keep no diagnostics, and a bridge's callback URL is signed."""


EVERY_HANDLER = "every handler"
"""A stack that delivers everything everywhere: to each type of handler, there or created, with each identity."""

ENDPOINTS_THERE = """\
        function: {type: AzureFunction, resourceId: $function}
        hub: {type: EventHub, resourceId: $hub}
        relay: {type: HybridConnection, resourceId: $group/providers/Microsoft.Relay/namespaces/n1/hybridConnections/c1}
        topic: {type: NamespaceTopic, resourceId: $group/providers/Microsoft.EventGrid/namespaces/n1/topics/t1}
        bus-queue: {type: ServiceBusQueue, resourceId: $group/providers/Microsoft.ServiceBus/namespaces/n1/queues/q1}
        bus-topic: {type: ServiceBusTopic, resourceId: $group/providers/Microsoft.ServiceBus/namespaces/n1/topics/t1}
        queue: {type: StorageQueue, resourceId: $account, queueName: q1}
        assumed:
          type: EventHub
          grants: assume
          resourceId: $group/providers/Microsoft.EventHub/namespaces/n2/eventhubs/h
        hook: {type: WebHook, endpointUrl: 'https://example.com/hook'}
        new-hub: {type: EventHub, create: {resourceGroup: rg, location: westeurope}}
        hub-there:
          type: EventHub
          create: {resourceGroup: rg, namespaceId: $group/providers/Microsoft.EventHub/namespaces/n1}
        new-bus-queue: {type: ServiceBusQueue, create: {resourceGroup: rg, location: westeurope}}
        new-bus-topic: {type: ServiceBusTopic, create: {resourceGroup: rg, location: westeurope}}
        new-queue: {type: StorageQueue, create: {resourceGroup: rg, location: westeurope}}
        queue-there: {type: StorageQueue, create: {resourceGroup: rg, accountId: $account}}
        new-mail: {type: EmailAlert, create: {resourceGroup: rg, dataLocation: UK}, to: [b@contoso.com]}
"""
WORKSPACES = """\
        ml: {resourceId: $workspace, location: westeurope}
        user:
          resourceId: ${workspace2}
          location: westeurope
          systemTopic:
            identity:
              userAssigned: $group/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id
              principalId: 00000000-0000-0000-0000-000000000009
          deadLetter: {storageAccountId: $account, blobContainerName: dead-letters, roleScope: container}
"""


def every_handler() -> dict[str, Any]:
    """The configuration of that stack."""
    handlers: dict[str, Any] = yaml.safe_load(filled(ENDPOINTS_THERE))
    handlers |= {name: yaml.safe_load(fields) for name, fields in WORKFLOW_HANDLERS.items()}
    workspaces = yaml.safe_load(filled(WORKSPACES))
    for each in handlers.values():
        if each["type"] not in ENDPOINTS and each["type"] != "LogicApp":
            each |= {"resourceGroup": "rg", "location": "westeurope"}
    subscriptions: dict[str, Any] = {f"to-{name}": {"handler": name, "when": "runFailed"} for name in handlers}
    subscriptions["to-topic"] |= {"eventDeliverySchema": "CloudEventSchemaV1_0"}
    entries = {"workspaces": workspaces, "handlers": handlers, "subscriptions": subscriptions}
    return {f"azureml-events:{name}": each for name, each in entries.items()}


@cache
def resources_of(stack: str) -> Resources:
    project = find_project(ROOT)
    if stack == EVERY_HANDLER:
        config: Mapping[str, Any] = every_handler()
    else:
        config = load_stack_file(project.stacks / f"Pulumi.{stack}.yaml").document.config
    return resources_of_recording(preview_stack(ROOT, project=project.name, stack="dev", config=config))


def test_that_stack_delivers_to_every_type_of_handler() -> None:
    assert {each["type"] for each in every_handler()["azureml-events:handlers"].values()} == set(HANDLERS)


def judged(stack: str) -> Judgement:
    return judge(resources_of(stack), [RuleUse.by_default(rule) for rule in FAMILIES], date(2026, 11, 26))


@pytest.mark.parametrize("stack", [*STACKS, EVERY_HANDLER])
def test_everything_that_a_stack_grants_is_used_and_nothing_is_missing(stack: str) -> None:
    rows = list(grants_of(resources_of(stack)).rows())
    assert rows
    assert {row.status for row in rows} <= {"created", "assumed"}
    assert all(row.because for row in rows)
    assert len([row for row in rows if row.status == "created"]) == len(resources_of(stack).of_type(ROLE_ASSIGNMENT))


@pytest.mark.parametrize("stack", [*STACKS, EVERY_HANDLER])
def test_nothing_broader_than_a_handlers_role_is_granted(stack: str) -> None:
    names = set(role_names().values())
    for row in grants_of(resources_of(stack)).rows():
        assert row.role in names
        assert row.role not in PRIVILEGED.values()
        assert row.scope_of or "/providers/" in (row.scope or "")


def test_each_role_is_the_one_that_its_handler_asks_for_and_is_assigned_once() -> None:
    kinds = {name: HANDLERS[each["type"]] for name, each in every_handler()["azureml-events:handlers"].items()}
    rows = list(grants_of(resources_of(EVERY_HANDLER)).rows())
    for row in rows:
        served = {kinds[each.partition("/to-")[2]] for each in row.because if not each.startswith("dead letter")}
        wanted = {each.role for each in served if issubclass(each, Endpoint | Bridge)} or {DEAD_LETTER_ROLE}
        assert {row.role} == {role.name for role in wanted if role}, row
    places = [(row.principal, row.role, row.scope, row.scope_of) for row in rows]
    assert len(set(places)) == len(places)


def test_no_rule_on_roles_finds_anything_in_it() -> None:
    judgement = judge(resources_of(EVERY_HANDLER), map(RuleUse.by_default, GRANT_RULES), date(2026, 11, 26))
    assert (judgement.violated, judgement.undecided) == ([], [])


@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_is_free_of_errors_and_leaves_nothing_undecided(stack: str) -> None:
    judgement = judged(stack)
    assert {each.use.rule.name for each in judgement.violated} <= BY_DESIGN
    assert judgement.undecided == []


def test_a_role_says_who_needs_it() -> None:
    hub, letters, queue = (row.to_json() for row in grants_of(resources_of("dev")).rows())
    assert hub == {
        "principal": "ml-dev/system-topic",
        "role": "Azure Event Hubs Data Sender",
        "scope": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-events/providers/"
        "Microsoft.EventHub/namespaces/evhns-ml-dev/eventhubs/ml-events",
        "because": ["ml-dev/failed-training", "ml-dev/large-models"],
        "status": "created",
    }
    assert (letters["scope"], str(letters["scopeOf"]).rpartition("/")[2]) == ("<unknown>", "account")
    assert "dead letter of ml-dev/failed-training" in str(letters["because"])
    assert (queue["scopeOf"], queue["because"]) == ("handlers/retraining", ["ml-dev/breached-monitors"])


def test_a_prerequisite_is_assumed_for_the_identity_that_needs_it() -> None:
    assumed = [row for row in grants_of(resources_of("prod")).rows() if row.status == "assumed"]
    assert [(row.principal, row.because) for row in assumed] == [
        ("id-ml-events-uks", ("churn-uks/audit-trail",)),
        ("vision-uks", ("vision-uks/audit-trail",)),
    ]


def test_what_is_assumed_names_the_bridge_or_the_workspace_that_needs_it() -> None:
    account = Resource("handlers/mail", "communication:CommunicationService", {}, urn="mail")
    flow = Resource("ml/s/workflow", WORKFLOW, {"workflowName": "ml-s"}, "flow", sources={"definition": ["mail"]})
    bridged = Resource("ml/s", SUBSCRIPTION, {}, sources={"destination": ["flow"]})
    direct = [
        Resource(
            f"{name}/d",
            SUBSCRIPTION,
            {
                "systemTopicName": name,
                "deliveryWithResourceIdentity": {
                    "identity": {"type": "SystemAssigned"},
                    "destination": {"endpointType": "EventHub", "resourceId": "/hub"},
                },
            },
        )
        for name in ("ml", "other")
    ]
    assumed = [
        {"role": "Communication and Email Service Owner", "identity": "ml-s"},
        {"role": "Azure Event Hubs Data Sender", "scope": "/hub", "identity": "other"},
    ]
    stack = Resource("stack", STACK, {}, outputs={"prerequisites": assumed})

    rows = list(grants_of(Resources([account, flow, bridged, *direct, stack])).rows())

    assert [(row.principal, row.place, row.because) for row in rows if row.status == "assumed"] == [
        ("ml/s/workflow", "<unknown> of handlers/mail", ("ml/s",)),
        ("other", "/hub", ("other/d",)),
    ]


def test_a_bridges_workflow_holds_a_role_because_of_its_subscription() -> None:
    rows = {row.principal: row for row in grants_of(resources_of("recipes")).rows()}
    assert rows["ml-prod/drift/workflow"].because == ("ml-prod/drift",)


def test_what_is_left_over_and_what_is_missing_is_said() -> None:
    left_over, missing = resources_of_case("grant-unused", "other hub"), resources_of_case("grant-missing", "absent")
    assert [row.status for row in grants_of(left_over).rows()] == ["unused", "missing"]
    (row,) = grants_of(missing).rows()
    assert (row.principal, row.role, row.status) == ("topic", "Azure Event Hubs Data Sender", "missing")


def test_every_role_of_an_endpoint_is_a_role_of_the_table() -> None:
    assert set(delivery_roles()) <= set(role_names())


def test_the_list_is_json() -> None:
    rows: list[dict[str, Any]] = [row.to_json() for row in grants_of(resources_of("prod")).rows()]
    assert json.loads(json.dumps(rows)) == rows
