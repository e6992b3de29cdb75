"""CPU time of `review` against that of running the same stack offline, as `preview` does, side by side.

It is measured without a base, and with one in which every subscription differs.

Run it with `python tests/benchmarks/review.py [sizes]`; it prints a table. Nothing is asserted: figures belong to a
machine, the ratios less so. What grows faster than its input shows as a ratio that grows from one line to the next.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import chdir
from datetime import date
from pathlib import Path

from azureml_events.policy.policy_file import load_policy
from azureml_events.resources.garbage import OF_A_COMMAND, collect_rarely
from azureml_events.review.changes.base import Loading, load_base
from azureml_events.review.input import load_input
from azureml_events.review.program import Program
from azureml_events.review.review import Against, review
from azureml_events.stackfile.project import find_project
from azureml_events.stackfile.stack_file import load_stack_file

SIZES = (250, 500, 1000)
TODAY = date(2026, 11, 26)


GROUP = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers"
WORKSPACES, HANDLERS = 4, 3


def _stack(size: int, suffix: str = "") -> str:
    """The text of a stack file with that many subscriptions, to experiments whose names end in a suffix."""
    workspace, hub = f"{GROUP}/Microsoft.MachineLearningServices/workspaces", f"{GROUP}/Microsoft.EventHub/namespaces/n"
    lines = ["config:", "  azureml-events:workspaces:"]
    lines += [
        f"    ml-{each}: {{resourceId: {workspace}/ml-{each}, location: westeurope}}" for each in range(WORKSPACES)
    ]
    lines += ["  azureml-events:handlers:"]
    lines += [f"    to-{each}: {{type: EventHub, resourceId: {hub}/eventhubs/h{each}}}" for each in range(HANDLERS)]
    lines += ["  azureml-events:subscriptions:"]
    lines += [
        f"    sub-{each}: {{handler: to-{each % HANDLERS}, workspaces: [ml-{each % WORKSPACES}],"
        f" when: {{runFailed: {{experimentName: e{each}{suffix}}}}}}}"
        for each in range(size)
    ]
    return "\n".join([*lines, ""])


def _run(path: Path) -> None:
    project = find_project(Path.cwd())
    Program.of_stack_file(load_stack_file(path, project), project).run_for_resources()


def _review(path: Path, base: Path | None = None) -> None:
    given = load_input(f"./{path}")
    against = Against(load_base(str(base), given, Loading(f"./{path}"))) if base else None
    review(given, load_policy(None), TODAY, with_edits=False, against=against)


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    """Print a line for each size."""
    collect_rarely(OF_A_COMMAND)
    with tempfile.TemporaryDirectory() as directory, chdir(directory):
        path, base = Path("Pulumi.benchmark.yaml"), Path("Pulumi.base.yaml")
        for size in (1, *map(int, sys.argv[1:] or SIZES)):
            path.write_text(_stack(size), encoding="utf-8")
            base.write_text(_stack(size, "-before"), encoding="utf-8")
            run, reviewed = _seconds(lambda: _run(path)), _seconds(lambda: _review(path))
            compared = _seconds(lambda: _review(path, base))
            if size > 1:  # the first one imports Pulumi
                sys.stdout.write(
                    f"{size:5} subscriptions: run {run:6.2f} s, review {reviewed:6.2f} s: {reviewed / run:4.1f},"
                    f" with base {compared:6.2f} s: {compared / run:4.1f}\n"
                )


if __name__ == "__main__":
    main()
