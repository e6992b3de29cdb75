"""A deployment that somebody cancels, and the next one."""

from __future__ import annotations

import signal
from collections.abc import Callable

import pytest
from e2e.configs import Config, config_of_stack, edited
from e2e.engine import Project

WAIT = {"path": "defaults.accessDelaySeconds", "value": 60}
PATIENCE_SECONDS = 30
"""How long a cancelled deployment may take to end: far less than the wait in which it is cancelled."""

WAYS = [pytest.param(signal.SIGINT, True, id="Ctrl-C"), pytest.param(signal.SIGTERM, False, id="a pipeline's end")]


@pytest.mark.parametrize(("number", "group"), WAYS)
def test_a_deployment_cancelled_while_it_waits_ends_at_once_and_the_next_one_finishes_it(
    real: Callable[[Config], Project], number: int, *, group: bool
) -> None:
    """What is there stays and is in the state; the rest follows, nothing is made twice."""
    project = real(edited(config_of_stack("dev"), [WAIT]))

    run, seconds = project.cancel_up(lambda ids: len(of_type(ids, "roleAssignments")) == 3, number, group=group)

    assert run.status != 0
    assert seconds < PATIENCE_SECONDS
    assert not of_type(run.ids("create"), "eventSubscriptions")
    project.configure(edited(project.config, [{**WAIT, "value": 1}]))
    with project.cloud() as cloud:
        cloud.access_delay = 1
    then = project.run_command("up")
    assert then.status == 0, then.output
    assert of_type(then.ids("create"), "eventSubscriptions") == then.ids("create")
    assert len(then.ids("create")) == 3
    assert not then.ids("delete")
    assert project.run_command("up").changes == {}


def of_type(ids: list[str], segment: str) -> list[str]:
    """The ids of a type, given as its last step."""
    return [each for each in ids if each.split("/")[-2] == segment]
