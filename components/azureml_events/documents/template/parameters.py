"""Parameter files: the values of a template's parameters, checked against what it declares.

Source: Azure's pages on parameter files and on the parameters of ARM templates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from azureml_events.base.mistakes import DeclarationError, Mistake, choices, show, unknown
from azureml_events.documents.template.scope import declared_parameters, value_of_entry
from azureml_events.documents.template.template import is_template

_TYPES: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "string": ("text", lambda value: isinstance(value, str)),
    "securestring": ("text", lambda value: isinstance(value, str)),
    "int": ("a whole number", lambda value: isinstance(value, int) and not isinstance(value, bool)),
    "bool": ("true or false, without quotes", lambda value: isinstance(value, bool)),
    "array": ("a list", lambda value: isinstance(value, list)),
    "object": ("a map", lambda value: isinstance(value, Mapping)),
    "secureobject": ("a map", lambda value: isinstance(value, Mapping)),
}
"""What a value of each type is called, and whether a value is one; by the type in lower case."""

_SECURE = ("securestring", "secureobject")
_NO_PARAMETERS = 'not a parameter file; expected {"parameters": {"<name>": {"value": …}}}, or the inner map alone'


def read_parameters(file: Any, template: Any) -> dict[str, Any]:
    """Read a parameter file, in the form with `parameters` or as what stands in it.

    Args:
        file: The file, as `read_json` gives it.
        template: The template that it is for.

    Returns:
        The values by name in lower case; a secret of a key vault is `SECRET`.

    Raises:
        DeclarationError: It is none, or not for this template; with every mistake.
    """
    if not isinstance(template, Mapping) or not is_template(template):
        raise DeclarationError([Mistake((), "parameters belong to an ARM template, which the document is not")])
    outer = isinstance(file, Mapping) and ("parameters" in file or "$schema" in file)
    entries = file.get("parameters", {}) if outer else file
    if not isinstance(entries, Mapping) or not all(isinstance(name, str) for name in entries):
        raise DeclarationError([Mistake((), _NO_PARAMETERS)])
    declared = declared_parameters(template)
    names = [name for name in template.get("parameters", {}) if isinstance(name, str)] if declared else []
    mistakes = [
        mistake.below(*(("parameters", name) if outer else (name,)))
        for name, entry in entries.items()
        for mistake in _mistakes(name, entry, declared.get(name.lower()), names)
    ]
    if mistakes:
        raise DeclarationError(mistakes)
    return {name.lower(): value_of_entry(entry) for name, entry in entries.items()}


def _mistakes(name: str, entry: Any, declared: Mapping[str, Any] | None, names: list[str]) -> Iterator[Mistake]:
    if declared is None:
        yield Mistake((), unknown("parameter", name, names) if names else "the template has no parameters")
    elif not isinstance(entry, Mapping) or not ("value" in entry or "reference" in entry):
        yield Mistake((), 'expected {"value": …}, or {"reference": …} to a secret of a key vault')
    elif "value" in entry:
        yield from (Mistake(("value",), text) for text in _wrong(entry["value"], declared))


def _wrong(value: Any, declared: Mapping[str, Any]) -> Iterator[str]:
    """Say what a parameter's declaration does not allow of a value; what is secret is not shown."""
    type_ = str(declared.get("type")).lower()
    if value is None:
        if declared.get("nullable") is not True and "defaultValue" not in declared:
            yield "null, where the template's parameter is not nullable"
        return
    shown = "a value that is not shown" if type_ in _SECURE else show(value)
    if type_ in _TYPES and not _TYPES[type_][1](value):
        yield f"expected {_TYPES[type_][0]}, got {shown}"
        return
    allowed = declared.get("allowedValues")
    if isinstance(allowed, list) and not isinstance(value, (list, Mapping)) and value not in allowed:
        yield f"{shown} is not allowed; allowed: {choices(map(str, allowed))}"
    size = value if type_ == "int" else len(value) if isinstance(value, (str, list)) else None
    least, most = declared.get(_LEAST[type_ == "int"]), declared.get(_MOST[type_ == "int"])
    unit = "" if type_ == "int" else " elements" if isinstance(value, list) else " characters"
    if size is not None and isinstance(least, int) and size < least:
        yield f"{shown} is too {'small' if type_ == 'int' else 'short'}; at least {least:,}{unit}"
    if size is not None and isinstance(most, int) and size > most:
        yield f"{shown} is too {'large' if type_ == 'int' else 'long'}; at most {most:,}{unit}"


_LEAST = {True: "minValue", False: "minLength"}
_MOST = {True: "maxValue", False: "maxLength"}
