"""Webhook URLs, known or known only during a deployment."""

from __future__ import annotations

import hashlib
import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import (
    BeforeValidator,
    WithJsonSchema,
)

from azureml_events.base.names import any_case
from azureml_events.base.values import SECURE_SCHEMA, Applicable, Deferred, Reference, Secret

_KEYWORDS = "key|code|sig|token|secret|passw|pwd|credential|auth|sas"
_NAME = rf"(?![^=&\s]*(?:{'|'.join(map(any_case, _KEYWORDS.split('|')))}))[^=&\s]+"
_LONGEST_PLAIN = 20
_PLAIN_PARAMETER = rf"{_NAME}=(?:[^&\s]{{0,{_LONGEST_PLAIN}}}|[^&\s0-9]{{21,60}})"
_PLAIN_QUERY = rf"(?:{_PLAIN_PARAMETER}(?:&{_PLAIN_PARAMETER})*)?"
_MAYBE_KEY = re.compile(rf"[\w.:@=+%~-]{{{_LONGEST_PLAIN + 1},}}")
_WORDS = re.compile(r"[a-z]+(?:[-_.][a-z]+)*")


def holds_key(url: str) -> bool:
    """Tell whether a URL may hold a key.

    A parameter does whose name says so (`code`, `sig`, `x-functions-key`, …) or whose value is as long as one; so does
    a URL that names a user.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return True
    return bool(parts.username or parts.password) or not re.fullmatch(_PLAIN_QUERY, url.partition("?")[2])


def url_without_keys(url: str) -> str | None:
    """Return a URL's scheme, host and path; None where it has no host.

    A part of the path that is long enough to be a key, as chats and alerts have it there, is a digest of it: the same
    URL has the same text, and another one another.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    path = "/".join(map(_without_key, parts.path.split("/")))
    return f"{parts.scheme}://{host}{f':{port}' if port else ''}{path}" if host else None


def _without_key(segment: str) -> str:
    if not _MAYBE_KEY.fullmatch(segment) or _WORDS.fullmatch(segment):
        return segment
    return f"…{hashlib.sha256(segment.encode()).hexdigest()[:8]}"


def _https(url: str) -> str:
    """Return a webhook's URL; the message of what is wrong never shows it, because it may hold a key."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        raise ValueError("not a URL; expected https://<host>/<path>") from None
    if parts.scheme != "https" or not host:
        raise ValueError("Event Grid delivers to https only; expected https://<host>/<path>")
    if any(character.isspace() for character in url):
        raise ValueError("the URL holds white space")
    return url


def _checked_url(value: object) -> object:
    if isinstance(value, Applicable):
        return Deferred(value, _https, holds_key)
    if isinstance(value, Deferred):
        return value
    text = value.value if isinstance(value, Secret) else value
    if text is not None:
        if not isinstance(text, str):
            raise ValueError("expected text: https://<host>/<path>")
        _https(text)
        if value is text and holds_key(text):
            raise ValueError("a URL with a key in the clear; pass it as pulumi.Output.secret")
    return value


Url = Annotated[
    Reference | Secret,
    BeforeValidator(_checked_url),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": rf"^https://[^/?@\s]+(/[^?\s]*)?(\?{_PLAIN_QUERY})?$"},
                SECURE_SCHEMA,
            ]
        }
    ),
]
"""A webhook's https URL: plain where it holds no key, else a secret."""
