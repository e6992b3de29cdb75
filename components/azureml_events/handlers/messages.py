"""The texts of messages to people, for each event type, and those that a handler gives in their place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from azureml_events.event_grid.catalogue import EVENT_TYPES, event_type
from azureml_events.event_grid.intents import MONITOR_TAG
from azureml_events.workflows.event_fields import EventFields, in_one_line, read_field
from azureml_events.workflows.event_fields import Field as EventField
from azureml_events.workflows.expressions import Expression, Text, call, text
from azureml_events.workflows.templates import Template, fill, parse_template, template_text

CARRIAGE_RETURN = call("decodeUriComponent", "%0D")
NEW_LINE = call("decodeUriComponent", "%0A")

Member = Literal["subject", "body"]
"""The two texts of a message."""


@dataclass(frozen=True)
class Message:
    """A message's texts, with places for event fields.

    Attributes:
        subject: Its subject.
        body: Its body, plain text.
    """

    subject: str
    body: str


MESSAGES: dict[str, Message] = {
    "ModelRegistered": Message(
        "Model {data.modelName} version {data.modelVersion} registered in {workspaceName}",
        "Version {data.modelVersion} of model {data.modelName} was registered in workspace {workspaceName} at "
        "{eventTime}.\n\nTags: {data.modelTags}\n\n{studioUrl}\n",
    ),
    "ModelDeployed": Message(
        "{data.modelIds} deployed to {data.serviceName} in {workspaceName}",
        "The models {data.modelIds} were deployed to endpoint {data.serviceName} ({data.serviceComputeType}) of "
        "workspace {workspaceName} at {eventTime}.\n\n{studioUrl}\n",
    ),
    "RunCompleted": Message(
        "Run Completed: {data.experimentName} in {workspaceName}",
        "Run {data.runId} of experiment {data.experimentName} in workspace {workspaceName} ended at {eventTime}.\n\n"
        f"Run type: {{data.runType}}\n{{data.runTags.{MONITOR_TAG}}}\n\n{{studioUrl}}\n",
    ),
    "RunStatusChanged": Message(
        "Run {data.runStatus}: {data.experimentName} in {workspaceName}",
        "Run {data.runId} of experiment {data.experimentName} in workspace {workspaceName} has status {data.runStatus} "
        "since {eventTime}.\n\nRun type: {data.runType}\n\n{studioUrl}\n",
    ),
    "DatasetDriftDetected": Message(
        "Data drift found by {data.dataDriftName} in {workspaceName}",
        "Monitor {data.dataDriftName} of workspace {workspaceName} found drift with coefficient "
        "{data.driftCoefficient}, from {data.startTime} to {data.endTime}.\n\nBase dataset: {data.baseDatasetId}\n"
        "Target dataset: {data.targetDatasetId}\n\n{studioUrl}\n",
    ),
}
"""The message of each event type, by its short name."""

OTHER = Message(
    "{eventType} in {workspaceName}",
    "{subject} raised {eventType} in workspace {workspaceName} at {eventTime}.\n\n{studioUrl}\n",
)
"""The message of an event type that is not in the catalogue."""


def message_text(own: str | None, member: Member, event_types: Sequence[str], fields: EventFields) -> Text:
    """Return a text of a message as the workflow makes it: of the event's type, the last one for any other.

    Args:
        own: The handler's own text, the same for all event types; None for the default.
        member: Which text.
        event_types: The full names of the event types that the subscription takes; empty for all.
        fields: The event's fields.
    """
    kinds = event_types or [row.name for row in EVENT_TYPES.values()]
    texts = [(kind, template_text(_template(own, member, kind, event_types), fields)) for kind in kinds]
    if len({written for _, written in texts}) == 1:
        return texts[0][1]
    of_event = call("toLower", fields.text(EventField(("eventType",))))
    chosen = texts[-1][1].expression
    for kind, written in reversed(texts[:-1]):
        chosen = call("if", call("equals", of_event, kind.lower()), written.expression, chosen)
    return text(chosen)


def fill_text(own: str | None, member: Member, event_types: Sequence[str], event: Mapping[str, Any]) -> str:
    """Return a text of a message for one event, in one line.

    Args:
        own: The handler's own text; None for the default.
        member: Which text.
        event_types: The full names of the event types that the subscription takes; empty for all.
        event: An event in the Event Grid schema.
    """
    kind = str(read_field(event, EventField(("eventType",))) or "")
    return in_one_line(fill(_template(own, member, kind, event_types), event))


def join_lines(value: Expression) -> Expression:
    """Return a text in one line.

    Args:
        value: The text.
    """
    return call("replace", call("replace", value, CARRIAGE_RETURN, " "), NEW_LINE, " ")


def _template(own: str | None, member: Member, kind: str, event_types: Sequence[str]) -> Template:
    if own is not None:
        return parse_template(own, event_types)
    row = event_type(kind)
    message = MESSAGES[row.short] if row else OTHER
    return parse_template(message.subject if member == "subject" else message.body, (kind,))
