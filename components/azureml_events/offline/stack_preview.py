"""The preview of a stack: the project's program, run with the stack file's configuration."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from azureml_events.offline.program import run_program
from azureml_events.offline.recording import Recording
from azureml_events.offline.sdk import UNKNOWN
from azureml_events.stackfile.yaml_document import EncryptedNode


def preview_stack(directory: Path, *, project: str, stack: str, config: Mapping[str, object]) -> Recording:
    """Run a program offline, as `pulumi preview` would for a stack that does not exist yet.

    Args:
        directory: Where the program lies.
        project: The project's name.
        stack: The stack's name.
        config: The stack file's configuration by full key; an encrypted value is unknown.

    Raises:
        ProgramError: The program did not run to its end.
    """
    texts = {key: _text(value) for key, value in config.items()}
    return run_program(directory, project=project, stack=stack, config=texts)


def _text(value: object) -> str:
    if isinstance(value, EncryptedNode):
        return UNKNOWN
    return value if isinstance(value, str) else json.dumps(value, default=_secure)


def _secure(value: Any) -> dict[str, str]:
    if isinstance(value, EncryptedNode):
        return {"secure": ""}
    raise TypeError(f"{type(value).__name__} is no value of a stack file")
