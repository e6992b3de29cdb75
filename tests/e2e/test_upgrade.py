"""What the version before has deployed, under this version: the state that it left, and nothing replaced."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from e2e.configs import Config, config_of_stack, edited
from e2e.engine import Project
from e2e.runs import Run
from e2e.stand_in.cloud import Existing
from upgrade import KEPT

LONG_AGO = 1.0
KEEP = {"path": "defaults.keepVersionAliases", "value": True}
VERSIONS = {"authorization": "v20220401", "eventgrid": "v20220615", "storage": "v20230101"}
"""An API version of each module that azure-native's version 2 had, and that its version 3 has aliases of."""


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_what_the_version_before_deployed_stays_as_it_is(real: Callable[[Config], Project], stack: str) -> None:
    project = real(config_of_stack(stack, KEPT))
    put(project, left_by(stack))

    run = project.run_command("up")

    replaces_nothing(run)
    assert run.changes == {}
    again = project.run_command("up", "--refresh")
    replaces_nothing(again)
    assert again.changes == {}


def test_what_stands_under_versioned_types_stays_where_their_aliases_are_kept(
    real: Callable[[Config], Project],
) -> None:
    project = real(edited(config_of_stack("dev", KEPT), [KEEP]))
    put(project, versioned(left_by("dev")))

    run = project.run_command("up")

    replaces_nothing(run)
    assert run.changes == {}
    assert "/v20" not in json.dumps([each["urn"] for each in project.state()["resources"]])
    project.configure(edited(project.config, [{**KEEP, "value": False}]))
    assert project.run_command("up").changes == {}


def left_by(stack: str) -> dict[str, Any]:
    """What the version before left in the state of a stack."""
    state: dict[str, Any] = json.loads((KEPT / f"{stack}.state.json").read_text("utf-8"))
    return state


def put(project: Project, state: Mapping[str, Any]) -> None:
    """Puts a state in place, and makes exist what it says."""
    project.put_state(state)
    with project.cloud() as cloud:
        for each in state["deployment"]["resources"]:
            if each["type"].startswith("azure-native:"):
                cloud.put(Existing(each["id"], in_clear(each["inputs"]), in_clear(each["outputs"]), LONG_AGO))


def in_clear(value: Any) -> Any:
    """A value of a state without the marks of secrets."""
    if isinstance(value, dict):
        if "plaintext" in value:
            return in_clear(json.loads(value["plaintext"]))
        return {name: in_clear(member) for name, member in value.items()}
    return [in_clear(each) for each in value] if isinstance(value, list) else value


def versioned(state: Mapping[str, Any]) -> dict[str, Any]:
    """A state whose types name API versions, in URNs too."""
    text = re.sub(r"azure-native:(\w+):", lambda found: _token(found[1]), json.dumps(state))
    changed: dict[str, Any] = json.loads(text)
    return changed


def _token(module: str) -> str:
    return f"azure-native:{module}/{VERSIONS[module]}:" if module in VERSIONS else f"azure-native:{module}:"


def replaces_nothing(run: Run) -> None:
    """The run succeeded, and nothing in Azure was created or deleted."""
    assert run.status == 0, run.output
    assert run.ids("create") == []
    assert run.ids("delete") == []
