"""`route --expect`: expectations that hold, that fail and that are wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli.conftest import Run


def test_expectations_that_hold_give_status_0(run: Run, project: Path) -> None:
    (project / "routes.yaml").write_text(
        "- {name: failed runs are archived, sample: RunStatusChanged, set: {data.runStatus: Failed}, "
        "reaches: [failed-runs], misses: [churn-models]}\n"
    )

    result = run("route", "stack.yaml", "--expect", "routes.yaml")

    assert (result.exit_code, result.stdout) == (0, "holds: failed runs are archived\n")


def test_an_expectation_that_fails_gives_status_1_and_the_condition(run: Run, project: Path) -> None:
    (project / "routes.yaml").write_text(
        "- {name: runs are archived, sample: RunStatusChanged, set: {data.runStatus: Running}, "
        "reaches: [failed-runs], workspace: ml-a}\n"
    )

    result = run("route", "stack.yaml", "--expect", "routes.yaml")

    assert result.exit_code == 1
    assert "FAILS: runs are archived" in result.stdout
    assert "does not reach ml-a/failed-runs: advancedFilters[0]: " in result.stdout


def test_expectations_in_json_say_what_is_expected_what_holds_and_where(run: Run, project: Path) -> None:
    (project / "routes.yaml").write_text(
        "- {name: holds, sample: ModelRegistered, reaches: [churn-models], misses: [failed-runs]}\n"
        "- {name: fails, sample: RunCompleted, reaches: [failed-runs], workspace: ml-a}\n"
    )

    result = run("route", "stack.yaml", "--expect", "routes.yaml", "--json")

    holding = {"ml-a/failed-runs": "no match", "ml-b/failed-runs": "no match", "ml-b/churn-models": "match"}
    failing = {"expected": {"ml-a/failed-runs": "match"}, "got": {"ml-a/failed-runs": "no match"}}
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {
        "expectations": [
            {"name": "holds", "holds": True, "expected": holding, "got": holding, "line": 1},
            {"name": "fails", "holds": False, **failing, "line": 2},
        ]
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[", "routes.yaml:"),
        ("a: b", "routes.yaml:1:1: expected a list of expectations, got a map"),
        ("- {name: x, sample: RunFaild, reaches: [failed-runs]}", "[0].sample: unknown event type 'RunFaild'"),
        (
            "- {name: x, sample: RunFailed, reaches: [failed-runs]}",
            "[0].sample: unknown event type 'RunFailed'; a failed run raises RunStatusChanged: take that, and set",
        ),
        ("- {name: x, reaches: [failed-runs]}", "[0]: expected either 'event' or 'sample', got none"),
        ("- {name: x, sample: RunCompleted}", "[0]: expects nothing"),
        (
            "- {name: x, sample: RunCompleted, reaches: [failed-run]}",
            "[0].reaches[0]: there is no subscription 'failed-run'; did you mean 'failed-runs'?",
        ),
        (
            "- {name: x, sample: RunCompleted, set: {data.runStat: x}, misses: [failed-runs]}",
            "[0].set.data.runStat: ",
        ),
    ],
)
def test_wrong_expectations_are_refused_with_their_place(run: Run, project: Path, text: str, expected: str) -> None:
    (project / "routes.yaml").write_text(text)

    result = run("route", "stack.yaml", "--expect", "routes.yaml")

    assert result.exit_code == 2
    assert expected in result.stderr
