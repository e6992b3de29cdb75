"""Rules on a program that uses azure-native alone, its ids outputs."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from azureml_events.offline.program import preview_stack
from azureml_events.policy.grants import grants_of
from azureml_events.policy.judge import RuleUse, judge
from azureml_events.policy.of_recording import resources_of_recording
from azureml_events.policy.resource import Resources
from azureml_events.policy.rules import RULES

PROGRAM = """
import pulumi
from pulumi_azure_native import authorization, eventgrid, eventhub, managedidentity, resources

group = resources.ResourceGroup("group")
identity = managedidentity.UserAssignedIdentity("identity", resource_group_name=group.name)
namespace = eventhub.Namespace("namespace", resource_group_name=group.name)
hub = eventhub.EventHub("hub", resource_group_name=group.name, namespace_name=namespace.name)
eventhub.NamespaceNetworkRuleSet(
    "rules", resource_group_name=group.name, namespace_name=namespace.name, default_action="Deny"
)
topic = eventgrid.SystemTopic(
    "topic",
    resource_group_name=group.name,
    location="westeurope",
    source="/subscriptions/0/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/ml",
    topic_type="Microsoft.MachineLearningServices.Workspaces",
    identity={
        "type": "SystemAssigned, UserAssigned",
        "user_assigned_identities": identity.id.apply(lambda id_: {id_: {}}),
    },
)
sender = "/providers/Microsoft.Authorization/roleDefinitions/2b629674-e913-4c01-ae53-ef4638d8f975"
owner = "/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
own = topic.identity.apply(lambda known: known.principal_id)
authorization.RoleAssignment(
    "used", scope=hub.id, role_definition_id=sender, principal_id=own, principal_type="ServicePrincipal"
)
authorization.RoleAssignment("wide", scope=namespace.id, role_definition_id=sender, principal_id=identity.principal_id)
authorization.RoleAssignment("owner", scope=group.id, role_definition_id=owner, principal_id=own)
for name, delivering in (
    ("system", {"type": "SystemAssigned"}),
    ("user", {"type": "UserAssigned", "userAssignedIdentity": identity.id}),
):
    eventgrid.SystemTopicEventSubscription(
        name,
        resource_group_name=group.name,
        system_topic_name=topic.name,
        delivery_with_resource_identity={
            "identity": delivering,
            "destination": eventgrid.EventHubEventSubscriptionDestinationArgs(
                endpoint_type="EventHub", resource_id=hub.id
            ),
        },
    )
"""


def run(directory: Path, program: str = PROGRAM) -> Resources:
    (directory / "__main__.py").write_text(program, encoding="utf-8")
    return resources_of_recording(preview_stack(directory, project="raw", stack="dev", config={}))


def test_a_raw_program_is_judged_by_the_resources_behind_its_outputs(tmp_path: Path) -> None:
    families = {"role-privileged", "scope-too-broad", "grant-unused", "grant-missing", "grant-principal-type"}
    wanted = families | {"identity-firewall", "handler-unreachable", "handler-keys"}
    judgement = judge(run(tmp_path), [RuleUse.by_default(RULES[name]) for name in sorted(wanted)], date(2026, 11, 26))

    assert sorted((each.use.rule.name, each.resource.name) for each in judgement.violated) == [
        ("grant-principal-type", "owner"),
        ("grant-principal-type", "wide"),
        ("handler-keys", "namespace"),
        ("handler-unreachable", "namespace"),
        ("identity-firewall", "user"),
        ("role-privileged", "owner"),
        ("scope-too-broad", "owner"),
        ("scope-too-broad", "wide"),
    ]
    assert judgement.undecided == []


def test_a_raw_programs_grants_say_what_their_unknown_scopes_come_from(tmp_path: Path) -> None:
    rows = [(row.principal, row.scope_of, row.because, row.status) for row in grants_of(run(tmp_path)).rows()]
    assert sorted(rows) == [
        ("identity", "namespace", ("user",), "created"),
        ("topic", "group", ("system",), "created"),
        ("topic", "hub", ("system",), "created"),
    ]


BY_NAMES = """
from pulumi_azure_native import authorization, eventgrid, eventhub

group = f"/subscriptions/{authorization.get_client_config().subscription_id}/resourceGroups/rg"
namespace = eventhub.Namespace("namespace", resource_group_name="rg", namespace_name="ns")
hub = eventhub.EventHub("hub", resource_group_name="rg", namespace_name="ns", event_hub_name="eh")
topic = eventgrid.SystemTopic(
    "topic",
    resource_group_name="rg",
    system_topic_name="events",
    source=f"{group}/providers/Microsoft.MachineLearningServices/workspaces/ml",
    identity={"type": "SystemAssigned"},
)
authorization.RoleAssignment(
    "used",
    scope=hub.id,
    role_definition_id="/providers/Microsoft.Authorization/roleDefinitions/2b629674-e913-4c01-ae53-ef4638d8f975",
    principal_id=topic.identity.principal_id,
    principal_type="ServicePrincipal",
)
eventgrid.SystemTopicEventSubscription(
    "to-hub",
    resource_group_name="rg",
    system_topic_name="events",
    delivery_with_resource_identity={
        "identity": {"type": "SystemAssigned"},
        "destination": {
            "endpointType": "EventHub",
            "resourceId": f"{group}/providers/Microsoft.EventHub/namespaces/ns/eventhubs/eh",
        },
    },
)
"""


def test_an_id_of_the_subscription_that_deploys_is_held_against_the_programs_resources(tmp_path: Path) -> None:
    wanted = ("grant-unused", "grant-missing", "handler-keys", "scope-too-broad", "role-privileged")
    judgement = judge(run(tmp_path, BY_NAMES), [RuleUse.by_default(RULES[name]) for name in wanted], date(2026, 11, 26))

    assert [(each.use.rule.name, each.resource.name) for each in judgement.violated] == [("handler-keys", "namespace")]
    assert judgement.undecided == []
