"""Which configuration a stack has: our reader beside the CLI's own, in projects of several names."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from azureml_events.stackfile.stack_file import read_stack_file
from e2e.engine import Project

PROJECTS: dict[str, dict[str, Any]] = {
    "ours": {
        "name": "azureml-events",
        "config": {
            "handlers": {"value": {"hub": {"type": "EventHub", "count": 5, "flag": True, "text": "5", "no": "no"}}},
            "azureml-events:defaults": {"type": "object", "default": {"grants": "assume"}},
            "workspaces": {"value": {"never": "merged"}},
            "subscriptions": '{"as": "text"}',
            "azure-native:location": "westeurope",
            "azure-native:tenantId": {"value": "tenant"},
        },
    },
    "another": {
        "name": "churn",
        "config": {
            "handlers": {"value": {"not": "ours"}},
            "azureml-events:handlers": {"value": {"hub": {"type": "EventHub"}}},
            "count": 7,
            "list": [1, "two"],
        },
    },
}
STACK = """\
config:
  workspaces: {bare: {resourceId: x}}
  other:x: 5
"""


@pytest.mark.parametrize("project", PROJECTS)
def test_keys_and_values_are_those_of_the_cli(start: Callable[..., Project], project: str) -> None:
    started = start(STACK)
    file = started.directory / "Pulumi.yaml"
    given = {**yaml.safe_load(file.read_text("utf-8")), **PROJECTS[project]}
    if given["name"] != "azureml-events":
        started.succeed("stack", "rm", "--yes", "--force", "--preserve-config")
    file.write_text(json.dumps(given), "utf-8")
    if given["name"] != "azureml-events":
        started.succeed("stack", "init", "e2e")

    shown = started.shown_config()
    expected = {key: each.get("objectValue", each["value"]) for key, each in shown.items()}
    assert read_stack_file(started.stack_file).config == expected
