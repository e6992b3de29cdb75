"""Where Pulumi keeps a stack's state and key."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from azureml_events.stackfile.project import find_project
from azureml_events.stackfile.stack_file import read_stack_file


@dataclass(frozen=True)
class PulumiStorage:
    """Where Pulumi keeps a stack's state and key.

    Attributes:
        backend: The URL of the state's backend; None where the project does not say.
        secrets_provider: The URL of the key; None where the stack file does not say.
    """

    backend: str | None = None
    secrets_provider: str | None = None


def find_pulumi_storage(stacks: Path | None, stack: str | None) -> PulumiStorage:
    """Read from the project's file and the stack file where Pulumi keeps the state and the key.

    Args:
        stacks: The directory of the stack files; None for what is no stack.
        stack: The stack's name.

    Raises:
        InputError: One of the files is wrong.
    """
    if stacks is None:
        return PulumiStorage()
    project = find_project(stacks)
    file = stacks / f"Pulumi.{stack}.yaml"
    key = read_stack_file(file, project).secrets_provider if file.is_file() else None
    return PulumiStorage(project.backend, key)
