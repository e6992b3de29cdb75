"""`explain`: why a rule is there, an example that it finds, and the same mended."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from azureml_events.lint.example_documents import WORKSPACE
from azureml_events.lint.rule import Rule
from azureml_events.lint.rules import RULES
from azureml_events.review.rules import IGNORED_BY_ARM, INVALID, REVIEW_RULES
from cli.conftest import Run

STACK = f"""config:
  azureml-events:workspaces:
    ml-dev:
      resourceId: {WORKSPACE}
      location: westeurope
  azureml-events:handlers:
    h: {{type: WebHook, endpointUrl: 'https://hooks.example.com/models'}}
"""


def test_a_rule_is_explained(run: Run) -> None:
    assert (
        run("explain", "open-model-prefix").stdout
        == """\
open-model-prefix (warning)

A model's name as subject prefix also takes longer names. Events of other models reach the handler too.

Found:
    includedEventTypes: [ModelRegistered]
    subjectBeginsWith: models/churn

Fix: End the name with the colon that stands before the version.
    includedEventTypes: [ModelRegistered]
    subjectBeginsWith: 'models/churn:'
"""
    )


def test_an_error_names_the_fact_that_proves_it(run: Run) -> None:
    assert f"\nProven from: {RULES['never-subject'].fact}\n" in run("explain", "never-subject").stdout


@pytest.mark.parametrize("rule", [*RULES, *REVIEW_RULES])
def test_every_rule_can_be_explained(run: Run, rule: str) -> None:
    assert run("explain", rule).stdout.startswith(f"{rule} (")


@pytest.mark.parametrize("row", [REVIEW_RULES[name] for name in (INVALID, IGNORED_BY_ARM)], ids=lambda row: row.name)
def test_the_example_of_a_rule_beside_lint_is_found_and_the_mended_one_is_not(
    run: Run, project: Path, row: Rule
) -> None:
    for example, found in ((row.example.wrong, True), (row.example.right, False)):
        file = "main.json" if example.startswith("{") else "Pulumi.example.yaml"
        entry = f"  azureml-events:subscriptions:\n    models: {{handler: h, {example.strip()}}}\n"
        (project / file).write_text(example if file == "main.json" else STACK + entry)

        findings = json.loads(run("check", file, "--format", "json").stdout)["findings"]
        assert (row.name in [each["rule"] for each in findings]) is found


def test_a_rule_that_does_not_exist_is_named_with_the_likely_one(run: Run) -> None:
    result = run("explain", "never-subjct")

    assert (result.exit_code, result.stderr) == (2, "unknown rule 'never-subjct'; did you mean 'never-subject'?\n")
