"""A Pulumi program with one of its stacks, to be run offline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from azureml_events.lint.refusal import FindingsError
from azureml_events.offline.program import MAIN, preview_stack
from azureml_events.offline.recording import ProgramError, Recording
from azureml_events.offline.sdk import without_stack_traces
from azureml_events.resources.findings import leaving_findings
from azureml_events.stackfile.project import Project, find_project, is_path
from azureml_events.stackfile.stack_file import StackFile, config_with_unknown, read_stack_file, stack_name

_DECLARES = Path(__file__).parent / "declared"
"""The program that declares a stack file and nothing else."""


@dataclass(frozen=True)
class Program:
    """A Pulumi program and a stack of it.

    Attributes:
        directory: Where its `__main__.py` lies.
        project: The project's name.
        stack: The stack's name.
        config: The stack's configuration by full key.
    """

    directory: Path
    project: str
    stack: str
    config: Mapping[str, object]

    @classmethod
    def find(cls, directory: Path, stack: str, config: Mapping[str, object] | None = None) -> Program:
        """Find a program and its configuration, which need not be one of ours.

        Args:
            directory: Where it lies.
            stack: A stack's name, or the path of a stack file; a project without stack files has any stack, without
                configuration.
            config: The stack's configuration by full key; default that of its stack file.

        Raises:
            InputError: There is no such stack, or its file cannot be read.
        """
        project = find_project(directory)
        at = directory if (directory / MAIN).is_file() else project.directory
        if config or _has_no_stack_file(project, stack):
            return cls(at, project.name, stack, config or {})
        path = project.stack_file(stack)
        return cls(at, project.name, stack_name(path), config_with_unknown(read_stack_file(path, project)))

    @classmethod
    def of_stack_file(cls, file: StackFile, project: Project) -> Program:
        """Return the program that declares a stack file of ours: the project's own, else one that does only that.

        Args:
            file: The stack file.
            project: The project that it belongs to.
        """
        own = project.directory if (project.directory / MAIN).is_file() else _DECLARES
        return cls(own, project.name, file.name, config_with_unknown(file.document))

    def run_for_resources(self) -> Recording:
        """Run it offline for what it registers, not where: findings do not stop it, and no resource has a source.

        Raises:
            ProgramError: It did not run to its end.
        """
        with leaving_findings(), without_stack_traces():
            return self.run()

    def run(self) -> Recording:
        """Run it offline.

        Raises:
            ProgramError: It did not run to its end.
        """
        return preview_stack(self.directory, project=self.project, stack=self.stack, config=self.config)


def refusal_in(error: ProgramError) -> FindingsError | None:
    """Find the findings for which a program was refused; None where something else stopped it.

    Args:
        error: The error that stopped it.
    """
    cause: BaseException | None = error
    seen: set[int] = set()
    while cause is not None and id(cause) not in seen:  # errors of awaited values may be each other's causes
        if isinstance(cause, FindingsError):
            return cause
        seen.add(id(cause))
        cause = cause.__cause__
    return None


def _has_no_stack_file(project: Project, stack: str) -> bool:
    return not is_path(stack) and not project.stack_names()
