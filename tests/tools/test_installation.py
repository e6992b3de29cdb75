"""The package as users get it: built from a clean clone, installed in a fresh environment, as the README uses it."""

from __future__ import annotations

import os
import re
import sys
import tarfile
import zipfile
from email import message_from_string
from pathlib import Path

import pytest
from tools.running import ROOT, run

README = (ROOT / "README.md").read_text("utf-8")
pytestmark = pytest.mark.needs("git")


@pytest.fixture(scope="session")
def built(clone: Path) -> Path:
    """The folder of the sdist and of the wheel that is built from it."""
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", clone.parent / "dist", directory=clone)
    return clone.parent / "dist"


@pytest.fixture(scope="session")
def wheel(built: Path) -> Path:
    """The wheel."""
    (wheel,) = built.glob("*.whl")
    return wheel


@pytest.fixture(scope="session")
def programs(wheel: Path, clone: Path) -> Path:
    """The programs of an environment that has the wheel and, at the pinned versions, what the wheel asks for."""
    environment = clone.parent / "environment"
    run(sys.executable, "-m", "venv", environment, directory=clone)
    pins = clone.parent / "pins.txt"
    pinned = (clone / "requirements.txt").read_text("utf-8").splitlines()
    pins.write_text("\n".join(line for line in pinned if not line.startswith("-e")), encoding="utf-8")
    pip = (environment / "bin" / "python", "-m", "pip", "--disable-pip-version-check")
    run(*pip, "install", "--quiet", "--constraint", pins, wheel, directory=clone)
    run(*pip, "check", directory=clone)
    return environment / "bin"


def test_the_sdist_and_the_wheel_hold_the_same_package_and_the_licence(built: Path, wheel: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        sources = {name.partition("/components/")[2] for name in archive.getnames() if "/components/" in name}
        names = {name.partition("/")[2] for name in archive.getnames()}
    with zipfile.ZipFile(wheel) as archive:
        installed = {name for name in archive.namelist() if name.startswith("azureml_events/")}
        (licence,) = (name for name in archive.namelist() if name.endswith("/licenses/LICENSE"))
        metadata = message_from_string(archive.read(licence.partition("/")[0] + "/METADATA").decode())
        kept = archive.read(licence).decode()

    assert installed == {*sources, "azureml_events/stack_file.md"}
    assert {"LICENSE", "README.md", "pyproject.toml", "stacks/README.md"} <= names
    assert kept == (ROOT / "LICENSE").read_text("utf-8")
    assert metadata["License-Expression"] == "Apache-2.0"


def test_the_installed_package_is_the_wheel_and_needs_nothing_else(programs: Path, tmp_path: Path) -> None:
    where = run(programs / "python", "-c", "import azureml_events; print(azureml_events.__file__)", directory=tmp_path)
    assert Path(where.strip()).is_relative_to(programs.parent)


def test_the_commands_of_the_readme_work_in_a_clone(programs: Path, clone: Path) -> None:
    """The block that asks why an event did not arrive prints what the README shows; each listed command answers."""
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    shown = dict(re.findall(r"<!-- (run|output): why -->\n```\n(.*?)```", README, re.DOTALL))
    assert run("bash", "-ec", shown["run"], directory=clone, PATH=path) == shown["output"]

    for command in re.findall(r"^\| `(\w+)", README.split("## Commands")[1].split("\n## ")[0], re.MULTILINE):
        assert command in run(programs / "azureml-events", command, "--help", directory=clone)
    for stack in sorted((clone / "stacks").glob("Pulumi.*.yaml")):
        name = stack.name.split(".")[1]
        for arguments in (["check", name], ["preview", name], ["preview", name, "--json"], ["route", name]):
            assert run(programs / "azureml-events", *arguments, directory=clone)


def test_a_repository_of_ones_own_needs_one_installation(programs: Path, wheel: Path, tmp_path: Path) -> None:
    """`init` writes it with the wheel; with what its requirements name, in an environment of its own, all passes."""
    workspace = (
        "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-ml/providers/"
        "Microsoft.MachineLearningServices/workspaces/ml-shop"
    )
    options = ("--workspace", workspace, "--ci", "github", "--package", wheel)
    said = run(programs / "azureml-events", "init", *options, directory=tmp_path)
    run(sys.executable, "-m", "venv", ".venv", directory=tmp_path)
    own = tmp_path / ".venv" / "bin"
    pip = ("install", "--quiet", "--disable-pip-version-check", "--requirement", "requirements.txt")
    run(own / "python", "-m", "pip", *pip, directory=tmp_path)

    asked = re.findall(r"\.venv/bin/azureml-events ([^,\n]+)", said)
    assert [command.split()[0] for command in asked] == ["check", "preview", "route"]
    for command in (*asked, "review dev"):
        run(own / "azureml-events", *command.split(), directory=tmp_path)
    page = re.search(r"roles, once: (.*)", said)
    assert page
    assert Path(page[1]).is_relative_to(programs.parent)
