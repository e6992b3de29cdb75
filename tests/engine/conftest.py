"""Small Pulumi programs to deploy."""

from __future__ import annotations

from pathlib import Path

import pytest
from engine.engine import deploy
from small_programs import Run, runs


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Deploys a program, given as its source; options are `deploy`'s."""
    return runs(tmp_path, deploy)
