"""Template functions of lists and maps.

Source: Azure's pages on array, object and lambda functions for ARM templates. Where these say nothing (an empty list's
first element, two names that differ in case, null over a value), the functions raise, and the outcome is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from azureml_events.documents.template.texts import text_of
from azureml_events.documents.unresolved import Unresolved, joined, unresolved_in

MOST_ELEMENTS = 10_000
"""Elements of a list that is put together; what Azure allows in `range`."""


def concat(*parts: Any) -> Any:
    """Put texts together, or lists.

    Args:
        parts: The texts or lists.
    """
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
    if _typed(one) == _typed(other):
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
    if isinstance(of, list) and isinstance(key, int) and not isinstance(key, bool) and key >= 0:
        return of[key]
    raise ValueError(key)


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


def _typed(value: Any) -> Any:
    """Copy a value so that true is not 1."""
    if isinstance(value, bool):
        return ("bool", value)
    if isinstance(value, list):
        return [_typed(each) for each in value]
    if isinstance(value, Mapping):
        return {name: _typed(each) for name, each in value.items()}
    return value


def _folded(value: Any) -> Any:
    if isinstance(value, str):
        return value.lower()
    if isinstance(value, list):
        return [_folded(each) for each in value]
    if isinstance(value, Mapping):
        return {str(name).lower(): _folded(each) for name, each in value.items()}
    return _typed(value)


def _contains(holder: Any, item: Any) -> bool:
    if isinstance(holder, Mapping) and isinstance(item, str):
        return item.lower() in {str(name).lower() for name in holder}
    if isinstance(holder, str):
        return str(text_of(item)) in holder
    if isinstance(holder, list):
        if any(_typed(each) == _typed(item) for each in holder if each == item):
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
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(value)
    return max(value, 0)


def _length(value: Any) -> int:
    return len(value if isinstance(value, Mapping) else _list_or_text(value))


def _flatten(lists: Any) -> list[Any]:
    if not isinstance(lists, list) or not all(isinstance(each, list) for each in lists):
        raise ValueError(lists)
    return [element for each in lists for element in each]


def _map(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError(value)
    return value


def _items(value: Any) -> list[Any]:
    return [{"key": name, "value": member} for name, member in sorted(_map(value).items())]


def _range(start: Any, count: Any) -> list[int]:
    if _count(count) > MOST_ELEMENTS or isinstance(start, bool) or not isinstance(start, int) or count < 0:
        raise ValueError(count)
    return list(range(start, start + count))


def _union(first: Any, *others: Any) -> Any:
    merged = first
    for other in others:
        if isinstance(merged, list) and isinstance(other, list):
            merged = _distinct([*merged, *other])
        else:
            merged = _merged(_map(merged), _map(other))
    return merged


def _distinct(elements: list[Any]) -> list[Any]:
    if any(unresolved_in(elements)):
        raise ValueError(elements)
    distinct: dict[str, Any] = {}
    for each in elements:
        distinct.setdefault(repr(_typed(each)), each)
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
    if not isinstance(maps, list):
        raise ValueError(maps)
    merged: dict[str, Any] = {}
    for each in maps:
        merged = _over(merged, _map(each))
    return merged


def _intersection(first: Any, *others: Any) -> Any:
    if any(unresolved_in([first, *others])):
        raise ValueError(first)
    if isinstance(first, list):
        return [each for each in _distinct(first) if all(each in _list_of(other) for other in others)]
    return {
        name: value
        for name, value in _map(first).items()
        if all(name in _map(other) and _typed(other[name]) == _typed(value) for other in others)
    }


def _list_of(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(value)
    return value


def bounded(elements: Iterable[Any]) -> list[Any]:
    """List elements.

    Args:
        elements: They.

    Raises:
        ValueError: They are more than `MOST_ELEMENTS`.
    """
    listed = list(elements)
    if len(listed) > MOST_ELEMENTS:
        raise ValueError(len(listed))
    return listed


MAKING: dict[str, Callable[..., Any]] = {
    "array": lambda value: value if isinstance(value, list) else [value],
    "createarray": lambda *elements: list(elements),
    "createobject": _create_object,
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
    "objectkeys": lambda value: sorted(_map(value)),
    "range": _range,
    "skip": lambda value, count: _list_or_text(value)[_count(count) :],
    "take": lambda value, count: _list_or_text(value)[: _count(count)],
    "tryget": _try_get,
}
"""Functions of lists and maps, which may hold values that are not known; by name in lower case."""
