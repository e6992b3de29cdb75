"""A workspace's own store on the real engine: taken over from where it stood before, and kept when others share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from e2e.configs import BARE
from e2e.engine import Project, write_program
from e2e.stand_in import azure
from stack_texts import GROUP, HUB

PROGRAM = f"""
import pulumi

from azureml_events import (
    CreateDeadLetter, DeadLetter, Defaults, EventHub, Subscription, WorkspaceEvents, run_failed
)
from azureml_events.resources.dead_letter import DeadLetterStore
from azureml_events.stack.dead_letter_stores import StoreSettings

PLACE = "dead-letters/00000000-0000-0000-0000-000000000001/rg/westeurope"


def events(key, account_name=None):
    WorkspaceEvents(
        key,
        workspace_id=f"{GROUP}/providers/Microsoft.MachineLearningServices/workspaces/{{key}}",
        location="westeurope",
        dead_letter=DeadLetter(create=CreateDeadLetter(account_name=account_name)),
        defaults=Defaults(access_delay_seconds=0, access_retry_minutes=0),
        subscriptions={{"failed": Subscription(run_failed(), to=EventHub(resource_id="{HUB}"))}},
        opts=pulumi.ResourceOptions(protect=account_name is not None),
    )


def before():
    settings = StoreSettings("mine", "Standard_LRS", 30, "Allow", protect=False)
    DeadLetterStore(
        PLACE, account_name="mine", resource_group="rg", location="westeurope", settings=settings, tags={{}}
    ).container("one")
"""
BEFORE = "before()"
OWN = "events('one', 'mine')"
SHARED = "events('one'); events('two')"
APART = {
    "events('one', 'mine'); events('two')": 1,
    "events('two'); events('one', 'mine')": 1,
    "events('one', 'mine'); events('two', 'yours')": 2,
}
"""Workspaces that have left the shared store, and how many stores of their own there are then."""


@pytest.fixture
def begin_program(start: Callable[..., Project], tmp_path: Path) -> Callable[[str], Project]:
    """Starts a program that ends in a line."""

    def begin(line: str) -> Project:
        project = start(BARE, write_program(tmp_path, PROGRAM + line))
        with project.cloud() as cloud:
            cloud.access_delay = 0
            azure.seed(cloud, GROUP)
            azure.seed(cloud, HUB)
            for key in ("one", "two"):
                workspace = f"{GROUP}/providers/Microsoft.MachineLearningServices/workspaces/{key}"
                azure.seed(cloud, workspace, {"location": "westeurope"})
        return project

    return begin


def write(project: Project, line: str) -> None:
    """Changes the program's last line."""
    (project.directory / "__main__.py").write_text(PROGRAM + line)


def test_a_store_that_stood_below_the_root_is_taken_over(begin_program: Callable[[str], Project]) -> None:
    project = begin_program(BEFORE)
    assert project.run_command("up").status == 0

    write(project, OWN)
    run = project.run_command("up")

    assert run.status == 0, run.output
    assert not run.ids("delete")
    assert not accounts(run.ids("create"))


@pytest.mark.parametrize("then", APART)
def test_a_workspace_that_leaves_a_shared_store_gets_one_of_its_own(
    begin_program: Callable[[str], Project], then: str
) -> None:
    """Whoever stays keeps the shared store, whichever workspace is declared first."""
    project = begin_program(SHARED)
    first = project.run_command("up")
    assert first.status == 0, first.output

    write(project, then)
    run = project.run_command("up")

    assert run.status == 0, run.output
    assert len(accounts(run.ids("create"))) == APART[then]
    assert len(accounts(run.ids("delete"))) == APART[then] - 1


def accounts(ids: list[str]) -> list[str]:
    """The storage accounts among ids."""
    return [each for each in ids if each.rpartition("/")[0].endswith("storageAccounts")]
