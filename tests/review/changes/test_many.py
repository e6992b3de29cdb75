"""Changes of many subscriptions at once."""

from __future__ import annotations

from typing import Any

import pytest
from azureml_events.event_grid.catalogue import PREFIX
from azureml_events.review.changes import compared
from azureml_events.review.changes.find import find_changes
from azureml_events.routing.match import Verdict, match
from change_versions import Declared, version

MANY = 100


def declared(suffix: str) -> list[Declared]:
    """Many subscriptions of one hub, each to the runs of one experiment."""
    filters = (
        {"operatorType": "StringIn", "key": "data.experimentName", "values": [f"e{at}{suffix}"]} for at in range(MANY)
    )
    return [
        Declared(f"s-{at}", {"includedEventTypes": [f"{PREFIX}RunCompleted"], "advancedFilters": [each]})
        for at, each in enumerate(filters)
    ]


@pytest.mark.parametrize("after", [declared("-x"), []], ids=["changed", "gone"])
def test_every_subscription_that_brings_a_change_about_is_named(after: list[Declared]) -> None:
    names = {each.name for each in declared("")}

    for before, now in ((declared(""), after), (after, declared(""))):
        for change in find_changes(version(before), version(now)):
            assert {*change.subscriptions} == names
            assert len(change.events) <= 3
            assert f"{MANY - 3} more" in change.because


def test_what_is_not_shown_is_not_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0

    def counting(*arguments: Any) -> Verdict:
        nonlocal asked
        asked += 1
        return match(*arguments)

    monkeypatch.setattr(compared, "match", counting)

    assert find_changes(version(declared("")), version(declared("-x")))
    assert asked <= 20 * MANY
