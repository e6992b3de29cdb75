"""Two clones of the dev stack in one Azure, which refuses a name that is taken."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from e2e.configs import Config, config_of_stack
from e2e.conftest import REPOSITORY
from e2e.engine import STACK, Project
from e2e.in_process import InProcess
from e2e.surroundings import furnish

DEV = config_of_stack("dev")
ANOTHER = {
    "group": ("/rg-ml-dev/", "/rg-ml-clone/"),
    "subscription": ("00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"),
}


def clone(old: str, new: str) -> Config:
    """The dev stack elsewhere."""
    text = json.dumps(DEV)
    if old.startswith("/"):
        text = text.replace(f'"{old.strip("/")}"', f'"{new.strip("/")}"')
    config: Config = json.loads(text.replace(old, new))
    return config


@pytest.mark.parametrize("elsewhere", ANOTHER.values(), ids=[f"in-process-{name}" for name in ANOTHER])
def test_a_clone_comes_up_beside_the_stack(tmp_path: Path, elsewhere: tuple[str, str]) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    stack = InProcess(tmp_path / "one", REPOSITORY, DEV)
    beside = InProcess(tmp_path / "two", REPOSITORY, clone(*elsewhere))
    first = up(stack)
    with stack.cloud() as there, beside.cloud() as cloud:
        cloud.resources.update(there.resources)

    second = up(beside)

    names = [{each.rpartition("/")[2] for each in ids if is_account(each)} for ids in (first, second)]
    assert len(names[0]) == len(names[1]) == 2
    assert not names[0] & names[1]


def up(project: InProcess) -> list[str]:
    """Deploys a stack: the ids of what it made."""
    with project.cloud() as cloud:
        furnish(cloud, project.config)
        cloud.access_delay = project.config["azureml-events:defaults"]["accessDelaySeconds"]
    run = project.run_command("up")
    assert run.status == 0, run.output
    return run.ids("create")


def is_account(resource_id: str) -> bool:
    """Whether an id is that of a storage account."""
    return resource_id.rpartition("/")[0].endswith("/storageAccounts")


def test_two_stacks_of_a_project_stand_side_by_side(real: Callable[[Config], Project]) -> None:
    """In one backend, one resource group and for one handler; the end of the one leaves the other as it is."""
    project = real(DEV)
    assert project.run_command("up").status == 0
    beside = renamed(DEV, "ml-dev", "ml-lab")
    project.begin_stack("beside", beside)
    with project.cloud() as cloud:
        furnish(cloud, beside)
        there = set(cloud.resources)

    run = project.run_command("up", "--stack", "beside")

    assert run.status == 0, run.output
    assert project.run_command("up", "--refresh", "--stack", STACK).changes == {}
    gone = project.run_command("destroy", "--stack", "beside")
    assert gone.status == 0, gone.output
    with project.cloud() as cloud:
        assert set(cloud.resources) == there
    assert project.run_command("up", "--refresh", "--stack", STACK).changes == {}


def renamed(config: Config, old: str, new: str) -> Config:
    """The stack for another workspace of the same resource group."""
    text = json.dumps(config).replace(f'"{old}"', f'"{new}"').replace(f"/workspaces/{old}", f"/workspaces/{new}")
    other: Config = json.loads(text)
    return other
