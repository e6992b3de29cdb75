"""Whatever a document holds, it is read or refused in our own words."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from azureml_events.base.mistakes import DeclarationError, dotted
from azureml_events.documents.document import read_document
from azureml_events.routing.match import match
from hypothesis import given, settings
from hypothesis import strategies as st

CASES = Path(__file__).parents[1] / "cases" / "documents"
DOCUMENTS = [json.loads(path.read_text()) for path in sorted(CASES.iterdir())]
NAMES = [
    *("type", "name", "id", "resources", "properties", "destination", "filter", "advancedFilters", "value", "values"),
    *("deployment", "steps", "newState", "inputs", "copy", "count", "scope", "topic", "endpointType", "stack"),
    *(
        "contentVersion",
        "planned_values",
        "root_module",
        "advanced_filter",
        "triggers",
        "changes",
        "data",
        "key",
        "operatorType",
        "endpointUrl",
        "deliveryAttributeMappings",
        "parameters",
        "identity",
    ),
]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(
        [
            "Microsoft.EventGrid/systemTopics/eventSubscriptions",
            "Microsoft.EventGrid/eventSubscriptions",
            "Microsoft.Resources/deployments",
            "azure-native:eventgrid:SystemTopicEventSubscription",
            "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
            "[secret]",
            "WebHook",
            "https://[",
            "[parameters('x')]",
            "[copyIndex()]",
            "StringIn",
        ]
    ),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(st.sampled_from(NAMES), st.text(max_size=5)), inner, max_size=5),
    ),
    max_leaves=20,
)
EVENT = {"eventType": "Microsoft.MachineLearningServices.RunCompleted", "subject": "x", "data": {"runTags": {}}}


def places(value: Any, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every place in a document."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(place for step, member in members for place in places(member, (*at, step)))]


def check(document: Any) -> None:
    """Read a document and use everything that came of it."""
    try:
        read = read_document(document)
    except DeclarationError:
        return
    for routed in read.subscriptions:
        match(routed, EVENT)
        assert isinstance(routed.handler, str)
        assert dotted(routed.at("subjectBeginsWith"))
    for path in [*(mistake.path for mistake in read.mistakes), *(note.path for note in read.notes)]:
        assert isinstance(dotted(path), str)


@given(VALUES)
def test_any_value_is_read_or_refused(value: Any) -> None:
    check(value)


@settings(max_examples=300)
@given(st.sampled_from(DOCUMENTS), st.data())
def test_a_document_with_anything_anywhere_is_read_or_refused(document: Any, data: st.DataObject) -> None:
    changed = copy.deepcopy(document)
    for _ in range(data.draw(st.integers(1, 3))):
        *outer, last = data.draw(st.sampled_from([place for place in places(changed) if place]))
        holder = changed
        for step in outer:
            holder = holder[step]
        holder[last] = data.draw(VALUES)
    check(changed)


@pytest.mark.parametrize("tool", ["template", "azure-cli"])
def test_a_document_that_is_nested_without_end_is_refused(tool: str) -> None:
    resource: Any = {"type": "x"}
    values: Any = []
    for _ in range(5000):
        resource = {"type": "x", "resources": [resource]}
        values = [values]
    template = {"contentVersion": "1", "resources": [resource]}
    body = {"filter": {"advancedFilters": [{"operatorType": "StringIn", "key": "id", "values": values}]}}

    with pytest.raises(DeclarationError, match="nested too deeply"):
        read_document(template if tool == "template" else body)
