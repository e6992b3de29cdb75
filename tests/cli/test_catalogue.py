"""`events`, `sample` and `schema`."""

from __future__ import annotations

import json

from azureml_events.event_grid.catalogue import EVENT_TYPES
from azureml_events.stackfile.schema import stack_file_schema
from cli.conftest import Run


def test_events_shows_every_type_with_every_key(run: Run) -> None:
    printed = run("events").stdout

    for row in EVENT_TYPES.values():
        assert row.short in printed
        assert all(f"data.{field.name}: " in printed for field in row.fields)


def test_events_as_json_has_every_type_by_its_full_name(run: Run) -> None:
    printed = json.loads(run("events", "--json").stdout)

    assert [row.name for row in EVENT_TYPES.values()] == [each["type"] for each in printed]


def test_a_sample_takes_settings_by_path(run: Run) -> None:
    printed = json.loads(run("sample", "RunStatusChanged", "--set", "data.runTags.stage=prod").stdout)

    assert printed["data"]["runTags"]["stage"] == "prod"


def test_a_sample_comes_in_both_schemas(run: Run) -> None:
    assert "eventType" in json.loads(run("sample", "ModelRegistered").stdout)
    assert json.loads(run("sample", "ModelRegistered", "--schema", "cloudevents").stdout)["specversion"] == "1.0"


def test_an_unknown_type_and_a_wrong_path_are_refused(run: Run) -> None:
    for arguments in (("sample", "ModelRegistred"), ("sample", "RunCompleted", "--set", "data.modelNam=x")):
        result = run(*arguments)
        assert result.exit_code == 2
        assert "Traceback" not in result.output


def test_schema_prints_the_schema_of_stack_files(run: Run) -> None:
    assert stack_file_schema() == json.loads(run("schema").stdout)
