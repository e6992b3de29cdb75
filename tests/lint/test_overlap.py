"""Redundant subscriptions are found through an index, which loses none."""

from __future__ import annotations

from dataclasses import replace

from azureml_events.event_grid.filters import AdvancedFilter, EventFilter
from azureml_events.lint.overlap import _covers, _Index, _shape
from azureml_events.routing.subscription import RoutedSubscription
from hypothesis import given, settings
from hypothesis import strategies as st
from routing_strategies import subscriptions


@settings(max_examples=200)
@given(st.lists(subscriptions(), min_size=2, max_size=6))
def test_the_index_finds_every_subscription_that_covers_another(some: list[RoutedSubscription]) -> None:
    shapes = [_shape(replace(each, delivery_schema="EventGridSchema")) for each in [*some, *some[:2]]]
    index = _Index(shapes)

    for narrow in shapes:
        covering = {position for position, wide in enumerate(shapes) if _covers(wide, narrow)}
        assert covering <= set(index.may_cover(narrow))


def test_the_index_leaves_out_what_names_another_text() -> None:
    asked = [AdvancedFilter(operator_type="StringIn", key="data.experimentName", values=[f"e{n}"]) for n in range(9)]
    shapes = [
        _shape(RoutedSubscription("ml", item.operands[0], EventFilter(advanced_filters=(item,)))) for item in asked
    ]

    assert [_Index(shapes).may_cover(shape) for shape in shapes] == [[position] for position in range(9)]
