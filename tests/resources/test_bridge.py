"""The workflow in front of a bridge's target: its inputs, its place among its siblings, its URL and its role."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pulumi
import pytest
from azureml_events import (
    AzureDevOpsPipeline,
    BatchEndpoint,
    ChatMessage,
    CreateEventHub,
    DataFactoryPipeline,
    Defaults,
    EmailAlert,
    Entra,
    EventHub,
    GitHubWorkflow,
    LogicApp,
    Subscription,
    WorkspaceEvents,
    drift_detected,
    model_registered,
    run_failed,
)
from azureml_events.handlers.handler import Handler
from azureml_events.offline.preview_json import preview_json
from resources.mocks import Azure, Monitor, Plain, run
from resources.stacks import OTHER, OWN, SUBSCRIPTION, arm, preview
from workflows.checker import problems

WORKSPACE = arm("Microsoft.MachineLearningServices/workspaces", "ml")
FACTORY = arm("Microsoft.DataFactory/factories", "adf1")
SIGNED = "https://prod.invalid/triggers/manual/paths/invoke?api-version=2016-10-01&sp=%2Frun&sv=1.0&sig=hush"
RETRAINING = DataFactoryPipeline(factory_id=FACTORY, pipeline_name="retrain")
RELEASE = AzureDevOpsPipeline(organization="contoso", project="churn", pipeline_id=12)
MAIL = EmailAlert(
    communication_service_id=arm("Microsoft.Communication/communicationServices", "acs"),
    sender="ml@contoso.com",
    to=("ops@contoso.com",),
)
SECRET = "4dabf18193072939515e22adb298388d"  # noqa: S105, how Pulumi marks a secret on the wire


class Cloud(Azure):
    """Workflows with ids and identities of their own, and what look-ups find."""

    def __init__(self) -> None:
        super().__init__(
            listWorkflowTriggerCallbackUrl={"value": SIGNED},
            getCommunicationService={"hostName": "acs.invalid"},
            getBatchEndpoint={"properties": {"scoringUri": "https://x.inference.ml.azure.com/jobs"}},
        )

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        """The id and the outputs of a resource."""
        made, outputs = super().new_resource(args)
        if args.typ == "azure-native:logic:Workflow":
            made = arm("Microsoft.Logic/workflows", outputs["workflowName"])
            outputs |= {"name": outputs["workflowName"]}
            outputs |= {"identity": {"type": "SystemAssigned", "principalId": f"principal-of-{args.name}"}}
        return made, outputs


def declared(
    handler: Handler, subscription: str = "alert", cloud: Azure | None = None, *, preview: bool = False, **fields: Any
) -> tuple[Monitor, WorkspaceEvents]:
    """A workspace with one subscription to drift, and what it declares."""
    kept: list[WorkspaceEvents] = []

    def program() -> None:
        subscriptions = {subscription: Subscription(drift_detected(), to=handler)}
        kept.append(
            WorkspaceEvents(
                "ml", **{"workspace_id": WORKSPACE, "location": "westeurope", "subscriptions": subscriptions, **fields}
            )
        )

    return run(program, cloud or Cloud(), preview=preview), kept[0]


def delivered_to(monitor: Monitor, subscription: str = "ml/alert") -> dict[str, Any]:
    """The destination of an event subscription on the wire."""
    destination: dict[str, Any] = monitor.inputs("SystemTopicEventSubscription", subscription)["destination"]
    return destination


def test_a_workflow_is_declared_with_these_inputs() -> None:
    monitor, events = declared(RETRAINING, tags={"team": "ml"})

    inputs = monitor.inputs("Workflow", "ml/alert/workflow")
    definition = inputs.pop("definition")
    name = inputs.pop("workflowName")
    assert inputs == {
        "resourceGroupName": "rg-ml",
        "location": "westeurope",
        "state": "Enabled",
        "identity": {"type": "SystemAssigned"},
        "tags": {"team": "ml"},
    }
    assert name.startswith("ml-alert-")
    assert problems(definition) == []
    assert definition["parameters"]["factoryId"]["defaultValue"] == FACTORY
    assert definition["parameters"]["workspaceId"]["defaultValue"] == WORKSPACE
    assert list(events.workflows) == ["alert"]


def test_it_belongs_to_the_workspace_by_a_component_of_its_own() -> None:
    monitor, _ = declared(RETRAINING)

    assert monitor.request("BridgeWorkflow", "ml/alert").parent.endswith("::ml")
    assert monitor.request("Workflow", "ml/alert/workflow").parent.endswith("BridgeWorkflow::ml/alert")


def test_resource_group_and_region_of_the_bridge_go_before_those_of_the_workspace() -> None:
    monitor, _ = declared(RETRAINING.model_copy(update={"resource_group": "rg-flows", "location": "uksouth"}))

    inputs = monitor.inputs("Workflow", "ml/alert/workflow")
    assert (inputs["resourceGroupName"], inputs["location"]) == ("rg-flows", "uksouth")


@pytest.mark.parametrize("given", ["usgovvirginia", None])
def test_a_region_of_another_cloud_stops_the_deployment_once_it_is_known(given: str | None) -> None:
    location = pulumi.Output.from_input(given) if given else None
    cloud = Cloud()
    cloud.found["getWorkspace"] = {"location": "usgovvirginia"}
    with pytest.raises(pulumi.RunError, match="location: 'usgovvirginia' is a region of another cloud"):
        declared(RETRAINING, cloud=cloud, location=location)


def test_a_long_name_is_cut_to_what_azure_takes() -> None:
    monitor, _ = declared(RETRAINING, subscription="s" * 50)

    name = monitor.inputs("Workflow", f"ml/{'s' * 50}/workflow")["workflowName"]
    assert len(name) == 43
    assert name.startswith("ml-sss")


def test_the_url_is_asked_for_with_the_outputs_of_the_workflow_and_stays_a_secret() -> None:
    cloud = Cloud()
    monitor, _ = declared(RETRAINING, cloud=cloud)

    name = monitor.inputs("Workflow", "ml/alert/workflow")["workflowName"]
    assert cloud.looked_up == [
        (
            "listWorkflowTriggerCallbackUrl",
            {"resourceGroupName": "rg-ml", "workflowName": name, "triggerName": "manual"},
        )
    ]
    url = delivered_to(monitor)["endpointUrl"]
    assert (SECRET in url, url["value"]) == (True, SIGNED)


def test_a_first_preview_asks_for_no_url_and_knows_none() -> None:
    class New(Cloud):
        def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
            made, outputs = super().new_resource(args)
            if args.typ == "azure-native:logic:Workflow":
                return "", {**args.inputs, "name": pulumi.UNKNOWN}
            return made, outputs

    cloud = New()
    declared(RETRAINING, cloud=cloud, preview=True)
    assert cloud.looked_up == []


def test_with_entra_the_trigger_takes_tokens_only_and_the_url_has_no_signature() -> None:
    entra = Entra(tenant_id="11111111-2222-3333-4444-555555555555", audience="api://events")
    monitor, _ = declared(RETRAINING.model_copy(update={"entra": entra}))

    access = monitor.inputs("Workflow", "ml/alert/workflow")["accessControl"]
    assert access == {"triggers": {"openAuthenticationPolicies": entra.authorization_policies()}}
    destination = delivered_to(monitor)
    assert destination["endpointUrl"]["value"] == SIGNED.partition("&")[0]
    assert destination["azureActiveDirectoryTenantId"] == entra.tenant_id
    assert destination["azureActiveDirectoryApplicationIdOrUri"] == entra.audience


def test_the_identity_of_the_workflow_gets_its_role_before_events_come() -> None:
    monitor, events = declared(RETRAINING)

    [name] = [name for name in monitor.names("RoleAssignment") if "data-factory-contributor" in name]
    role = monitor.inputs("RoleAssignment", name)
    assert role["scope"] == FACTORY
    assert role["principalId"] == "principal-of-ml/alert/workflow"
    assert role["roleDefinitionId"].endswith("/673868aa-7521-48a0-acc6-0f60742d39f5")
    needed = [
        urn.rpartition("::")[2] for urn in monitor.request("SystemTopicEventSubscription", "ml/alert").dependencies
    ]
    assert {name, "ml/alert/workflow"} <= set(needed)
    assert events.grants is not None
    assert events.grants.prerequisites == []


def test_a_role_that_is_assumed_is_a_prerequisite() -> None:
    monitor, events = declared(RETRAINING.model_copy(update={"grants": "assume"}))

    assert not [name for name in monitor.names("RoleAssignment") if "data-factory" in name]
    assert events.grants is not None
    assert [each["role"] for each in events.grants.prerequisites] == ["Data Factory Contributor"]


def test_what_no_role_can_give_is_a_prerequisite_of_the_identity() -> None:
    monitor, events = declared(RELEASE)

    assert events.grants is not None
    assert [each["needed"] for each in events.grants.prerequisites] == [
        "a user of Azure DevOps organisation contoso with access level Basic",
        "the permissions 'View builds' and 'Queue builds' on pipeline 12 of project churn",
    ]
    needed = monitor.request("SystemTopicEventSubscription", "ml/alert").dependencies
    assert any(urn.endswith("::ml/alert/workflow") for urn in needed)


JOB = BatchEndpoint(
    endpoint_id=arm("Microsoft.MachineLearningServices/workspaces/batchEndpoints", "other", "retrain", group="rg-other")
)


@pytest.mark.parametrize(
    ("handler", "asked", "parameter", "value"),
    [
        (
            MAIL,
            ("getCommunicationService", {"resourceGroupName": "rg-ml", "communicationServiceName": "acs"}),
            "endpoint",
            "https://acs.invalid",
        ),
        (
            JOB,
            (
                "getBatchEndpoint",
                {"resourceGroupName": "rg-other", "workspaceName": "other", "endpointName": "retrain"},
            ),
            "scoringUri",
            "https://x.inference.ml.azure.com/jobs",
        ),
    ],
)
def test_what_is_not_declared_is_looked_up(
    handler: Handler, asked: tuple[str, dict[str, str]], parameter: str, value: str
) -> None:
    cloud = Cloud()
    monitor, _ = declared(handler, cloud=cloud)

    assert asked in cloud.looked_up
    parameters = monitor.inputs("Workflow", "ml/alert/workflow")["definition"]["parameters"]
    assert parameters[parameter]["defaultValue"] == value


def test_an_endpoint_that_is_declared_is_not_looked_up() -> None:
    cloud = Cloud()
    declared(MAIL.model_copy(update={"endpoint": "https://own.invalid"}), cloud=cloud)

    assert [token for token, _ in cloud.looked_up] == ["listWorkflowTriggerCallbackUrl"]


def test_a_token_is_not_sent_where_a_look_up_finds_another_host() -> None:
    class Elsewhere(Cloud):
        def call(self, args: pulumi.runtime.MockCallArgs) -> Any:
            if args.token.endswith("getBatchEndpoint"):
                return {"properties": {"scoringUri": "https://evil.example.com/jobs"}}
            return super().call(args)

    with pytest.raises(pulumi.RunError, match=r"'https://evil\.example\.com'… is not the scoring URI"):
        declared(JOB, cloud=Elsewhere())


def test_the_secret_of_a_chat_may_be_read_and_nothing_else() -> None:
    secret = arm("Microsoft.KeyVault/vaults/secrets", "kv-ml", "teams")
    cloud = Cloud()
    monitor, _ = declared(ChatMessage(service="Teams", url_secret_id=secret), cloud=cloud)

    assert [token for token, _ in cloud.looked_up] == ["listWorkflowTriggerCallbackUrl"]
    [role] = [
        name for name in monitor.names("RoleAssignment") if monitor.inputs("RoleAssignment", name)["scope"] == secret
    ]
    assert monitor.inputs("RoleAssignment", role)["roleDefinitionId"].endswith("4633458b-17de-408a-b874-0445c86b69e6")
    parameters = monitor.inputs("Workflow", "ml/alert/workflow")["definition"]["parameters"]
    assert parameters["urlSecretUrl"]["defaultValue"] == "https://kv-ml.vault.azure.net/secrets/teams?api-version=7.4"


def test_an_existing_workflow_is_asked_for_its_url_and_gets_nothing_else() -> None:
    cloud = Cloud()
    workflow = arm("Microsoft.Logic/workflows", "ticket", group="rg-flows")
    monitor, events = declared(LogicApp(resource_id=workflow, trigger="When_called"), cloud=cloud)

    assert cloud.looked_up == [
        (
            "listWorkflowTriggerCallbackUrl",
            {"resourceGroupName": "rg-flows", "workflowName": "ticket", "triggerName": "When_called"},
        )
    ]
    assert delivered_to(monitor)["endpointUrl"] == {SECRET: "1b47061264138c4ac30d75fd1eb44270", "value": SIGNED}
    assert (monitor.names("Workflow"), events.workflows) == ([], {})


def ticket(place: str) -> Handler:
    return LogicApp(resource_id=arm("Microsoft.Logic/workflows", "ticket", subscription=place))


def hub(place: str) -> Handler:
    namespace = arm("Microsoft.EventHub/namespaces", "shared", subscription=place)
    return EventHub(create=CreateEventHub(resource_group="rg", namespace_id=namespace))


@pytest.mark.parametrize("handler", [ticket, hub], ids=["looked up", "created in"])
def test_what_lies_in_another_azure_subscription_has_its_provider_and_in_the_workspaces_the_components(
    handler: Callable[[str], Handler],
) -> None:
    asked: list[str] = []

    def provider_of(subscription_id: str) -> None:
        asked.append(subscription_id)

    declared(handler(OTHER), provider_of=provider_of)
    declared(handler(OWN), provider_of=provider_of)

    assert asked == [OTHER]


@pytest.mark.parametrize(
    ("handler", "message"),
    [
        (lambda bad: DataFactoryPipeline(factory_id=bad, pipeline_name="retrain"), "'hub' is not the id of a resource"),
        (
            lambda bad: GitHubWorkflow(repository="a/b", event_type="go", token_secret_id=bad),
            "'hub' is not the id of a resource",
        ),
        (lambda bad: LogicApp(resource_id=bad), "^handlers.alert: 'hub' is not the id of a resource"),
    ],
)
def test_an_output_that_is_no_such_id_stops_the_program(handler: Any, message: str) -> None:
    with pytest.raises(pulumi.RunError, match=message):
        declared(handler(pulumi.Output.from_input("hub")))


def test_one_handler_of_several_subscriptions_has_a_workflow_for_each() -> None:
    subscriptions = {
        "first": Subscription(model_registered(), to="release"),
        "second": Subscription(run_failed(), to="release"),
    }
    monitor, _ = declared(RELEASE, handlers={"release": RELEASE}, subscriptions=subscriptions)
    definitions = [
        monitor.inputs("Workflow", f"ml/{name}/workflow")["definition"]["actions"] for name in ("first", "second")
    ]
    assert definitions[0] != definitions[1]


def test_a_preview_shows_no_url_and_says_what_others_must_grant() -> None:
    fields = {"organization": "contoso", "project": "churn", "pipelineId": 12}
    shown = preview_json(
        preview(
            handlers={"release": {"type": "AzureDevOpsPipeline", **fields}},
            subscriptions={"alert": {"handler": "release", "when": "modelRegistered"}},
        )
    )

    [destination] = [each["inputs"]["destination"] for each in shown["resources"] if each["type"] == SUBSCRIPTION]
    assert destination["endpointUrl"] == "<secret>"
    [workflow] = [each["inputs"]["workflowName"] for each in shown["resources"] if each["type"].endswith(":Workflow")]
    listed = shown["outputs"]["prerequisites"]
    assert [each["identity"] for each in listed] == [workflow, workflow]
    messages = {message["text"] for message in shown["messages"]}
    assert {f"prerequisite of {workflow}: {each['needed']}" for each in listed} <= messages


def test_the_example_of_the_page_runs() -> None:
    page = Path(__file__).parents[2] / "components" / "azureml_events" / "handlers" / "README.md"
    [example] = re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    resources = {
        "workspace": SimpleNamespace(id=WORKSPACE, location="westeurope"),
        "factory": SimpleNamespace(id=FACTORY),
    }

    monitor = run(lambda: exec(example, resources), Cloud())  # noqa: S102 our own page

    assert monitor.names("Workflow") == ["ml-prod/monitor-breach/workflow"]


def test_the_aliases_of_older_versions_are_dropped_unless_kept() -> None:
    dropped, _ = declared(RETRAINING)
    kept, _ = declared(RETRAINING, defaults=Defaults(keep_version_aliases=True))

    assert not dropped.request("Workflow", "ml/alert/workflow").aliases
    assert kept.request("Workflow", "ml/alert/workflow").aliases


def test_it_works_on_the_plainest_mocks() -> None:
    monitor, _ = declared(RETRAINING, cloud=Plain())  # type: ignore[arg-type]  # no look-ups are kept
    assert monitor.names("Workflow") == ["ml/alert/workflow"]
