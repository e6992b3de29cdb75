"""`explain`: why a rule is there, an example that it finds, and the same mended."""

from __future__ import annotations

import pytest
from azureml_events.lint.rules import RULES
from cli.conftest import Run


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


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_can_be_explained(run: Run, rule: str) -> None:
    assert run("explain", rule).stdout.startswith(f"{rule} (")


def test_a_rule_that_does_not_exist_is_named_with_the_likely_one(run: Run) -> None:
    result = run("explain", "never-subjct")

    assert (result.exit_code, result.stderr) == (2, "unknown rule 'never-subjct'; did you mean 'never-subject'?\n")
