"""Template functions that take lambda functions, which come as functions of Python.

Source: Azure's page on lambda functions for ARM templates.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cmp_to_key
from typing import Any

from azureml_events.documents.template.kinds import of_kind
from azureml_events.documents.template.lists import MOST_ELEMENTS

_Function = Callable[..., Any]


def _elements(value: Any) -> list[Any]:
    elements = of_kind(value, list)
    if len(elements) > MOST_ELEMENTS:
        raise ValueError(value)
    return elements


def _map(elements: Any, function: _Function) -> list[Any]:
    return [function(each, index) for index, each in enumerate(_elements(elements))]


def _filter(elements: Any, holds: _Function) -> list[Any]:
    return [each for index, each in enumerate(_elements(elements)) if of_kind(holds(each, index), bool)]


def _reduce(elements: Any, initial: Any, function: _Function) -> Any:
    if callable(initial):
        raise ValueError(initial)
    value = initial
    for index, each in enumerate(_elements(elements)):
        value = function(value, each, index)
    return value


def _sort(elements: Any, is_before: _Function) -> list[Any]:
    def compare(one: Any, other: Any) -> int:
        return of_kind(is_before(other, one), bool) - of_kind(is_before(one, other), bool)

    return sorted(_elements(elements), key=cmp_to_key(compare))


def _to_object(elements: Any, name: _Function, value: _Function = lambda each: each) -> dict[str, Any]:
    return {of_kind(name(each), str): value(each) for each in _elements(elements)}


def _group_by(elements: Any, name: _Function) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = {}
    for index, each in enumerate(_elements(elements)):
        groups.setdefault(of_kind(name(each, index), str), []).append(each)
    return groups


def _map_values(members: Any, function: _Function) -> dict[str, Any]:
    return {name: function(each) for name, each in of_kind(members, dict).items()}


OF_LAMBDAS: dict[str, Callable[..., Any]] = {
    "filter": _filter,
    "groupby": _group_by,
    "map": _map,
    "mapvalues": _map_values,
    "reduce": _reduce,
    "sort": _sort,
    "toobject": _to_object,
}
"""Functions that take lambda functions, by name in lower case."""
