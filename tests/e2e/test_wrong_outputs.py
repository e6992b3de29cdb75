"""Programs whose outputs turn out to be wrong, on the real engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from e2e.configs import BARE
from e2e.engine import Project, write_program
from e2e.stand_in import azure
from stack_texts import GROUP, HUB, WORKSPACE

PROGRAM = f"""
import pulumi

from azureml_events import Defaults, EventHub, Subscription, WebHook, WorkspaceEvents, run_failed


def events(workspace_id="{WORKSPACE}", to=EventHub(resource_id="{HUB}")):
    subscriptions = {{"failed": Subscription(run_failed(), to=to)}}
    WorkspaceEvents(
        "ml",
        workspace_id=workspace_id,
        location="westeurope",
        defaults=Defaults(access_delay_seconds=0),
        subscriptions=subscriptions,
    )
"""
NONSENSE = "pulumi.Output.from_input('nonsense')"
WRONG = {
    "workspace": (f"events({NONSENSE})", "error: ml: workspaceId: 'nonsense' is not the id"),
    "handler": (f"events(to=EventHub(resource_id={NONSENSE}))", "scope: 'nonsense' is not the id"),
    "url": (
        "events(to=WebHook(endpoint_url=pulumi.Output.from_input('http://hook.invalid/in')))",
        "error: ml/failed: destination.endpointUrl: Event Grid delivers to https only",
    ),
    "own": ("events()\npulumi.Output.from_input(0).apply(lambda zero: 1 / zero)", "ZeroDivisionError"),
}
"""How a program ends, and what the terminal says of it."""


@pytest.mark.parametrize("command", ["preview", "up"])
@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_output_ends_with_its_message(
    start: Callable[..., Project], tmp_path: Path, command: str, wrong: str
) -> None:
    """Python ends in an orderly way, although the hooks' server has hardly begun."""
    end, said = WRONG[wrong]
    project = start(BARE, write_program(tmp_path, f"{PROGRAM}\n\n{end}\n"))
    with project.cloud() as cloud:
        azure.seed(cloud, GROUP)
        azure.seed(cloud, WORKSPACE, {"location": "westeurope"})
        azure.seed(cloud, HUB)

    run = project.run_command(command)

    assert run.status != 0
    assert said in run.output
    assert "exit code: -1" not in run.output
    assert ("Traceback" in run.output) == (wrong == "own")
