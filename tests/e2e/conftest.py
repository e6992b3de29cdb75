"""End-to-end tests run the real Pulumi CLI; where it is not on PATH they are skipped."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from e2e.engine import Project

if TYPE_CHECKING:
    from collections.abc import Callable

REPOSITORY = Path(__file__).parents[2]
NEEDED = ("pulumi", "pulumi-language-python", "pulumi-language-python-exec")


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., Project]:
    """Starts a project with a stack file's text; this repository's program, or that of a folder."""
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        pytest.skip(f"not on PATH: {', '.join(missing)}; install the Pulumi CLI to run this")

    def start(config: str, program: Path = REPOSITORY) -> Project:
        return Project(tmp_path, program, config)

    return start
