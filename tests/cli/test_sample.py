"""`sample`: a realistic event."""

from __future__ import annotations

import json

import pytest
from azureml_events.cli.sample import parse_settings
from azureml_events.stackfile.input_error import InputError
from cli.conftest import Run


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


def test_settings_are_paths_and_values() -> None:
    assert parse_settings(("data.runId=a=b", "id=")) == {"data.runId": "a=b", "id": ""}


def test_all_settings_without_a_value_are_refused_at_once() -> None:
    with pytest.raises(InputError) as error:
        parse_settings(("id", "a=b", "=c"))

    expected = "expected <path>=<value>, as in data.runTags.stage=prod"
    assert error.value.lines == (f"{expected}, got 'id'", f"{expected}, got '=c'")
