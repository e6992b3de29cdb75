"""Template functions that evaluate their arguments themselves.

Source: Azure's pages on logical, comparison and lambda functions for ARM templates.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cmp_to_key
from typing import Any, Protocol

from azureml_events.documents.template.expressions import Node
from azureml_events.documents.template.kinds import of_kind
from azureml_events.documents.template.lists import MOST_ELEMENTS
from azureml_events.documents.unresolved import Unresolved


class Evaluation(Protocol):
    """What evaluates expressions."""

    def evaluate(self, node: Node, depth: int) -> Any:
        """Evaluate an expression."""

    def applied(self, function: Node, depth: int, *values: Any) -> Any:
        """Call a lambda function."""


Arguments = tuple[Node, ...]


def _if(scope: Evaluation, arguments: Arguments, depth: int) -> Any:
    condition, then, otherwise = arguments
    return scope.evaluate(then if of_kind(scope.evaluate(condition, depth), bool) else otherwise, depth)


def _all_or_any(decisive: bool) -> Callable[[Evaluation, Arguments, int], bool]:
    def decide(scope: Evaluation, arguments: Arguments, depth: int) -> bool:
        values = [scope.evaluate(each, depth) for each in arguments]
        if any(value is decisive for value in values):
            return decisive
        return not decisive if [of_kind(value, bool) for value in values] else decisive

    return decide


def _coalesce(scope: Evaluation, arguments: Arguments, depth: int) -> Any:
    for each in arguments:
        value = scope.evaluate(each, depth)
        if isinstance(value, Unresolved):
            raise ValueError(each.text)
        if value is not None:
            return value
    return None


def _elements(scope: Evaluation, written: Node, depth: int) -> list[Any]:
    elements = of_kind(scope.evaluate(written, depth), list)
    if len(elements) > MOST_ELEMENTS:
        raise ValueError(written.text)
    return elements


def _mapped(scope: Evaluation, arguments: Arguments, depth: int) -> Any:
    elements, function = arguments
    listed = enumerate(_elements(scope, elements, depth))
    return [scope.applied(function, depth, each, index) for index, each in listed]


def _filtered(scope: Evaluation, arguments: Arguments, depth: int) -> Any:
    elements, function = arguments
    listed = enumerate(_elements(scope, elements, depth))
    return [each for index, each in listed if of_kind(scope.applied(function, depth, each, index), bool)]


def _reduced(scope: Evaluation, arguments: Arguments, depth: int) -> Any:
    elements, initial, function = arguments
    value = scope.evaluate(initial, depth)
    for index, each in enumerate(_elements(scope, elements, depth)):
        value = scope.applied(function, depth, value, each, index)
    return value


def _sorted(scope: Evaluation, arguments: Arguments, depth: int) -> Any:
    elements, function = arguments

    def compare(one: Any, other: Any) -> int:
        before = of_kind(scope.applied(function, depth, one, other), bool)
        after = of_kind(scope.applied(function, depth, other, one), bool)
        return after - before

    return sorted(_elements(scope, elements, depth), key=cmp_to_key(compare))


def _to_object(scope: Evaluation, arguments: Arguments, depth: int) -> Any:
    elements, name, *value = arguments
    return {
        of_kind(scope.applied(name, depth, each), str): scope.applied(value[0], depth, each) if value else each
        for each in _elements(scope, elements, depth)
    }


def _grouped(scope: Evaluation, arguments: Arguments, depth: int) -> Any:
    elements, name = arguments
    groups: dict[str, list[Any]] = {}
    for index, each in enumerate(_elements(scope, elements, depth)):
        groups.setdefault(of_kind(scope.applied(name, depth, each, index), str), []).append(each)
    return groups


def _with_values_mapped(scope: Evaluation, arguments: Arguments, depth: int) -> Any:
    written, function = arguments
    value = of_kind(scope.evaluate(written, depth), dict)
    return {name: scope.applied(function, depth, each) for name, each in value.items()}


LAZY: dict[str, Callable[[Evaluation, Arguments, int], Any]] = {
    "and": _all_or_any(decisive=False),
    "coalesce": _coalesce,
    "filter": _filtered,
    "groupby": _grouped,
    "if": _if,
    "map": _mapped,
    "mapvalues": _with_values_mapped,
    "or": _all_or_any(decisive=True),
    "reduce": _reduced,
    "sort": _sorted,
    "toobject": _to_object,
}
"""Functions that evaluate their arguments themselves: one of two, until one decides, or for each element."""
