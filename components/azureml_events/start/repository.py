"""The files of a repository of one's own: a project, a stack with its expectations, and workflows.

The templates are files beside this one; the workflows among them are written as they are.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from errno import ENOTDIR
from importlib.resources import files
from pathlib import Path
from string import Template
from types import MappingProxyType
from typing import Literal

from azureml_events.base.arm_ids import arm_id, parse_arm_id
from azureml_events.base.mistakes import show
from azureml_events.base.names import RESOURCE_GROUP, WORKSPACE_KEY
from azureml_events.base.urls import holds_key
from azureml_events.stack.workspace import WORKSPACE
from azureml_events.stackfile.input_error import InputError

STACK = "dev"
"""The stack that a repository begins with."""

STACK_FILE = f"stacks/Pulumi.{STACK}.yaml"
"""Its file."""

EXPECTATIONS = f"stacks/routes.{STACK}.yaml"
"""Its expectations."""

PLACEHOLDER = arm_id("00000000-0000-0000-0000-000000000000", "rg-ml", WORKSPACE, "ml-dev")
"""The workspace of a stack file for which none was named."""

Ci = Literal["github", "azure"]


@dataclass(frozen=True)
class _Row:
    path: str
    template: str
    needed: str = ""


_FILES = (
    _Row("Pulumi.yaml", "project.yaml", "stackConfigDir: stacks"),
    _Row("__main__.py", "program.txt", "declare_stack()"),
    _Row("requirements.txt", "requirements.txt", "$package"),
    _Row(STACK_FILE, "stack.yaml"),
    _Row(EXPECTATIONS, "routes.yaml"),
    _Row(".gitignore", "gitignore.txt", ".venv/"),
)

WORKFLOWS: Mapping[Ci, Mapping[str, str]] = MappingProxyType(
    {
        "github": {
            ".github/workflows/events-review.yml": "github/review.yml",
            ".github/workflows/events-deploy.yml": "github/deploy.yml",
            ".github/workflows/events-drift.yml": "github/drift.yml",
        },
        "azure": {"azure-pipelines.yml": "azure/azure-pipelines.yml"},
    }
)
"""The workflows of each service: where a repository has them, and their templates."""


@dataclass(frozen=True)
class Planned:
    """A file to be written.

    Attributes:
        path: Where, below the repository's directory, with `/`.
        text: Its content.
        needed: The line that a file of that name which is there already must hold; empty where there is none.
    """

    path: str
    text: str
    needed: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of a planned file.

    Attributes:
        path: Where, below the repository's directory.
        kept: Why the file was not written; None where it was.
    """

    path: str
    kept: str | None = None


def plan_files(workspace: str | None, ci: Ci | None, package: str) -> tuple[Planned, ...]:
    """List the files of a repository.

    Args:
        workspace: The ARM id of the workspace; None for one to be filled in.
        ci: The service that runs the workflows; None for no workflows.
        package: What requirements.txt names, as pip reads it.

    Raises:
        InputError: The workspace's id or the package is refused.
    """
    values = {**_of_workspace(PLACEHOLDER if workspace is None else workspace), "package": _checked_package(package)}
    rows = (*_FILES, *(_Row(path, template) for path, template in (WORKFLOWS[ci] if ci else {}).items()))
    return tuple(_planned(row, values) for row in rows)


def write_files(directory: Path, planned: Iterable[Planned]) -> list[Outcome]:
    """Write files; what exists is kept as it is.

    Args:
        directory: The repository's directory; made where it is missing.
        planned: The files.

    Raises:
        InputError: A file or directory cannot be written; with every such file, and none is left behind.
    """
    left_out = _left_out(directory)
    outcomes, refused = [], []
    with ExitStack() as made:
        for each in planned:
            if each.path in left_out and not os.path.lexists(directory / each.path):
                outcomes.append(Outcome(each.path, left_out[each.path]))
                continue
            path = directory / each.path
            try:
                outcomes.append(_write(path, each, made))
            except OSError as error:
                refused.append(f"{error.filename or path}: cannot be written: {error.strerror}")
        if refused:
            raise InputError([*dict.fromkeys(refused), "nothing was written"])
        made.pop_all()
    return outcomes


