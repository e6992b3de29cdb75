"""The pre-commit hooks for other repositories: `.pre-commit-hooks.yaml`. `make tools` tries them in one."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml
from azureml_events.cli import main
from azureml_events.start.repository import STACK_FILE
from click.testing import CliRunner
from golden import ROOT

HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
LANGUAGES = {"azureml-events-check": "python", "azureml-events-check-local": "system"}


def test_one_hook_installs_the_package_and_one_takes_the_command_that_is_there() -> None:
    assert {hook["id"]: hook["language"] for hook in HOOKS} == LANGUAGES


@pytest.mark.parametrize("hook", HOOKS, ids=LANGUAGES)
def test_a_hook_takes_stack_files_and_nothing_else(hook: dict[str, str]) -> None:
    taken = (STACK_FILE, "events/stacks/Pulumi.prod-weu.yaml")
    left = (
        "Pulumi.yaml",
        "other/Pulumi.dev.yaml",
        "stacks/routes.dev.yaml",
        "stacks/Pulumi.dev.yaml.orig",
        "mystacks/x",
    )

    assert [path for path in (*taken, *left) if re.search(hook["files"], path)] == list(taken)


@pytest.mark.parametrize("hook", HOOKS, ids=LANGUAGES)
def test_a_hooks_command_takes_all_files_at_once(hook: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    program, *arguments = shlex.split(hook["entry"])
    stacks = [str(Path("stacks") / f"Pulumi.{name}.yaml") for name in ("dev", "recipes")]

    result = CliRunner().invoke(main, [*arguments, *stacks], catch_exceptions=False)

    assert program == "azureml-events"
    assert result.exit_code == 0
    assert [stack for stack in stacks if stack not in result.output] == []
