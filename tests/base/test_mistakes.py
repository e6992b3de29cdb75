"""How errors show values: typed, short, and without what may be a key."""

from __future__ import annotations

from typing import Any

import pytest
from azureml_events.base.mistakes import Mistake, choices, dotted, explain, likely, show, unknown
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "'a'"),
        ("it's", '"it\'s"'),
        ("a\nb", r"'a\nb'"),
        ("", "''"),
        (5, "5"),
        (0.5, "0.5"),
        (True, "true"),
        (None, "nothing"),
        ({"a": 1}, "a map"),
        ([1], "a list"),
        ((1,), "a list"),
        ("x" * 100, f"'{'x' * 60}'… (100 characters)"),
        (10**100, f"1{'0' * 59}…"),
        ("https://example.com/hook?code=hush", "'https://example.com'…"),
        ("https://me:hush@example.com/", "'https://example.com'…"),
        ("Endpoint=sb://n1.servicebus.windows.net/;SharedAccessKey=hush", "'Endpoint=sb://n1.servicebus.windows.net'…"),
        ("AccountName=sa1;AccountKey=hush", "'AccountName=sa1;AccountKey='…"),
        ("ghp_hush", "'ghp_'…"),
        ("Bearer github_pat_hush", "'Bearer github_pat_'…"),
    ],
)
def test_a_value_is_shown_as(value: object, text: str) -> None:
    assert show(value) == text


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists))
def test_whatever_it_is_a_value_is_shown_short(value: object) -> None:
    assert 0 < len(show(value)) < 700


@pytest.mark.parametrize(("given", "advice"), [("a", "; write [a]"), ("https://example.com/?code=hush", "")])
def test_advice_never_repeats_what_may_be_a_key(given: str, advice: str) -> None:
    problem: Any = {"type": "tuple_type", "input": given, "loc": (), "msg": ""}

    assert explain(problem, (), {}) == f"expected a list, got {show(given)}{advice}"


def test_a_path_is_written_as_people_write_it() -> None:
    path = ("subscriptions", "failed", "advancedFilters", 0, "key")

    assert str(Mistake(path, "wrong")) == "subscriptions.failed.advancedFilters[0].key: wrong"


def test_a_mistake_of_the_whole_has_no_path() -> None:
    assert str(Mistake((), "wrong")) == "wrong"


def test_a_long_key_is_cut_in_a_path() -> None:
    assert dotted(("x" * 100, "a")) == f"{'x' * 60}….a"


def test_the_likely_name_is_found_whatever_its_case() -> None:
    assert likely("eventhub", ["EventHub", "WebHook"]) == "EventHub"


def test_nothing_is_likely_where_nothing_is_near() -> None:
    assert likely("relay", ["EventHub", "WebHook"]) is None


def test_without_a_likely_name_all_are_listed() -> None:
    assert unknown("type", "relay", ["EventHub", "WebHook"]) == "unknown type 'relay'; allowed: EventHub, WebHook"


def test_many_names_are_not_all_listed() -> None:
    assert choices([str(number) for number in range(30)]).endswith("22, 23 and 6 more")
