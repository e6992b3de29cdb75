"""What a template declares by name, and what a deployment gives for its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from azureml_events.documents.unresolved import SECRET, UNKNOWN, Unresolved

SECURE = frozenset({"securestring", "secureobject"})
"""The types of parameters whose values are not shown, in lower case."""

_DEFINITION = "#/definitions/"
_LONGEST_CHAIN = 10


def given_parameters(template: Mapping[str, Any], entries: Any) -> dict[str, Any]:
    """Find what a deployment gives for the parameters of its template, by name in lower case.

    Args:
        template: The template.
        entries: The deployment's `parameters`, evaluated.
    """
    if isinstance(entries, Unresolved):
        return dict.fromkeys(declared_parameters(template), entries)
    given = entries if isinstance(entries, Mapping) else {}
    return {name.lower(): value_of_entry(entry) for name, entry in given.items()}


def value_of_entry(entry: Any) -> Any:
    """Find the value that an entry of `parameters` gives.

    Args:
        entry: The entry, evaluated: a map with `value`, or with `reference` to a secret of a key vault.
    """
    if isinstance(entry, Mapping):
        return entry.get("value", SECRET if "reference" in entry else UNKNOWN)
    return entry if isinstance(entry, Unresolved) else UNKNOWN


def declared_parameters(template: Mapping[str, Any]) -> dict[str, Any]:
    """Find a template's parameters by name in lower case, each with what its named type says."""
    definitions = template.get("definitions")
    declared = by_lower_name(template.get("parameters"))
    return {name: _with_type(each, definitions) for name, each in declared.items() if isinstance(each, Mapping)}


def _with_type(declared: Mapping[str, Any], definitions: Any) -> Mapping[str, Any]:
    known = definitions if isinstance(definitions, Mapping) else {}
    for _ in range(_LONGEST_CHAIN):
        reference = declared.get("$ref")
        if not isinstance(reference, str) or not reference.startswith(_DEFINITION):
            break
        named = known.get(reference.removeprefix(_DEFINITION))
        own = {name: value for name, value in declared.items() if name != "$ref"}
        declared = {**(named if isinstance(named, Mapping) else {}), **own}
    return declared


def declared_functions(template: Mapping[str, Any]) -> dict[str, Any]:
    """Find a template's own functions by namespace and name in lower case."""
    found = {}
    spaces = template.get("functions")
    for space in spaces if isinstance(spaces, list) else ():
        members = space.get("members") if isinstance(space, Mapping) else None
        for name, declared in by_lower_name(members).items():
            if isinstance(declared, Mapping):
                found[f"{space.get('namespace')}.{name}".lower()] = declared
    return found


def by_lower_name(declared: Any) -> dict[str, Any]:
    """Give what is declared its names in lower case; nothing where it is no map.

    Args:
        declared: A map, of any names.
    """
    if not isinstance(declared, Mapping):
        return {}
    return {name.lower(): value for name, value in declared.items() if isinstance(name, str)}
