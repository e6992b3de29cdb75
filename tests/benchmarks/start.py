"""How soon the commands answer, beside what they cannot do without.

Run it with `python tests/benchmarks/start.py`; it prints a table. Nothing is asserted: figures belong to a machine.
Each figure is CPU time, the median of several starts; the starts take turns, so that a busy machine slows all alike.
Bytecode is cached, as it is for an installed package.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

import click

ROOT = Path(__file__).parents[2]
RUNS = 15
COMMAND = "from azureml_events.cli import main; main()"
PROVIDER = "import pulumi and the provider, as dev needs it"
PREVIEW = "azureml-events preview dev"
TARGET = 1.7

STARTS = {
    "python -c pass": ("-c", "pass"),
    "import pulumi": ("-c", "import pulumi"),
    PROVIDER: (
        "-c",
        (
            "import pulumi; from pulumi_azure_native import authorization as a, eventgrid as e, storage as s; "
            "a.RoleAssignment, e.SystemTopic, s.StorageAccount"
        ),
    ),
    PREVIEW: ("-c", COMMAND, "preview", "dev"),
    "azureml-events check dev": ("-c", COMMAND, "check", "dev"),
    "azureml-events schema": ("-c", COMMAND, "schema"),
}


def cpu_seconds(arguments: tuple[str, ...], cache: str) -> float:
    """The CPU time of one start.

    Args:
        arguments: What Python is given.
        cache: The folder of its bytecode.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(  # noqa: S603 - own code
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**environment, "PYTHONPYCACHEPREFIX": cache},
        capture_output=True,
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as cache:
        for arguments in STARTS.values():
            cpu_seconds(arguments, cache)
        rounds = [{name: cpu_seconds(each, cache) for name, each in STARTS.items()} for _ in range(RUNS)]
    for name in STARTS:
        click.echo(f"{name:48} {1000 * median(each[name] for each in rounds):6.0f} ms CPU")
    ratio = median(each[PREVIEW] / each[PROVIDER] for each in rounds)
    click.echo(f"preview beside the import of Pulumi and the provider: {ratio:.2f}, target {TARGET}")


if __name__ == "__main__":
    main()
