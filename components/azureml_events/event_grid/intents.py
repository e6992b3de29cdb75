"""Intents, each an event type and filters on it.

Sources of which event tells what: Microsoft's how-to page for Azure Machine Learning events, recorded events, and for
monitors the component of Azure's own asset repository that tags its run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from azureml_events.base.constraints import ExactlyOne
from azureml_events.base.mistakes import Mistake, show
from azureml_events.base.model import Declaration, Many, requires
from azureml_events.event_grid.filters import AdvancedFilter
from azureml_events.event_grid.operators import MAX_TEXT_LENGTH, describe_condition

MONITOR_TAG = "azureml_modelmonitor_threshold_breached"
"""The tag that a monitor's threshold component sets on its own run."""

MONITOR_BREACH = "has failed due to one or more features violating metric thresholds"
"""The part of that tag's value that is the same for every breach."""


def _listed(value: object) -> object:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, (list, tuple)) and value:
        return value
    got = "an empty list" if isinstance(value, (list, tuple)) else show(value)
    quoted = "; quote it" if isinstance(value, (int, float)) else ""
    raise ValueError(f"expected text, or a list of texts; got {got}{quoted}")


_TEXT = {"type": "string", "minLength": 1, "maxLength": MAX_TEXT_LENGTH}

Texts = Annotated[
    Many[Annotated[str, Field(min_length=1, max_length=MAX_TEXT_LENGTH)]],
    BeforeValidator(_listed),
    WithJsonSchema({"anyOf": [_TEXT, {"type": "array", "minItems": 1, "items": _TEXT}]}),
]
"""One text, or several of which any will do."""


Named = Annotated[Mapping[str, Texts], Field(json_schema_extra={"propertyNames": {"pattern": "^[^.]+$"}})]
"""Values by the names of tags or properties."""


class Intent(Declaration):
    """An intent: one event type and the filters on it."""

    event_type: ClassVar[str]
    """The short name of the event type that carries it."""

    meaning: ClassVar[str]
    """What has happened, in words."""

    arguments: ClassVar[Mapping[str, str]] = {}
    """The arguments by the keys of the filters that they give; a key that ends with a dot is that of a map's
    members."""

    @property
    def key(self) -> str:
        """Its name in stack files."""
        return next(name for name, kind in INTENTS.items() if type(self) is kind)

    def subject_begins_with(self) -> str | None:
        """Return the subject prefix, where the intent sets one."""
        return None

    def filters(self) -> Iterator[AdvancedFilter]:
        """Yield the advanced filters."""
        yield from ()

    def argument_of(self, given: AdvancedFilter) -> tuple[str, ...]:
        """Find the argument that gives a filter of the intent.

        Args:
            given: One of its filters.

        Returns:
            The argument's path below the intent; empty for a filter that it has whatever its arguments.
        """
        root, _, member = given.key.rpartition(".")
        if f"{root}." in self.arguments:
            return (self.arguments[f"{root}."], member)
        return (self.arguments[given.key],) if given.key in self.arguments else ()

    def conditions(self) -> Iterator[str]:
        """Yield what its arguments ask for, in words: `experiment name is 'train-churn'`."""
        for name, value in self:
            words = name.replace("_", " ")
            named = value if isinstance(value, Mapping) else {"": value}
            for key, wanted in named.items():
                if wanted is not None:
                    operands = wanted if isinstance(wanted, tuple) else (wanted,)
                    yield describe_condition(f"{words} {key}".rstrip(), "StringIn", operands)


class _RunIntent(Intent):
    arguments: ClassVar[Mapping[str, str]] = {
        "data.experimentName": "experimentName",
        "data.runType": "runType",
        "data.runTags.": "runTags",
    }

    experiment_name: Texts | None = None
    """The experiment's name, not its id: one or several of which any will do; default any."""

    run_type: Texts | None = None
    """The run's type, as `azureml.PipelineRun`: one or several; default any. Every step of a pipeline has run events
    of its own, and only this tells them apart."""

    run_tags: Named | None = None
    """Tags of the run, name by name, each with one value or several; default any. A name cannot hold a dot."""

    @classmethod
    def rules(cls, given: Mapping[str, Any]) -> Iterator[Mistake]:
        """Yield the tag names that Event Grid cannot look up."""
        yield from _dotted_names(given, "runTags")

    def filters(self) -> Iterator[AdvancedFilter]:
        """Yield the filters on experiment, type and tags."""
        yield from _one_of("data.experimentName", self.experiment_name)
        yield from _one_of("data.runType", self.run_type)
        yield from _each("data.runTags", self.run_tags)


