"""The Pulumi project that a command works on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from azureml_events.base.mistakes import likely
from azureml_events.stackfile.input_error import InputError
from azureml_events.stackfile.reader import NAMESPACE

_PROJECT_FILE = "Pulumi.yaml"


@dataclass(frozen=True)
class Project:
    """A Pulumi project.

    Attributes:
        directory: The directory of its program.
        name: Its name.
        stacks: The directory of its stack files.
        file: Its file; None where there is no project.
    """

    directory: Path
    name: str
    stacks: Path
    file: Path | None = None

    def stack_file(self, stack: str) -> Path:
        """Find the file of a stack.

        Args:
            stack: A stack's name, or the path of a stack file.

        Raises:
            InputError: There is none.
        """
        if is_path(stack):
            if Path(stack).is_file():
                return Path(stack)
            raise InputError([f"{stack}: there is no such file"])
        path = _relative(self.stacks / f"Pulumi.{stack}.yaml")
        if path.is_file():
            return path
        there = sorted(file.name.removeprefix("Pulumi.")[:-5] for file in self.stacks.glob("Pulumi.*.yaml"))
        close = likely(stack, there)
        fix = f"did you mean '{close}'?" if close else f"there are: {', '.join(there) or 'none'}"
        raise InputError([f"there is no stack '{stack[:60]}' in {_relative(self.stacks)}; {fix}"])


def find_project(start: Path) -> Project:
    """Find the project of a directory: that of the nearest `Pulumi.yaml`, in it or above it.

    Args:
        start: The directory.

    Raises:
        InputError: The `Pulumi.yaml` is not that of a project.
    """
    start = start.resolve()
    for directory in (start, *start.parents):
        if (directory / _PROJECT_FILE).is_file():
            return _read(directory)
    return Project(start, NAMESPACE, start / "stacks")


def _read(directory: Path) -> Project:
    path = _relative(directory / _PROJECT_FILE)
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, OSError):
        raise InputError([f"{path}: not a Pulumi project; expected YAML with a name and a runtime"]) from None
    if not isinstance(given, dict) or not isinstance(given.get("name"), str):
        raise InputError([f"{path}: name: required, but missing: the project's name"])
    named = (given.get("stackConfigDir"), given.get("config"))
    stacks = next((each for each in named if isinstance(each, str)), ".")
    return Project(directory, given["name"], directory / stacks, path)


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
