"""Filters as the rules compare them, and as their messages show them."""

from __future__ import annotations

from collections.abc import Sequence

from azureml_events.base.mistakes import show
from azureml_events.event_grid.filters import AdvancedFilter
from azureml_events.event_grid.operators import MAX_TEXT_LENGTH
from azureml_events.routing.match import subject_conditions
from azureml_events.routing.subscription import RoutedSubscription


def subject_filters(subscription: RoutedSubscription) -> list[AdvancedFilter]:
    """Return the subject's prefix and suffix as advanced filters, which ignore case."""
    return [
        AdvancedFilter.model_construct(
            operator_type=comparison.row.name,  # type: ignore[arg-type]  # a row's name is an operator's
            key="subject",
            values=(text,),
        )
        for comparison, text in subject_conditions(subscription.filter)
    ]


def filter_on(key: str, operator: str, values: Sequence[str]) -> AdvancedFilter | None:
    """Make a filter on texts; None where one is longer than filters take.

    Args:
        key: Its key.
        operator: Its operator's name.
        values: Its operands.
    """
    if any(len(each) > MAX_TEXT_LENGTH for each in values):
        return None
    return AdvancedFilter.parse({"key": key, "operatorType": operator, "values": values})


def format_filter(item: AdvancedFilter) -> str:
    """Format a filter for a message, without its key: `StringIn ['Failed', 'Canceled']`."""
    operands = ", ".join(map(format_operand, item.operands))
    return f"{item.operator_type} [{operands}]" if operands else item.operator_type


def format_operand(operand: object) -> str:
    """Format an operand for a message, a range as `[1, 5]`."""
    return f"[{', '.join(map(show, operand))}]" if isinstance(operand, tuple) else show(operand)
