"""Deployments that fail, what is tried again, and what the next deployment makes of it."""

from __future__ import annotations

import json
import shlex
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
    others = [
        {"path": f"subscriptions.{name}.disabled", "value": "not in this test"}
        for name in ("large-models", "breached-monitors")
    ]
    project = real(edited(config(), others))  # what is being created when the provider dies is lost
    with project.cloud() as cloud:
        cloud.faults = [Fault("crash", "/failed-training")]
    assert project.run_command("up").status != 0
    then = project.run_command("up")
    assert then.status == 0, then.output
    assert then.attempts("create", "/failed-training") == [None]


def failed_then_refreshed(real: Callable[[Config], Project]) -> Project:
    """A project whose first deployment failed for missing access and whose state has forgotten it."""
    project = real(config())
    with project.cloud() as cloud:
        cloud.faults = [Fault("access", f"/{name}") for name in ("failed-training", "large-models")]
    first = project.run_command("up")
    assert first.status != 0
    assert "run `pulumi up` again, without a refresh" in first.output
    assert project.run_command("refresh").status == 0
    return project


def test_a_refresh_hides_no_failure_and_all_that_deliver_nothing_are_named(real: Callable[[Config], Project]) -> None:
    """Pulumi itself finds nothing to do; the command that the message gives mends them, and nothing is left to say."""
    project = failed_then_refreshed(real)
    preview = project.run_command("preview")
    assert preview.status == 0, preview.output
    then = project.run_command("up")
    assert then.status != 0
    assert "Traceback" not in then.output
    for output in (preview.output, then.output):
        assert "ml-dev/failed-training is Failed" in output
        assert "ml-dev/large-models is Failed" in output

    [command] = [line for line in then.output.splitlines() if "pulumi up --replace" in line]
    mended = project.run_command(*shlex.split(command.partition("pulumi ")[2]))

    assert mended.status == 0, mended.output
    assert mended.changes == {
        kind: ["ml-dev/failed-training", "ml-dev/large-models"] for kind in ("create-replacement", "delete-replaced")
    }
    with project.cloud() as cloud:
        assert {each.outputs["provisioningState"] for each in cloud.of_type("eventSubscriptions")} == {"Succeeded"}
    assert project.run_command("up").changes == {}


@pytest.mark.parametrize("state", ["Canceled", "AwaitingManualAction"])
def test_what_came_to_deliver_nothing_outside_of_pulumi_is_named_too(
    real: Callable[[Config], Project], state: str
) -> None:
    project = real(config())
    assert project.run_command("up").status == 0
    with project.cloud() as cloud:
        next(cloud.of_type("eventSubscriptions")).outputs["provisioningState"] = state
    then = project.run_command("up", "--refresh")
    assert then.status != 0
    assert f"is {state}" in then.output


def test_an_update_waits_for_access(real: Callable[[Config], Project]) -> None:
    """Azure finds missing access after it accepted: the first deployment creates once, the next can wait."""
    project = real(config(retry_minutes=1))
    with project.cloud() as cloud:
        cloud.faults = [Fault("access", "/failed-training", "write", 2)]
    first = project.run_command("up")
    assert first.status != 0
    assert len(first.attempts("create", "/failed-training")) == 1
    second = project.run_command("up")
    assert second.status == 0, second.output
    assert len(second.attempts("update", "/failed-training")) == 2
    assert "access is missing for ml-dev/failed-training; waiting 5 s before it is tried again" in second.output


def test_the_terminal_says_what_up_waits_for_while_it_waits(real: Callable[[Config], Project]) -> None:
    run = real(config(delay_seconds=3)).run_command("up")
    assert run.status == 0, run.output
    said = run.output.index("waiting 3 s for new role assignments to take effect")
    assert said < run.output.index("ml-dev/failed-training created")
