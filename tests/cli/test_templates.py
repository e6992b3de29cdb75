"""`check` and `route` of ARM templates: comments, encodings, parameter files, places."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cli.conftest import Run

WORKSPACE = (
    "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-ml"
    "/providers/Microsoft.MachineLearningServices/workspaces/ml-dev"
)
TEMPLATE = """{
  "contentVersion": "1.0.0.0", // by hand
  "parameters": {"prefix": {"type": "string"}, "hook": {"type": "string", "defaultValue": "[concat('https://',
    'hooks.example.com/models')]"}},
  "resources": [
    {
      "type": "Microsoft.EventGrid/eventSubscriptions",
      "name": "models",
      "scope": "WORKSPACE",
      "properties": {
        /* where
           they go */
        "destination": {"endpointType": "WebHook", "properties": {"endpointUrl": "[parameters('hook')]"}},
        "filter": {
          "includedEventTypes": ["Microsoft.MachineLearningServices.ModelRegistered"],
          "subjectBeginsWith": "[parameters('prefix')]"
        }
      }
    }
  ]
}
""".replace("WORKSPACE", WORKSPACE)


@pytest.fixture(autouse=True)
def written(project: Path) -> Path:
    (project / "main.json").write_text(TEMPLATE)
    return project


def give(project: Path, prefix: Any) -> None:
    (project / "main.parameters.json").write_text(json.dumps({"parameters": {"prefix": {"value": prefix}}}, indent=1))


def test_a_template_with_comments_is_read(run: Run) -> None:
    result = run("route", "main.json", "--workspace", "ml-dev")

    assert (result.exit_code, "https://hooks.example.com/models" in result.stdout) == (0, True)


def test_a_parameter_file_gives_values(run: Run, written: Path) -> None:
    give(written, "/models/")

    result = run("check", "main.json", "--parameters", "main.parameters.json")

    assert result.exit_code == 1
    assert result.stdout.startswith("main.json:16:32: error: resources[0].properties.filter.subjectBeginsWith: ")


def test_route_takes_a_parameter_file(run: Run, written: Path) -> None:
    give(written, "models/churn")

    assert "reaches  ml-dev/models" in run("route", "main.json", "--parameters", "main.parameters.json").stdout


def test_a_wrong_value_has_its_place_in_the_parameter_file(run: Run, written: Path) -> None:
    give(written, 5)

    result = run("check", "main.json", "--parameters", "main.parameters.json")

    assert (result.exit_code, result.stderr) == (
        2,
        "main.parameters.json:4:13: parameters.prefix.value: expected text, got 5\n",
    )


def test_the_form_of_bicep_is_refused_with_the_command_that_converts_it(run: Run, written: Path) -> None:
    (written / "main.bicepparam").write_text("using './main.bicep'")

    result = run("check", "main.json", "--parameters", "main.bicepparam")

    assert (result.exit_code, result.stderr) == (
        2,
        (
            "main.bicepparam: Bicep parameters; give the template, and with --parameters what"
            " 'az bicep build-params --file main.bicepparam' writes\n"
        ),
    )


def test_a_stack_has_no_parameters(run: Run, written: Path) -> None:
    give(written, "models/")

    result = run("check", "stack.yaml", "--parameters", "main.parameters.json")

    assert (result.exit_code, result.stderr) == (
        2,
        "--parameters: only an ARM template has parameters; stack.yaml is none\n",
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_document_is_read_by_its_mark(run: Run, written: Path, encoding: str) -> None:
    text = TEMPLATE.replace("[parameters('prefix')]", "/models/").replace("\n", "\r\n")
    (written / "main.json").write_bytes(text.encode(encoding))

    result = run("check", "main.json")

    assert (result.exit_code, result.stdout.startswith("main.json:16:32: error: ")) == (1, True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{\n  'a': 1}", "main.json:2:3: not JSON: expected a member's name in double quotes, got \"'\"\n"),
        ("[", "main.json:1:2: not JSON: expected a value, got the end of the file\n"),
    ],
)
def test_what_is_no_json_is_refused_with_its_place(run: Run, written: Path, text: str, message: str) -> None:
    (written / "main.json").write_text(text)

    result = run("check", "main.json")

    assert (result.exit_code, result.stderr) == (2, message)
