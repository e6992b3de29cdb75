"""What `check` and `review` print as SARIF, judged by Microsoft's validator with the rules of GitHub and Azure DevOps.

It comes from npm; `make tools` installs it beside the other tools.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tools.running import ROOT

THE_BUILDS = {"GHAzDO1019", "GHAzDO1020"}
"""The identity of the build, which Azure DevOps' upload writes."""

WRONG = """\
config:
  azureml-events:workspaces: {ml-dev: {resourceId: x, location: westeurop}}
  azureml-events:handlers: {hook: {type: WebHook, endpointUrl: https://hooks.slack.com/services/x}}
  azureml-events:subscriptions:
    dead: {handler: hook, includedEventTypes: [ModelRegistered], subjectBeginsWith: /models/}
"""


@pytest.mark.needs("Sarif.Multitool")
@pytest.mark.parametrize("case", ["fine", "wrong", "several", "reviewed", "reviewed wrong", "reviewed template"])
def test_the_validator_finds_no_error(tmp_path: Path, case: str) -> None:
    (tmp_path / "st ck.yaml").write_text(WRONG, encoding="utf-8")
    dev = str(ROOT / "stacks" / "Pulumi.dev.yaml")
    shutil.copy(ROOT / "tests" / "cases" / "judged" / "template.json", tmp_path)
    inputs = {
        "fine": [dev],
        "wrong": ["st ck.yaml"],
        "several": ["st ck.yaml", dev],
        "reviewed": [dev],
        "reviewed wrong": ["st ck.yaml"],
        "reviewed template": ["template.json"],
    }[case]
    command = "review" if case.startswith("reviewed") else "check"
    check = [sys.executable, "-m", "azureml_events", command, *inputs, "--format", "sarif"]
    printed = subprocess.run(check, cwd=tmp_path, capture_output=True, check=False).stdout
    (tmp_path / "found.sarif").write_bytes(printed)

    validate = ["Sarif.Multitool", "validate", "found.sarif", "--rule-kind", "Sarif;Ghas;Ado", "--output", "log.sarif"]
    variables = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    subprocess.run(validate, cwd=tmp_path, env=variables, capture_output=True, check=False)

    results = json.loads((tmp_path / "log.sarif").read_text("utf-8-sig"))["runs"][0]["results"]
    errors = [each for each in results if each.get("level", "warning") == "error"]
    assert {each["ruleId"] for each in errors} <= THE_BUILDS
    assert errors
