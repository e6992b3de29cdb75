"""Filters as the rules compare them, and as their messages show them."""

from __future__ import annotations

from azureml_events.base.mistakes import show
from azureml_events.event_grid.filters import AdvancedFilter
from azureml_events.routing.match import subject_conditions
from azureml_events.routing.subscription import RoutedSubscription


def subject_filters(subscription: RoutedSubscription) -> list[AdvancedFilter]:
    """Return the subject's prefix and suffix as advanced filters, which ignore case.

    Args:
        subscription: The subscription.
    """
    return [
        AdvancedFilter.model_construct(
            operator_type=comparison.row.name,  # type: ignore[arg-type]  # a row's name is an operator's
            key="subject",
            values=(text,),
        )
        for comparison, text in subject_conditions(subscription.filter)
    ]


def format_filter(item: AdvancedFilter) -> str:
    """Format a filter for a message, without its key: `StringIn ['Failed', 'Canceled']`.

    Args:
        item: The filter.
    """
    operands = ", ".join(map(_format_operand, item.operands))
    return f"{item.operator_type} [{operands}]" if operands else item.operator_type


def _format_operand(each: object) -> str:
    return f"[{', '.join(map(show, each))}]" if isinstance(each, tuple) else show(each)
