"""`route` of dead letters: why each was given up, and whose it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli.conftest import Run, lines
from cli.test_route import FAILED, MODEL, verdicts

LETTER = {
    **MODEL,
    "deadletterreason": "UndeliverableDueToProbationCausedByClientError",
    "deliveryattempts": 3,
    "lastdeliveryoutcome": "Probation",
    "publishtime": "2026-03-02T09:39:41.99Z",
}


def _letter(project: Path, text: str) -> str:
    path = project / "letters" / "CHURN-MODELS" / "2026" / "3" / "2" / "9" / "1f.json"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_dead_letter_says_what_stopped_it_whose_it_was_and_what_it_reaches_today(run: Run, project: Path) -> None:
    result = run("route", "stack.yaml", _letter(project, json.dumps([LETTER])))

    assert result.exit_code == 0
    assert result.stdout.splitlines()[-2:] == [
        (
            "  dead letter: UndeliverableDueToProbationCausedByClientError, 3 attempts, last outcome Probation: "
            "the endpoint had refused events before, so it was on probation and this one was skipped; "
            "the destination was on probation, in which nothing is tried"
        ),
        "  it was for ml-b/churn-models, which today it reaches",
    ]


def test_a_dead_letter_is_told_in_json(run: Run, project: Path) -> None:
    [line] = lines(run("route", "stack.yaml", _letter(project, json.dumps([LETTER])), "--json"))

    assert line["deadLetter"] == {
        "subscription": "churn-models",
        "reason": "UndeliverableDueToProbationCausedByClientError",
        "attempts": 3,
        "outcome": "Probation",
        "meaning": (
            "the endpoint had refused events before, so it was on probation and this one was skipped; "
            "the destination was on probation, in which nothing is tried"
        ),
    }
    assert verdicts(line)["ml-b/churn-models"] == "match"


def test_a_dead_letter_of_an_unknown_subscription_and_of_odd_values_cannot_steer_the_terminal(run: Run) -> None:
    odd = {**FAILED, "deadLetterReason": "a\x1b[31mb"}
    result = run("route", "stack.yaml", "-", stdin=json.dumps(odd))
    assert result.stdout.splitlines()[-1] == (
        r"  dead letter: a\x1b[31mb, an unknown number of attempts, last outcome not recorded: "
        "Event Grid's documents do not name this reason"
    )


def test_an_event_that_is_no_dead_letter_says_nothing_of_one(run: Run) -> None:
    result = run("route", "stack.yaml", "-", "--json", stdin=json.dumps(FAILED))
    assert "deadLetter" not in lines(result)[0]


@pytest.mark.parametrize("cut", [1, 60])
def test_a_broken_blob_gives_status_2(run: Run, project: Path, cut: int) -> None:
    result = run("route", "stack.yaml", _letter(project, json.dumps([LETTER])[:-cut]))
    assert result.exit_code == 2
    assert "1f.json:1: not JSON" in result.stderr


def test_a_dead_letter_that_todays_filters_stop_says_by_which_condition(run: Run, project: Path) -> None:
    other = {**LETTER, "data": {**LETTER["data"], "modelName": "other"}, "subject": "models/other:1"}
    result = run("route", "stack.yaml", _letter(project, json.dumps([LETTER, other])))
    today = [line for line in result.stdout.splitlines() if "which today" in line]
    assert today[0] == "  it was for ml-b/churn-models, which today it reaches"
    assert today[1].startswith("  it was for ml-b/churn-models, which today it misses: ")


def test_what_older_blobs_have_is_taken_off_too(run: Run, project: Path) -> None:
    old = {**LETTER, "lasthttpstatuscode": 400, "deadletterreason": "UndeliverableDueToHttpBadRequest"}
    [line] = lines(run("route", "stack.yaml", _letter(project, json.dumps([old])), "--json"))
    assert line["deadLetter"]["meaning"].startswith("the destination answered 400")


def test_two_workspaces_in_one_container_are_told_apart_by_their_events(run: Run, project: Path) -> None:
    both = [LETTER, {**LETTER, "source": "/subscriptions/of/another/workspace"}]
    printed = lines(run("route", "stack.yaml", _letter(project, json.dumps(both)), "--json"))
    assert [each["deadLetter"]["subscription"] for each in printed] == ["churn-models", None]
