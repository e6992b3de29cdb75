"""The events of an Azure Machine Learning workspace: one table that intents, lint, samples and documentation read.

Sources: Microsoft's schema page for Azure Machine Learning events, the event definitions in Azure's REST API
specifications, and events recorded by its SDKs' tests; where they differ, the recorded events count.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from azureml_events.base.mistakes import likely, show

TOPIC_TYPE = "Microsoft.MachineLearningServices.Workspaces"
"""The `topicType` of a workspace's system topic."""

PREFIX = "Microsoft.MachineLearningServices."
"""The beginning of every event type of a workspace."""


class Kind(Enum):
    """The kinds of value that a data field holds."""

    TEXT = "text"
    NUMBER = "number"
    TIME = "date and time, or null"
    TEXTS = "map of texts"


@dataclass(frozen=True)
class DataField:
    """One field of an event's data.

    Attributes:
        name: Its name in the contract's casing, which delivered events carry.
        kind: What it holds.
        example: A value as delivered events carry it.
        description: What it says, in one sentence.
        known: The values that are known, where they can be counted.
        closed: Whether another value than the known ones is unheard of.
        optional: Whether delivered events may lack it.
    """

    name: str
    kind: Kind
    example: object
    description: str
    known: tuple[str, ...] = ()
    closed: bool = False
    optional: bool = False

    @property
    def also(self) -> tuple[str, ...]:
        """Other casings, seen in documents and SDKs."""
        return (self.name[0].upper() + self.name[1:],)


@dataclass(frozen=True)
class EventType:
    """One event type.

    Attributes:
        short: Its name without the prefix.
        raised: What raises it.
        often: How often that happens.
        subject: Its subject, with fields of the data in braces.
        fields: What its data holds.
        legacy: Why it is legacy and what to use, or None.
        disputed_subject: Another form of its subject, which Microsoft's schema page prints and recorded events do not
            have; None where they agree.
    """

    short: str
    raised: str
    often: str
    subject: str
    fields: tuple[DataField, ...]
    legacy: str | None = None
    disputed_subject: str | None = None

    @property
    def name(self) -> str:
        """The full name, as events and ARM carry it."""
        return PREFIX + self.short

    def field(self, name: str) -> DataField | None:
        """Find the data field of a name, in any case."""
        return next((row for row in self.fields if row.name.lower() == name.lower()), None)


RUN_STATUSES = (
    "NotStarted",
    "Starting",
    "Provisioning",
    "Preparing",
    "Queued",
    "Running",
    "Paused",
    "Finalizing",
    "CancelRequested",
    "Completed",
    "Failed",
    "Canceled",
    "NotResponding",
)
"""The statuses that a run can have, as delivered events spell them."""

RUN_TYPES = ("automl", "azureml.PipelineRun", "azureml.StepRun", "azureml.scriptrun", "hyperdrive")
"""The types of runs that are known; others exist."""

STATUSES_OF_ONE_RUN = ("NotStarted", "Preparing", "Queued", "Running", "Finalizing", "Completed")
"""The statuses that one successful run goes through, so the least number of its RunStatusChanged events."""


def _text(name: str, example: str, description: str, known: tuple[str, ...] = ()) -> DataField:
    return DataField(name, Kind.TEXT, example, description, known)


def _map(name: str, example: dict[str, str], description: str) -> DataField:
    return DataField(name, Kind.TEXTS, example, description, optional=True)


_RUN = (
    _text("experimentId", "b1d7966c-f73a-4c68-b846-992ace89551f", "the id of the run's experiment"),
    _text("experimentName", "train-churn", "the name of the run's experiment"),
    _text("runId", "train-churn_1772444381_5a2f1c07", "the run's id"),
    _text("runType", "azureml.StepRun", "what kind of run it is", RUN_TYPES),
    _map("runTags", {"stage": "dev", "azureml.nodeid": "6ad2bd4f"}, "the run's tags"),
    _map(
        "runProperties",
        {
            "azureml.runsource": "azureml.StepRun",
            "runSource": "SDK",
            "runType": "HTTP",
            "azureml.parameters": '{"epochs": "20"}',
            "azureml.pipelineid": "0c1e9a2d-5cf1-4f4c-9bd2-6a8d2a3f61b5",
        },
        "the run's properties",
    ),
)

