"""Throughput of `route --summary` against `json.loads` of the same lines, in one process and several, and its memory.

Run it with `python tests/benchmarks/route.py [events]`; it prints a table. Nothing is asserted: figures belong to a
machine.
"""

from __future__ import annotations

import json
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from azureml_events.event_grid.catalogue import EVENT_TYPES, PREFIX, RUN_STATUSES, RUN_TYPES
from azureml_events.event_grid.filters import EventFilter
from azureml_events.event_grid.samples import SAMPLE_WORKSPACE, sample
from azureml_events.routing.replay.parallel import count_files
from azureml_events.routing.replay.replay import Replay
from azureml_events.routing.subscription import RoutedSubscription

EVENTS = 200_000
MANY = 1_000_000
_REPEATED = 8
NAMES = [f"train-{name}" for name in ("churn", "price", "stock", "fraud", "text", "image", "route", "lead")]
STAGES = ("dev", "test", "prod")


def events(count: int) -> Iterator[dict[str, object]]:
    """Events as a busy workspace raises them: mostly runs, ids all different."""
    draw = random.Random(7)  # noqa: S311 no secrets
    for number in range(count):
        kind = draw.choice(("RunStatusChanged", "RunStatusChanged", "RunCompleted", "ModelRegistered"))
        settings = {
            "id": f"3f2a9c1e-7b64-4d0e-9a5b-{number:012x}",
            "eventTime": f"2026-03-02T09:{number % 60:02}:{number % 59:02}.6147852+00:00",
        }
        if kind == "ModelRegistered":
            settings |= {
                "data.modelName": draw.choice(NAMES),
                "data.modelVersion": str(number),
                "data.modelTags.stage": draw.choice(STAGES),
            }
        else:
            name = draw.choice(NAMES)
            settings |= {
                "data.experimentName": name,
                "data.runId": f"{name}_{1772444381 + number}_{number:08x}",
                "data.runType": draw.choice(RUN_TYPES),
                "data.runTags.stage": draw.choice(STAGES),
            }
        if kind == "RunStatusChanged":
            settings["data.runStatus"] = draw.choice(RUN_STATUSES)
        yield sample(kind, set=settings)


def subscriptions(count: int) -> list[RoutedSubscription]:
    """Subscriptions of the kinds that people write: status, experiment, type, tag, model prefix, drift."""
    draw = random.Random(11)  # noqa: S311 no secrets
    return [
        RoutedSubscription("ml-dev", f"s{number}", _filter(number, draw), workspace_id=SAMPLE_WORKSPACE)
        for number in range(count)
    ]


def _filter(number: int, draw: random.Random) -> EventFilter:
    name = draw.choice(NAMES) if number < len(NAMES) * 4 else f"train-{number}"
    stage: dict[str, object] = {
        "operatorType": "StringIn",
        "key": "data.runTags.stage",
        "values": [draw.choice(STAGES)],
    }
    wanted: list[dict[str, object]]
    if number % 5 == 0:
        prefix = f"models/{name}:"
        return EventFilter.parse({"includedEventTypes": [PREFIX + "ModelRegistered"], "subjectBeginsWith": prefix})
    if number % 5 == 1:
        kind, wanted = "RunCompleted", [stage]
    elif number % 5 == 2:
        status = draw.choice(RUN_STATUSES)
        kind = "RunStatusChanged"
        wanted = [{"operatorType": "StringIn", "key": "data.runStatus", "values": [status]}, stage]
    elif number % 5 == 3:
        kind = "RunStatusChanged"
        wanted = [
            {"operatorType": "StringIn", "key": "data.runStatus", "values": ["Failed"]},
            {"operatorType": "StringIn", "key": "data.experimentName", "values": [name]},
        ]
    else:
        kind = "RunCompleted"
        wanted = [
            {"operatorType": "StringNotIn", "key": "data.runType", "values": ["azureml.StepRun"]},
            {"operatorType": "StringBeginsWith", "key": "data.experimentName", "values": [name]},
        ]
    return EventFilter.parse({"includedEventTypes": [EVENT_TYPES[kind].name], "advancedFilters": wanted})


def _seconds(work: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(3):
        begin = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begin)
    return best


def _loads(path: Path) -> None:
    with path.open("rb") as lines:
        for line in lines:
            json.loads(line)


def _route(path: Path, count: int) -> None:
    replay = Replay(subscriptions(count))
    count_files(replay, [str(path)], 1)
    replay.summary()


def _route_in_parallel(path: Path, jobs: int) -> None:
    count_files(Replay(subscriptions(50)), [str(path)] * _REPEATED, jobs)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main() -> None:
    """Print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "events.jsonl")
        with path.open("w", encoding="utf-8") as lines:
            for event in events(count):
                lines.write(json.dumps(event, separators=(",", ":")) + "\n")
        _say(f"{count:,} events of {path.stat().st_size / count:.0f} bytes")
        base = _seconds(lambda: _loads(path))
        _say(f"{'json.loads of the lines':32} {count / base:12,.0f} events/s    1.0")
        for size in (50, 1000):
            took = _seconds(lambda: _route(path, size))  # noqa: B023 called at once
            _say(f"{f'route, {size:,} subscriptions':32} {count / took:12,.0f} events/s  {base / took:5.1f}")
        for jobs in (1, os.cpu_count() or 1):
            took = _seconds(lambda: _route_in_parallel(path, jobs)) / _REPEATED  # noqa: B023 called at once
            title = f"{_REPEATED} files, processes: {jobs}"
            _say(f"{title:32} {count / took:12,.0f} events/s  {base / took:5.1f}")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        replay = Replay(subscriptions(50))
        count_files(replay, [str(path)] * (MANY // count), 1)
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        _say(f"memory: {before / 1024:.0f} MB before, {after / 1024:.0f} MB at most over {MANY:,} events")


if __name__ == "__main__":
    main()
