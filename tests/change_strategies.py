"""Generators of versions and events over a small alphabet, where chance meets what matters."""

from __future__ import annotations

from typing import Any

from azureml_events.event_grid.catalogue import EVENT_TYPES, PREFIX, Kind
from azureml_events.event_grid.operators import OPERATORS, Operand
from azureml_events.event_grid.samples import sample
from change_versions import SOURCE, Declared
from hypothesis import strategies as st

WORDS = ["a", "b", "ab", "ba", "aB", "abc", "c-a", "bb"]
STATUSES = ["Failed", "Completed", "Running", "Canceled"]
NUMBERS = [0, 0.1, 0.5, 1, 2]
SUBJECTS = [
    "models/a",
    "models/ab:",
    "models/",
    ":b",
    "ab",
    "a:b",
    "models/a:ab",
    "experiments/",
    "/runs/a",
    "s/b",
    "A",
]
KEYS: dict[str, list[str]] = {
    "subject": SUBJECTS,
    "data.modelName": WORDS,
    "Data.modelname": WORDS,
    "data.modelVersion": WORDS,
    "data.runStatus": [*STATUSES, "fail", "ed", "c"],
    "data.experimentName": WORDS,
    "data.experimentId": WORDS,
    "data.runTags.s": WORDS,
    "data.runTags.t": WORDS,
    "data.runTags": WORDS,
    "data.modelTags.s": WORDS,
    "data.driftCoefficient": WORDS,
}

_numbers = st.sampled_from(NUMBERS)


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    """Advanced filters, mostly such as make sense."""
    key = draw(st.sampled_from(sorted(KEYS)))
    is_number = key == "data.driftCoefficient"
    kinds = {Operand.NUMBER, Operand.RANGE, Operand.NOTHING} if is_number else {Operand.TEXT, Operand.NOTHING}
    row = OPERATORS[draw(st.sampled_from([name for name, row in OPERATORS.items() if row.operand in kinds]))]
    item: dict[str, Any] = {"operatorType": row.name, "key": key}
    operand: st.SearchStrategy[Any] = {
        Operand.NUMBER: _numbers,
        Operand.RANGE: st.lists(_numbers, min_size=2, max_size=2).map(sorted),
    }.get(row.operand, st.sampled_from(KEYS[key]))
    if row.member == "value":
        item["value"] = draw(operand)
    elif row.member == "values":
        item["values"] = draw(st.lists(operand, min_size=1, max_size=2))
    return item


@st.composite
def filters(draw: st.DrawFn) -> dict[str, Any]:
    """Filters of subscriptions."""
    types = st.lists(st.sampled_from([PREFIX + each for each in EVENT_TYPES]), min_size=1, max_size=2, unique=True)
    filter_: dict[str, Any] = {"advancedFilters": draw(st.lists(conditions(), max_size=2))}
    if draw(st.booleans()):
        filter_["includedEventTypes"] = draw(types)
    for name in ("subjectBeginsWith", "subjectEndsWith"):
        if draw(st.integers(0, 3)) == 0:
            filter_[name] = draw(st.sampled_from(SUBJECTS))
    if draw(st.integers(0, 5)) == 0:
        filter_["isSubjectCaseSensitive"] = True
    return filter_


declared = st.builds(Declared, st.just(""), filters(), st.just("archive"))
versions = st.lists(declared, min_size=0, max_size=3).map(
    lambda all_: [Declared(f"s{at}", each.filter, each.to) for at, each in enumerate(all_)]
)


@st.composite
def events(draw: st.DrawFn) -> dict[str, Any]:
    """Events that are documented, over the same alphabet."""
    row = EVENT_TYPES[draw(st.sampled_from(sorted(EVENT_TYPES)))]
    settings: dict[str, Any] = {}
    for field in row.fields:
        if field.closed:
            settings[f"data.{field.name}"] = draw(st.sampled_from([*STATUSES, "Queued"]))
        elif field.kind is Kind.TEXT:
            settings[f"data.{field.name}"] = draw(st.sampled_from([*WORDS, "AB", "zz"]))
        elif field.kind is Kind.NUMBER:
            settings[f"data.{field.name}"] = draw(st.sampled_from([*NUMBERS, -1, 0.3, 7]))
        elif field.kind is Kind.TEXTS:
            for tag in draw(st.lists(st.sampled_from(["s", "t"]), max_size=2, unique=True)):
                settings[f"data.{field.name}.{tag}"] = draw(st.sampled_from([*WORDS, "zz"]))
    event = sample(row.short, set=settings, workspace_id=SOURCE)
    for field in row.fields:
        if field.optional and draw(st.integers(0, 4)) == 0:
            event["data"].pop(field.name)
    return event
