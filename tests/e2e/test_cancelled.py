"""A deployment that somebody cancels, and the next one."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable

import pytest
from e2e.configs import Config, config_of_stack, edited
from e2e.engine import Project

WAIT = {"path": "defaults.accessDelaySeconds", "value": 600}
"""Longer than any command may take: what goes on waiting fails."""

CREATED = re.compile(r"azure-native:\S+ \S+ created")
BEFORE_SUBSCRIPTIONS = 9
"""A topic, two accounts, a queue, a container, a lifecycle rule and three role assignments."""

WAYS = [pytest.param(signal.SIGINT, True, id="Ctrl-C"), pytest.param(signal.SIGTERM, False, id="a pipeline's end")]


@pytest.mark.parametrize(("number", "group"), WAYS)
def test_a_deployment_cancelled_while_it_waits_ends_and_the_next_one_finishes_it(
    real: Callable[[Config], Project], number: int, *, group: bool
) -> None:
    """What is there stays and is in the state; the rest follows, nothing is made twice."""
    project = real(edited(config_of_stack("dev"), [WAIT]))

    run = project.cancel_up(lambda said: len(CREATED.findall(said)) == BEFORE_SUBSCRIPTIONS, number, group=group)

    assert run.status != 0
    assert len(run.ids("create")) == BEFORE_SUBSCRIPTIONS
    project.configure(edited(project.config, [{**WAIT, "value": 1}]))
    with project.cloud() as cloud:
        cloud.access_delay = 1
    then = project.run_command("up")
    assert then.status == 0, then.output
    assert [each.split("/")[-2] for each in then.ids("create")] == ["eventSubscriptions"] * 3
    assert not then.ids("delete")
    assert project.run_command("up").changes == {}
