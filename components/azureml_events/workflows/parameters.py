"""The subscription in front of a bridge, and the parameters that it hands to the target: event fields, fixed values."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import PlainValidator, ValidatorFunctionWrapHandler, WithJsonSchema, WrapValidator

from azureml_events.base.mistakes import DeclarationError, Mistake, show
from azureml_events.base.model import Declaration, refuse
from azureml_events.base.values import Reference
from azureml_events.event_grid.catalogue import event_type
from azureml_events.workflows.event_fields import (
    EventFields,
    Field,
    in_one_line,
    parse_field,
    read_field,
    value_as_text,
)
from azureml_events.workflows.expressions import Expression, Plain


def _scalar(value: object) -> object:
    if isinstance(value, (str, bool, int)) or (isinstance(value, float) and math.isfinite(value)):
        return value
    raise ValueError(f"expected text, a number, true or false; got {show(value)}")


class Constant(Declaration):
    """A fixed value of a parameter."""

    value: Annotated[
        str | float | bool,
        PlainValidator(_scalar),
        WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "number"}, {"type": "boolean"}]}),
    ]
    """The value: text, number or boolean; required."""


def _parameter(value: object, union: ValidatorFunctionWrapHandler) -> object:
    if isinstance(value, Mapping):
        try:
            return Constant.parse(value)
        except DeclarationError as error:
            refuse(error.mistakes)
    if isinstance(value, (str, Constant)):
        return union(value)
    raise ValueError(f"expected an event field, as data.modelName, or {{value: …}}; got {show(value)}")


Parameter = Annotated[str | Constant, WrapValidator(_parameter)]
"""A parameter as declared: the event field that it takes, or a fixed value."""

Parameters = Mapping[str, str | Constant]
"""Parameters as declared: the name of each -> the event field that it takes, or a fixed value."""


@dataclass(frozen=True)
class BridgedSubscription:
    """The one event subscription that delivers to a workflow, as the workflow knows it.

    Attributes:
        name: `<workspace>/<subscription>`, unique in the stack.
        workspace_id: The workspace's ARM id.
        event_types: The full names of the event types that it takes; empty for all.
        parameters: The target's parameters; None for the defaults of the event types.
    """

    name: str
    workspace_id: Reference
    event_types: tuple[str, ...] = ()
    parameters: Parameters | None = None


_DEFAULTS: dict[str, tuple[str, ...]] = {
    "ModelRegistered": ("modelName", "modelVersion"),
    "ModelDeployed": ("serviceName", "modelIds"),
    "RunCompleted": ("experimentName", "runId"),
    "RunStatusChanged": ("experimentName", "runId", "runStatus"),
    "DatasetDriftDetected": ("dataDriftName", "driftCoefficient", "runId"),
}
"""The parameters of a target where the subscription names none: the members of `data`, under their own names."""


def default_parameters(event_types: Sequence[str]) -> dict[str, str | Constant]:
    """List the parameters of a subscription that names none: what all its event types have.

    Args:
        event_types: The full names of the event types; where they have nothing in common, or are none, the event's
            type and subject.
    """
    catalogued = map(event_type, event_types)
    rows = [_DEFAULTS[row.short] if row else () for row in catalogued]
    shared = [name for name in rows[0] if all(name in row for row in rows)] if rows else []
    if not shared:
        return {"eventType": "eventType", "subject": "subject"}
    return {name: f"data.{name}" for name in shared}


def parameter_mistakes(given: Mapping[str, object], event_types: Sequence[str]) -> Iterator[Mistake]:
    """Yield the mistakes in the event fields that parameters take.

    Args:
        given: The parameters.
        event_types: The full names of the event types that the subscription takes.
    """
    for name, value in given.items():
        if isinstance(value, str):
            try:
                parse_field(value, event_types)
            except ValueError as error:
                yield Mistake((name,), f"{error}; for a fixed text write {{value: …}}")


def parameters_of(subscription: BridgedSubscription) -> dict[str, Field | Constant]:
    """Return the parameters of a subscription: its own, or the defaults of its event types."""
    event_types, declared = subscription.event_types, subscription.parameters
    parameters = default_parameters(event_types) if declared is None else declared
    return {
        name: value if isinstance(value, Constant) else parse_field(value, event_types)
        for name, value in parameters.items()
    }


def parameter_values(subscription: BridgedSubscription, fields: EventFields) -> dict[str, Expression | Plain | float]:
    """Write the parameters as the workflow hands them on: JSON values of the event's own types.

    Args:
        subscription: The subscription.
        fields: The event's fields.
    """
    return {
        name: value.value if isinstance(value, Constant) else fields.value(value)
        for name, value in parameters_of(subscription).items()
    }


def parameter_texts(subscription: BridgedSubscription, fields: EventFields) -> dict[str, Expression | str]:
    """Write the parameters for a target that takes texts only; a missing field is an empty text.

    Args:
        subscription: The subscription.
        fields: The event's fields.
    """
    return {
        name: _plain_text(value.value) if isinstance(value, Constant) else fields.text(value)
        for name, value in parameters_of(subscription).items()
    }


def with_parameters(subscription: BridgedSubscription, event: Mapping[str, Any]) -> str:
    """Say the parameters in words: ` with modelName=churn, modelVersion=3`; empty where there are none.

    Args:
        subscription: The subscription.
        event: An event in the Event Grid schema.
    """
    values = {
        name: value.value if isinstance(value, Constant) else read_field(event, value)
        for name, value in parameters_of(subscription).items()
    }
    said = (f"{name}={in_one_line(value_as_text(value))}" for name, value in values.items())
    return f" with {', '.join(said)}" if values else ""


def _plain_text(value: str | float | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
