"""Names as Python's users write them, in messages and documentation that stack files share."""

from __future__ import annotations

import re
from collections.abc import Collection

from pydantic.alias_generators import to_snake

from azureml_events.base.mistakes import MemberPath

_CAMEL = re.compile(r"(?<![\w.])([a-z]+[A-Z][a-zA-Z]*)(?!\w)(?:(: true)\b)?")
_QUOTED = re.compile("`[^`]*`")
_OWN = {"handler": "to", "import": "import_"}
_FREE = {"parameters", "tags", "allow", "handler", "labels", "silent"}
"""The fields below which every name is somebody's own."""


def in_python(text: str, names: Collection[str] | None = None) -> str:
    """Write the fields that a text names as Python does: `allEvents: true` as `all_events=True`.

    Args:
        text: The text.
        names: The JSON names that are fields; default every name in camelCase.
    """

    def own(found: re.Match[str]) -> str:
        if names is not None and found[1] not in names:
            return found[0]
        return f"{to_snake(found[1])}{'=True' if found[2] else ''}"

    return _CAMEL.sub(own, text)


def documented_in_python(text: str) -> str:
    """Write the fields that a documentation names in backquotes as Python does."""
    return _QUOTED.sub(lambda found: in_python(found[0]), text)


def fields_in_python(path: MemberPath) -> MemberPath:
    """Write the fields of a path as Python does, those of a subscription included; what people named stays.

    Args:
        path: The path below an entry, in JSON names.
    """
    if not path:
        return ()
    first, *rest = path
    own = _OWN.get(str(first)) or (to_snake(first) if isinstance(first, str) else first)
    return (own, *rest) if first in _FREE else (own, *fields_in_python(tuple(rest)))
