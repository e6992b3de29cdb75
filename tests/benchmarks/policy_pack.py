"""What the policy pack adds to a preview on the real CLI, of a program that uses azure-native alone; side by side.

Run it with `PYTHONPATH=tests python tests/benchmarks/policy_pack.py [subscriptions]`, with `pulumi` on PATH; it prints
a table. Nothing is asserted, for figures belong to a machine; the target is 10 s for 1,000 resources on two cores.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from e2e.engine import Project

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
PACK = ROOT / "components" / "azureml_events" / "policy" / "pack"
SIZES = (250, 500, 1000)
RUNS = 2
TARGET = 10.0
PROJECT = "name: raw\nruntime: {name: python, options: {virtualenv: .venv}}\nstackConfigDir: stacks\n"


def _project(root: Path, subscriptions: int) -> Project:
    program = root / "raw"
    program.mkdir()
    (program / "Pulumi.yaml").write_text(PROJECT, encoding="utf-8")
    shutil.copy(FOLDER / "raw" / "__main__.py", program)
    settings = {"subscriptions": subscriptions, "mostInOneWorkspace": 500, "filters": 2}
    config = [f"  benchmark:{name}: '{value}'" for name, value in settings.items()]
    subscription = "  azure-native:subscriptionId: 00000000-0000-0000-0000-000000000001"
    text = "\n".join(["config:", subscription, *config, ""])
    return Project(root, program, text, variables={"PYTHONPATH": str(ROOT / "components")})


def _seconds(project: Project, *more: str) -> float:
    start = time.perf_counter()
    project.succeed("preview", *more)
    return time.perf_counter() - start


def main() -> None:
    """Print a line for each size."""
    if shutil.which("pulumi") is None:
        print("policy pack: left out, there is no pulumi on PATH")
        return
    for size in map(int, sys.argv[1:] or SIZES):
        with tempfile.TemporaryDirectory() as directory:
            project = _project(Path(directory), size)
            pairs = [(_seconds(project), _seconds(project, "--policy-pack", str(PACK))) for _ in range(RUNS)]
        alone, more = min(a for a, _ in pairs), min(b - a for a, b in pairs)
        print(f"{size:5} subscriptions: preview {alone:5.1f} s, the pack adds {more:5.1f} s (target {TARGET:.0f} s)")


if __name__ == "__main__":
    main()
