"""Which findings an exemption is for, and until when."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from azureml_events.policy.judge import RuleUse, Violated
from azureml_events.policy.policy_file import load_policy
from azureml_events.policy.resource import Resource
from azureml_events.policy.rule import Violation
from azureml_events.policy.rules import RULES

TODAY = date(2026, 11, 26)
ENTRY = {"resource": "ml-prod/hook", "reason": "the vendor moves in March", "until": "2026-11-26"}

CASES: list[tuple[str, dict[str, Any], dict[str, Any], bool]] = [
    ("the resource, on the last day", {}, {}, True),
    ("the day after", {"until": "2026-11-25"}, {}, False),
    ("another resource", {}, {"resource": "ml-prod/hook-2"}, False),
    ("other letters", {}, {"resource": "ml-prod/Hook"}, False),
    ("another rule", {}, {"rule": "webhook-tls"}, False),
    ("all of a workspace", {"resource": "ml-prod/*"}, {}, True),
    ("one of all workspaces", {"resource": "*/hook"}, {}, True),
    ("everything", {"resource": "*"}, {}, True),
    ("in the middle", {"resource": "ml-*/h*k"}, {}, True),
    ("nothing before the wildcard", {"resource": "*ml-prod/hook*"}, {}, True),
    ("another workspace", {"resource": "ml-dev/*"}, {}, False),
    ("signs of patterns are letters", {"resource": "ml-prod/h??k"}, {}, False),
    ("a point is a letter", {"resource": "*.prod/hook"}, {"resource": "ml-prod/hook"}, False),
    ("the finding", {"finding": "Owner"}, {"detail": "Owner"}, True),
    ("another finding", {"finding": "Owner"}, {"detail": "Contributor"}, False),
    ("the only finding", {"finding": "Owner"}, {}, False),
    ("every finding", {}, {"detail": "Owner"}, True),
]


@pytest.mark.parametrize(("why", "entry", "found", "exempt"), CASES, ids=[each[0] for each in CASES])
def test_an_exemption_is_for(
    tmp_path: Path, why: str, entry: dict[str, Any], found: dict[str, Any], exempt: bool
) -> None:
    file = tmp_path / "policy.json"
    file.write_text(json.dumps({"webhook-host": {"exempt": [{**ENTRY, **entry}]}}))
    violation = Violation((), "seen", "do", detail=found.get("detail"))
    resource = Resource(found.get("resource", "ml-prod/hook"), "eventgrid:EventSubscription", {})
    violated = Violated(RuleUse.by_default(RULES[found.get("rule", "webhook-host")]), resource, violation)

    assert (load_policy(file).exempt(violated, TODAY) is not None) is exempt, why


def test_of_several_exemptions_one_that_still_holds_counts(tmp_path: Path) -> None:
    file = tmp_path / "policy.json"
    ended = {**ENTRY, "until": "2026-01-31"}
    file.write_text(json.dumps({"webhook-host": {"exempt": [ended, {**ENTRY, "resource": "*", "by": "us"}]}}))
    violated = Violated(
        RuleUse.by_default(RULES["webhook-host"]), Resource("ml-prod/hook", "", {}), Violation((), "seen", "do")
    )

    found = load_policy(file).exempt(violated, TODAY)

    assert (found and found.by) == "us"
