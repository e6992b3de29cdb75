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

    def evaluate(self, node: Node, /) -> Any:
        """Evaluate an expression."""

    def applied(self, function: Node, *values: Any) -> Any:
        """Call a lambda function."""


Arguments = tuple[Node, ...]


def _if(scope: Evaluation, arguments: Arguments) -> Any:
    condition, then, otherwise = arguments
    return scope.evaluate(then if of_kind(scope.evaluate(condition), bool) else otherwise)


def _all_or_any(decisive: bool) -> Callable[[Evaluation, Arguments], bool]:
    def decide(scope: Evaluation, arguments: Arguments) -> bool:
        values = [scope.evaluate(each) for each in arguments]
        if any(value is decisive for value in values):
            return decisive
        return not decisive if [of_kind(value, bool) for value in values] else decisive

    return decide


def _coalesce(scope: Evaluation, arguments: Arguments) -> Any:
    for each in arguments:
        value = scope.evaluate(each)
        if isinstance(value, Unresolved):
            raise ValueError(each.text)
        if value is not None:
            return value
    return None


def _elements(scope: Evaluation, written: Node) -> list[Any]:
    elements = of_kind(scope.evaluate(written), list)
    if len(elements) > MOST_ELEMENTS:
        raise ValueError(written.text)
    return elements


def _mapped(scope: Evaluation, arguments: Arguments) -> Any:
    elements, function = arguments
    listed = enumerate(_elements(scope, elements))
    return [scope.applied(function, each, index) for index, each in listed]


def _filtered(scope: Evaluation, arguments: Arguments) -> Any:
    elements, function = arguments
    listed = enumerate(_elements(scope, elements))
    return [each for index, each in listed if of_kind(scope.applied(function, each, index), bool)]


def _reduced(scope: Evaluation, arguments: Arguments) -> Any:
    elements, initial, function = arguments
    value = scope.evaluate(initial)
    for index, each in enumerate(_elements(scope, elements)):
        value = scope.applied(function, value, each, index)
    return value


def _sorted(scope: Evaluation, arguments: Arguments) -> Any:
    elements, function = arguments

    def compare(one: Any, other: Any) -> int:
        before = of_kind(scope.applied(function, one, other), bool)
        after = of_kind(scope.applied(function, other, one), bool)
        return after - before

    return sorted(_elements(scope, elements), key=cmp_to_key(compare))


def _to_object(scope: Evaluation, arguments: Arguments) -> Any:
    elements, name, *value = arguments
    return {
        of_kind(scope.applied(name, each), str): scope.applied(value[0], each) if value else each
        for each in _elements(scope, elements)
    }


def _grouped(scope: Evaluation, arguments: Arguments) -> Any:
    elements, name = arguments
    groups: dict[str, list[Any]] = {}
    for index, each in enumerate(_elements(scope, elements)):
        groups.setdefault(of_kind(scope.applied(name, each, index), str), []).append(each)
    return groups


def _with_values_mapped(scope: Evaluation, arguments: Arguments) -> Any:
    written, function = arguments
    value = of_kind(scope.evaluate(written), dict)
    return {name: scope.applied(function, each) for name, each in value.items()}


LAZY: dict[str, Callable[[Evaluation, Arguments], Any]] = {
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
