"""Which module imports which: the pure packages know nothing of Pulumi, and nothing is imported in a circle."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from importlib.util import resolve_name
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = ROOT / "components"
PURE = ("declarations", "endpoints", "arm", "stackfile", "routing", "bridges")
WITH_PULUMI = ("resources", "engine")


@cache
def modules() -> Mapping[str, Path]:
    """Every module of the package by name."""
    found = {}
    for path in sorted((SOURCES / "azureml_events").rglob("*.py")):
        parts = path.relative_to(SOURCES).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(name: str, *, on_import: bool = False) -> set[str]:
    """The modules that a module names in its imports, the packages around them included.

    Args:
        name: The module.
        on_import: Only what is imported as soon as the module is, not for type checkers or inside functions.
    """
    tree = ast.parse(modules()[name].read_text("utf-8"))
    package = name if modules()[name].name == "__init__.py" else name.rpartition(".")[0]
    return {target for node in statements(tree, on_import=on_import) for target in targets(node, package)}


def statements(tree: ast.AST, *, on_import: bool) -> Iterator[ast.Import | ast.ImportFrom]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif not on_import or not (
            isinstance(node, ast.FunctionDef)
            or (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test))
        ):
            yield from statements(node, on_import=on_import)


def targets(node: ast.Import | ast.ImportFrom, package: str) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    base = resolve_name("." * node.level + (node.module or ""), package) if node.level else node.module or ""
    for alias in node.names:
        inner = f"{base}.{alias.name}"
        yield inner if inner in modules() else base


def of(packages: tuple[str, ...]) -> list[str]:
    return [name for name in modules() if name.split(".")[1:2] and name.split(".")[1] in packages]


def needs_pulumi(name: str) -> bool:
    return any(target.split(".")[0].startswith("pulumi") for target in imported(name))


def test_every_package_is_looked_at() -> None:
    packages = {path.name for path in (SOURCES / "azureml_events").iterdir() if (path / "__init__.py").exists()}
    assert {*PURE, *WITH_PULUMI} <= packages
    assert len(of(PURE)) > 50


@pytest.mark.parametrize("name", of(PURE))
def test_a_pure_module_imports_no_pulumi(name: str) -> None:
    assert not needs_pulumi(name)


@pytest.mark.parametrize("name", of(PURE))
def test_a_pure_module_imports_nothing_that_needs_pulumi(name: str) -> None:
    assert not {target for target in imported(name) for package in WITH_PULUMI if f".{package}" in target}


def test_only_resources_engine_and_the_policy_import_pulumi() -> None:
    allowed = {*of((*WITH_PULUMI, "policy")), "azureml_events.testing"}
    assert {name for name in modules() if needs_pulumi(name)} <= allowed


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {name: {target for target in imported(name, on_import=True) if target in modules()} for name in modules()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))


@pytest.mark.parametrize("arguments", [["check", "dev"], ["schema"], ["route", "dev"], ["events"], ["--help"]])
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
    assert (run.stderr.decode().strip(), run.returncode) == ("", 0)
