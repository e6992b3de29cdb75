"""Two clones of the dev stack in one Azure, which refuses a globally unique name that is taken."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from e2e.configs import Config, config_of_stack
from e2e.conftest import REPOSITORY
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
