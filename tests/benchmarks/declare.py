"""What it costs to declare many subscriptions: with these components, and the same resources with azure-native alone.

Run it with `python tests/benchmarks/declare.py [subscriptions]`; it prints a table. Each program runs in a process of
its own on the in-process engine, ours and theirs in turn. What they declare is compared; nothing else is asserted, for
figures belong to a machine.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import click

FOLDER = Path(__file__).parent
SUBSCRIPTIONS = 1000
MOST_IN_ONE_WORKSPACE = 500
GROWTH = (100, 1000, 5000)
RUNS = 3
TARGET = 0.25


def measure(program: str, count: int) -> dict[str, Any]:
    """What one program costs in a process of its own: seconds, CPU seconds, megabytes; and what it declares."""
    command = [sys.executable, __file__, program, str(count)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - this file
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def run(program: str, count: int) -> None:
    """Run one program in this process, with everything imported before the clock starts, and print what it costs."""
    import azureml_events
    from azureml_events.offline.program import run_program
    from azureml_events.offline.wire import shown
    from pulumi_azure_native import authorization, eventgrid, storage

    _ = azureml_events.WorkspaceEvents, authorization.RoleAssignment, eventgrid.SystemTopic, storage.StorageAccount
    config = {"benchmark:subscriptions": str(count), "benchmark:mostInOneWorkspace": str(MOST_IN_ONE_WORKSPACE)}
    began, cpu = time.perf_counter(), time.process_time()
    recording = run_program(FOLDER / program, project="benchmark", stack="many", config=config)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    declared = sorted(
        json.dumps([each.type, shown(each.inputs)], sort_keys=True) for each in recording.resources if each.custom
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    click.echo(json.dumps({"seconds": seconds, "cpu": cpu, "megabytes": peak, "declared": declared}))


def main() -> None:
    """Print the table."""
    if len(sys.argv) > 2:
        run(sys.argv[1], int(sys.argv[2]))
        return
    count = int(sys.argv[1]) if len(sys.argv) > 1 else SUBSCRIPTIONS
    pairs = [(measure("ours", count), measure("raw", count)) for _ in range(RUNS)]
    same = pairs[0][0]["declared"] == pairs[0][1]["declared"]
    ours, raw = (min((pair[index] for pair in pairs), key=lambda each: float(each["cpu"])) for index in (0, 1))
    click.echo(f"{count:,} subscriptions, best of {RUNS} runs; wire inputs {'equal' if same else 'DIFFER'}")
    for name, each in (("these components", ours), ("azure-native alone", raw)):
        click.echo(f"  {name:20} {each['seconds']:6.2f} s  {each['cpu']:6.2f} s CPU  {each['megabytes']:4.0f} MB")
    click.echo(f"  ratio {ours['seconds'] / raw['seconds']:.2f} (CPU {ours['cpu'] / raw['cpu']:.2f}), target {TARGET}")
    click.echo("cost of these components as they grow")
    for size in GROWTH:
        each = measure("ours", size)
        click.echo(
            f"  {size:5,} {each['seconds']:6.2f} s  {1000 * each['cpu'] / size:5.2f} ms CPU each  "
            f"{each['megabytes']:4.0f} MB"
        )


if __name__ == "__main__":
    main()
