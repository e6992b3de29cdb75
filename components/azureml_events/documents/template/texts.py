"""Template functions of texts.

Source: Azure's page on string functions for ARM templates.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, unquote, urljoin

from azureml_events.documents.json_text import read_json
from azureml_events.documents.template.kinds import of_kind, typed
from azureml_events.documents.unresolved import LONGEST_TEXT, Text, Unresolved, joined

_DATA_URI = re.compile(r"data:[^,]*?(?P<base64>;base64)?,(?P<data>.*)", re.IGNORECASE | re.DOTALL)
_DATA_URI_START = "data:text/plain;charset=utf8;base64,"


def text_of(value: Any) -> Text:
    """Write a single value as `concat`, `format` and `string` do.

    Args:
        value: A text, a whole number, true or false.

    Raises:
        ValueError: It is anything else.
    """
    if isinstance(value, (str, Unresolved)):
        return value
    if isinstance(value, bool):
        return "True" if value else "False"
    if isinstance(value, int):
        return str(value)
    raise ValueError(value)


def _format(form: Any, *values: Any) -> Text:
    """Put values into the numbered places of a text; how a value is written (`{0:N0}`) is not worked out."""
    parts: list[Text] = []
    for piece in re.split(r"(\{\{|\}\}|\{\d{1,3}\})", of_kind(form, str)):
        if piece in {"{{", "}}"}:
            parts.append(piece[0])
        elif re.fullmatch(r"\{\d+\}", piece):
            parts.append(text_of(values[int(piece[1:-1])]))
        elif "{" in piece or "}" in piece:
            raise ValueError(form)
        else:
            parts.append(piece)
    return joined(parts)


def _join(elements: Any, separator: Any) -> Text:
    texts = [text_of(each) for each in of_kind(elements, list)]
    return joined([part for each in texts for part in (of_kind(separator, str), each)][1:])


def _texts(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make a function refuse arguments that are no texts."""
    return lambda *arguments: function(*(of_kind(each, str) for each in arguments))


def _pad_left(value: Any, length: Any, pad: Any = " ") -> str:
    if len(of_kind(pad, str)) != 1 or of_kind(length, int) > LONGEST_TEXT:
        raise ValueError(length)
    return str(text_of(value)).rjust(length, pad)


def _replace(text: str, old: str, new: str) -> str:
    if not old or len(text) + text.count(old) * len(new) > LONGEST_TEXT:
        raise ValueError(old)
    return text.replace(old, new)


def _split(text: Any, separators: Any) -> list[str]:
    each = [of_kind(one, str) for one in (separators if isinstance(separators, list) else [separators])]
    if not each or "" in each:
        raise ValueError(separators)
    return re.split("|".join(map(re.escape, each)), of_kind(text, str))


def _substring(text: Any, start: Any, length: Any = None) -> str:
    end = len(of_kind(text, str)) if length is None else of_kind(start, int) + of_kind(length, int)
    if not 0 <= of_kind(start, int) <= end <= len(text):
        raise ValueError(start)
    return str(text[start:end])


def _string(value: Any) -> str:
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return str(text_of(value))


def _index_of(value: Any, item: Any) -> int:
    if isinstance(value, list):
        return next(iter(_indexes(value, item)), -1)
    return of_kind(value, str).lower().find(of_kind(item, str).lower())


def _last_index_of(value: Any, item: Any) -> int:
    if isinstance(value, list):
        return max(_indexes(value, item), default=-1)
    return of_kind(value, str).lower().rfind(of_kind(item, str).lower())


def _indexes(elements: list[Any], item: Any) -> list[int]:
    return [index for index, each in enumerate(elements) if typed(each) == typed(item)]


def _to_base64(text: str) -> str:
    return b64encode(text.encode()).decode()


def _of_base64(text: str) -> str:
    return b64decode(text, validate=True).decode()


def _of_data_uri(text: str) -> str:
    match = _DATA_URI.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return _of_base64(match["data"]) if match["base64"] else unquote(match["data"])


OF_FORMS: dict[str, Callable[..., Any]] = {"format": _format, "join": _join}
"""Functions that put texts together, known or not; by name in lower case."""

OF_TEXTS: dict[str, Callable[..., Any]] = {
    "base64": _texts(_to_base64),
    "base64tojson": _texts(lambda text: read_json(_of_base64(text)).value),
    "base64tostring": _texts(_of_base64),
    "datauri": _texts(lambda text: _DATA_URI_START + _to_base64(text)),
    "datauritostring": _texts(_of_data_uri),
    "endswith": _texts(lambda text, end: text.lower().endswith(end.lower())),
    "indexof": _index_of,
    "json": _texts(lambda text: read_json(text).value),
    "lastindexof": _last_index_of,
    "padleft": _pad_left,
    "replace": _texts(_replace),
    "split": _split,
    "startswith": _texts(lambda text, start: text.lower().startswith(start.lower())),
    "string": _string,
    "substring": _substring,
    "tolower": _texts(str.lower),
    "toupper": _texts(str.upper),
    "trim": _texts(str.strip),
    "uri": _texts(urljoin),
    "uricomponent": _texts(lambda text: quote(text, safe="")),
    "uricomponenttostring": _texts(unquote),
}
"""Functions of texts that are known whole, by name in lower case."""
