"""The state of a stack of our own, adopted again for the same stack."""

from __future__ import annotations

import json
from collections.abc import Callable

from azureml_events.adopt.adoption import adopt
from azureml_events.adopt.gathered import Given
from azureml_events.adopt.stack_text import stack_text
from e2e.configs import Config, config_of, config_of_stack, edited
from e2e.engine import Project
from e2e.test_adopt import changed_nothing
from e2e.test_upgrade import left_by, put
from upgrade import KEPT


def test_with_what_it_made_copied_back_nothing_changes(real: Callable[[Config], Project]) -> None:
    """What the stack makes is named in remarks, each with that the first `up` would delete it."""
    project = real(config_of_stack("dev", KEPT))
    put(project, left_by("dev"))
    exported = json.loads(project.succeed("stack", "export").output)

    adoption = adopt([Given("state.json", exported)])

    said = {each.about.rpartition("/")[2] for each in adoption.remarks if each.kind == "not expressed"}
    assert said == {"account", "ml-dev", "retraining"}
    declared = config_of_stack("dev", KEPT)
    edits = [
        {"path": "handlers.retraining", "value": declared["azureml-events:handlers"]["retraining"]},
        {"path": "workspaces.ml-dev.deadLetter", "remove": True},
        {"path": "defaults", "value": declared["azureml-events:defaults"]},
    ]
    project.configure(edited(config_of(stack_text(adoption)), edits))
    changed_nothing(project.run_command("up"))
    assert project.run_command("up").changes == {}
