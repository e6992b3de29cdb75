"""The state of a stack of our own, adopted again for the same stack."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from azureml_events.adopt.adoption import adopt
from azureml_events.adopt.gathered import Given
from azureml_events.adopt.stack_text import stack_text
from e2e.configs import Config, config_of, config_of_stack, secrets_in
from e2e.engine import Project
from e2e.test_adopt import answered, changed_nothing
from e2e.test_upgrade import in_clear, left_by, put
from upgrade import KEPT

HANDLERS, SUBSCRIPTIONS, WORKSPACES = (f"azureml-events:{each}" for each in ("handlers", "subscriptions", "workspaces"))


@pytest.mark.parametrize(
    ("stack", "created", "secret"),
    [
        ("dev", {"retraining": "retraining"}, ()),
        (
            "prod",
            {
                "drift": "drift-stream",
                "drift-reports": "drift-reports",
                "model-releases": "releases",
                "retraining": "retraining",
            },
            ("drift-alarm", "failed-in-production", "failed-in-production"),
        ),
    ],
)
def test_with_what_it_made_copied_back_nothing_but_secrets_changes(
    real: Callable[[Config], Project], stack: str, created: Mapping[str, str], secret: tuple[str, ...]
) -> None:
    """Of what is created by their keys after the resources, and before; a remark names each."""
    declared = config_of_stack(stack, KEPT)
    project = real(declared)
    put(project, left_by(stack))
    with project.cloud() as cloud:
        answers = [in_clear(answered(each)) for each in cloud.of_type("eventSubscriptions")]
    exported = json.loads(project.succeed("stack", "export").output)

    adoption = adopt([Given("state.json", exported), Given("answers.json", {"value": answers})])

    said = {each.about for each in adoption.remarks if each.kind == "not expressed"}
    assert {each for each in said if "dead-letters" not in each} == {f"handlers/{each}" for each in created.values()}
    adopted = config_of(stack_text(adoption))
    project.configure(copied_back(adopted, declared, created))
    project.encrypt(secrets_in(project.config))
    changed_nothing(project.run_command("up"), updated=secret)
    assert project.run_command("up").changes == {}


def copied_back(adopted: Config, declared: Config, created: Mapping[str, str]) -> Config:
    """The adopted configuration with what the declared one creates and its settings of providers, and defaults."""
    handlers = {key: each for key, each in adopted[HANDLERS].items() if key not in created}
    return {
        **{key: each for key, each in declared.items() if key.startswith("azure-native:")},
        HANDLERS: handlers | {key: declared[HANDLERS][key] for key in created.values()},
        SUBSCRIPTIONS: {
            key: {**each, "handler": _handler(each["handler"], created)} for key, each in adopted[SUBSCRIPTIONS].items()
        },
        WORKSPACES: {key: _with_store(each, declared[WORKSPACES][key]) for key, each in adopted[WORKSPACES].items()},
        "azureml-events:defaults": declared["azureml-events:defaults"],
    }


def _handler(given: Any, created: Mapping[str, str]) -> Any:
    if isinstance(given, dict):
        return {workspace: created.get(key, key) for workspace, key in given.items()}
    return created.get(given, given)


def _with_store(workspace: Mapping[str, Any], declared: Mapping[str, Any]) -> dict[str, Any]:
    """With its place for dead letters, and what no state holds of a workspace whose topic is only used."""
    kept = {key: each for key, each in workspace.items() if key != "deadLetter"}
    return kept | {key: declared[key] for key in ("deadLetter", "location", "tags") if key in declared}
