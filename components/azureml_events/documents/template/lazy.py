"""Template functions that evaluate their arguments themselves.

Source: Azure's pages on logical, comparison and lambda functions for ARM templates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cmp_to_key
from typing import Any, Protocol

from azureml_events.documents.template.expressions import Node
from azureml_events.documents.template.lists import bounded
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
    return scope.evaluate(then if _known_bool(scope.evaluate(condition, depth)) else otherwise, depth)


def _known_bool(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(value)
    return value


def _all_or_any(decisive: bool) -> Callable[[Evaluation, Arguments, int], bool]:
    def decide(scope: Evaluation, arguments: Arguments, depth: int) -> bool:
        values = [scope.evaluate(each, depth) for each in arguments]
        if any(value is decisive for value in values):
            return decisive
        return not decisive if [_known_bool(value) for value in values] else decisive

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
    elements = scope.evaluate(written, depth)
    if not isinstance(elements, list):
        raise ValueError(written.text)
    return bounded(elements)


def _mapped(scope: Evaluation, arguments: Arguments, depth: int) -> Any:
    elements, function = arguments
    listed = enumerate(_elements(scope, elements, depth))
    return [scope.applied(function, depth, each, index) for index, each in listed]


def _filtered(scope: Evaluation, arguments: Arguments, depth: int) -> Any:
    elements, function = arguments
    listed = enumerate(_elements(scope, elements, depth))
    return [each for index, each in listed if _known_bool(scope.applied(function, depth, each, index))]


def _reduced(scope: Evaluation, arguments: Arguments, depth: int) -> Any:
    elements, initial, function = arguments
    value = scope.evaluate(initial, depth)
    for index, each in enumerate(_elements(scope, elements, depth)):
        value = scope.applied(function, depth, value, each, index)
    return value


def _sorted(scope: Evaluation, arguments: Arguments, depth: int) -> Any:
    elements, function = arguments

    def compare(one: Any, other: Any) -> int:
        before = _known_bool(scope.applied(function, depth, one, other))
        after = _known_bool(scope.applied(function, depth, other, one))
        return after - before

    return sorted(_elements(scope, elements, depth), key=cmp_to_key(compare))


def _to_object(scope: Evaluation, arguments: Arguments, depth: int) -> Any:
    elements, name, *value = arguments
    return {
        _known_text(scope.applied(name, depth, each)): scope.applied(value[0], depth, each) if value else each
        for each in _elements(scope, elements, depth)
    }


def _grouped(scope: Evaluation, arguments: Arguments, depth: int) -> Any:
    elements, name = arguments
    groups: dict[str, list[Any]] = {}
    for index, each in enumerate(_elements(scope, elements, depth)):
        groups.setdefault(_known_text(scope.applied(name, depth, each, index)), []).append(each)
    return groups


def _with_values_mapped(scope: Evaluation, arguments: Arguments, depth: int) -> Any:
    written, function = arguments
    value = scope.evaluate(written, depth)
    if not isinstance(value, Mapping):
        raise ValueError(written.text)
    return {name: scope.applied(function, depth, each) for name, each in value.items()}


def _known_text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(value)
    return value


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
