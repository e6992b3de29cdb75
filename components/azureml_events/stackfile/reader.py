"""Reads a stack file (`Pulumi.<stack>.yaml`) as the Pulumi CLI does, without the CLI."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from azureml_events.base.mistakes import Mistake, Path, show, unknown
from azureml_events.stackfile.nodes import (
    Mapping,
    Node,
    Position,
    Scalar,
    Sequence,
    followed,
)
from azureml_events.stackfile.scalars import as_text
from azureml_events.stackfile.values import Located, Values
from azureml_events.stackfile.yaml_document import StackFileError, composed, place

if TYPE_CHECKING:
    from collections.abc import Iterable

NAMESPACE = "azureml-events"
"""The project's name, which is also the namespace of its configuration keys."""

_TEXTS = ("secretsprovider", "encryptedkey", "encryptionsalt")
_TOP_LEVEL = ("config", "environment", *_TEXTS)
_EXTENSION = "x-"
_EXAMPLE = f"write 'config:' and below it '{NAMESPACE}:workspaces:'"
_NOTHING = ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True)
class StackDocument:
    """What a stack file says.

    Attributes:
        config: The configuration by full key (`azureml-events:workspaces`; a key without namespace
            is the project's own). A map or list is as the program receives it, with `Secure` where
            it holds an encrypted value; a single value is text, as for the program.
    """

    config: dict[str, object]
    _entries: dict[str, tuple[Node, Node]]

    def locate(self, path: Path) -> Position:
        """Where in the text a path leads.

        Args:
            path: A configuration key, with or without the project's namespace, and the keys and
                indexes below it.

        Returns:
            The place of a single value, or of the key of a map or list. For what is not in the
            text, the place of the nearest thing around it.
        """
        if not path:
            return Position(1, 1)
        entry = self._entries.get(_full_key(str(path[0])) or "")
        if entry is None:
            return Position(1, 1)
        key, node = entry
        return place(key, node, path[1:])


class FlawedStackFileError(StackFileError):
    """A stack file of which some values are refused, and the others can still be checked.

    Args:
        mistakes: Everything that is wrong with it, at least one, in the order of the text.
        document: What it says otherwise.
    """

    def __init__(self, mistakes: Iterable[Located], document: StackDocument) -> None:
        super().__init__(mistakes)
        self.document = document


def read_stack_file(source: str | bytes) -> StackDocument:
    """Reads the text of a stack file.

    Args:
        source: The text, or its bytes in UTF-8; a byte order mark is skipped.

    Raises:
        StackFileError: If it is not a stack file, with every mistake and its place.
        FlawedStackFileError: If it is one but for some values.
    """
    root = composed(source)
    values = Values()
    if root is None or _is_nothing(root):
        raise StackFileError([_at_start(f"the file is empty; {_EXAMPLE}")])
    top = followed(root)
    if not isinstance(top, Mapping):
        raise StackFileError([_at_start(f"must be a map, got {_kind(top)}; {_EXAMPLE}")])
    entries = values.entries(top, ())
    for name, (key, node) in entries.items():
        _check_top_level(values, name, key, node)
    config = {}
    own: dict[str, tuple[Node, Node]] = {}
    if "config" in entries:
        own = _config_entries(values, *entries["config"])
        config = {name: _config_value(values, name, node) for name, (_, node) in own.items()}
    elif not values.mistakes:
        raise StackFileError([_at_start(f"has no 'config'; {_EXAMPLE}")])
    document = StackDocument(config, own)
    if values.mistakes:
        raise FlawedStackFileError(values.mistakes, document) if own else StackFileError(values.mistakes)
    return document


def _check_top_level(values: Values, name: str, key: Node, node: Node) -> None:
    """Refuses what the CLI refuses outside `config`, and the names that it would pass over."""
    if name.startswith(_EXTENSION):
        values.value(node, (name,))
    elif name in _TEXTS:
        if not isinstance(followed(node), Scalar):
            values.refuse(key, (name,), f"must be text, got {_kind(node)}")
    elif ":" in name:
        values.refuse(key, (name,), "stands at the top level; move it below 'config:'")
    elif name not in _TOP_LEVEL:
        values.refuse(key, (), unknown("top-level key", name, (*_TOP_LEVEL, f"{_EXTENSION}…")))


def _config_entries(values: Values, key: Node, node: Node) -> dict[str, tuple[Node, Node]]:
    """The entries of `config` by full key."""
    config = followed(node)
    if not isinstance(config, Mapping):
        values.refuse(key, ("config",), f"must be a map, got {_kind(config)}; {_EXAMPLE}")
        return {}
    own: dict[str, tuple[Node, Node]] = {}
    for name, entry in values.entries(config, ("config",)).items():
        full = _full_key(name)
        if full is None:
            values.refuse(entry[0], ("config",), f"{show(name)} is no key; write '<namespace>:<name>'")
        elif full in own:
            first = own[full][0].position.line
            values.refuse(entry[0], _short(full), f"given twice, first in line {first}; keep one of the two")
        else:
            own[full] = entry
    return own


def _config_value(values: Values, name: str, node: Node) -> object:
    path = _short(name)
    target = followed(node)
    if isinstance(target, Scalar):
        return as_text(values.scalar(target, path))
    return values.value(target, path)


def _full_key(name: str) -> str | None:
    """A configuration key with its namespace; None if it has too many colons."""
    match name.split(":"):
        case [bare]:
            return f"{NAMESPACE}:{bare}"
        case [namespace, own] | [namespace, "config", own]:
            return f"{namespace}:{own}"
    return None


def _short(full: str) -> Path:
    return (full.removeprefix(f"{NAMESPACE}:"),)


def _kind(node: Node) -> str:
    target = followed(node)
    if isinstance(target, Scalar):
        return "nothing" if _is_nothing(target) else show(target.text)
    return "a list" if isinstance(target, Sequence) else "a map"


def _is_nothing(node: Node) -> bool:
    return isinstance(node, Scalar) and node.plain and node.text in _NOTHING


def _at_start(message: str) -> Located:
    return Located(Position(1, 1), Mistake((), message))
