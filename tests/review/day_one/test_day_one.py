"""What must be there before the first `pulumi up`, worked out from what is declared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from azureml_events.policy.resource import STACK, LookUp, Resource, Resources
from azureml_events.review.day_one.day_one import AppRole, DataRole, DayOne, OutsideRight, day_one_of
from azureml_events.review.day_one.limits import Limit
from azureml_events.review.day_one.pulumi_storage import PulumiStorage, find_pulumi_storage
from azureml_events.review.input import load_input

AZURE = "00000000-0000-0000-0000-00000000000a"
GROUP = f"/subscriptions/{AZURE}/resourceGroups/rg"
HUB = f"{GROUP}/providers/Microsoft.EventHub/namespaces/n/eventhubs/h"
SENDER = "2b629674-e913-4c01-ae53-ef4638d8f975"


def resource(name: str, type_: str, **inputs: Any) -> Resource:
    """A resource in the resource group `rg`."""
    return Resource(
        name, type_, {"resourceGroupName": "rg", **inputs}, urn=name, azure_subscription=AZURE, sources=SOURCES
    )


SOURCES = {"systemTopicName": ("topic",)}


def day_one(*resources: Resource) -> DayOne:
    """What must be there for some resources."""
    return day_one_of(Resources(resources), PulumiStorage(backend="file://~"))


def needed(found: DayOne) -> set[tuple[str, str | None]]:
    """The scopes and roles that the deployer needs."""
    return {(each.scope, each.role) for each in found.roles}


ROWS = [
    (
        resource("topic", "eventgrid:SystemTopic", source=f"{GROUP}/providers/Microsoft.X/workspaces/w"),
        {(GROUP, "EventGrid Contributor"), (f"{GROUP}/providers/Microsoft.X/workspaces/w", "Reader")},
        "a topic is written, and its source read",
    ),
    (
        resource(
            "topic",
            "eventgrid:SystemTopic",
            identity={"type": "UserAssigned", "userAssignedIdentities": [f"{GROUP}/i"]},
        ),
        {(GROUP, "EventGrid Contributor"), (f"{GROUP}/i", "Managed Identity Operator")},
        "giving a topic an identity is a right on the identity",
    ),
    (
        resource(
            "t/s",
            "eventgrid:SystemTopicEventSubscription",
            destination={"endpointType": "EventHub", "resourceId": HUB},
        ),
        {(GROUP, "EventGrid Contributor"), (HUB, None)},
        "Event Grid refuses a deployer who may not write to the destination; no built-in role has that alone",
    ),
    (
        resource(
            "t/s",
            "eventgrid:SystemTopicEventSubscription",
            destination={"endpointType": "WebHook", "endpointUrl": "https://hooks.contoso.com"},
        ),
        {(GROUP, "EventGrid Contributor")},
        "a webhook is nobody's resource",
    ),
    (
        resource("grant", "authorization:RoleAssignment", scope=HUB, roleDefinitionId=f"/x/{SENDER}"),
        {(HUB, "Role Based Access Control Administrator")},
        "Contributor may not assign roles",
    ),
    (
        resource("flow", "logic:Workflow", location="westeurope"),
        {(GROUP, "Logic App Contributor")},
        "its callback URL is listed too",
    ),
    (resource("hub", "eventhub:EventHub"), {(GROUP, None)}, "the built-in roles of hubs give access to the data"),
    (resource("other", "ml:Workspace"), set(), "what is not about events is not judged"),
]


@pytest.mark.parametrize(("declared", "expected", "why"), ROWS, ids=[each[-1] for each in ROWS])
def test_the_deployer_needs(declared: Resource, expected: set[tuple[str, str | None]], why: str) -> None:
    assert needed(day_one(declared)) == expected, why


def test_the_role_of_what_does_not_exist_yet_is_needed_on_its_group() -> None:
    hub = resource("hub", "eventhub:EventHub")
    grant = Resource(
        "grant", "authorization:RoleAssignment", {"roleDefinitionId": f"/x/{SENDER}"}, sources={"scope": ("hub",)}
    )

    assert (GROUP, "Role Based Access Control Administrator") in needed(day_one(hub, grant))


def test_a_diagnostic_setting_is_needed_where_its_topic_is_also_before_that_exists() -> None:
    topic = resource("topic", "eventgrid:SystemTopic")
    setting = Resource(
        "diagnostics",
        "monitor:DiagnosticSetting",
        azure_subscription=AZURE,
        inputs={},
        sources={"resourceUri": ("topic",)},
    )
    known = resource("diagnostics", "monitor:DiagnosticSetting", resourceUri=HUB)

    assert needed(day_one(topic, setting)) == {(GROUP, "EventGrid Contributor"), (GROUP, "Monitoring Contributor")}
    assert needed(day_one(known)) == {(HUB, "Monitoring Contributor")}


def test_the_diagnostic_setting_of_a_topic_that_exists_is_needed_where_its_subscriptions_are() -> None:
    setting = Resource("ml/diagnostics", "monitor:DiagnosticSetting", {})
    own = resource("ml/s", "eventgrid:SystemTopicEventSubscription")
    other = Resource("other/s", "eventgrid:SystemTopicEventSubscription", {})

    assert (GROUP, "Monitoring Contributor") in needed(day_one(other, own, setting))
    assert ("<unknown>", "Monitoring Contributor") in needed(day_one(other, setting))


def test_a_condition_names_the_roles_of_its_scope_alone() -> None:
    other = SENDER.replace("2b", "69")
    grants = [
        resource(f"grant-{role}", "authorization:RoleAssignment", scope=scope, roleDefinitionId=f"/x/{role}")
        for scope, role in ((HUB, SENDER), (GROUP, other))
    ]

    conditions = {each.scope: each.condition or "" for each in day_one(*grants).roles}

    assert SENDER in conditions[HUB]
    assert other not in conditions[HUB]
    assert other in conditions[GROUP]


def test_webhooks_that_entra_protects_need_an_app_role() -> None:
    hook = resource(
        "t/s",
        "eventgrid:SystemTopicEventSubscription",
        destination={
            "endpointType": "WebHook",
            "azureActiveDirectoryTenantId": AZURE,
            "azureActiveDirectoryApplicationIdOrUri": "api://hook",
        },
    )

    assert day_one(hook).app_roles == (AppRole("api://hook", AZURE, "AzureEventGridSecureWebhookSubscriber", ("t/s",)),)


STORAGE = [
    (PulumiStorage("azblob://state?storage_account=st", None), ["azblob://state"], "data access is a role of its own"),
    (PulumiStorage(None, None), ["the container of the state, where it is in Azure"], "the project does not say"),
    (PulumiStorage("s3://state", None), [], "another cloud's"),
    (PulumiStorage("s3://state", "azurekeyvault://kv.vault.azure.net/keys/k"),
     ["azurekeyvault://kv.vault.azure.net/keys/k"], "the key encrypts"),
    (PulumiStorage("s3://state", "passphrase"), [], "no key of Azure's"),
]  # fmt: skip


@pytest.mark.parametrize(("storage", "scopes", "why"), STORAGE, ids=[each[-1] for each in STORAGE])
def test_pulumi_needs_roles_on_its_own_data(storage: PulumiStorage, scopes: list[str], why: str) -> None:
    assert [each.scope for each in day_one_of(Resources([]), storage).data_roles] == scopes, why


def test_the_project_and_the_stack_file_say_where_state_and_key_are(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text(
        "name: x\nruntime: python\nbackend: {url: 'azblob://state?storage_account=st'}\n"
    )
    (tmp_path / "Pulumi.dev.yaml").write_text("secretsprovider: azurekeyvault://kv/keys/k\nconfig: {}\n")

    assert find_pulumi_storage(tmp_path, "dev") == PulumiStorage(
        "azblob://state?storage_account=st", "azurekeyvault://kv/keys/k"
    )


LOOK_UPS = [
    (
        LookUp(
            "logic:listWorkflowTriggerCallbackUrl",
            {"resourceGroupName": "rg", "workflowName": "flow", "triggerName": "manual"},
            AZURE,
        ),
        (f"{GROUP}/providers/Microsoft.Logic/workflows/flow", "Logic App Contributor"),
        "Microsoft.Logic/workflows/triggers/listCallbackUrl/action",
    ),
    (
        LookUp(
            "machinelearningservices:getBatchEndpoint",
            {"resourceGroupName": "rg", "workspaceName": "ml", "endpointName": "retrain"},
            AZURE,
        ),
        (
            f"{GROUP}/providers/Microsoft.MachineLearningServices/workspaces/ml/batchEndpoints/retrain",
            "Reader",
        ),
        "Microsoft.MachineLearningServices/workspaces/batchEndpoints/read",
    ),
]


@pytest.mark.parametrize(("look_up", "expected", "action"), LOOK_UPS, ids=[each[0].function for each in LOOK_UPS])
def test_looking_up_what_exists_is_a_right_on_it(look_up: LookUp, expected: tuple[str, str], action: str) -> None:
    (role,) = day_one_of(Resources((), look_ups=(look_up,)), PulumiStorage()).roles

    assert (role.scope, role.role, role.actions) == (*expected, (action,))


def test_a_right_outside_azure_is_listed_once_with_every_identity_that_needs_it() -> None:
    listed = [{"needed": "a licence", "identity": name, "principalId": "x"} for name in ("flow-a", "flow-b")]
    stack = Resource("stack", STACK, {}, outputs={"prerequisites": [*listed, {"role": "Reader", "identity": "c"}]})

    assert day_one(stack).outside == (OutsideRight("a licence", ("flow-a", "flow-b")),)


def test_limits_count_what_is_declared() -> None:
    topic = resource("topic", "eventgrid:SystemTopic")
    subscriptions = [resource(f"topic/{n}", "eventgrid:SystemTopicEventSubscription") for n in range(3)]
    flows = [resource(f"flow-{n}", "logic:Workflow", location="West Europe") for n in range(2)]

    assert day_one(topic, *subscriptions, *flows).limits == (
        Limit("event subscriptions of a system topic (topic)", 3, 500),
        Limit(f"workflows in westeurope of Azure subscription {AZURE}", 2, 1000),
    )


@pytest.mark.parametrize("stack", ["dev", "prod", "recipes"])
def test_what_the_example_stacks_need_is_known(stack: str) -> None:
    given = load_input(stack)
    assert given.judge is not None

    found = day_one_of(given.judge().resources, PulumiStorage())

    assert not [each for each in found.roles if "<unknown>" in each.scope]
    assert "Contributor" not in {each.role for each in found.roles}
    assert all(each.used <= each.allowed for each in found.limits)
    assert {type(each) for each in found.data_roles} == {DataRole}


def test_the_recipes_need_rights_outside_azure_and_on_what_they_look_up() -> None:
    given = load_input("recipes")
    assert given.judge is not None

    found = day_one_of(given.judge().resources, PulumiStorage())

    looked_up = {each.scope.rpartition("/")[2]: each.why for each in found.roles if "looks up" in str(each.why)}
    assert looked_up == {name: (f"looks up {name}",) for name in ("acs-ml", "open-ticket", "retrain")}
    assert [each.needed for each in found.outside] == [
        "the secret teams-webhook holds the URL of a Teams webhook",
        "the secret slack-webhook holds the URL of a Slack webhook",
        "a user of Azure DevOps organisation contoso with access level Basic",
        "the permissions 'View builds' and 'Queue builds' on pipeline 12 of project churn",
        "the token in secret github-dispatch needs Contents: write on contoso/churn",
    ]
