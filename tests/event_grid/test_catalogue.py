"""The catalogue of event types."""

from __future__ import annotations

import string

import pytest
from azureml_events.event_grid.catalogue import (
    DATA_FIELDS,
    EVENT_TYPES,
    PREFIX,
    EventType,
    Kind,
    event_type,
    full_name,
    is_catalogued,
)
from azureml_events.event_grid.filters import contract_key


def test_the_five_event_types_of_a_workspace_are_known() -> None:
    assert list(EVENT_TYPES) == [
        "ModelRegistered",
        "ModelDeployed",
        "RunCompleted",
        "RunStatusChanged",
        "DatasetDriftDetected",
    ]
    assert [row.short for row in EVENT_TYPES.values() if row.legacy] == ["DatasetDriftDetected"]


@pytest.mark.parametrize("row", EVENT_TYPES.values(), ids=lambda row: row.short)
def test_a_subject_is_made_of_the_events_own_data(row: EventType) -> None:
    names = [name for _, name, _, _ in string.Formatter().parse(row.subject) if name]
    assert names
    assert all(row.field(name) for name in names)


@pytest.mark.parametrize("row", EVENT_TYPES.values(), ids=lambda row: row.short)
def test_an_example_is_of_its_fields_kind(row: EventType) -> None:
    kinds = {Kind.TEXT: str, Kind.TIME: str, Kind.NUMBER: float, Kind.TEXTS: dict}
    for field in row.fields:
        assert isinstance(field.example, kinds[field.kind])
        assert not field.known or field.example in field.known


def test_fields_of_one_name_are_alike_in_every_event_type() -> None:
    for row in EVENT_TYPES.values():
        for field in row.fields:
            assert DATA_FIELDS[field.name.lower()].kind is field.kind


def test_a_field_is_found_in_any_casing() -> None:
    field = EVENT_TYPES["ModelRegistered"].field("ModelVersion")
    assert field is not None
    assert (field.name, field.also) == ("modelVersion", ("ModelVersion",))


@pytest.mark.parametrize("name", ["ModelRegistered", PREFIX + "ModelRegistered"])
def test_short_and_full_names_are_read(name: str) -> None:
    assert full_name(name) == "Microsoft.MachineLearningServices.ModelRegistered"


def test_a_full_name_that_the_catalogue_does_not_know_is_kept() -> None:
    assert full_name(PREFIX + "EndpointScaled") == PREFIX + "EndpointScaled"
    assert not is_catalogued(PREFIX + "EndpointScaled")


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        ("RunFailed", "did you mean 'when: runFailed'?"),
        ("DataDriftDetected", "did you mean 'DatasetDriftDetected'?"),
        ("ModelRegistrerad", "did you mean 'ModelRegistered'?"),
        ("Microsoft.Storage.BlobCreated", "allowed: ModelRegistered, "),
        ("All", "write allEvents: true instead"),
    ],
)
def test_an_unknown_name_is_refused_with_the_likely_one(name: str, fix: str) -> None:
    with pytest.raises(ValueError, match=r"event type|All") as error:
        full_name(name)
    assert fix in str(error.value)


def test_names_are_looked_up_in_any_casing() -> None:
    assert event_type(PREFIX.upper() + "RUNCOMPLETED") is EVENT_TYPES["RunCompleted"]


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("data.ModelTags.Stage", "data.modelTags.Stage"),
        ("Data.RunStatus", "data.runStatus"),
        ("Subject", "subject"),
        ("EVENTTYPE", "eventType"),
        ("data.own.Name", "data.own.Name"),
        ("team", "team"),
    ],
)
def test_a_key_is_put_in_the_contracts_casing(written: str, known: str) -> None:
    assert contract_key(written) == known