class RunFailed(_RunIntent):
    """A run, or one step of a pipeline, ended with status Failed."""

    event_type = "RunStatusChanged"
    meaning = "a run failed"

    def filters(self) -> Iterator[AdvancedFilter]:
        """Yield the status Failed, and what narrows the run."""
        yield from _one_of("data.runStatus", ("Failed",))
        yield from super().filters()


class RunCompleted(_RunIntent):
    """A run, or one step of a pipeline, ended successfully."""

    event_type = "RunCompleted"
    meaning = "a run ended successfully"


class RunStatusChanged(_RunIntent):
    """A run entered one of the given statuses."""

    event_type = "RunStatusChanged"
    meaning = "a run's status changed"
    arguments: ClassVar[Mapping[str, str]] = {**_RunIntent.arguments, "data.runStatus": "status"}

    status: Texts
    """The status or statuses: `NotStarted`, `Running`, `Finalizing`, `Completed`, `Failed`, `Canceled`, …; required."""

    def filters(self) -> Iterator[AdvancedFilter]:
        """Yield the status, and what narrows the run."""
        yield from _one_of("data.runStatus", self.status)
        yield from super().filters()


class ModelRegistered(Intent):
    """A model, or a new version of one, was registered."""

    event_type = "ModelRegistered"
    meaning = "a model was registered"
    arguments: ClassVar[Mapping[str, str]] = {
        "subject": "modelName",
        "data.modelTags.": "tags",
        "data.modelProperties.": "properties",
    }

    model_name: Texts | None = None
    """The model's whole name: one or several; default any."""

    tags: Named | None = None
    """The model's tags, name by name, each with one value or several; default any. A name cannot hold a dot."""

    properties: Named | None = None
    """The model's properties, as `tags`."""

    @classmethod
    def rules(cls, given: Mapping[str, Any]) -> Iterator[Mistake]:
        """Yield the tag and property names that Event Grid cannot look up."""
        yield from _dotted_names(given, "tags")
        yield from _dotted_names(given, "properties")

    def subject_begins_with(self) -> str | None:
        """Return one model's subject up to the colon before its version, so that no longer name passes."""
        names = self.model_name or ()
        return f"models/{names[0]}:" if len(names) == 1 else None

    def filters(self) -> Iterator[AdvancedFilter]:
        """Yield several names as one filter on the subject; tags and properties."""
        names = self.model_name or ()
        if len(names) > 1:
            prefixes = [f"models/{name}:" for name in names]
            yield AdvancedFilter(operator_type="StringBeginsWith", key="subject", values=prefixes)
        yield from _each("data.modelTags", self.tags)
        yield from _each("data.modelProperties", self.properties)


class ModelDeployed(Intent):
    """A model was deployed to an endpoint; a failed deployment raises no event."""

    event_type = "ModelDeployed"
    meaning = "a model was deployed"
    arguments: ClassVar[Mapping[str, str]] = {"subject": "serviceName", "data.serviceComputeType": "serviceComputeType"}

    service_name: Texts | None = None
    """The endpoint's name: one or several; default any."""

    service_compute_type: Texts | None = None
    """What it runs on, as `ACI` or `AKS`: one or several; default any."""

    def filters(self) -> Iterator[AdvancedFilter]:
        """Yield the endpoint as a whole subject, and what it runs on."""
        names = self.service_name or ()
        yield from _one_of("subject", tuple(f"endpoints/{name}" for name in names))
        yield from _one_of("data.serviceComputeType", self.service_compute_type)


