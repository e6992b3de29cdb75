"""Which module imports which. The contracts are in pyproject.toml, under `tool.importlinter`."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = ROOT / "components"


def lint_imports(root: Path) -> tuple[int, str]:
    """Check the contracts of a tree; gives the exit status and what was printed."""
    run = subprocess.run(  # noqa: S603 our own environment's tool
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root / "components"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    return run.returncode, run.stdout + run.stderr


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package and of the contracts."""
    shutil.copytree(SOURCES, tmp_path / "components", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path / "components" / "azureml_events"


UPWARD = "from azureml_events.stack.stack import Stack\n"
BREAKS = {
    "an upward import": ("base/model.py", "\n" + UPWARD),
    "an upward import for type checkers": (
        "base/model.py",
        f"\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    {UPWARD}",
    ),
    "an upward import in a function": ("base/model.py", f"\ndef stack():\n    {UPWARD}    return Stack\n"),
    "a circle between files": ("event_grid/operators.py", "\nfrom azureml_events.event_grid import filters\n"),
    "a folder that is not listed": ("extra/__init__.py", "\n"),
}


@pytest.mark.parametrize(("file", "text"), BREAKS.values(), ids=BREAKS)
def test_the_contracts_refuse(copy: Path, file: str, text: str) -> None:
    path = copy / file
    path.parent.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8") as stream:
        stream.write(text)

    status, printed = lint_imports(copy.parents[1])

    assert status == 1, printed


def test_the_contracts_hold() -> None:
    status, printed = lint_imports(ROOT)
    assert status == 0, printed


MAY_IMPORT_PULUMI = {"resources", "offline", "testing.py"}
OF_THE_PACK = {"policy/crossguard.py", "policy/pack/__main__.py"}


def test_only_resources_the_offline_run_and_the_policy_pack_import_pulumi() -> None:
    package = SOURCES / "azureml_events"
    importing = {
        path.relative_to(package).parts[0]
        for path in package.rglob("*.py")
        if path.relative_to(package).as_posix() not in OF_THE_PACK
        and any(
            line.strip().startswith(("import pulumi", "from pulumi")) for line in path.read_text("utf-8").split("\n")
        )
    }
    assert importing <= MAY_IMPORT_PULUMI


def test_only_the_policy_pack_imports_what_needs_its_extra() -> None:
    package = SOURCES / "azureml_events"
    importing = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if re.search(
            r"^\s*(import|from) (azureml_events\.policy\.crossguard|pulumi_policy)",
            path.read_text("utf-8"),
            re.MULTILINE,
        )
    }
    assert importing == OF_THE_PACK


def test_imports_by_name_stand_in_the_root_alone() -> None:
    """The contracts read import statements; they cannot see what a name in a text imports."""
    package = SOURCES / "azureml_events"
    importing = {
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        if re.search(r"import_module|__import__|find_spec|pkgutil", path.read_text("utf-8"))
    }
    assert importing <= {"__init__.py"}


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "dev"],
        ["schema"],
        ["route", "dev"],
        ["events"],
        ["deliver", "dev", "--to=archive=x", "--dry-run"],
        ["--help"],
    ],
)
def test_a_command_without_an_engine_does_not_import_pulumi(arguments: list[str]) -> None:
    program = (
        "import sys\n"
        "from azureml_events.cli import main\n"
        f"main({arguments!r}, standalone_mode=False)\n"
        "sys.exit(','.join(name for name in sys.modules if name.startswith('pulumi')) or None)\n"
    )
    run = subprocess.run(  # noqa: S603 our own program
        [sys.executable, "-c", program], cwd=ROOT, env={"PYTHONPATH": str(SOURCES)}, capture_output=True, check=False
    )
    said = [line for line in run.stderr.decode().splitlines() if not line.startswith("note: ")]
    assert (said, run.returncode) == ([], 0)
