"""The workflow that runs this project's tests."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib

import pytest
import yaml
from golden import ROOT
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
WORKFLOW = yaml.safe_load((ROOT / ".github" / "workflows" / "test.yml").read_text("utf-8"))
MATRIX = WORKFLOW["jobs"]["test"]["strategy"]["matrix"]
(ALLOWED,) = [
    requirement.specifier
    for requirement in map(Requirement, PROJECT["dependencies"])
    if requirement.name == "pulumi-azure-native"
]
LOWEST = next(each.version for each in ALLOWED if each.operator == ">=")


def asked_for(which: str) -> SpecifierSet:
    """What the workflow installs of azure-native."""
    done = subprocess.run(  # noqa: S603 our own script
        [sys.executable, ROOT / ".ci" / "azure-native", which], capture_output=True, text=True, check=True
    )
    requirement = Requirement(done.stdout.strip())
    assert requirement.name == "pulumi-azure-native"
    return requirement.specifier


def test_the_lowest_and_the_highest_azure_native_are_those_that_the_package_allows() -> None:
    assert MATRIX["azure-native"] == ["lowest", "highest"]
    assert asked_for("lowest") == SpecifierSet(f"=={LOWEST}")
    assert asked_for("highest") == ALLOWED


def test_the_lowest_python_and_those_after_it_run_the_tests() -> None:
    (lowest,) = SpecifierSet(PROJECT["requires-python"])
    minors = [int(version.removeprefix("3.")) for version in MATRIX["python"]]

    assert MATRIX["python"][0] == lowest.version
    assert minors == list(range(minors[0], minors[-1] + 1))


def test_the_tests_are_those_of_the_script_and_the_wheel_is_built_by_make() -> None:
    scripts = {job: [step["run"] for step in each["steps"] if "run" in step] for job, each in WORKFLOW["jobs"].items()}

    assert scripts["test"][-1] == ".ci/run"
    assert scripts["wheel"] == ["make dist"]
    assert re.findall(r"^ *make (\w+)$", (ROOT / ".ci" / "run").read_text("utf-8"), re.MULTILINE) == [
        "test",
        "tools",
        "e2e",
    ]


@pytest.mark.parametrize("script", ["run", "azure-native"])
def test_a_script_of_ci_can_be_run(script: str) -> None:
    assert os.access(ROOT / ".ci" / script, os.X_OK)