class DriftDetected(Intent):
    """A dataset monitor of SDK v1 found drift; monitors of SDK v2 raise no such event (see `monitorBreached`)."""

    event_type = "DatasetDriftDetected"
    meaning = "a dataset monitor of SDK v1 found drift"
    arguments: ClassVar[Mapping[str, str]] = {
        "data.dataDriftName": "monitorName",
        "data.driftCoefficient": "minimumCoefficient",
    }

    monitor_name: Texts | None = None
    """The monitor's name: one or several; default any."""

    minimum_coefficient: Annotated[float, Field(ge=0)] | None = None
    """The least drift coefficient that counts, 0 or more; default any."""

    def filters(self) -> Iterator[AdvancedFilter]:
        """Yield the monitor's name and the least coefficient."""
        yield from _one_of("data.dataDriftName", self.monitor_name)
        if self.minimum_coefficient is not None:
            yield AdvancedFilter(
                operator_type="NumberGreaterThanOrEquals",
                key="data.driftCoefficient",
                value=self.minimum_coefficient,
            )


class MonitorBreached(Intent):
    """A model monitor of SDK v2 found a threshold violated.

    Its threshold component tags its own run and ends normally: the run completes, it never fails.
    """

    event_type = "RunCompleted"
    meaning = "a model monitor found a threshold violated"

    signal: Annotated[str, Field(min_length=1, max_length=490)] | None = None
    """The monitoring signal's whole name; default any."""

    def filters(self) -> Iterator[AdvancedFilter]:
        """Yield the tag's sentence, and the signal in its quotes, so that no longer name passes."""
        key = f"data.runTags.{MONITOR_TAG}"
        yield AdvancedFilter(operator_type="StringContains", key=key, values=[MONITOR_BREACH])
        if self.signal is not None:
            named = f"The signal '{self.signal}'"
            yield AdvancedFilter(operator_type="StringContains", key=key, values=[named])


class When(Declaration):
    """Exactly one intent, by its name."""

    constraints = (ExactlyOne((), Mistake((), "expected exactly one intent, got {got}; use a subscription for each")),)

    run_failed: RunFailed | None = None
    """A run ended with status Failed."""

    run_completed: RunCompleted | None = None
    """A run ended successfully."""

    run_status_changed: RunStatusChanged | None = None
    """A run entered a status."""

    model_registered: ModelRegistered | None = None
    """A model or a new version of one was registered."""

    model_deployed: ModelDeployed | None = None
    """A model was deployed to an endpoint."""

    drift_detected: DriftDetected | None = None
    """A dataset monitor of SDK v1 found drift (legacy)."""

    monitor_breached: MonitorBreached | None = None
    """A model monitor of SDK v2 found a threshold violated."""

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        form = handler.resolve_ref_schema(handler(schema))
        for name, property_ in form["properties"].items():
            blank = property_["anyOf"].index({"type": "null"})
            if not requires(INTENTS[name]):
                property_["anyOf"][blank] = {"const": None, "description": "Without arguments."}
            del property_["default"]
        return form

    @property
    def intent(self) -> Intent:
        """The intent."""
        chosen: Intent
        (chosen,) = self.given().values()
        return chosen


INTENTS: dict[str, type[Intent]] = {
    "runFailed": RunFailed,
    "runCompleted": RunCompleted,
    "runStatusChanged": RunStatusChanged,
    "modelRegistered": ModelRegistered,
    "modelDeployed": ModelDeployed,
    "driftDetected": DriftDetected,
    "monitorBreached": MonitorBreached,
}
"""The intents by their names in stack files."""

run_failed = RunFailed
run_completed = RunCompleted
run_status_changed = RunStatusChanged
model_registered = ModelRegistered
model_deployed = ModelDeployed
drift_detected = DriftDetected
monitor_breached = MonitorBreached


def _one_of(key: str, texts: Sequence[str] | None) -> Iterator[AdvancedFilter]:
    if texts:
        yield AdvancedFilter(operator_type="StringIn", key=key, values=texts)


def _each(root: str, named: Mapping[str, Sequence[str]] | None) -> Iterator[AdvancedFilter]:
    for name, texts in (named or {}).items():
        yield from _one_of(f"{root}.{name}", texts)


def _dotted_names(given: Mapping[str, Any], field: str) -> Iterator[Mistake]:
    names = given.get(field)
    for name in names if isinstance(names, Mapping) else ():
        if isinstance(name, str) and ("." in name or not name):
            yield Mistake(
                (field, name),
                f"Event Grid cannot look up the name {show(name)}: a dot steps into a map; use a tag of your own "
                "without a dot",
            )
