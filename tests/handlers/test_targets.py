"""What each target is called with, what would happen in words, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from azureml_events.base.mistakes import DeclarationError
from azureml_events.base.values import Deferred
from azureml_events.handlers.azure_devops_pipeline import AzureDevOpsPipeline
from azureml_events.handlers.batch_endpoint import BatchEndpoint
from azureml_events.handlers.data_factory_pipeline import DataFactoryPipeline
from azureml_events.handlers.github_workflow import GitHubWorkflow
from azureml_events.handlers.logic_app import LogicApp
from azureml_events.handlers.workflow_handler import WorkflowHandler
from azureml_events.workflows.parameters import Constant
from stack_texts import ML_DEV, ML_PROVIDERS
from workflows.interpreter import Call, Reply, run
from workflows.samples import (
    BATCH,
    BRIDGES,
    DEVOPS,
    DISPATCH,
    FACTORY,
    MAIL,
    PREFIX,
    SLACK,
    STARTED,
    TEAMS,
    TOKEN,
    documented,
    event,
    subscription,
)

LOGIC_APP = LogicApp(resource_id=f"{ML_PROVIDERS}/Microsoft.Logic/workflows/handle")
MODEL = {"modelName": "churn", "modelVersion": "3"}


def called(name: str, *types: str, parameters: dict[str, str | Constant] | None = None) -> list[Call]:
    """The calls that an event of the first type makes."""
    types = types or ("ModelRegistered",)
    definition = BRIDGES[name].definition(subscription(*types, parameters=parameters))
    return run(definition, [event(types[0])], documented).calls


def test_a_data_factory_pipeline_is_started_by_create_run() -> None:
    [call] = called("factory")
    factory = f"https://management.azure.com{FACTORY.factory_id}"
    assert call.uri == f"{factory}/pipelines/retrain/createRun?api-version=2018-06-01"
    assert call.authentication["audience"] == "https://management.azure.com/"
    assert call.body == MODEL


def test_an_azure_devops_pipeline_is_run_on_its_branch_with_an_entra_token() -> None:
    [call] = called("devops")
    project = "https://dev.azure.com/contoso/Churn%20models"
    assert call.uri == f"{project}/_apis/pipelines/12/runs?api-version=7.1"
    assert call.authentication["audience"] == "499b84ac-1321-427f-aa17-267ca6975798"
    assert call.body == {
        "resources": {"repositories": {"self": {"refName": "refs/heads/main"}}},
        "templateParameters": MODEL,
    }


@pytest.mark.parametrize(("branch", "ref"), [("release/1", "refs/heads/release/1"), ("refs/tags/v1", "refs/tags/v1")])
def test_a_branch_is_a_name_or_a_full_ref(branch: str, ref: str) -> None:
    bridge = DEVOPS.model_copy(update={"branch": branch})
    [call] = run(bridge.definition(subscription()), [event()], documented).calls
    assert call.body["resources"]["repositories"]["self"]["refName"] == ref


def test_without_a_branch_the_pipeline_decides() -> None:
    bridge = DEVOPS.model_copy(update={"branch": None})
    [call] = run(bridge.definition(subscription()), [event()], documented).calls
    assert set(call.body) == {"templateParameters"}


def test_a_repository_dispatch_is_sent_with_the_token_from_key_vault() -> None:
    token, dispatch = called("dispatch")
    assert token.uri == "https://kv-ml.vault.azure.net/secrets/github?api-version=7.4"
    assert token.authentication["audience"] == "https://vault.azure.net"
    assert dispatch.uri == "https://api.github.com/repos/contoso/churn/dispatches"
    assert dispatch.headers["Authorization"] == f"Bearer {TOKEN}"
    assert dispatch.body == {"event_type": "model-registered", "client_payload": MODEL}


def test_a_workflow_is_started_on_its_ref() -> None:
    _, dispatch = called("started")
    path = "https://api.github.com/repos/contoso/churn/actions/workflows/retrain.yml/dispatches"
    assert dispatch.uri == path
    assert dispatch.body == {"ref": "main", "inputs": MODEL}


def test_a_token_that_cannot_be_read_is_tried_again_and_nothing_is_dispatched() -> None:
    result = run(DISPATCH.definition(subscription()), [event()], lambda _: Reply(403))
    assert (result.status, [call.action for call in result.calls]) == (503, ["Read_token"])


def test_a_batch_endpoints_job_is_started_with_literal_inputs_and_a_token_of_azure_machine_learning() -> None:
    [call] = called("batch")
    assert (call.method, call.uri) == ("POST", "https://retrain.westeurope.inference.ml.azure.com/jobs")
    assert call.authentication == {"type": "ManagedServiceIdentity", "audience": "https://ml.azure.com"}
    assert call.headers["azureml-model-deployment"] == "blue"
    assert call.body == {
        "properties": {
            "InputData": {name: {"JobInputType": "Literal", "Value": value} for name, value in MODEL.items()}
        }
    }


def test_without_a_deployment_the_endpoint_decides() -> None:
    bridge = BATCH.model_copy(update={"deployment_name": None})
    [call] = run(bridge.definition(subscription()), [event()], documented).calls
    assert "azureml-model-deployment" not in call.headers


JOBS = "https://retrain.westeurope.inference.ml.azure.com/jobs"


@pytest.mark.parametrize("uri", [JOBS, f"{JOBS}/", JOBS.removesuffix("/jobs"), JOBS.removesuffix("jobs")])
def test_jobs_are_made_at_the_scoring_uri_however_it_ends(uri: str) -> None:
    assert BatchEndpoint.parse({**ENDPOINT, "scoringUri": uri}).scoring_uri == JOBS


@pytest.mark.parametrize(
    "uri",
    [
        "http://retrain.westeurope.inference.ml.azure.com/jobs",
        "https://evil.example.com/jobs",
        "https://evil.example.com/retrain.westeurope.inference.ml.azure.com/jobs",
        "https://evil.example.com?.inference.ml.azure.com/jobs",
        "https://evil.example.com#.inference.ml.azure.com",
        "https://evil.example.com\\.inference.ml.azure.com/jobs",
        "https://evil.example.com@x.inference.ml.azure.com/jobs",
        "https://x.inference.ml.azure.com@evil.example.com/jobs",
        "https://x.inference.ml.azure.com.evil.example.com/jobs",
        "https://x.inference.ml.azure.com:443/jobs",
        "https://.inference.ml.azure.com/jobs",
        "https://xinference.ml.azure.com/jobs",
        "https://x.\u0131nference.ml.azure.com/jobs",
        "https://x.inference.ml.azure.com/score",
        "https://x.inference.ml.azure.com/jobs\n",
        "https://x.inference.ml.azure.com/jobs?x",
        "https://x.inference.ml.azure.us/jobs",
    ],
)
def test_the_token_goes_to_azure_machine_learning_alone(uri: str) -> None:
    said = (
        "is not the scoring URI of a batch endpoint; expected https://<endpoint>.<region>.inference.ml.azure.com/jobs"
    )
    with pytest.raises(DeclarationError, match=said):
        BatchEndpoint.parse({**ENDPOINT, "scoringUri": uri})
    found = BATCH.found(Deferred(Output(uri))).scoring_uri
    assert isinstance(found, Deferred)
    with pytest.raises(ValueError, match=said):
        found.check(uri)


def test_a_scoring_uri_is_looked_up_by_workspace_and_endpoint_unless_it_is_declared() -> None:
    look_up = BATCH.model_copy(update={"scoring_uri": None}).look_up
    assert BATCH.look_up is None
    assert look_up
    assert look_up.function == "azure-native:machinelearningservices:getBatchEndpoint"
    assert look_up.name_inputs == ("workspaceName", "endpointName")


def test_the_role_to_start_jobs_is_needed_on_the_workspace() -> None:
    assert BATCH.scope == ML_DEV
    deferred = BatchEndpoint(endpoint_id=Deferred(Output(str(BATCH.endpoint_id)))).scope
    assert isinstance(deferred, Deferred)
    assert deferred.check(str(BATCH.endpoint_id)) == ML_DEV


PARAMETERS: dict[str, str | Constant] = {
    "model": "data.modelName",
    "stage": "data.modelTags.stage",
    "owner": "data.modelTags.owner",
    "where": "workspaceName",
    "attempts": Constant(value=3),
    "dry_run": Constant(value=True),
}


@pytest.mark.parametrize(
    ("name", "member", "owner", "attempts", "dry_run"),
    [
        ("factory", None, None, 3, True),
        ("dispatch", "client_payload", None, 3, True),
        ("started", "inputs", "", "3", "true"),
        ("devops", "templateParameters", "", "3", "true"),
    ],
)
def test_parameters_are_values_or_texts_as_the_target_takes_them(
    name: str, member: str | None, owner: str | None, attempts: object, dry_run: object
) -> None:
    body = called(name, parameters=PARAMETERS)[-1].body
    assert (body[member] if member else body) == {
        "model": "churn",
        "stage": "prod",
        "owner": owner,
        "where": "ml-dev",
        "attempts": attempts,
        "dry_run": dry_run,
    }


@pytest.mark.parametrize(
    ("types", "parameters"),
    [
        (["DatasetDriftDetected"], {"dataDriftName": "churn-drift", "driftCoefficient": 0.835, "runId": "drift_1"}),
        (["RunCompleted", "RunStatusChanged"], {"experimentName": "train-churn", "runId": "train-churn_17"}),
        (["RunCompleted", "ModelRegistered"], {"eventType": f"{PREFIX}RunCompleted", "subject": "models/churn:3"}),
    ],
)
def test_the_default_parameters_are_what_the_event_types_share(types: list[str], parameters: object) -> None:
    assert called("factory", *types)[0].body == parameters


@pytest.mark.parametrize(
    ("handler", "said"),
    [
        (FACTORY, "starts pipeline retrain of factory adf1 with modelName=churn, modelVersion=3"),
        (DEVOPS, "runs pipeline 12 of contoso/Churn models at main with modelName=churn, modelVersion=3"),
        (DISPATCH, "dispatches model-registered to contoso/churn with modelName=churn, modelVersion=3"),
        (STARTED, "starts workflow retrain.yml of contoso/churn at main with modelName=churn, modelVersion=3"),
        (BATCH, "starts a job of batch endpoint retrain on deployment blue with modelName=churn, modelVersion=3"),
        (TEAMS, "posts to Teams by the webhook in secret teams: Model churn version 3 registered in ml-dev"),
        (SLACK, "posts to Slack by the webhook in secret slack: Model churn version 3 registered in ml-dev"),
        (LOGIC_APP, "starts workflow handle by its trigger manual"),
        (MAIL, "mails ops@contoso.com, data@contoso.com: Model churn version 3 registered in ml-dev"),
    ],
)
def test_what_would_happen_is_said(handler: WorkflowHandler, said: str) -> None:
    assert handler.describe_effect(event(), subscription("ModelRegistered")) == said


def test_what_would_happen_without_parameters_is_said() -> None:
    said = FACTORY.describe_effect(event(), subscription("ModelRegistered", parameters={}))
    assert said == "starts pipeline retrain of factory adf1"


@pytest.mark.parametrize(
    ("handler", "parameters", "mistake"),
    [
        (FACTORY, {"m": "data.modelNam"}, "parameters.m: unknown event field 'data.modelNam'; did you mean"),
        (FACTORY, {"m": "modelName"}, "'modelName'; did you mean 'data.modelName'?; for a fixed text"),
        (FACTORY, {"m": "data.runId"}, "parameters.m: 'data.runId' is not in the chosen event types' data"),
        (FACTORY, {"1m": "id"}, "parameters.1m: '1m' is refused; allowed: letters, digits, _"),
        (FACTORY, {f"p{n}": "id" for n in range(51)}, "parameters: 51 parameters; allowed: 50"),
        (DISPATCH, {f"p{n}": "id" for n in range(11)}, "11 members of client_payload; allowed: 10"),
        (STARTED, {f"p{n}": "id" for n in range(11)}, "parameters: 11 inputs; allowed: 10"),
        (DEVOPS, {"a b": "id"}, "parameters.a b: 'a b' is refused"),
        (BATCH, {"a-b": "id"}, "parameters.a-b: 'a-b' is refused; allowed: letters, digits, _, no digit first"),
        (BATCH, {"m": "data.modelNam"}, "parameters.m: unknown event field 'data.modelNam'; did you mean"),
        (TEAMS, {"m": "id"}, "parameters: a handler of type ChatMessage takes none; leave them out"),
        (MAIL, {"m": "id"}, "parameters: a handler of type EmailAlert takes none; leave them out"),
        (LOGIC_APP, {"m": "id"}, "parameters: a handler of type LogicApp takes none; leave them out"),
    ],
)
def test_bad_parameters_are_refused(handler: WorkflowHandler, parameters: dict[str, Any], mistake: str) -> None:
    types = (f"{PREFIX}ModelRegistered",)
    found = [str(row) for row in handler.subscription_mistakes(parameters, types)]
    assert len(found) == 1
    assert mistake in found[0]


class Output:
    """A value of a deployment, as far as bridges see it."""

    def __init__(self, value: str) -> None:
        self.value = value

    def apply(self, func: Any) -> Output:
        """The value of a function of it."""
        return Output(func(self.value))


def test_ids_that_only_a_deployment_knows_become_parameters_of_the_workflow() -> None:
    secret = Output(f"{ML_PROVIDERS}/Microsoft.KeyVault/vaults/kv-ml/secrets/github")
    bridge = GitHubWorkflow(repository="a/b", event_type="x", token_secret_id=Deferred(secret))
    default = bridge.definition(subscription())["parameters"]["tokenSecretUrl"]["defaultValue"]
    assert isinstance(default, Deferred)
    assert default.value is secret
    assert default.check(secret.value) == "https://kv-ml.vault.azure.net/secrets/github?api-version=7.4"

    factory = DataFactoryPipeline(factory_id=Deferred(Output("/subscriptions/x")), pipeline_name="retrain")
    said = factory.describe_effect(event(), subscription("ModelRegistered", parameters={}))
    assert said == "starts pipeline retrain of factory <unknown>"


def test_what_others_must_grant_is_said() -> None:
    assert "'Queue builds' on pipeline 12 of project Churn models" in " ".join(DEVOPS.prerequisites)
    assert DISPATCH.prerequisites == ("the token in secret github needs Contents: write on contoso/churn",)
    assert STARTED.prerequisites == ("the token in secret github needs Actions: write on contoso/churn",)
    assert TEAMS.prerequisites == ("the secret teams holds the URL of a Teams webhook",)
    assert FACTORY.prerequisites == BATCH.prerequisites == ()


SECRET = f"{ML_PROVIDERS}/Microsoft.KeyVault/vaults/kv-ml/secrets/github"
GITHUB = {"type": "GitHubWorkflow", "repository": "a/b", "eventType": "x", "tokenSecretId": SECRET}
STARTED_BY_NAME = {name: value for name, value in GITHUB.items() if name != "eventType"}
PIPELINE = {"type": "AzureDevOpsPipeline", "organization": "contoso", "project": "ml", "pipelineId": 1}
ENDPOINT = {"type": "BatchEndpoint", "endpointId": BATCH.endpoint_id}
TENANT = "11111111-1111-1111-1111-111111111111"
ADF = {"type": "DataFactoryPipeline", "factoryId": FACTORY.factory_id, "pipelineName": "retrain"}


@pytest.mark.parametrize(
    ("kind", "given", "mistake"),
    [
        (GitHubWorkflow, {**GITHUB, "repository": "a"}, "repository: 'a' is refused; allowed: <owner>/<repository>"),
        (GitHubWorkflow, {**GITHUB, "repository": "a/.."}, "repository: "),
        (GitHubWorkflow, {**GITHUB, "repository": "a/b?c"}, "repository: "),
        (GitHubWorkflow, {**GITHUB, "eventType": "x" * 101}, "eventType: "),
        (GitHubWorkflow, STARTED_BY_NAME, "eventType: required, but missing"),
        (GitHubWorkflow, {**GITHUB, "workflow": "a.yml", "ref": "main"}, "workflow: either 'eventType' or 'workflow'"),
        (GitHubWorkflow, {**GITHUB, "ref": "main"}, "ref: goes with 'workflow'"),
        (GitHubWorkflow, {**STARTED_BY_NAME, "workflow": "a.yml"}, "ref: required, but missing"),
        (GitHubWorkflow, {**STARTED_BY_NAME, "workflow": "../a.yml", "ref": "m"}, "workflow: "),
        (GitHubWorkflow, {**GITHUB, "tokenSecretId": SECRET[:-15]}, "tokenSecretId: "),
        (
            GitHubWorkflow,
            {**GITHUB, "tokenSecretId": SECRET.replace("kv-ml", "evil.com#")},
            "tokenSecretId: 'evil.com#' is not the name of a vault",
        ),
        (AzureDevOpsPipeline, {**PIPELINE, "organization": "a/b"}, "organization: "),
        (AzureDevOpsPipeline, {**PIPELINE, "project": "a/b"}, "project: "),
        (AzureDevOpsPipeline, {**PIPELINE, "pipelineId": 0}, "pipelineId: 0 is out of range"),
        (AzureDevOpsPipeline, {**PIPELINE, "branch": "a b"}, "branch: "),
        (DataFactoryPipeline, {**ADF, "pipelineName": "a/b"}, "pipelineName: "),
        (DataFactoryPipeline, {**ADF, "factoryId": SECRET}, "factoryId: "),
        (
            DataFactoryPipeline,
            {**ADF, "entra": {"tenantId": "x", "audience": "y"}},
            "entra.tenantId: 'x' is not a GUID",
        ),
        (
            DataFactoryPipeline,
            {**ADF, "entra": {"tenantId": TENANT, "audience": "events"}},
            "entra.audience: 'events' is refused; allowed: the application's client id, a GUID",
        ),
        (
            DataFactoryPipeline,
            {**ADF, "entra": {"tenantId": TENANT, "audience": f"api://{'x' * 145}"}},
            "entra.audience: ",
        ),
        (BatchEndpoint, {"type": "BatchEndpoint"}, "endpointId: required, but missing"),
        (BatchEndpoint, {**ENDPOINT, "endpointId": ML_DEV}, "endpointId: the id is of type"),
        (BatchEndpoint, {**ENDPOINT, "resourceId": "x"}, "resourceId: unknown field 'resourceId'; write 'endpointId'"),
        (BatchEndpoint, {**ENDPOINT, "deploymentName": "a\r\nX-Evil: 1"}, "deploymentName: "),
        (BatchEndpoint, {**ENDPOINT, "deploymentName": "ab"}, "deploymentName: 'ab' is refused; allowed: 3 to 32"),
        (BatchEndpoint, {**ENDPOINT, "scoringUri": 7}, "scoringUri: expected text, got 7"),
        (LogicApp, {"type": "LogicApp", "resourceId": SECRET}, "resourceId: "),
        (LogicApp, {"type": "LogicApp", "resourceId": LOGIC_APP.resource_id, "trigger": "a/b"}, "trigger: "),
    ],
)
def test_bad_input_is_refused(kind: type[WorkflowHandler], given: dict[str, Any], mistake: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        kind.parse(given)
    assert [str(found) for found in refused.value.mistakes if str(found).startswith(mistake)]
