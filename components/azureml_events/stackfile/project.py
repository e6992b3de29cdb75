"""The Pulumi project that a command works on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from azureml_events.base.mistakes import no_such, show
from azureml_events.stackfile.input_error import InputError, reading
from azureml_events.stackfile.reader import NAMESPACE

PROJECT_FILE = "Pulumi.yaml"
"""The file of a project."""

_STACK_FILE = "Pulumi.*.yaml"
_EXPECTED = "expected YAML with a name and a runtime"


@dataclass(frozen=True)
class Project:
    """A Pulumi project.

    Attributes:
        directory: The directory of its program.
        name: Its name.
        stacks: The directory of its stack files.
        file: Its file; None where there is no project.
        backend: The URL of the state's backend; None where the file does not say.
    """

    directory: Path
    name: str
    stacks: Path
    file: Path | None = None
    backend: str | None = None

    def stack_file(self, stack: str) -> Path:
        """Find the file of a stack.

        Args:
            stack: A stack's name, or the path of a stack file.

        Raises:
            InputError: There is none.
        """
        if is_path(stack) and Path(stack).is_file():
            return Path(stack)
        if is_path(stack) or stack.lower().endswith(".json"):
            raise InputError([f"{stack}: there is no such file"])
        path = _relative(self.stacks / f"Pulumi.{stack}.yaml")
        if path.is_file():
            return path
        there = self.stack_names()
        if self.file is None and not there:
            fix = "run the command in a project's directory, or give the path of a stack file"
            raise InputError([f"no {PROJECT_FILE} here, so no stack {show(stack)}; {fix}"])
        raise InputError([no_such("stack", stack, there, f" in {_relative(self.stacks)}")])

    def stack_names(self) -> list[str]:
        """List the names of the stacks that have a file."""
        return sorted(file.name.removeprefix("Pulumi.").removesuffix(".yaml") for file in self.stacks.glob(_STACK_FILE))


def find_project(start: Path) -> Project:
    """Find the project of a directory: that of the nearest `Pulumi.yaml`, in it or above it.

    Raises:
        InputError: The `Pulumi.yaml` is not that of a project.
    """
    start = start.resolve()
    for directory in (start, *start.parents):
        if (directory / PROJECT_FILE).is_file():
            return _read(directory)
    return Project(start, NAMESPACE, start / "stacks")


def _read(directory: Path) -> Project:
    path = _relative(directory / PROJECT_FILE)
    with reading(path):
        text = path.read_bytes()
    try:
        given = yaml.safe_load(text.decode("utf-8-sig"))
    except (yaml.YAMLError, ValueError, RecursionError):
        raise InputError([f"{path}: not a Pulumi project; {_EXPECTED}"]) from None
    if not isinstance(given, dict):
        raise InputError([f"{path}: not a Pulumi project: {show(given)}; {_EXPECTED}"])
    if not isinstance(given.get("name"), str):
        raise InputError([f"{path}: name: {_missing(given, 'name')}: the project's name"])
    directory_of_stacks = given.get("stackConfigDir")
    if directory_of_stacks is not None and not isinstance(directory_of_stacks, str):
        raise InputError([f"{path}: stackConfigDir: expected text, a directory, got {show(directory_of_stacks)}"])
    named = (directory_of_stacks, given.get("config"))
    stacks = next((each for each in named if isinstance(each, str)), ".")
    backend = given.get("backend")
    url = backend.get("url") if isinstance(backend, dict) else None
    return Project(directory, given["name"], directory / stacks, path, url if isinstance(url, str) else None)


def _missing(given: Mapping[str, object], member: str) -> str:
    return f"expected text, got {show(given[member])}" if given.get(member) is not None else "required, but missing"


def find_stack_file(stack: str, start: Path) -> tuple[Path, Project]:
    """Find the file of a stack, and its project.

    Args:
        stack: A stack's name, or the path of a stack file.
        start: The directory whose project a name means.

    Raises:
        InputError: There is none.
    """
    project = find_project(start)
    path = project.stack_file(stack)
    return path, project_of(path) if is_path(stack) else project


def is_path(stack: str) -> bool:
    """Tell whether a path is meant, not a stack's name."""
    return stack.endswith((".yaml", ".yml")) or "/" in stack


def project_of(stack_file: Path) -> Project:
    """Find the project of a stack file: that of its own directory, else that of the working directory.

    Args:
        stack_file: The stack file.

    Raises:
        InputError: The `Pulumi.yaml` is not that of a project.
    """
    own = find_project(stack_file.parent)
    return own if own.file else find_project(Path.cwd())


def _relative(path: Path) -> Path:
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path
