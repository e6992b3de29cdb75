"""Where events are delivered on the author's machine: what `--to NAME=TARGET` says.

Only `localhost` and `127.0.0.1` are called unless another host is allowed by its exact name, so that a mistyped or a
clever address cannot make a trial reach somebody.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import quote, urlsplit

from azureml_events.base.mistakes import choices, no_such, show
from azureml_events.base.urls import url_without_keys
from azureml_events.handlers.endpoint import ResourceEndpoint
from azureml_events.handlers.handler import Handler, LocalPlace

LOCAL_HOSTS = ("localhost", "127.0.0.1")
"""The hosts that are called without being allowed."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_AUTHORITY = re.compile(r"(?P<host>[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?")
_CALLED = re.compile(r"[!-\[\]-~]+")
_QUEUE_PATH = re.compile(r"/(?P<account>[a-z0-9]{3,24})/(?P<queue>[a-z0-9-]{3,63})/?")
_FUNCTION_PATH = "/runtime/webhooks/eventgrid?functionName="
_LARGEST_PORT = 65535
_PORTS = {"http": 80, "https": 443, "queue": 10001}
_KINDS: dict[str, LocalPlace] = {"": "folder", "http": "URL", "https": "URL", "queue": "queue"}

_EXPECTED: dict[LocalPlace, str] = {
    "URL": "a URL, as http://localhost:7071/hook",
    "queue": "a queue of a storage emulator, as queue://localhost:10001/devstoreaccount1/runs",
    "folder": "a folder, as ./received",
}


@dataclass(frozen=True)
class Target:
    """Where events are delivered.

    Attributes:
        kind: What it is.
        address: The URL that is called, or the folder.
        host: The host that is called; empty for a folder.
        port: Its port, the scheme's where none is given; 0 for a folder.
        account: The storage account of a queue; empty for anything else.
        queue: The queue's name; empty for anything else.
    """

    kind: LocalPlace
    address: str
    host: str = ""
    port: int = 0
    account: str = ""
    queue: str = ""

    @property
    def place(self) -> str:
        """What is called one call at a time, however it is named: a host and port, a folder."""
        if self.kind == "folder":
            return str(Path(self.address).resolve())
        host = LOCAL_HOSTS[0] if self.host in LOCAL_HOSTS else self.host
        return f"{host}:{self.port}"

    @property
    def shown(self) -> str:
        """The target in words: of a URL neither its query nor what looks like a key."""
        return (url_without_keys(self.address) or self.host) if self.kind == "URL" else self.address


class TargetError(ValueError):
    """Targets that are wrong.

    Args:
        lines: Every mistake, a line each.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))


def parse_targets(texts: Iterable[str], handlers: Mapping[str, Handler], allowed: Collection[str]) -> dict[str, Target]:
    """Parse what `--to` says.

    Args:
        texts: Each `NAME=TARGET`.
        handlers: The stack's handlers by key.
        allowed: Hosts that may be called beside `LOCAL_HOSTS`, by their exact names.

    Raises:
        TargetError: Names of no handler, names that stand twice, targets that do not fit their handler, hosts that are
            not allowed; all of them at once.
    """
    targets: dict[str, Target] = {}
    wrong: list[str] = []
    for text in texts:
        name, equals, place = text.partition("=")
        if not equals or not name or not place:
            wrong.append(f"--to: expected <handler>=<target>, as hook=http://localhost:8000/hook, got {_safe(text)}")
        elif name not in handlers:
            wrong.append(f"--to: {no_such('handler', name, list(handlers), ' in this stack')}")
        elif name in targets:
            wrong.append(f"--to {name}: given twice; a handler has one target")
        else:
            try:
                targets[name] = parse_target(place, handlers[name], allowed)
            except ValueError as error:
                wrong.append(f"--to {name}: {error}")
    if wrong:
        raise TargetError(wrong)
    return targets


def parse_target(text: str, handler: Handler, allowed: Collection[str] = ()) -> Target:
    """Parse the target of a handler.

    Args:
        text: The target.
        handler: The handler.
        allowed: Hosts that may be called beside `LOCAL_HOSTS`, by their exact names.

    Raises:
        ValueError: It is none, does not fit the handler, or its host is not allowed; the message shows no query.
    """
    scheme = _SCHEME.match(text)
    kind = _KINDS.get(scheme[1].lower() if scheme else "")
    if kind != handler.local_place:
        folder = "a folder, as there is no <scheme>://"
        given = {"URL": "a URL", "queue": "a queue", "folder": folder}.get(kind or "", "another scheme")
        raise ValueError(f"a handler of type {handler.type} takes {_EXPECTED[handler.local_place]}; got {given}")
    if kind == "folder":
        return Target("folder", str(Path(text)))
    host, port = _called(text, allowed)
    if kind == "queue":
        path = _QUEUE_PATH.fullmatch(urlsplit(text).path)
        if path is None or "?" in text or "#" in text:
            raise ValueError("expected queue://<host>:<port>/<account>/<queue>, lower-case letters, digits and -")
        return Target("queue", text.rstrip("/"), host, port, path["account"], path["queue"])
    return Target("URL", _with_function(text, handler), host, port)


def _called(text: str, allowed: Collection[str]) -> tuple[str, int]:
    """Return the host and the port that a text calls, whoever reads it; what could be read in two ways is refused."""
    scheme, _, rest = text.partition("://")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if "@" in authority:
        raise ValueError("a user or password in the address; leave it out")
    found = _AUTHORITY.fullmatch(authority)
    if found is None or not 0 < int(found["port"] or 1) <= _LARGEST_PORT:
        raise ValueError("no address; expected <scheme>://<host>:<port>/<path>")
    if not _CALLED.fullmatch(text):
        raise ValueError("a blank, a backslash or a letter beyond ASCII in the address; write it encoded, as %20")
    host = found["host"].strip("[]").lower()
    if host not in LOCAL_HOSTS and host not in {each.strip("[]").lower() for each in allowed}:
        fix = f"--allow-host {host} allows it" if _is_plain(host) else "--allow-host allows one"
        raise ValueError(f"host {show(host)} is refused; called are {choices(LOCAL_HOSTS)} alone; {fix}")
    if host == "localhost" and not _is_loopback(host):
        raise ValueError("localhost is another machine here, by its name service; write 127.0.0.1")
    return host, int(found["port"] or _PORTS[scheme.lower()])


def _is_plain(host: str) -> bool:
    return re.fullmatch(r"[a-z0-9.:-]{1,100}", host) is not None


def _is_loopback(host: str) -> bool:
    try:
        found = socket.getaddrinfo(host, None)
    except OSError:
        return True  # then nothing is reached either
    return all(ip_address(str(address[0]).partition("%")[0]).is_loopback for *_, address in found)


def _with_function(url: str, handler: Handler) -> str:
    """Complete the address of a local Functions host by the path at which it takes a function's events."""
    parts = urlsplit(url)
    resource_id = handler.resource_id if isinstance(handler, ResourceEndpoint) else None
    plain = parts.path in {"", "/"} and not parts.query
    if not plain or not isinstance(resource_id, str) or "/functions/" not in resource_id:
        return url
    return f"{parts.scheme}://{parts.netloc}{_FUNCTION_PATH}{quote(resource_id.rpartition('/')[2], safe='')}"


def _safe(text: str) -> str:
    return show(text.partition("=")[0]) if "=" in text else show(text.partition("://")[0])
