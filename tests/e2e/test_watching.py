"""What watches deliveries, on both engines: it comes up, follows its file, and goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from e2e.configs import Config, config_of_stack, edited
from e2e.runs import Engine, Run

OPS = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-ops/providers"
ALERTS = {"actionGroupId": f"{OPS}/Microsoft.Insights/actionGroups/ag", "silent": {"failed-training": {"hours": 6}}}
WATCHED = edited(
    config_of_stack("dev"),
    [
        {
            "path": "defaults.diagnostics",
            "value": {"workspaceId": f"{OPS}/Microsoft.OperationalInsights/workspaces/log"},
        },
        {"path": "workspaces.ml-dev.alerts", "value": ALERTS},
    ],
)


def _watching(run: Run, operation: str) -> set[str]:
    """The names of the settings and alerts that an operation was done to."""
    return {each.rpartition("/")[2] for each in run.ids(operation) if "/microsoft.insights/" in each.lower()}


def test_what_watches_a_topic_comes_up_follows_its_file_and_goes(begin: Callable[[Config], Engine]) -> None:
    engine = begin(config_of_stack("dev"))
    with engine.cloud() as cloud:
        before = set(cloud.resources)
    assert engine.run_command("up").status == 0

    engine.configure(WATCHED)
    watched = engine.run_command("up")
    assert watched.status == 0, watched.output
    assert set(watched.changes) == {"create"}
    assert _watching(watched, "create") == {
        "ml-dev-events-diagnostics",
        "ml-dev-events-dropped",
        "ml-dev-events-deadLettered",
        "ml-dev-events-failing",
        "ml-dev-events-silent",
    }
    assert engine.run_command("up").changes == {}

    changes: list[dict[str, Any]] = [
        {"path": "workspaces.ml-dev.alerts.silent.failed-training.hours", "value": 24},
        {"path": "workspaces.ml-dev.alerts.dropped", "value": False},
    ]
    engine.configure(edited(WATCHED, changes))
    changed = engine.run_command("up")
    assert _watching(changed, "update") == {"ml-dev-events-silent"}
    assert _watching(changed, "delete") == {"ml-dev-events-dropped"}

    renamed = [*changes, {"path": "workspaces.ml-dev.systemTopic", "value": {"name": "ml-dev-renamed"}}]
    engine.configure(edited(WATCHED, renamed))
    moved = engine.run_command("up")
    assert moved.status == 0, moved.output
    assert "ml-dev-renamed-diagnostics" in _watching(moved, "create")
    assert engine.run_command("up").changes == {}

    gone = engine.run_command("destroy")
    assert gone.status == 0, gone.output
    with engine.cloud() as cloud:
        assert set(cloud.resources) == before