def relative_package(package: str, directory: Path) -> str:
    """Turn the relative path of a package into the one that holds in another directory, where pip will read it.

    Args:
        package: What requirements.txt shall name; anything but the relative path of something that exists stays as it
            is.
        directory: The other directory.
    """
    if not package or Path(package).is_absolute() or not os.path.lexists(package):
        return package
    path = Path(os.path.relpath(package, directory)).as_posix()
    return path if path.startswith("..") else f"./{path}"


def lies_outside(package: str, directory: Path) -> bool:
    """Tell whether a package is a file or directory that a clone of the repository would not have.

    Args:
        package: What requirements.txt names, seen from here.
        directory: The repository's directory.
    """
    return os.path.lexists(package) and not Path(package).resolve().is_relative_to(directory.resolve())


def _left_out(directory: Path) -> dict[str, str]:
    """Say which files are not written beside what is there, and why."""
    left_out = {}
    if os.path.lexists(directory / STACK_FILE):
        left_out[EXPECTATIONS] = f"these are expectations of the {STACK_FILE} that was not written"
    for other in ("Pulumi.yml", "Pulumi.json"):
        if os.path.lexists(directory / other):
            ending = other.removeprefix("Pulumi")
            left_out["Pulumi.yaml"] = (
                f"{other} is there; make it Pulumi.yaml, for with {other} Pulumi reads stack files that end in {ending}"
            )
    return left_out


def _planned(row: _Row, values: Mapping[str, str]) -> Planned:
    text = (files(__package__) / "templates" / row.template).read_text("utf-8")
    if row in _FILES:
        text = Template(text).substitute(values)
    return Planned(row.path, text, Template(row.needed).substitute(values))


def _of_workspace(given: str) -> dict[str, str]:
    try:
        workspace = parse_arm_id(given, WORKSPACE)
        WORKSPACE_KEY.check(workspace.name)
        RESOURCE_GROUP.check(workspace.resource_group)
    except ValueError as error:
        raise InputError([f"--workspace: {error}"]) from None
    return {
        "subscription_id": workspace.subscription_id,
        "resource_group": _scalar(workspace.resource_group),
        "workspace": _scalar(workspace.name),
        "workspace_id": _scalar(given),
    }


_PLAIN = re.compile(r"/?[A-Za-z][\w./-]*", re.ASCII)
_WORDS = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}


def _scalar(text: str) -> str:
    """Write a text as YAML does, in quotes where it could be read as something else."""
    return text if _PLAIN.fullmatch(text) and text.lower() not in _WORDS else json.dumps(text)


_COMMENT = re.compile(r"(?:^|\s)#")
"""How a comment begins: pip's page on the format of requirements files."""

_URL = re.compile(r"[\w.+-]+://\S+")
_SSH_USER = re.compile(r"(?<=ssh://)[\w.-]+@")


def _checked_package(given: str) -> str:
    if not given.strip() or not given.isprintable():
        raise InputError([f"--package: {show(given)} is no line of a requirements.txt"])
    if _COMMENT.search(given) or given.endswith("\\"):
        text = "pip takes what follows a blank and '#' for a comment, and a '\\' at the end for a line that goes on"
        raise InputError([f"--package: {show(given)} is no line of a requirements.txt: {text}; rename the file"])
    if any(holds_key(_SSH_USER.sub("", url)) for url in _URL.findall(given)):
        raise InputError(
            ["--package: the URL may hold a key, which would lie in the repository; let pip or Git know it instead"]
        )
    return given


def _write(path: Path, planned: Planned, made: ExitStack) -> Outcome:
    """Write a file, and note how it and its directories are taken back."""
    _make(path.parent, made)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            made.callback(_take_back, path.unlink)
            file.write(planned.text)
    except FileExistsError:
        return Outcome(planned.path, _why_kept(path, planned))
    return Outcome(planned.path)


def _make(directory: Path, made: ExitStack) -> None:
    if directory.is_dir():
        return
    if os.path.lexists(directory):
        raise NotADirectoryError(ENOTDIR, os.strerror(ENOTDIR), str(directory))
    _make(directory.parent, made)
    directory.mkdir()
    made.callback(_take_back, directory.rmdir)


def _take_back(remove: Callable[[], None]) -> None:
    with suppress(OSError):  # somebody else may have used it meanwhile
        remove()


def _why_kept(path: Path, planned: Planned) -> str:
    try:
        fits = planned.needed in path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        fits = False
    return "it exists" if fits else f"it exists; it must hold {planned.needed}"
