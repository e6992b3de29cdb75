"""Secrets where none may stand: refused by the real engine as by `check`, and shown nowhere."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping

import pytest
from e2e.engine import Project
from e2e.runs import Run
from e2e.surroundings import furnish
from stack_texts import WORKSPACE

HANDLERS = {
    "hook": {
        "type": "WebHook",
        "endpointUrl": "https://hook.example.com/path",
        "azureActiveDirectoryTenantId": "00000000-0000-0000-0000-000000000009",
        "azureActiveDirectoryApplicationIdOrUri": "api://app",
        "deliveryAttributeMappings": [{"name": "team", "type": "Static", "value": "ml"}],
    }
}
CONFIG = f"""\
config:
  azure-native:subscriptionId: 00000000-0000-0000-0000-000000000001
  azureml-events:workspaces:
    ml: {{resourceId: {WORKSPACE}, location: westeurope, tags: {{owner: me}}}}
  azureml-events:handlers: {json.dumps(HANDLERS)}
  azureml-events:subscriptions:
    everything: {{handler: hook, allEvents: true, subjectBeginsWith: experiments/}}
  azureml-events:defaults:
    deadLetter: {{disabled: nothing is lost that matters}}
    accessDelaySeconds: 0
"""
PLACES: dict[str, str] = {
    "subscriptions.everything.subjectBeginsWith": "hush/",
    "subscriptions.everything.handler": "hush",
    "workspaces.ml.tags.owner": "hush",
    "handlers.hook.azureActiveDirectoryApplicationIdOrUri": "api://hush",
    "handlers.hook.deliveryAttributeMappings[0].value": "hush",
}
WHOLE: dict[str, str] = {
    "subscriptions": json.dumps({"everything": {"handler": "hook", "allEvents": True, "subjectBeginsWith": "hush"}}),
    "handlers": json.dumps({"hook": {"type": "WebHook", "endpointUrl": "https://hook.example.com/?code=hush"}}),
}


def check(project: Project) -> list[str]:
    """The mistakes that `check` prints."""
    done = project.check()
    assert "hush" not in done.stdout + done.stderr
    return done.stderr.splitlines()


def tells(project: Project, deployed: Run) -> list[str]:
    """What a deployment printed, said or kept that holds the secret."""
    texts = (deployed.output, project.event_log.read_text("utf-8"), *project.kept_texts())
    return [text for text in texts if "hush" in text]


def plant(project: Project, values: Mapping[str, str], *options: str) -> None:
    for path, value in values.items():
        project.succeed("config", "set", "--secret", *options, f"azureml-events:{path}", value)


@pytest.mark.parametrize("place", [*PLACES, *WHOLE])
def test_a_secret_in_another_place_is_refused_by_a_deployment_as_by_check(
    start: Callable[..., Project], place: str
) -> None:
    project = start(CONFIG)
    plant(project, *([{place: PLACES[place]}, "--path"] if place in PLACES else [{place: WHOLE[place]}]))
    mistakes = check(project)
    deployed = project.run_command("up")

    assert any(f" {place}: " in line for line in mistakes)
    assert [line for line in mistakes if line not in deployed.output] == [], deployed.output
    assert deployed.status != 0
    assert "Traceback" not in deployed.output
    assert not deployed.operations
    assert not tells(project, deployed)


def moved(project: Project) -> list[str]:
    """Put the stack's file where only `--config-file` finds it; the options that name it."""
    elsewhere = project.directory / "elsewhere.yaml"
    shutil.move(project.stack_file, elsewhere)
    return ["--config-file", str(elsewhere)]


def test_without_the_stack_file_a_key_that_may_hold_no_secret_is_refused(start: Callable[..., Project]) -> None:
    project = start(CONFIG)
    plant(project, {"subscriptions.everything.handler": "hush", "workspaces.ml.tags.owner": "hush"}, "--path")
    deployed = project.run("up", "--yes", "--skip-preview", "--event-log", str(project.event_log), *moved(project))

    assert deployed.status != 0
    for section in ("workspaces", "subscriptions"):
        assert f"{section}: holds an encrypted value, but only endpointUrl" in deployed.output
    assert not deployed.operations
    assert not tells(project, deployed)


def test_without_the_stack_file_what_may_be_secret_is_secret(start: Callable[..., Project]) -> None:
    project = start(CONFIG)
    with project.cloud() as cloud:
        furnish(cloud, project.config)
    plant(project, {"handlers.hook.endpointUrl": "https://hook.example.com/?code=hush"}, "--path")
    deployed = project.run("up", "--yes", "--skip-preview", "--event-log", str(project.event_log), *moved(project))

    assert deployed.status == 0, deployed.output
    assert not tells(project, deployed)


def test_the_command_in_the_error_is_fit_to_be_pasted(start: Callable[..., Project]) -> None:
    project = start(CONFIG.replace("https://hook.example.com/path", "https://hook.example.com/?code=hush"))
    [mistake] = check(project)
    _, _, command = mistake.partition("; run: ")
    project.paste(command, "https://hook.example.com/?code=hush\n")

    assert check(project) == []
    assert "hush" not in project.stack_file.read_text("utf-8")
