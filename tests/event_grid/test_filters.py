"""Limits of advanced filters: what is just allowed, and what is one too many."""

from __future__ import annotations

from typing import Any

import pytest
from azureml_events.base.mistakes import DeclarationError
from azureml_events.event_grid.filters import AdvancedFilter, limits

THERE = {"operatorType": "IsNotNull", "key": "data.x"}
ONE = {"operatorType": "NumberLessThan", "key": "data.x", "value": 1}


def stage_in(*values: str) -> dict[str, Any]:
    return {"operatorType": "StringIn", "key": "data.modelTags.stage", "values": list(values)}


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        ([THERE] * 25, []),
        ([THERE] * 26, ["26 advanced filters"]),
        ([stage_in(*"abcdefghijklmnopqrstuvwx"), ONE, THERE], []),
        ([stage_in(*"abcdefghijklmnopqrstuvwxy"), ONE, THERE], ["26 values in all advanced filters together"]),
    ],
)
def test_25_filters_with_25_values_together_are_allowed(filters: list[dict[str, Any]], said: list[str]) -> None:
    assert [each.partition(";")[0] for each in limits(filters)] == said


def test_a_text_of_512_characters_is_allowed() -> None:
    AdvancedFilter.parse(stage_in("a" * 512))
    with pytest.raises(DeclarationError, match="too long; allowed: 512 characters"):
        AdvancedFilter.parse(stage_in("a" * 513))
