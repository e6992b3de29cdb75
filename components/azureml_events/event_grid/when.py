"""The choice of one intent, as a subscription's `when` makes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from azureml_events.base.mistakes import Mistake
from azureml_events.base.model import Declaration
from azureml_events.event_grid.intents import (
    DriftDetected,
    Intent,
    ModelDeployed,
    ModelRegistered,
    MonitorBreached,
    RunCompleted,
    RunFailed,
    RunStatusChanged,
)


class When(Declaration):
    """Exactly one intent, by its name."""

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
    def rules(cls, given: Mapping[str, Any]) -> Iterator[Mistake]:
        """One intent, not more and not less."""
        if len(given) != 1:
            got = " and ".join(map(str, given)) or "none"
            yield Mistake((), f"expected exactly one intent, got {got}; use a subscription for each")

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        form = handler.resolve_ref_schema(handler(schema))
        for property_ in form["properties"].values():
            blank = property_["anyOf"].index({"type": "null"})
            property_["anyOf"][blank] = {"const": None, "description": "Without arguments."}
            del property_["default"]
        return form

    @classmethod
    def schema_rules(cls) -> JsonSchemaValue:
        """One intent."""
        return {"minProperties": 1, "maxProperties": 1}

    @property
    def intent(self) -> Intent:
        """The intent."""
        (name,) = self.model_fields_set
        chosen: Intent = getattr(self, name)
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
