"""What mails say about each event type where nothing else is declared."""

from __future__ import annotations

from dataclasses import dataclass

from azureml_events.event_grid.intents import MONITOR_TAG


@dataclass(frozen=True)
class Mail:
    """A mail's texts, with places for event fields.

    Attributes:
        subject: Its subject.
        body: Its body, plain text.
    """

    subject: str
    body: str


MAILS: dict[str, Mail] = {
    "ModelRegistered": Mail(
        "Model {data.modelName} version {data.modelVersion} registered in {workspaceName}",
        "Version {data.modelVersion} of model {data.modelName} was registered in workspace {workspaceName} at "
        "{eventTime}.\n\nTags: {data.modelTags}\n\n{studioUrl}\n",
    ),
    "ModelDeployed": Mail(
        "{data.modelIds} deployed to {data.serviceName} in {workspaceName}",
        "The models {data.modelIds} were deployed to endpoint {data.serviceName} ({data.serviceComputeType}) of "
        "workspace {workspaceName} at {eventTime}.\n\n{studioUrl}\n",
    ),
    "RunCompleted": Mail(
        "Run Completed: {data.experimentName} in {workspaceName}",
        "Run {data.runId} of experiment {data.experimentName} in workspace {workspaceName} ended at {eventTime}.\n\n"
        f"Run type: {{data.runType}}\n{{data.runTags.{MONITOR_TAG}}}\n\n{{studioUrl}}\n",
    ),
    "RunStatusChanged": Mail(
        "Run {data.runStatus}: {data.experimentName} in {workspaceName}",
        "Run {data.runId} of experiment {data.experimentName} in workspace {workspaceName} has status {data.runStatus} "
        "since {eventTime}.\n\nRun type: {data.runType}\n\n{studioUrl}\n",
    ),
    "DatasetDriftDetected": Mail(
        "Data drift found by {data.dataDriftName} in {workspaceName}",
        "Monitor {data.dataDriftName} of workspace {workspaceName} found drift with coefficient "
        "{data.driftCoefficient}, from {data.startTime} to {data.endTime}.\n\nBase dataset: {data.baseDatasetId}\n"
        "Target dataset: {data.targetDatasetId}\n\n{studioUrl}\n",
    ),
}
"""The mail of each event type, by its short name."""

OTHER = Mail(
    "{eventType} in {workspaceName}",
    "{subject} raised {eventType} in workspace {workspaceName} at {eventTime}.\n\n{studioUrl}\n",
)
"""The mail of an event type that is not in the catalogue."""
