"""Sample events."""

from __future__ import annotations

from typing import Any

import pytest
from azureml_events.base.mistakes import DeclarationError
from azureml_events.event_grid.catalogue import EVENT_TYPES, PREFIX
from azureml_events.event_grid.samples import SAMPLE_WORKSPACE, sample


@pytest.mark.parametrize("short", EVENT_TYPES)
def test_a_sample_has_the_attributes_of_its_schema(short: str) -> None:
    common = {"id", "subject", "data"}
    delivered = {"topic", "eventType", "eventTime", "dataVersion", "metadataVersion"}
    assert set(sample(short)) == common | delivered
    assert set(sample(short, "CloudEventSchemaV1_0")) == common | {"source", "type", "time", "specversion"}


def test_a_sample_is_the_same_at_every_call_and_nobody_elses() -> None:
    sample("RunCompleted")["data"]["runTags"]["stage"] = "changed"
    assert sample("RunCompleted") == sample(PREFIX + "RunCompleted")
    assert sample("RunCompleted")["data"]["runTags"]["stage"] == "dev"


def test_a_sample_looks_like_a_recorded_event() -> None:
    event = sample("ModelRegistered")
    assert event["dataVersion"] == "2"
    assert event["eventTime"].endswith("+00:00")
    assert event["data"]["modelVersion"] == "3"
    assert event["subject"] == "models/churn:3"


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("data.runTags.stage", "prod", "prod"),
        ("data.runTags.build", "17", "17"),
        ("data.runTags.azureml.pipelineid", "x", "x"),
        ("data.runStatus", "Running", "Running"),
        ("data.RunStatus", "Running", "Running"),
        ("data.runType", "null", None),
        ("data.runType", None, None),
        ("data.runId", '"null"', "null"),
        ("data.runTags.on", True, "true"),
        ("data.runProperties", "{}", {}),
    ],
)
def test_a_value_is_set_by_its_path(path: str, value: Any, expected: Any) -> None:
    data = sample("RunStatusChanged", set={path: value})["data"]
    _, field, *name = path.split(".", 2)
    held = data[field[0].lower() + field[1:]]
    assert (held[name[0]] if name else held) == expected


def test_a_number_is_set_as_a_number() -> None:
    data = sample("DatasetDriftDetected", set={"data.driftCoefficient": "0.9"})["data"]
    assert data["driftCoefficient"] == pytest.approx(0.9)


def test_a_members_map_that_was_set_to_null_takes_members_again() -> None:
    settings = {"data.runTags": None, "data.runTags.stage": "prod"}
    assert sample("RunCompleted", set=settings)["data"]["runTags"] == {"stage": "prod"}


def test_the_subject_follows_the_data_unless_it_is_set() -> None:
    assert sample("ModelRegistered", set={"data.modelName": "a"})["subject"] == "models/a:3"
    assert sample("ModelRegistered", set={"data.modelName": "a", "subject": "x"})["subject"] == "x"


@pytest.mark.parametrize("path", ["topic", "source"])
def test_an_attribute_is_set_by_its_name_in_either_schema(path: str) -> None:
    assert sample("RunCompleted", "CloudEventSchemaV1_0", {path: "/x"})["source"] == "/x"


def test_a_sample_can_come_from_any_workspace() -> None:
    assert sample("RunCompleted")["topic"] == SAMPLE_WORKSPACE
    assert sample("RunCompleted", workspace_id="/other")["topic"] == "/other"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"data.runStaus": "x"}, "data.runStaus: unknown field 'runStaus'; did you mean 'runStatus'?"),
        ({"runStatus": "x"}, "runStatus: unknown path 'runStatus'; did you mean 'data.runStatus'?"),
        ({"runTags.stage": "x"}, "did you mean 'data.runTags.stage'?"),
        ({"data.runStatus.x": "x"}, "'runStatus' is no map; set data.runStatus itself"),
        ({"data.runTags": "x"}, "'runTags' is a map; set a member of it, as in data.runTags.stage=prod"),
        ({"data.runTags.a": [1]}, "expected text, got a list"),
        ({"eventType": "x"}, "name another TYPE instead"),
        ({"subject": 5}, "expected text, got 5; quote it"),
        ({"data": "x"}, "unknown path 'data'"),
    ],
)
def test_a_path_that_the_event_does_not_have_is_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(DeclarationError) as error:
        sample("RunStatusChanged", set=settings)
    assert message in str(error.value)


def test_text_for_a_number_is_refused() -> None:
    with pytest.raises(DeclarationError, match="expected a number, got 'high'"):
        sample("DatasetDriftDetected", set={"data.driftCoefficient": "high"})


def test_all_wrong_paths_are_refused_at_once() -> None:
    with pytest.raises(DeclarationError) as error:
        sample("RunCompleted", set={"data.a": "x", "data.b": "x"})
    assert len(error.value.mistakes) == 2


@pytest.mark.parametrize("name", ["RunFailed", PREFIX + "Unheard"])
def test_an_event_type_that_the_catalogue_does_not_know_has_no_sample(name: str) -> None:
    with pytest.raises(DeclarationError, match="event type"):
        sample(name)
