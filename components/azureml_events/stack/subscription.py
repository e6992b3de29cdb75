"""An event subscription as people write it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)
from pydantic.alias_generators import to_snake
from pydantic.json_schema import JsonSchemaValue

from azureml_events.base.arm_ids import OfType, is_resource_id, parse_arm_id
from azureml_events.base.constraints import ExactlyOne
from azureml_events.base.mistakes import DeclarationError, Mistake, show, unknown
from azureml_events.base.model import Declaration, Many, is_from_document, refuse, requires
from azureml_events.base.names import EVENT_SUBSCRIPTION, URN
from azureml_events.event_grid.catalogue import EVENT_TYPES, PREFIX, full_name
from azureml_events.event_grid.delivery import MOMENT_PATTERN, EventDeliverySchema, RetryPolicy, in_utc
from azureml_events.event_grid.filters import MAX_FILTERS, AdvancedFilter, EventFilter, limits
from azureml_events.event_grid.intents import INTENTS, Intent, Texts, When
from azureml_events.handlers import HANDLERS
from azureml_events.handlers.handler import Handler
from azureml_events.stack.dead_letter import DeadLetter
from azureml_events.stack.workspace import name_mistakes, name_schema
from azureml_events.workflows.parameters import Constant, Parameter

EVENT_SUBSCRIPTION_TYPE = "Microsoft.EventGrid/systemTopics/eventSubscriptions"
"""The resource type of event subscriptions of system topics."""

WAYS = ("includedEventTypes", "when", "allEvents")
"""The fields that say which events a subscription delivers."""

Reason = Annotated[str, Field(min_length=1)]

_HANDLER_NAME = {"type": "string", "description": "The name of a handler."}


def _handler(value: object, info: ValidationInfo) -> object:
    if isinstance(value, str):
        if is_resource_id(value) and not is_from_document(info):
            raise ValueError(_of_arm_id(value))
        return value
    if isinstance(value, Handler):
        return value
    if not isinstance(value, Mapping):
        raise ValueError(f"expected a handler's name, or a map from workspaces to handlers; got {show(value)}")
    if not value:
        raise ValueError("an empty map; give a handler's name, or a map from workspaces to handlers")
    wrong = [
        Mistake((str(pattern),), f"expected a handler's name, got {show(name)}")
        for pattern, name in value.items()
        if not (isinstance(pattern, str) and isinstance(name, str))
    ]
    if not is_from_document(info):
        wrong += [
            Mistake((pattern,), _of_arm_id(name))
            for pattern, name in value.items()
            if isinstance(name, str) and is_resource_id(name)
        ]
    if wrong:
        refuse(wrong)
    return dict(value)


def _of_arm_id(text: str) -> str:
    """Say how a program writes the handler whose ARM id stands in place of it."""
    kind = next((name for name, kind in HANDLERS.items() if _takes(kind, text)), "EventHub")
    return f"an ARM id is no handler's name; write the handler, {kind}(resource_id=…)"


def _takes(kind: type[Handler], resource_id: str) -> bool:
    """Tell whether a handler may have an ARM id, whatever else it needs."""
    try:
        kind.parse({"type": kind.model_fields["type"].default, "resourceId": resource_id})
    except DeclarationError as error:
        return all(mistake.path[:1] != ("resourceId",) for mistake in error.mistakes)
    return True


HandlerOrNames = Annotated[
    str | dict[str, str] | Handler,
    PlainValidator(_handler),
    WithJsonSchema(
        {
            "anyOf": [
                _HANDLER_NAME,
                {"type": "object", "minProperties": 1, "additionalProperties": _HANDLER_NAME},
            ]
        }
    ),
]


def _when(value: object) -> object:
    if isinstance(value, Intent):
        return {value.key: value}
    if isinstance(value, str):
        if value not in INTENTS:
            raise ValueError(unknown("intent", value, INTENTS))
        return {value: {}}
    if isinstance(value, Mapping):
        return {name: {} if arguments is None else arguments for name, arguments in value.items()}
    return value


def _intent(value: object, info: ValidationInfo) -> object:
    for name, kind in INTENTS.items():
        if value is kind:
            raise ValueError(f"expected an intent, got {to_snake(name)}; call it: {to_snake(name)}()")
    if not is_from_document(info) and not isinstance(value, (Intent, When, str, Mapping)):
        raise ValueError(f"expected an intent, as run_failed(), got {show(value)}")
    return _when(value)


def _event_type(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"expected an event type's name, got {show(value)}")
    return full_name(value)


def _all_events(value: object) -> object:
    if value is True:
        return value
    if value is False:
        raise ValueError("expected true, got false; leave it out and name event types in 'includedEventTypes'")
    raise ValueError(f"expected true, without quotes, got {show(value)}")


AllEvents = Annotated[Literal[True], PlainValidator(_all_events), WithJsonSchema({"const": True})]

_EVENT_TYPE = {
    "anyOf": [{"enum": list(EVENT_TYPES)}, {"type": "string", "pattern": rf"^{re.escape(PREFIX)}[A-Za-z0-9]+$"}]
}


class Subscription(Declaration):
    """An event subscription of a workspace's system topic: which events go where.

    In Python the intent may come first: `Subscription(run_failed(experiment_name="train"), to=EventHub(…))`.

    Raises:
        DeclarationError: With every mistake.
    """

    hints: ClassVar[Mapping[str, str]] = {
        "filter": "write its members here",
        "destination": "declare it in 'handlers' and name it in 'handler'",
        "deliveryWithResourceIdentity": "declare it in 'handlers' and name it in 'handler'",
        "deadLetterDestination": "write 'deadLetter'",
        "deadLetterWithResourceIdentity": "write 'deadLetter'",
        "maxDeliveryAttempts": "write it below 'retryPolicy'",
        "eventTimeToLiveInMinutes": "write it below 'retryPolicy'",
        "tags": "event subscriptions have no tags; write 'labels'",
        **{name: f"write it below 'when', as when: {{{name}: …}}" for name in INTENTS},
    }

    positional = ("when",)
    has_line = True
    renamed: ClassVar[Mapping[str, str]] = {"handler": "to"}
    constraints = (ExactlyOne(WAYS, Mistake((), f"expected exactly one of {', '.join(WAYS)}; got {{got}}")),)

    to: HandlerOrNames = Field(alias="handler")
    """Where the events go: a handler's name, or a map from workspaces (names or patterns) to handlers; required."""

    workspaces: Texts | None = None
    """The workspaces that have the subscription, by name or pattern (`"*-weu"`); default all."""

    included_event_types: (
        Annotated[
            Many[Annotated[str, PlainValidator(_event_type), WithJsonSchema(_EVENT_TYPE)]],
            Field(json_schema_extra={"minItems": 1}),
        ]
        | None
    ) = None
    """The event types, short (`ModelRegistered`) or full; give this, `when` or `allEvents`."""

    when: Annotated[
        When,
        BeforeValidator(
            _intent,
            json_schema_input_type=When
            | Literal[tuple(name for name, intent in INTENTS.items() if not requires(intent))],
        ),
    ] | (None) = None
    """What is meant, as an intent: `runFailed`, `modelRegistered`, …; give this, `includedEventTypes` or
    `allEvents`."""

    all_events: AllEvents | None = None
    """True for every event type of the workspace; give this, `when` or `includedEventTypes`."""

    subject_begins_with: str | None = None
    """What the subject begins with, without wildcards, as `models/churn:`; default anything."""

    subject_ends_with: str | None = None
    """What the subject ends with, without wildcards; default anything."""

    is_subject_case_sensitive: bool = False
    """Whether the two heed case; default false."""

    advanced_filters: Annotated[Many[AdvancedFilter], Field(json_schema_extra={"maxItems": MAX_FILTERS})] = ()
    """Conditions on the event's values, ANDed, at most 25 with 25 values in all; beside a `when` they are added to
    its own."""

    enable_advanced_filtering_on_arrays: bool = False
    """Whether an advanced filter looks into arrays; default false."""

    event_delivery_schema: EventDeliverySchema | None = None
    """`EventGridSchema` (default) or `CloudEventSchemaV1_0`."""

    retry_policy: RetryPolicy | None = None
    """When Event Grid gives up; default 30 attempts, 1440 minutes."""

    labels: Many[Annotated[str, Field(min_length=1)]] = ()
    """Labels of the event subscription."""

    expiration_time_utc: (
        Annotated[str, AfterValidator(in_utc), Field(json_schema_extra={"pattern": MOMENT_PATTERN})] | None
    ) = None
    """When the event subscription ends, with an offset, in the future: `2030-01-31T12:00:00Z`; default never."""

    dead_letter: DeadLetter | None = None
    """Where undeliverable events go; default as the workspace's."""

    parameters: dict[str, Parameter] | None = None
    """For a handler that starts something: what it is told, each parameter an event field (`data.modelName`) or
    `{value: …}`; default what the event types have. `{}` for nothing."""

    name: Annotated[str, Field(min_length=1)] | None = None
    """Its name in Azure, 3 to 64 letters, digits and `-`, beside `import` whatever Azure holds; default the entry's."""

    import_: Annotated[Annotated[str, OfType(EVENT_SUBSCRIPTION_TYPE)] | None, Field(alias="import")] = None
    """The ARM id of an event subscription to take over. It is then declared as Azure answers it: without what
    `defaults` say, without roles, and with a place for dead letters only where `deadLetter` of its own names one."""

    aliases: Many[Annotated[str, URN]] = ()
    """The URNs that the resource had before, under another key or in another program of this stack. Beside `import` it
    is declared as it is written, without the service's defaults."""

    disabled: Reason | None = None
    """The reason why it is not declared yet: it is validated, routed and reviewed as disabled."""

    allow: dict[str, Reason] = Field(default_factory=dict)
    """Lint rules to silence, each with the reason."""

    if TYPE_CHECKING:  # what editors complete: `when` comes first, and an intent will do

        def __init__(
            self,
            when: Intent | None = None,
            *,
            to: str | Mapping[str, str] | Handler,
            workspaces: Sequence[str] | None = None,
            included_event_types: Sequence[str] | None = None,
            all_events: Literal[True] | None = None,
            subject_begins_with: str | None = None,
            subject_ends_with: str | None = None,
            is_subject_case_sensitive: bool = False,
            advanced_filters: Sequence[AdvancedFilter] = (),
            enable_advanced_filtering_on_arrays: bool = False,
            event_delivery_schema: EventDeliverySchema | None = None,
            retry_policy: RetryPolicy | None = None,
            labels: Sequence[str] = (),
            expiration_time_utc: str | None = None,
            dead_letter: DeadLetter | None = None,
            parameters: Mapping[str, str | Constant] | None = None,
            name: str | None = None,
            import_: str | None = None,
            aliases: Sequence[str] = (),
            disabled: str | None = None,
            allow: Mapping[str, str] = ...,
        ) -> None: ...

    @field_validator("included_event_types", mode="before")
    @classmethod
    def _some(cls, names: object) -> object:
        if names in ([], ()):
            raise ValueError("an empty list is refused; write allEvents: true for every event type")
        return names

    @classmethod
    def rules(cls, given: Mapping[str, Any]) -> Iterator[Mistake]:
        """Yield what is set beside an intent that sets it, a name beside another imported one, too many filters."""
        yield from name_mistakes(given, EVENT_SUBSCRIPTION)
        own = given.get("advancedFilters")
        filters = [item for item in own if isinstance(item, Mapping)] if isinstance(own, (list, tuple)) else []
        intent = _intent_of(given.get("when"))
        if intent is not None:
            if intent.subject_begins_with() and given.get("subjectBeginsWith") is not None:
                yield Mistake(("subjectBeginsWith",), "the intent in 'when' sets it already; leave it out")
            filters += [item.given() for item in intent.filters()]
        imported, name = str(given.get("import")).rpartition("/")[2], given.get("name")
        if given.get("import") and name is not None and str(name).lower() != imported.lower():
            yield Mistake(("name",), f"differs from the imported id's {show(imported)}; leave it out")
        for message in limits(filters):
            yield Mistake(("advancedFilters" if own else "when",), message)

    @classmethod
    def schema_rules(cls) -> list[JsonSchemaValue]:
        """Say which names one may have that is not imported."""
        return [name_schema(EVENT_SUBSCRIPTION)]

    @property
    def moves(self) -> bool:
        """Whether it is taken over from another program's resources, whose inputs are as that program wrote them."""
        return self.import_ is not None and bool(self.aliases)

    @property
    def intent(self) -> Intent | None:
        """The intent, where one is given."""
        return self.when.intent if self.when else None

    @property
    def imported_name(self) -> str | None:
        """The name of the event subscription to take over."""
        return parse_arm_id(self.import_, EVENT_SUBSCRIPTION_TYPE).name if self.import_ else None

    @property
    def authored_filters(self) -> tuple[AdvancedFilter, ...]:
        """The advanced filters in the author's order, an intent's own after them."""
        return (*self.advanced_filters, *(self.intent.filters() if self.intent else ()))

    @property
    def event_types(self) -> Sequence[str] | None:
        """The full names of its event types; None for all."""
        return (full_name(self.intent.event_type),) if self.intent else self.included_event_types

    @property
    def filter(self) -> EventFilter:
        """The filter, the intent's part included."""
        prefix = self.subject_begins_with
        if self.intent:
            prefix = self.intent.subject_begins_with() or prefix
        return EventFilter(
            included_event_types=self.event_types,
            subject_begins_with=prefix or "",
            subject_ends_with=self.subject_ends_with or "",
            is_subject_case_sensitive=self.is_subject_case_sensitive,
            enable_advanced_filtering_on_arrays=self.enable_advanced_filtering_on_arrays,
            advanced_filters=self.authored_filters,
        )


def _intent_of(given: object) -> Intent | None:
    """Read the intent of a `when` that is right, to check what stands beside it."""
    if isinstance(given, Intent):
        return given
    try:
        return When.parse(_when(given)).intent
    except (ValueError, TypeError):
        return None
