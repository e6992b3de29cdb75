"""`schema`: the JSON Schema of stack files."""

from __future__ import annotations

import json

from azureml_events.stackfile.schema import stack_file_schema
from cli.conftest import Run


def test_schema_prints_the_schema_of_stack_files(run: Run) -> None:
    assert stack_file_schema() == json.loads(run("schema").stdout)
