"""Deployments that fail, what is tried again, and what the next deployment makes of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from e2e.configs import Config, config_of_stack, edited
from e2e.engine import Project
from e2e.runs import Engine
from e2e.stand_in.cloud import Fault

CASES = json.loads((Path(__file__).parents[1] / "cases" / "failures.json").read_text("utf-8"))


def config(retry_minutes: int = 0, delay_seconds: int = 0) -> Config:
    """The dev stack, with other limits for access."""
    edits = {"accessRetryMinutes": retry_minutes, "accessDelaySeconds": delay_seconds}
    return edited(
        config_of_stack("dev"), [{"path": f"defaults.{name}", "value": value} for name, value in edits.items()]
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_a_failure_ends_as_its_kind_demands(begin: Callable[[Config], Engine], case: Mapping[str, Any]) -> None:
    """Where several fail, each fails until all have: a retry that held the others up would never succeed."""
    engine = begin(config(case["retryMinutes"]))
    with engine.cloud() as cloud:
        cloud.faults = [Fault(error, f"/{name}") for name, error in case["faults"].items()]

    first = engine.run_command("up")
    assert (first.status == 0) == case["succeeds"], first.output
    assert case.get("says", "") in first.output
    assert min(len(first.attempts("create", f"/{name}")) for name in case["faults"]) == case["attempts"]

    then = engine.run_command("up")
    assert then.status == 0, then.output
    for name in case["faults"]:
        expected = case.get("next", "same")
        assert [kind for kind, urn in then.steps if urn.endswith(f"::ml-dev/{name}")] == [expected]


def test_waits_for_new_roles_run_side_by_side(begin: Callable[[Config], Engine]) -> None:
    """One after the other, they would put the whole wait between any two roles; Azure refuses who comes too early."""
    delay = 3
    engine = begin(config(delay_seconds=delay))
    run = engine.run_command("up")
    assert run.status == 0, run.output
    assert not [entry for entry in run.operations if entry["error"]]
    roles = sorted(entry["time"] for entry in run.operations if "/roleAssignments/" in entry["id"])
    assert len(roles) == 3
    assert min(later - earlier for earlier, later in pairwise(roles)) < delay


def test_the_next_deployment_completes_one_whose_provider_died(real: Callable[[Config], Project]) -> None:
    project = real(config())
    with project.cloud() as cloud:
        cloud.faults = [Fault("crash", "/failed-training")]
    assert project.run_command("up").status != 0
    then = project.run_command("up")
    assert then.status == 0, then.output
    assert then.attempts("create", "/failed-training") == [None]
