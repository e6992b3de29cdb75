"""Generators of events and filters for property tests of routing."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from azureml_events.event_grid.catalogue import EVENT_TYPES, PREFIX, RUN_STATUSES, EventType, Kind
from azureml_events.event_grid.delivery import DEFAULT_SCHEMA, EventDeliverySchema
from azureml_events.event_grid.filters import EventFilter
from azureml_events.event_grid.intents import MONITOR_TAG
from azureml_events.event_grid.operators import OPERATORS, Operand
from azureml_events.event_grid.samples import SAMPLE_WORKSPACE, sample
from azureml_events.routing.match import Verdict, match
from azureml_events.routing.subscription import RoutedSubscription, UnknownCondition
from hypothesis import strategies as st

NAMES = ["churn", "churn2", "Price", "a", "b.c", "train-churn"]
TAGS = ["stage", "STAGE", "team", "azureml.nodeid", MONITOR_TAG]
TEXTS = [*NAMES, "Failed", "failed", "Running", "prod", "dev", "models/churn:", "models/", "3", "has failed"]
NUMBERS = [0, 1, 2, 3, 0.5, 0.1, 0.835, 3.5, -1, 10**20, 10**20 + 1, 1e300]
KEYS = [
    "subject",
    "id",
    "eventType",
    "type",
    "topic",
    "source",
    "eventTime",
    "dataVersion",
    "specversion",
    "data.runStatus",
    "data.RunStatus",
    "data.runType",
    "data.experimentName",
    "data.modelName",
    "data.modelVersion",
    "data.driftCoefficient",
    "data.driftCoefficient.x",
    "data.runTags",
    "data.runTags.stage",
    "data.runTags.Team",
    "data.runTags.azureml.nodeid",
    f"data.runTags.{MONITOR_TAG}",
    "data.modelTags.stage",
    "data.other",
    "data.other.deep",
]

scalars = st.one_of(st.none(), st.booleans(), st.sampled_from(NUMBERS), st.sampled_from(TEXTS))
values = st.one_of(
    scalars, st.lists(scalars, max_size=3), st.dictionaries(st.sampled_from(["x", "deep", "a"]), scalars, max_size=2)
)


def usual_event(draw: Random) -> dict[str, Any]:
    """An event of a form that Event Grid delivers, in either schema."""
    row = draw.choice(list(EVENT_TYPES.values()))
    settings: dict[str, Any] = {}
    for field in row.fields:
        if field.kind is Kind.TEXT:
            settings[f"data.{field.name}"] = draw.choice(field.known or NAMES)
        elif field.kind is Kind.TEXTS:
            for tag in draw.sample(["stage", "team", "azureml.nodeid"], draw.randint(0, 2)):
                settings[f"data.{field.name}.{tag}"] = draw.choice(TEXTS)
        elif field.kind is Kind.NUMBER:
            settings[f"data.{field.name}"] = draw.choice(NUMBERS)
    if settings.get("data.runStatus") != "Failed" and row.field("runTags") and draw.randint(0, 1):
        settings[f"data.runTags.{MONITOR_TAG}"] = "The signal 'a' has failed"
    schema: EventDeliverySchema = draw.choice(("EventGridSchema", "CloudEventSchemaV1_0"))
    event = sample(row.short, schema, settings)
    for field in row.fields:
        if not draw.randint(0, 9):
            event["data"][field.name] = None
        if field.optional and not draw.randint(0, 4):
            event["data"].pop(field.name)
    return event


USUAL_EVENTS = [usual_event(Random(seed)) for seed in range(400)]  # noqa: S311 no secrets
"""Events of every type and both schemas."""

usual_events = st.randoms(use_true_random=False).map(usual_event)


@st.composite
def odd_events(draw: st.DrawFn) -> dict[str, Any]:
    """Events with members missing, added, of other types or in another casing."""
    event = draw(usual_events)
    for name in draw(st.lists(st.sampled_from(sorted(event)), max_size=2, unique=True)):
        if name not in {"type", "eventType"}:
            event.pop(name)
    if draw(st.booleans()):
        event[draw(st.sampled_from(["subject", "time", "extra", "event_time", "EventType", "topic", "data"]))] = draw(
            values
        )
    data = event.get("data")
    if isinstance(data, dict):
        names = st.sampled_from(["runStatus", "RunStatus", "runTags", "RunTags", "modelVersion", "other", "unheard"])
        data |= draw(st.dictionaries(names, values, max_size=2))
        if draw(st.booleans()):
            data["runTags"] = draw(st.dictionaries(st.sampled_from(TAGS), values, max_size=3))
    return event


@st.composite
def advanced_filters(draw: st.DrawFn, keys: list[str] | None = None) -> dict[str, Any]:
    """Advanced filters of every operator."""
    row = OPERATORS[draw(st.sampled_from(sorted(OPERATORS)))]
    number = st.sampled_from(NUMBERS)
    operands = {
        Operand.NUMBER: number,
        Operand.BOOLEAN: st.booleans(),
        Operand.TEXT: st.sampled_from([*TEXTS, *RUN_STATUSES[:3], "experiments/", "/runs/", ":", "endpoints/a"]),
        Operand.RANGE: st.tuples(number, number).map(sorted),
        Operand.NOTHING: st.none(),
    }[row.operand]
    item: dict[str, Any] = {"operatorType": row.name, "key": draw(st.sampled_from(keys or KEYS))}
    if row.member == "value":
        item["value"] = draw(operands)
    elif row.member:
        item["values"] = draw(st.lists(operands, min_size=1, max_size=3))
    return item


@st.composite
def filters(draw: st.DrawFn) -> EventFilter:
    """Filters, whole."""
    known = [row.name for row in EVENT_TYPES.values()]
    types = st.lists(st.sampled_from([*known, PREFIX + "Unheard"]), min_size=1, max_size=3, unique=True)
    keys = draw(st.one_of(st.just(KEYS), st.sampled_from(KEYS).map(lambda key: [key])))
    affixes = st.sampled_from(["", "", "models/", "Models/", "models/churn", "/x", "experiments/", "a/b/c", ":3"])
    chosen = draw(st.one_of(st.none(), types))
    return EventFilter.parse(
        {
            **({"includedEventTypes": chosen} if chosen else {}),
            "subjectBeginsWith": draw(affixes),
            "subjectEndsWith": draw(affixes),
            "isSubjectCaseSensitive": draw(st.booleans()),
            "enableAdvancedFilteringOnArrays": draw(st.booleans()),
            "advancedFilters": draw(st.lists(advanced_filters(keys), max_size=3)),
        }
    )


@st.composite
def subscriptions(draw: st.DrawFn) -> RoutedSubscription:
    """Subscriptions of a known, another or a not yet known workspace."""
    return RoutedSubscription(
        draw(st.sampled_from(["ml-dev", "ml-prod"])),
        "s",
        draw(filters()),
        draw(st.sampled_from([SAMPLE_WORKSPACE, SAMPLE_WORKSPACE.upper(), f"{SAMPLE_WORKSPACE}-2", None])),
        "h",
        draw(st.sampled_from(["EventGridSchema", "CloudEventSchemaV1_0"])),
        ("subscriptions", "s"),
        unknown=draw(st.sampled_from([(), (), (UnknownCondition("subject", "a parameter"),)])),
    )


def match_filter(filter_: EventFilter, event: dict[str, Any], schema: EventDeliverySchema = DEFAULT_SCHEMA) -> Verdict:
    """Decide whether an event passes a filter, whatever workspace it comes from."""
    return match(RoutedSubscription("", "", filter_, delivery_schema=schema), event, workspace="")


def line(event: dict[str, Any]) -> bytes:
    """An event as a line of JSON Lines."""
    return json.dumps(event, ensure_ascii=False).encode()


def row_of(event: dict[str, Any]) -> EventType:
    """The catalogue's row of an event."""
    return EVENT_TYPES[event.get("eventType", event.get("type", "")).removeprefix(PREFIX)]
