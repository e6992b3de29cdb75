"""Bridges and events that the tests of bridges share."""

from __future__ import annotations

from typing import Any

from azureml_events.handlers.azure_devops_pipeline import AzureDevOpsPipeline
from azureml_events.handlers.batch_endpoint import BatchEndpoint
from azureml_events.handlers.chat_message import ChatMessage
from azureml_events.handlers.data_factory_pipeline import DataFactoryPipeline
from azureml_events.handlers.email_alert import EmailAlert
from azureml_events.handlers.github_workflow import GitHubWorkflow
from azureml_events.handlers.workflow_handler import Bridge
from azureml_events.workflows.parameters import BridgedSubscription, Constant
from stack_texts import ML_DEV, ML_PROVIDERS
from workflows.interpreter import Call, Reply

PREFIX = "Microsoft.MachineLearningServices."
EVENT_ID = "c7e6a9a1-6e7f-4b07-9a3e-2f5a1d9c0b44"

MAIL = EmailAlert(
    communication_service_id=f"{ML_PROVIDERS}/Microsoft.Communication/communicationServices/acs",
    endpoint="https://acs.communication.azure.com",
    sender="ml@contoso.com",
    to=("ops@contoso.com", "data@contoso.com"),
)
FACTORY = DataFactoryPipeline(
    factory_id=f"{ML_PROVIDERS}/Microsoft.DataFactory/factories/adf1", pipeline_name="retrain"
)
DEVOPS = AzureDevOpsPipeline(organization="contoso", project="Churn models", pipeline_id=12, branch="main")
DISPATCH = GitHubWorkflow(
    repository="contoso/churn",
    event_type="model-registered",
    token_secret_id=f"{ML_PROVIDERS}/Microsoft.KeyVault/vaults/kv-ml/secrets/github",
)
STARTED = GitHubWorkflow(
    repository="contoso/churn",
    workflow="retrain.yml",
    ref="main",
    token_secret_id=f"{ML_PROVIDERS}/Microsoft.KeyVault/vaults/kv-ml/secrets/github",
)
BATCH = BatchEndpoint(
    endpoint_id=f"{ML_DEV}/batchEndpoints/retrain",
    deployment_name="blue",
    scoring_uri="https://retrain.westeurope.inference.ml.azure.com/jobs",
)
TEAMS = ChatMessage(service="Teams", url_secret_id=f"{ML_PROVIDERS}/Microsoft.KeyVault/vaults/kv-ml/secrets/teams")
SLACK = ChatMessage(service="Slack", url_secret_id=f"{ML_PROVIDERS}/Microsoft.KeyVault/vaults/kv-ml/secrets/slack")

BRIDGES: dict[str, Bridge] = {
    "mail": MAIL,
    "factory": FACTORY,
    "devops": DEVOPS,
    "dispatch": DISPATCH,
    "started": STARTED,
    "batch": BATCH,
    "teams": TEAMS,
    "slack": SLACK,
}


TOKEN = "ghp_plantedtoken"  # noqa: S105, planted to be searched for

TEAMS_URL = f"https://default1.e3.environment.api.powerplatform.com:443/powerautomate/flows/1/paths/invoke?api-version=1&sig={TOKEN}"
SLACK_URL = f"https://hooks.slack.com/services/T0/B0/{TOKEN}"
READING = ("Read_token", "Read_url")
"""The actions that read a secret."""

_REPLIES = {
    "/secrets/github": Reply(200, {"value": f"{TOKEN}\n"}),
    "/secrets/teams": Reply(200, {"value": f"{TEAMS_URL}\n"}),
    "/secrets/slack": Reply(200, {"value": f"{SLACK_URL}\n"}),
    "/emails:send": Reply(202, {"id": "8540c0de-899f-5cce-acb5-3ec493af3800", "status": "Running"}),
    "/emails/operations/": Reply(404, {"error": {"code": "NotFound"}}),
    "/createRun": Reply(200, {"runId": "44448d4a-fa7a-11ea-adc1-0242ac120002"}),
    "/_apis/pipelines/": Reply(200, {"id": 17, "state": "inProgress"}),
    "api.github.com": Reply(204),
    ".inference.ml.azure.com": Reply(200, {"id": "azureml:/jobs/1", "name": "1", "properties": {}}),
    "powerplatform.com": Reply(202),
    "hooks.slack.com": Reply(200, "ok"),
}


def documented(call: Call) -> Reply:
    """What each target replies to a call that it takes, as its documentation has it."""
    [reply] = [reply for place, reply in _REPLIES.items() if place in call.uri]
    return reply


def subscription(
    *event_types: str,
    parameters: dict[str, str | Constant] | None = None,
    name: str = "ml-dev/alerts",
) -> BridgedSubscription:
    """A subscription of the workspace, to event types by their short names."""
    return BridgedSubscription(name, ML_DEV, tuple(PREFIX + short for short in event_types), parameters)


def event(short: str = "ModelRegistered", /, **changes: Any) -> dict[str, Any]:
    """An event in the Event Grid schema; `data` and other members may be given."""
    data = {
        "ModelRegistered": {"modelName": "churn", "modelVersion": "3", "modelTags": {"stage": "prod"}},
        "RunStatusChanged": {
            "experimentName": "train-churn",
            "runId": "train-churn_17",
            "runStatus": "Failed",
            "runType": "azureml.StepRun",
        },
        "RunCompleted": {"experimentName": "train-churn", "runId": "train-churn_17"},
        "DatasetDriftDetected": {
            "dataDriftName": "churn-drift",
            "driftCoefficient": 0.835,
            "runId": "drift_1",
        },
    }[short]
    return {
        "id": EVENT_ID,
        "topic": ML_DEV,
        "subject": "models/churn:3",
        "eventType": PREFIX + short,
        "eventTime": "2026-03-01T10:00:00.1234567Z",
        "data": data,
        "dataVersion": "2",
        "metadataVersion": "1",
        **changes,
    }


HOSTILE = (
    "x'\"}],@{triggerBody()}@triggerBody() {{7*7}}\r\nBcc: evil@example.com\r\n"
    "../../secrets?x=<script>alert(1)</script>&#@evil.example.com/"
)
"""A name that tries quotes, braces, expressions, line ends, paths and markup at once."""
