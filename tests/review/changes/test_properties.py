"""What holds of the changes between any two versions."""

from __future__ import annotations

from typing import Any

from azureml_events.review.changes.change import Change
from azureml_events.review.changes.find import find_changes
from azureml_events.routing.conditions import Outcome
from change_oracle import Answer, reaches_one
from change_strategies import events, versions
from change_versions import Declared, version
from hypothesis import given, settings
from hypothesis import strategies as st

NEWLY, NO_LONGER, MAY = "change-newly-delivered", "change-no-longer-delivered", "change-may-differ"
MIRRORED = {NEWLY: NO_LONGER, NO_LONGER: NEWLY}
OUTCOMES: dict[Answer, Outcome] = {True: Outcome.MATCH, False: Outcome.NO_MATCH, None: Outcome.UNCERTAIN}


def changes(before: list[Declared], after: list[Declared]) -> list[Change]:
    """The changes from one version to another."""
    return find_changes(version(before), version(after))


def answer(declared: list[Declared], event: dict[str, Any]) -> Answer:
    """What the second matcher says of an event."""
    return reaches_one([dict(each.filter) for each in declared], event)


@settings(max_examples=60)
@given(versions, versions, st.lists(events(), min_size=30, max_size=60))
def test_what_is_claimed_to_be_equal_survives_random_events(
    before: list[Declared], after: list[Declared], recorded: list[dict[str, Any]]
) -> None:
    kinds = {each.kind for each in changes(before, after)}
    for event in recorded:
        told = answer(before, event), answer(after, event)
        if told == (False, True):
            assert NEWLY in kinds, event
        elif told == (True, False):
            assert NO_LONGER in kinds, event


@settings(max_examples=60)
@given(versions, versions)
def test_an_example_differs_under_a_second_matcher(before: list[Declared], after: list[Declared]) -> None:
    for change in changes(before, after):
        for example in change.events:
            if not example.outside:
                told = OUTCOMES[answer(before, dict(example.event))], OUTCOMES[answer(after, dict(example.event))]
                assert told == (example.before.verdict, example.after.verdict)
            if change.kind in {NEWLY, NO_LONGER}:
                assert {example.before.verdict, example.after.verdict} == {Outcome.MATCH, Outcome.NO_MATCH}


@settings(max_examples=40)
@given(versions, versions)
def test_the_way_back_is_the_mirror_of_the_way(before: list[Declared], after: list[Declared]) -> None:
    there, back = changes(before, after), changes(after, before)
    assert sorted(MIRRORED.get(each.kind, each.kind) for each in there) == sorted(each.kind for each in back)


@settings(max_examples=40)
@given(versions)
def test_nothing_changes_nothing(declared: list[Declared]) -> None:
    assert changes(declared, declared) == []


@settings(max_examples=40)
@given(versions, st.randoms(use_true_random=False))
def test_names_order_case_and_repetition_change_nothing(declared: list[Declared], draw: Any) -> None:
    renamed = [Declared(f"other-{at}", _rewritten(each.filter, draw), each.to) for at, each in enumerate(declared)]
    draw.shuffle(renamed)
    assert changes(declared, renamed) == []


def _rewritten(filter_: Any, draw: Any) -> dict[str, Any]:
    """The same filter in other words."""
    written = dict(filter_)
    conditions = []
    for each in written["advancedFilters"]:
        item = dict(each)
        if isinstance(item.get("values"), list):
            item["values"] = [value.swapcase() if isinstance(value, str) else value for value in item["values"]][::-1]
        conditions.append(item)
    draw.shuffle(conditions)
    written["advancedFilters"] = [*conditions, *conditions[:1]]
    if not written.get("isSubjectCaseSensitive"):
        for name in ("subjectBeginsWith", "subjectEndsWith"):
            if name in written:
                written[name] = written[name].swapcase()
    return written


@settings(max_examples=40)
@given(versions)
def test_a_split_by_type_changes_nothing_for_events(declared: list[Declared]) -> None:
    split = [
        Declared(f"{each.name}-{name.rpartition('.')[2].lower()}", {**each.filter, "includedEventTypes": [name]})
        for each in declared
        for name in each.filter.get("includedEventTypes") or []
    ]
    whole = [each for each in declared if each.filter.get("includedEventTypes")]
    assert changes(whole, split) == []


@settings(max_examples=15)
@given(versions, versions)
def test_two_runs_say_the_same(before: list[Declared], after: list[Declared]) -> None:
    assert [each.to_json() for each in changes(before, after)] == [each.to_json() for each in changes(before, after)]
