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
from unittest.mock import patch

import click
from azureml_events.stack.stack import Stack

FOLDER = Path(__file__).parent
SUBSCRIPTIONS = 1000
MOST_IN_ONE_WORKSPACE = 500
GROWTH = (100, 1000, 5000)
FEW_FILTERS = 2
FINDINGS_TARGETS = {FEW_FILTERS: 0.1, 25: 1.0}
"""The most that findings may cost, as a part of everything else, by the number of filters in each subscription."""
RUNS = 3
TARGET = 0.25


def measure(program: str, count: int, filters: int = FEW_FILTERS) -> dict[str, Any]:
    """What one program costs in a process of its own: seconds, CPU seconds, megabytes; and what it declares."""
    command = [sys.executable, __file__, program, str(count), str(filters)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - this file
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def run(program: str, count: int, filters: int) -> None:
    """Run one program in this process, with everything imported before the clock starts, and print what it costs."""
    import azureml_events
    from azureml_events.offline.program import preview_stack
    from azureml_events.offline.wire import shown
    from azureml_events.resources.findings import heed_findings
    from pulumi_azure_native import authorization, eventgrid, storage

    _ = azureml_events.WorkspaceEvents, authorization.RoleAssignment, eventgrid.SystemTopic, storage.StorageAccount
    config = {
        "benchmark:subscriptions": str(count),
        "benchmark:mostInOneWorkspace": str(MOST_IN_ONE_WORKSPACE),
        "benchmark:filters": str(filters),
    }
    findings = [0.0]

    def timed(stack: Stack) -> None:
        before = time.process_time()
        heed_findings(stack)
        findings[0] += time.process_time() - before

    began, cpu = time.perf_counter(), time.process_time()
    with patch("azureml_events.resources.configuration.heed_findings", timed):
        recording = preview_stack(FOLDER / program, project="benchmark", stack="many", config=config)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    declared = sorted(
        json.dumps([each.type, shown(each.inputs)], sort_keys=True) for each in recording.resources if each.custom
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    measured = {"seconds": seconds, "cpu": cpu, "findings": findings[0], "megabytes": peak, "declared": declared}
    click.echo(json.dumps(measured))


def main() -> None:
    """Print the table."""
    if len(sys.argv) > 2:
        run(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
        return
    count = int(sys.argv[1]) if len(sys.argv) > 1 else SUBSCRIPTIONS
    pairs = [(measure("ours", count), measure("raw", count)) for _ in range(RUNS)]
    same = pairs[0][0]["declared"] == pairs[0][1]["declared"]
    ours, raw = (min((pair[index] for pair in pairs), key=lambda each: float(each["cpu"])) for index in (0, 1))
    click.echo(f"{count:,} subscriptions, best of {RUNS} runs; wire inputs {'equal' if same else 'DIFFER'}")
    for name, each in (("these components", ours), ("azure-native alone", raw)):
        click.echo(f"  {name:20} {each['seconds']:6.2f} s  {each['cpu']:6.2f} s CPU  {each['megabytes']:4.0f} MB")
    click.echo(f"  ratio {ours['seconds'] / raw['seconds']:.2f} (CPU {ours['cpu'] / raw['cpu']:.2f}), target {TARGET}")
    click.echo("cost of findings, as a part of the rest of declaring")
    for filters, target in FINDINGS_TARGETS.items():
        each = min((measure("ours", count, filters) for _ in range(RUNS)), key=lambda one: float(one["cpu"]))
        rest = each["cpu"] - each["findings"]
        click.echo(
            f"  {filters:2} filters each {each['findings']:5.2f} s CPU of {each['cpu']:5.2f}  "
            f"ratio {each['findings'] / rest:.2f}, target {target}"
        )
    click.echo("cost of these components as they grow")
    for size in GROWTH:
        each = measure("ours", size)
        click.echo(
            f"  {size:5,} {each['seconds']:6.2f} s  {1000 * each['cpu'] / size:5.2f} ms CPU each  "
            f"{each['megabytes']:4.0f} MB"
        )


if __name__ == "__main__":
    main()
