"""Handlers that write to people: the texts for each event type, and those that a handler gives in their place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from azureml_events.base.mistakes import Mistake
from azureml_events.event_grid.catalogue import EVENT_TYPES, event_type
from azureml_events.event_grid.intents import MONITOR_TAG
from azureml_events.handlers.workflow_handler import Bridge
from azureml_events.workflows.event_fields import EventFields, in_one_line, read_field
from azureml_events.workflows.event_fields import Field as EventField
from azureml_events.workflows.expressions import Expression, Text, call, text
from azureml_events.workflows.parameters import BridgedSubscription
from azureml_events.workflows.templates import Template, fill, parse_template, template_mistakes, template_text

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


class MessageHandler(Bridge):
    """A handler that writes to people: a line and what stands below it, both with places for event fields."""

    text_fields: ClassVar[tuple[str, str]]
    """The fields that hold the handler's own line and body, where it does not take the defaults."""

    @classmethod
    def rules(cls, given: Mapping[str, Any]) -> Iterator[Mistake]:
        """Yield places that name fields of no event type."""
        for name in cls.text_fields:
            for mistake in template_mistakes(given.get(name), ()):
                yield mistake.below(name)

    def subscription_mistakes(
        self, parameters: Mapping[str, object] | None, event_types: Sequence[str]
    ) -> Iterator[Mistake]:
        """Yield places that name fields which the subscription's event types do not carry."""
        yield from super().subscription_mistakes(parameters, event_types)
        given = self.given()
        for name in self.text_fields:
            for mistake in template_mistakes(given.get(name), event_types):
                yield Mistake(("handler",), f"its {name}: {mistake.message}")

    def describe_effect(self, event: Mapping[str, Any], subscription: BridgedSubscription) -> str:
        """Describe who gets which line."""
        own = self.given().get(self.text_fields[0])
        kind = str(read_field(event, EventField(("eventType",))) or "")
        line = fill(_template(own, "subject", kind, subscription.event_types), event)
        return f"{self.describe()}: {in_one_line(line)}"


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


def join_lines(value: Expression) -> Expression:
    """Return a text in one line.

    Args:
        value: The text.
    """
    return call("replace", call("replace", value, CARRIAGE_RETURN, " "), NEW_LINE, " ")


def escaped(value: Expression, entities: Mapping[str, str]) -> Expression:
    """Return a text in which entities stand for the signs of a markup, `&` the first of them."""
    for sign, entity in entities.items():
        value = call("replace", value, sign, entity)
    return value


def _template(own: str | None, member: Member, kind: str, event_types: Sequence[str]) -> Template:
    if own is not None:
        return parse_template(own, event_types)
    row = event_type(kind)
    message = MESSAGES[row.short] if row else OTHER
    return parse_template(message.subject if member == "subject" else message.body, (kind,))
