"""Hosts of URLs, and patterns of hosts."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, Field

from azureml_events.base.mistakes import show

_DOTS = re.compile(r"[.\u3002\uff0e\uff61]")
_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*")
_ADDRESS = re.compile(r"\[[0-9a-f:.]+\]|(?:.*\.)?(?:\d+|0x[0-9a-f]*)")
"""IPv6, and what a URL's host is read as IPv4 for: its last label is a number (URL standard, "ends in a number")."""
_PATTERN = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\[\]:/?#@\s]+)(?::(?P<port>[0-9]{1,5}))?")
_PORTS = {"https": 443, "http": 80}
_HTTPS = 443
_HIGHEST_PORT = 65535


@dataclass(frozen=True)
class Host:
    """The host of a URL.

    Attributes:
        name: Its name, in lower case, ASCII and without a dot at its end; or its address.
        port: The port.
    """

    name: str
    port: int

    def __str__(self) -> str:
        return self.name if self.port == _HTTPS else f"{self.name}:{self.port}"

    def is_among(self, patterns: tuple[str, ...]) -> bool:
        """Tell whether a pattern names it; an address is named only as it is.

        Args:
            patterns: As `*.contoso.com` or `host:8443`; `*` stands for one or more labels, no port means 443.
        """
        return any(_matches(self, pattern) for pattern in patterns)


def host_of(url: str) -> Host:
    """Return the host of a URL.

    Args:
        url: The URL.

    Raises:
        ValueError: It has none that can be judged; the message says why and does not repeat it.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError("the URL cannot be read") from None
    if "@" in parts.netloc:
        raise ValueError("the URL names a user")
    host = _host_in(parts)
    if host is None:
        raise ValueError("the URL has no host of a right form")
    return Host(host, _PORTS.get(parts.scheme, _HTTPS) if port is None else port)


def _host_in(parts: SplitResult) -> str | None:
    if parts.netloc.startswith("["):
        host = f"[{(parts.hostname or '').lower()}]"
        return host if _ADDRESS.fullmatch(host) else None
    host = _in_ascii(parts.hostname or "")
    return host if _NAME.fullmatch(host) else None


def _in_ascii(host: str) -> str:
    """Write a host's name in lower case and ASCII, without a dot at its end.

    Labels are not folded any further than IDNA 2008 does, so that no two names that are different there become one.
    """
    labels = _DOTS.split(unicodedata.normalize("NFKC", host).lower())
    if len(labels) > 1 and not labels[-1]:
        labels.pop()
    return ".".join(map(_label_in_ascii, labels))


def _label_in_ascii(label: str) -> str:
    try:
        return label if label.isascii() else f"xn--{label.encode('punycode').decode()}"
    except UnicodeError:
        return ""


def _matches(host: Host, pattern: str) -> bool:
    found = _PATTERN.fullmatch(pattern)
    if found is None or int(found["port"] or _HTTPS) != host.port:
        return False
    wanted = found["host"].lower() if found["host"].startswith("[") else _in_ascii(found["host"])
    if _ADDRESS.fullmatch(host.name):
        return wanted == host.name
    labels = r"\.".join(r"[^.]+(?:\.[^.]+)*" if label == "*" else re.escape(label) for label in wanted.split("."))
    return re.fullmatch(labels, host.name) is not None


def _host_pattern(text: str) -> str:
    found = _PATTERN.fullmatch(text)
    named = found is not None and (
        found["host"].startswith("[") or _NAME.fullmatch(_in_ascii(found["host"].replace("*", "a")))
    )
    partial = any("*" in label and label != "*" for label in text.partition(":")[0].split("."))
    if found is None or not named or partial or int(found["port"] or 1) not in range(1, _HIGHEST_PORT + 1):
        raise ValueError(f"{show(text)} is no pattern of hosts; expected one as '*.contoso.com' or 'host:8443'")
    return text


HostPattern = Annotated[
    str,
    AfterValidator(_host_pattern),
    Field(json_schema_extra={"pattern": r"^[^/?#@\s]+$", "examples": ["*.contoso.com"]}),
]
"""A host, or hosts by a `*` that stands for one or more labels; with a port where that is not 443."""
