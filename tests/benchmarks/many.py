"""Many workspaces on the real engine: preview, `up` and `up` without changes, beside azure-native alone.

Run it with `python tests/benchmarks/many.py [workspaces [subscriptions]]`, with `pulumi` on PATH; it prints a table.
Each program deploys to a stand-in for Azure of its own. Nothing is asserted, for figures belong to a machine. The CLI
saves its state once, at the end: after each operation, as it does by default, it writes all of it, which is the most of
an `up` to a file and the same for both.
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).parents[1]))

from e2e import engine
from e2e.engine import Project
from e2e.stand_in import azure

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
WORKSPACES, SUBSCRIPTIONS = 200, 1000
COMMANDS = {"preview": "preview", "up": "up", "up again": "up"}
LONGEST_SECONDS = 7200
VARIABLES = {
    "PYTHONPATH": str(ROOT / "components"),
    "PULUMI_EXPERIMENTAL": "true",
    "PULUMI_SKIP_CHECKPOINTS": "true",
}
PROGRAMS = {"ours": "these components", "raw": "azure-native alone"}
PROJECT = "name: many\nruntime: {name: python, options: {virtualenv: .venv}}\nstackConfigDir: stacks\n"
AZURE = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-ml"


def _project(root: Path, program: str, workspaces: int, subscriptions: int) -> Project:
    source = root / "source"
    shutil.copytree(FOLDER / program, source)
    (source / "Pulumi.yaml").write_text(PROJECT, encoding="utf-8")
    settings = {"subscriptions": subscriptions, "mostInOneWorkspace": -(-subscriptions // workspaces), "filters": 2}
    config = [f"  benchmark:{name}: '{value}'" for name, value in settings.items()]
    text = "\n".join(["config:", f"  azure-native:subscriptionId: {AZURE.split('/')[2]}", *config, ""])
    project = Project(root, source, text, variables=VARIABLES)
    with project.cloud() as cloud:
        azure.seed(cloud, AZURE)
        azure.seed(cloud, f"{AZURE}/providers/Microsoft.EventHub/namespaces/evhns-ml/eventhubs/ml-events")
        for number in range(workspaces):
            workspace = f"{AZURE}/providers/Microsoft.MachineLearningServices/workspaces/ml-{number}"
            azure.seed(cloud, workspace, {"location": "westeurope"})
    return project


def _costs(program: str, workspaces: int, subscriptions: int) -> Iterator[tuple[float, float]]:
    """Yield seconds and CPU seconds of each command, its engine, program and provider together."""
    with tempfile.TemporaryDirectory() as directory, patch.object(engine, "_COMMAND_SECONDS", LONGEST_SECONDS):
        project = _project(Path(directory), program, workspaces, subscriptions)
        for command in COMMANDS.values():
            start, cpu = time.perf_counter(), _cpu()
            run = project.run_command(command)
            assert run.status == 0, run.output
            yield time.perf_counter() - start, _cpu() - cpu


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Print a line for each program and command; each program runs below a process of its own, for its memory."""
    if shutil.which("pulumi") is None:
        print("many workspaces: left out, there is no pulumi on PATH")
        return
    if sys.argv[1:2] and sys.argv[1] in PROGRAMS:
        costs = list(_costs(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
        megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(json.dumps({"costs": costs, "megabytes": megabytes}))
        return
    given = [int(each) for each in sys.argv[1:]]
    workspaces, subscriptions = (*given, *(WORKSPACES, SUBSCRIPTIONS)[len(given) :])
    print(f"{workspaces:,} workspaces, {subscriptions:,} subscriptions")
    for program, title in PROGRAMS.items():
        command = [sys.executable, __file__, program, str(workspaces), str(subscriptions)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603 - this file
        measured = json.loads(done.stdout)
        for name, (seconds, cpu) in zip(COMMANDS, measured["costs"], strict=True):
            print(f"  {title:20} {name:9} {seconds:7.1f} s  {cpu:7.1f} s CPU")
        print(f"  {title:20} largest process {measured['megabytes']:5.0f} MB")


if __name__ == "__main__":
    main()
