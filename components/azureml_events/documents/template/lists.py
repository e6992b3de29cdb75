"""Template functions of lists and maps.

Source: Azure's pages on array, object and lambda functions for ARM templates. Where these say nothing (an empty list's
first element, two names that differ in case, null over a value), the functions raise, and the outcome is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from azureml_events.documents.template.kinds import of_kind, typed
from azureml_events.documents.template.texts import text_of
from azureml_events.documents.unresolved import Unresolved, joined, unresolved_in

MOST_ELEMENTS = 10_000
"""Elements of a list that is put together; what Azure allows in `range`."""


def _concat(*parts: Any) -> Any:
    if all(isinstance(part, list) for part in parts):
        return [element for part in parts for element in part]
    return joined([text_of(part) for part in parts])


def equal(one: Any, other: Any) -> bool:
    """Tell whether two values are equal.

    Args:
        one: A value.
        other: Another.

    Raises:
        ValueError: They differ in case only: pages of Azure and its tools disagree about that.
    """
    if typed(one) == typed(other):
        return True
    if _folded(one) == _folded(other):
        raise ValueError(one)
    return False


def member(of: Any, key: Any) -> Any:
    """Find a member of a map, ignoring case where none is exact, or an element of a list.

    Args:
        of: The map or list.
        key: The member's name, or the element's index from 0.

    Raises:
        LookupError: There is none.
        ValueError: It cannot have one.
    """
    if isinstance(of, Mapping) and isinstance(key, str):
        if key in of:
            return of[key]
        return {str(name).lower(): value for name, value in of.items()}[key.lower()]
    if of_kind(key, int) < 0:
        raise ValueError(key)
    return of_kind(of, list)[key]


def _try_get(of: Any, key: Any, *more: Any) -> Any:
    if of is None:
        return None
    try:
        value = member(of, key)
    except LookupError:
        return None
    for each in more:
        value = member(value, each)
    return value


def _folded(value: Any) -> Any:
    if isinstance(value, str):
        return value.lower()
    if isinstance(value, list):
        return [_folded(each) for each in value]
    if isinstance(value, Mapping):
        return {str(name).lower(): _folded(each) for name, each in value.items()}
    return typed(value)


def _contains(holder: Any, item: Any) -> bool:
    if isinstance(holder, Mapping) and isinstance(item, str):
        return item.lower() in {str(name).lower() for name in holder}
    if isinstance(holder, str):
        return str(text_of(item)) in holder
    if isinstance(holder, list):
        if any(typed(each) == typed(item) for each in holder if each == item):
            return True
        if not any(unresolved_in(holder)):
            return False
    raise ValueError(holder)


def _create_object(*parts: Any) -> dict[str, Any]:
    names = parts[::2]
    if len(parts) % 2 or not all(isinstance(name, str) for name in names):
        raise ValueError(names)
    return dict(zip(names, parts[1::2], strict=True))


def _empty(value: Any) -> bool:
    if value is None or isinstance(value, (str, list, Mapping)):
        return not value
    raise ValueError(value)


def _first(value: Any) -> Any:
    return _list_or_text(value)[0]


def _last(value: Any) -> Any:
    return _list_or_text(value)[-1]


def _list_or_text(value: Any) -> Any:
    if not isinstance(value, (list, str)):
        raise ValueError(value)
    return value


def _count(value: Any) -> int:
    return max(of_kind(value, int), 0)


def _length(value: Any) -> int:
    return len(value if isinstance(value, Mapping) else _list_or_text(value))


def _flatten(lists: Any) -> list[Any]:
    return [element for each in of_kind(lists, list) for element in of_kind(each, list)]


def _items(value: Any) -> list[Any]:
    return [{"key": name, "value": member} for name, member in sorted(of_kind(value, dict).items())]


def _range(start: Any, count: Any) -> list[int]:
    if not 0 <= of_kind(count, int) <= MOST_ELEMENTS:
        raise ValueError(count)
    return list(range(of_kind(start, int), start + count))


def _union(first: Any, *others: Any) -> Any:
    merged = first
    for other in others:
        if isinstance(merged, list) and isinstance(other, list):
            merged = _distinct([*merged, *other])
        else:
            merged = _merged(of_kind(merged, dict), of_kind(other, dict))
    return merged


def _distinct(elements: list[Any]) -> list[Any]:
    if any(unresolved_in(elements)):
        raise ValueError(elements)
    distinct: dict[str, Any] = {}
    for each in elements:
        distinct.setdefault(repr(typed(each)), each)
    return list(distinct.values())


def _merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    merged = _over(one, other)
    for name in one.keys() & other.keys():
        below, above = one[name], other[name]
        if isinstance(below, Mapping) and isinstance(above, Mapping):
            merged[name] = _merged(below, above)
        elif isinstance(below, Unresolved) or isinstance(above, Unresolved) or above is None:
            raise ValueError(name)
    return merged


def _over(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**one, **other}
    if len({name.lower() for name in merged}) < len(merged):
        raise ValueError(merged)
    return merged


def _shallow_merge(maps: Any) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for each in of_kind(maps, list):
        merged = _over(merged, of_kind(each, dict))
    return merged


def _intersection(first: Any, *others: Any) -> Any:
    if any(unresolved_in([first, *others])):
        raise ValueError(first)
    if isinstance(first, list):
        lists = [[typed(each) for each in of_kind(other, list)] for other in others]
        return [each for each in _distinct(first) if all(typed(each) in other for other in lists)]
    return {
        name: value
        for name, value in of_kind(first, dict).items()
        if all(name in of_kind(other, dict) and typed(other[name]) == typed(value) for other in others)
    }


OF_ELEMENTS: dict[str, Callable[..., Any]] = {
    "array": lambda value: value if isinstance(value, list) else [value],
    "concat": _concat,
    "createarray": lambda *elements: list(elements),
    "createobject": _create_object,
}
"""Functions that put together whatever they are given, known or not; by name in lower case."""

MAKING: dict[str, Callable[..., Any]] = {
    "flatten": _flatten,
    "intersection": _intersection,
    "items": _items,
    "shallowmerge": _shallow_merge,
    "union": _union,
}
"""Functions that make lists and maps, which may hold values that are not known; by name in lower case."""

OF_LISTS: dict[str, Callable[..., Any]] = {
    "contains": _contains,
    "empty": _empty,
    "first": _first,
    "last": _last,
    "length": _length,
    "objectkeys": lambda value: sorted(of_kind(value, dict)),
    "range": _range,
    "skip": lambda value, count: _list_or_text(value)[_count(count) :],
    "take": lambda value, count: _list_or_text(value)[: _count(count)],
    "tryget": _try_get,
}
"""Functions of lists and maps, which may hold values that are not known; by name in lower case."""
