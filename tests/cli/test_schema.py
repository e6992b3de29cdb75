"""`schema`: the JSON Schemas of stack files and of the policy file."""

from __future__ import annotations

import json

from azureml_events.policy.settings_schema import policy_schema
from azureml_events.stackfile.schema import stack_file_schema
from cli.conftest import Run


def test_schema_prints_the_schema_of_stack_files(run: Run) -> None:
    assert stack_file_schema() == json.loads(run("schema").stdout)


def test_schema_prints_that_of_the_policy_file(run: Run) -> None:
    assert policy_schema() == json.loads(run("schema", "--policy").stdout)
