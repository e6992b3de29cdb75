"""Running other programs."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(*command: str | Path, directory: Path = ROOT, **variables: str) -> str:
    """Run a command that must succeed, without the settings of the Python that runs the tests; gives what it printed.

    Args:
        command: The program and its arguments.
        directory: Where it runs.
        variables: Further environment variables.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run(
        command, cwd=directory, env={**kept, **variables}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
