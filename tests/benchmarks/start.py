"""How soon the commands answer, beside what they cannot do without.

Run it with `python tests/benchmarks/start.py`; it prints a table. Nothing is asserted: figures belong to a machine.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import click

ROOT = Path(__file__).parents[2]
RUNS = 7
COMMAND = "from azureml_events.cli import main; main()"

STARTS = {
    "python -c pass": ("-c", "pass"),
    "import pulumi": ("-c", "import pulumi"),
    "import pulumi and the provider, as dev needs it": (
        "-c",
        (
            "import pulumi; from pulumi_azure_native import authorization as a, eventgrid as e, storage as s; "
            "a.RoleAssignment, e.SystemTopic, s.StorageAccount"
        ),
    ),
    "azureml-events check dev": ("-c", COMMAND, "check", "dev"),
    "azureml-events schema": ("-c", COMMAND, "schema"),
    "azureml-events preview dev": ("-c", COMMAND, "preview", "dev"),
}
PROVIDER = "import pulumi and the provider, as dev needs it"
PREVIEW = "azureml-events preview dev"
TARGET = 2


def seconds(arguments: tuple[str, ...]) -> float:
    """The best time of several starts."""
    best = float("inf")
    for _ in range(RUNS):
        began = time.perf_counter()
        subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, check=True)  # noqa: S603 - own code
        best = min(best, time.perf_counter() - began)
    return best


def main() -> None:
    """Print the table."""
    took = {name: seconds(arguments) for name, arguments in STARTS.items()}
    for name, each in took.items():
        click.echo(f"{name:48} {1000 * each:6.0f} ms")
    click.echo(
        f"preview beside the import of Pulumi and the provider: {took[PREVIEW] / took[PROVIDER]:.2f}, target {TARGET}"
    )


if __name__ == "__main__":
    main()
