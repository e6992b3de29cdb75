"""CPU time of `check` against what it cannot do without, reading the same stack file, side by side.

Run it with `python tests/benchmarks/check.py [sizes]`; it prints a table. Nothing is asserted: figures belong to a
machine, the ratios less so. What grows faster than its input shows as a ratio that grows from one line to the next.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from azureml_events.lint.lint import analyse
from azureml_events.review.input import load_input, load_rest
from azureml_events.stackfile.nodes import compose
from azureml_events.stackfile.stack_file import StackFileError

GROUP = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers"


def stack(workspaces: int, handlers: int, subscriptions: int, subscription: Callable[[int], str]) -> str:
    """The text of a stack file.

    Args:
        workspaces: How many workspaces it has.
        handlers: How many handlers.
        subscriptions: How many subscriptions.
        subscription: Writes the members of one, given its number.
    """
    topic, hub = f"{GROUP}/Microsoft.MachineLearningServices/workspaces", f"{GROUP}/Microsoft.EventHub/namespaces/n"
    return "\n".join(
        [
            "config:",
            "  azureml-events:workspaces:",
            *(f"    ml-{each}: {{resourceId: {topic}/ml-{each}, location: westeurope}}" for each in range(workspaces)),
            "  azureml-events:handlers:",
            *(
                f"    handler-{each}: {{type: EventHub, resourceId: {hub}/eventhubs/h{each}}}"
                for each in range(handlers)
            ),
            "  azureml-events:subscriptions:",
            *(f"    sub-{each}: {{{subscription(each)}}}" for each in range(subscriptions)),
            "",
        ]
    )


def _filters(number: int) -> str:
    """25 filters, all but the last the same in every subscription."""
    written = [f"{{operatorType: StringNotIn, key: data.runTags.t{each}, values: [dev]}}" for each in range(24)]
    last = f"{{operatorType: StringNotIn, key: data.runTags.t24, values: [v{number}]}}"
    return f"handler: handler-0, includedEventTypes: [RunCompleted], advancedFilters: [{', '.join([*written, last])}]"


def _failed(number: int, handler: str = "handler-0") -> str:
    return f"handler: {handler}, when: {{runFailed: {{experimentName: e{number}}}}}"


CASES: dict[str, Callable[[int], str]] = {
    "subscriptions": lambda size: stack(2, 3, size, lambda n: f"{_failed(n)}, workspaces: [ml-{n % 2}]"),
    "wrong handler names": lambda size: stack(2, size, size, lambda n: _failed(n, f"handlr-{n}")),
    "wrong workspace names": lambda size: stack(size, 2, size, lambda n: f"{_failed(n)}, workspaces: [wl-{n}]"),
    "subscriptions with 25 filters": lambda size: stack(1, 3, size // 2, _filters),
    "500 subscriptions, workspaces": lambda size: stack(max(3, size * 3 // 10), 3, 500, _failed),
}
SIZES = (250, 500, 1000)


def _check(path: Path) -> None:
    try:
        given = load_input(str(path))
    except StackFileError as error:
        given = load_rest(error)
    analyse(given.subscriptions)


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    """Print a line for each case and size."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "Pulumi.benchmark.yaml"
        for name, text in CASES.items():
            for size in map(int, sys.argv[1:] or SIZES):
                path.write_text(text(size), encoding="utf-8")
                read, check = _seconds(lambda: compose(path.read_bytes())), _seconds(lambda: _check(path))
                sys.stdout.write(
                    f"{name:30} {size:5}: check {check:6.2f} s, its YAML {read:6.2f} s: {check / read:5.1f}\n"
                )


if __name__ == "__main__":
    main()
