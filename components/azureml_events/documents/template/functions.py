"""Template functions whose outcome follows from their arguments, one table for each demand on these.

Source: Azure's pages on ARM template functions. A function that is not here (`uniqueString`, `reference`, `utcNow`, …)
leaves its expression unresolved, as does one whose arguments are not known.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from azureml_events.documents.template.lambdas import OF_LAMBDAS
from azureml_events.documents.template.lists import MAKING, OF_ELEMENTS, OF_LISTS
from azureml_events.documents.template.numbers import OF_ALTERNATIVES, OF_NUMBERS
from azureml_events.documents.template.resource_ids import OF_IDS
from azureml_events.documents.template.texts import OF_FORMS, OF_TEXTS
from azureml_events.documents.unresolved import Unresolved, unresolved_in

KNOWN_WHOLE: dict[str, Callable[..., Any]] = {**OF_NUMBERS, **OF_TEXTS}
"""Functions of arguments that are known whole."""

KNOWN_OUTSIDE: dict[str, Callable[..., Any]] = {**OF_LISTS, **MAKING}
"""Functions of lists and maps, in which something may not be known."""

OF_PARTS: dict[str, Callable[..., Any]] = {**OF_ALTERNATIVES, **OF_ELEMENTS, **OF_FORMS, **OF_IDS, **OF_LAMBDAS}
"""Functions that say something even where an argument is not known at all."""

MAKES_MORE = frozenset({*OF_ELEMENTS, *MAKING, *OF_TEXTS, *OF_LAMBDAS})
"""Functions whose outcome may be larger than what stands in the template."""

READS_ALL = frozenset({*KNOWN_WHOLE, *OF_ELEMENTS, *MAKING, "contains"})
"""Functions that read their arguments to the last value."""


def call(name: str, arguments: list[Any]) -> Any:
    """Call a function.

    Args:
        name: Its name in lower case.
        arguments: Its arguments, evaluated.

    Raises:
        ValueError: Its outcome depends on what is not known, or Azure's pages do not say it.
        TypeError: They are too many, or too few.
        LookupError: There is no such function here, or it asks for what is not there.
    """
    if name in OF_PARTS:
        return OF_PARTS[name](*arguments)
    if name in KNOWN_OUTSIDE and not any(isinstance(each, Unresolved) for each in arguments):
        return KNOWN_OUTSIDE[name](*arguments)
    if any(unresolved_in(arguments)):
        raise ValueError(name)
    return KNOWN_WHOLE[name](*arguments)