EVENT_TYPES: dict[str, EventType] = {
    row.short: row
    for row in (
        EventType(
            "ModelRegistered",
            "a model, or a new version of one, is registered",
            "once for each version",
            "models/{modelName}:{modelVersion}",
            (
                _text("modelName", "churn", "the model's name"),
                _text("modelVersion", "3", "the model's version, a text"),
                _map("modelTags", {"area": "churn", "stage": "dev"}, "the model's tags"),
                _map("modelProperties", {"framework": "sklearn"}, "the model's properties"),
            ),
        ),
        EventType(
            "ModelDeployed",
            "models are deployed to an endpoint; a failed deployment raises nothing",
            "once for each deployment",
            "endpoints/{serviceName}",
            (
                _text("serviceName", "churn-scoring", "the endpoint's name"),
                _text("serviceComputeType", "ACI", "what the endpoint runs on", ("ACI", "AKS")),
                _text("modelIds", "churn:3", "the models as name:version, separated by commas"),
                _map("serviceTags", {"area": "churn"}, "the endpoint's tags"),
                _map("serviceProperties", {"owner": "crm"}, "the endpoint's properties"),
            ),
        ),
        EventType(
            "RunCompleted",
            "a run ends successfully",
            "once for each run; every step of a pipeline is a run of its own",
            "experiments/{experimentId}/runs/{runId}",
            _RUN,
        ),
        EventType(
            "RunStatusChanged",
            "a run's status changes",
            f"{len(STATUSES_OF_ONE_RUN)} times or more for each run; every step of a pipeline is a run of its own",
            "experiments/{experimentId}/runs/{runId}",
            (
                *_RUN,
                replace(_text("runStatus", "Failed", "the status that the run entered", RUN_STATUSES), closed=True),
            ),
        ),
        EventType(
            "DatasetDriftDetected",
            "a dataset monitor of SDK v1 finds drift",
            "once for each run of the monitor that finds drift",
            "datadrift/{dataDriftId}/run/{runId}",
            (
                _text("dataDriftId", "4e694bf5-712e-4e40-b06a-d2a2755212d4", "the monitor's id"),
                _text("dataDriftName", "churn-drift", "the monitor's name"),
                _text("runId", "4e694bf5-712e-4e40-b06a-d2a2755212d4_1772444381380", "the run that found the drift"),
                _text("baseDatasetId", "3c56d136-0f64-4657-a0e8-5162089a88a3", "what is compared with"),
                _text("targetDatasetId", "d7e74d2e-c972-4266-b5fb-6c9c182d2a74", "what is compared"),
                DataField("driftCoefficient", Kind.NUMBER, 0.835, "how far the data has drifted"),
                DataField("startTime", Kind.TIME, "2026-02-01T00:00:00+00:00", "where the period begins"),
                DataField("endTime", Kind.TIME, "2026-03-01T00:00:00+00:00", "where the period ends"),
            ),
            legacy="monitors of SDK v2 raise no such event; use when: monitorBreached",
            disputed_subject="datadrifts/{dataDriftId}/runs/{runId}",
        ),
    )
}
"""The event types by short name."""

_BY_NAME = {row.name.lower(): row for row in EVENT_TYPES.values()}

DATA_FIELDS: dict[str, DataField] = {field.name.lower(): field for row in EVENT_TYPES.values() for field in row.fields}
"""Every data field of any event type, by its name in lower case."""


def short_name(name: str) -> str:
    """Return an event type without the prefix that all of a workspace have.

    Args:
        name: Its full name.
    """
    return name.removeprefix(PREFIX)


def full_name(name: str) -> str:
    """Find the full name of an event type, given short or full.

    Args:
        name: `ModelRegistered` or `Microsoft.MachineLearningServices.ModelRegistered`. A full name that is not in
            the catalogue is kept, because Azure adds some.

    Raises:
        ValueError: No such event type; the message names the likely one.
    """
    if name in EVENT_TYPES:
        return EVENT_TYPES[name].name
    if name.startswith(PREFIX) and _is_word(name.removeprefix(PREFIX)):
        return name
    if name == "All":
        raise ValueError("'All' is refused by today's Event Grid; write allEvents: true instead")
    meant = meant_type(name)
    fix = f"did you mean '{meant}'?" if meant else f"allowed: {', '.join(EVENT_TYPES)}"
    raise ValueError(f"unknown event type {show(name)}; {fix}")


def meant_type(name: str) -> str | None:
    """Guess what was meant by an event type that the catalogue does not have, short or full; None where unclear."""
    short = name.rpartition(".")[2]
    return _OFTEN_WRITTEN.get(short) or likely(short, EVENT_TYPES)


def is_catalogued(name: str) -> bool:
    """Tell whether a full name is one of the catalogue's, case ignored."""
    return event_type(name) is not None


def event_type(name: str) -> EventType | None:
    """Find the event type of a full name, case ignored; None where there is none."""
    return _BY_NAME.get(name.lower())


def _is_word(text: str) -> bool:
    return text.isascii() and text.isalnum()


_OFTEN_WRITTEN = {
    "RunFailed": "when: runFailed",
    "DataDriftDetected": "DatasetDriftDetected",
}
