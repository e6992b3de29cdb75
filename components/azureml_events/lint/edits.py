"""The changes of a document that follow a finding's advice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from azureml_events.event_grid.filters import AdvancedFilter
from azureml_events.lint.filters import filter_on
from azureml_events.lint.rule import NEXT, REMOVED, Change
from azureml_events.routing.subscription import PlacedFilter, RoutedSubscription

_NAMED = {
    "experiments": ("data.experimentName", re.compile(r"experiments/([^/*]+)(\*?)(?:/.*)?", re.IGNORECASE | re.DOTALL)),
    "models": ("data.modelName", re.compile(r"models/([^/:*]+)(\*):?\*?", re.IGNORECASE | re.DOTALL)),
    "endpoints": ("data.serviceName", re.compile(r"endpoints/([^/*]+)(\*)", re.IGNORECASE | re.DOTALL)),
}
_MEANT = {"": "StringIn", "end": "StringBeginsWith", "begin": "StringEndsWith", "endbegin": "StringContains"}
_MOST_TEXTS = 25
_QUOTES = re.compile(r"""\s*(?:'(.*)'|"(.*)"|\((.*)\)|\[(.*)\])\s*""", re.DOTALL)
_BETWEEN = re.compile(r"""['"]\s*,\s*['"]""")


def replace_types(subscription: RoutedSubscription, old: str, new: str) -> Iterator[Change]:
    """Write another event type in place of one.

    Args:
        subscription: The subscription.
        old: The full name of the one.
        new: That of the other.
    """
    names = subscription.filter.included_event_types or ()
    types = dict.fromkeys(new if name == old else name for name in names)
    yield subscription.at("includedEventTypes"), list(types)


def replace_filter(subscription: RoutedSubscription, placed: PlacedFilter, new: AdvancedFilter) -> Iterator[Change]:
    """Write another filter in place of one.

    Args:
        subscription: The subscription.
        placed: The one, its own or of an argument of its intent.
        new: The other.
    """
    if placed.of_argument:
        yield placed.path, REMOVED
        yield from add_filter(subscription, new)
    else:
        yield placed.path, _written(new)


def add_filter(subscription: RoutedSubscription, new: AdvancedFilter) -> Iterator[Change]:
    """Write a further filter."""
    yield (*subscription.at("advancedFilters"), NEXT), _written(new)


def by_name(text: str) -> AdvancedFilter | None:
    """Say with a filter on the name what a subject's prefix was meant to say; None where that is not clear.

    Args:
        text: The prefix, as `experiments/train` or `models/churn*`.
    """
    key, form = _NAMED.get(text.partition("/")[0].lower(), ("", None))
    found = form.fullmatch(text) if form else None
    if found is None:
        return None
    return filter_on(key, "StringBeginsWith" if found[2] else "StringIn", [found[1]])


def without_stars(asked: AdvancedFilter) -> AdvancedFilter | None:
    """Say with another operator what stars in a filter's operands were meant to say; None where that is not clear."""
    negated = asked.operator.negated
    name = asked.operator_type.replace("Not", "", 1) if negated else asked.operator_type
    texts = [str(each) for each in asked.operands]
    bare = [text.strip("*") for text in texts]
    if any("*" in text or not text for text in bare):
        return None
    ends = {"end" * text.endswith("*") + "begin" * text.startswith("*") for text in texts}
    if name == "StringIn":
        operator = _MEANT[ends.pop()] if len(ends) == 1 else None
    else:
        # The operator says itself which end is open.
        says_all = name == "StringContains" or {_MEANT[each] for each in ends} <= {"StringIn", name}
        operator = name if says_all else None
    if operator is None:
        return None
    return filter_on(asked.key, operator.replace("String", "StringNot", 1) if negated else operator, bare)


def as_texts(asked: AdvancedFilter) -> AdvancedFilter | None:
    """Ask for texts in place of the numbers of a filter; None where texts cannot say it.

    Args:
        asked: The filter, with a number operator.
    """
    numbers = _numbers(asked)
    if not numbers or len(numbers) > _MOST_TEXTS:
        return None
    negated = "Not" in asked.operator_type or "Greater" in asked.operator_type
    texts = list(dict.fromkeys(format(number, "g") if isinstance(number, float) else str(number) for number in numbers))
    return filter_on(asked.key, "StringNotIn" if negated else "StringIn", texts)


def bare_operands(text: str) -> list[str]:
    """Take quotes and brackets from an operand.

    Args:
        text: The operand, as `('churn')` or `['a', 'b']`.

    Returns:
        What was meant: one operand or several; none where that is not clear.
    """
    found = _QUOTES.fullmatch(text)
    while found:
        text = next(group for group in found.groups() if group is not None).strip()
        parts = _BETWEEN.split(text)
        if len(parts) > 1:
            return [part.strip("'\" ") for part in parts]
        found = _QUOTES.fullmatch(text)
    return [text] if text and not text.startswith(("'", '"')) else []


def _numbers(asked: AdvancedFilter) -> list[int | float]:
    """List the numbers that a filter names, or, for whole numbers from 1, those that it lets pass or keeps out."""
    operands: Sequence[Any] = asked.operands
    name = asked.operator_type
    if name in {"NumberIn", "NumberNotIn"}:
        return list(operands)
    if not all(isinstance(bound, int) for each in operands for bound in (each if isinstance(each, tuple) else (each,))):
        return []
    if name in {"NumberInRange", "NumberNotInRange"}:
        spans = [range(low, high + 1) for low, high in operands if high - low <= _MOST_TEXTS]
        return [number for span in spans for number in span] if len(spans) == len(operands) else []
    if asked.key.lower() != "data.modelversion":
        return []
    (bound,) = operands
    return list(range(1, min(bound + (name in {"NumberLessThanOrEquals", "NumberGreaterThan"}), _MOST_TEXTS + 2)))


def _written(item: AdvancedFilter) -> dict[str, object]:
    member = item.operator.member
    written: dict[str, object] = {"operatorType": item.operator_type, "key": item.key}
    if member:
        written[member] = item.value if member == "value" else list(item.operands)
    return written
