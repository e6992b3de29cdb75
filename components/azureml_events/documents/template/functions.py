"""Template functions whose outcome follows from their arguments.

Source: Azure's page on ARM template functions. A function that is not here, or whose arguments are not known, leaves
its expression unresolved.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from azureml_events.documents.unresolved import Text, Unresolved, joined

MOST_ELEMENTS = 800
"""Iterations that Azure allows in one copy loop; no longer list is put together."""


def concat(*parts: Any) -> Any:
    """Put texts together, or lists."""
    if all(isinstance(part, list) for part in parts):
        return _bounded([element for part in parts for element in part])
    return joined([_text(part) for part in parts])


def format_(form: str, *values: Any) -> Text:
    """Write values into a text's numbered places."""
    pieces = re.split(r"\{(\d{1,3})\}", form)
    if any(brace in piece for piece in pieces[::2] for brace in "{}"):
        raise ValueError(form)
    return joined([_text(values[int(piece)]) if index % 2 else piece for index, piece in enumerate(pieces)])


def resource_id(subscription: Text, group: Text, *arguments: Any) -> Text:
    """Write the ARM id of a resource.

    Args:
        subscription: The Azure subscription where the arguments name none.
        group: The resource group where the arguments name none.
        arguments: As the template gives them: maybe a subscription, maybe a group, the type, a name for each of its
            parts.
    """
    place = next(i for i, each in enumerate(arguments) if isinstance(each, str) and "/" in each)
    scope = [_text(each) for each in arguments[:place]]
    most = 2
    if len(scope) > most:
        raise ValueError(arguments)
    if scope:
        group = scope[-1]
    if len(scope) == most:
        subscription = scope[0]
    home: list[Text] = ["/subscriptions/", subscription, "/resourceGroups/", group]
    return joined([*home, provider_path(*arguments[place:])])


def extension_resource_id(base: Any, *arguments: Any) -> Text:
    """Write the ARM id of a resource that extends another."""
    return joined([_text(base), provider_path(*arguments)])


def chosen(condition: Any, then: Any, otherwise: Any) -> Any:
    """Choose one of two values, where the condition is known."""
    if not isinstance(condition, bool):
        raise ValueError(condition)
    return then if condition else otherwise


def provider_path(type_: str, *names: Any) -> Text:
    """Write the end of a resource's id, after the scope that it is in.

    Args:
        type_: The resource type.
        names: A name for each part of the type after the provider.

    Raises:
        ValueError: The number of names is another.
    """
    provider, *kinds = type_.split("/")
    parts: list[Text] = [f"/providers/{provider}"]
    for kind, name in zip(kinds, names, strict=True):
        parts += [f"/{kind}/", _text(name)]
    return joined(parts)


def _text(value: Any) -> Text:
    if isinstance(value, (str, Unresolved)):
        return value
    if isinstance(value, bool):
        return "True" if value else "False"
    if isinstance(value, int):
        return str(value)
    raise ValueError(value)


def _range(start: int, count: int) -> list[int]:
    if not 0 <= count <= MOST_ELEMENTS:
        raise ValueError(count)
    return list(range(start, start + count))


def _bounded(elements: list[Any]) -> list[Any]:
    if len(elements) > MOST_ELEMENTS:
        raise ValueError(len(elements))
    return elements


def _folded(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


KNOWN_ARGUMENTS: dict[str, Callable[..., Any]] = {
    "add": lambda one, other: one + other,
    "createarray": lambda *elements: list(elements),
    "empty": lambda value: not value,
    "equals": lambda one, other: _folded(one) == _folded(other),
    "false": lambda: False,
    "first": lambda value: value[0],
    "int": int,
    "last": lambda value: value[-1],
    "length": len,
    "not": lambda value: not value,
    "null": lambda: None,
    "range": _range,
    "split": lambda text, separator: _bounded(text.split(separator)),
    "string": _text,
    "tolower": lambda text: text.lower(),
    "toupper": lambda text: text.upper(),
    "true": lambda: True,
}
"""Functions of arguments that are known whole, by name in lower case."""
