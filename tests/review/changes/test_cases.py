"""Pairs of versions whose meaning is known, both ways; the cases as data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from azureml_events.event_grid.catalogue import PREFIX
from azureml_events.review.changes.find import find_changes
from azureml_events.routing.conditions import Outcome
from change_oracle import reaches_one
from change_versions import HUB, Declared, version

FILE = Path(__file__).parents[2] / "cases" / "changes" / "filters.yaml"
CASES: list[dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
MIRRORED = {
    "change-newly-delivered": "change-no-longer-delivered",
    "change-no-longer-delivered": "change-newly-delivered",
}


def declared(written: dict[str, Any]) -> list[Declared]:
    """The subscriptions that a case writes."""
    return [_one(name, dict(each)) for name, each in written.items()]


def _one(name: str, each: dict[str, Any]) -> Declared:
    to, more = each.pop("to", "archive"), each.pop("more", {})
    types = each.pop("types", None)
    if types:
        each["includedEventTypes"] = [PREFIX + one for one in types]
    if more.get("destination", {}).get("resourceId") == "HUB":
        more["destination"]["resourceId"] = HUB % to
    return Declared(name, each, to, more)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_change_means(case: dict[str, Any]) -> None:
    before, after = declared(case["before"]), declared(case["after"])

    there = find_changes(version(before), version(after))

    assert [each.kind for each in there] == case["there"]
    assert case.get("because") in {None, *(each.because for each in there)}
    assert all(example.outside is case.get("outside", False) for each in there for example in each.events)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_way_back_means(case: dict[str, Any]) -> None:
    before, after = declared(case["before"]), declared(case["after"])

    back = find_changes(version(after), version(before))

    mirrored = [MIRRORED.get(kind, kind) for kind in case["there"]]
    assert sorted(each.kind for each in back) == sorted(case.get("back", mirrored))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_second_matcher_agrees_with_every_example(case: dict[str, Any]) -> None:
    before, after = declared(case["before"]), declared(case["after"])
    answers = {True: Outcome.MATCH, False: Outcome.NO_MATCH, None: Outcome.UNCERTAIN}

    for change in find_changes(version(before), version(after)):
        for example in change.events:
            event = dict(example.event)
            to = change.destination.rpartition(" ")[2].removesuffix(")")
            old = reaches_one([dict(each.filter) for each in before if each.to == to], event)
            new = reaches_one([dict(each.filter) for each in after if each.to == to], event)
            assert (answers[old], answers[new]) == (example.before.verdict, example.after.verdict)
