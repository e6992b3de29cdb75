"""The text of a stack file (`Pulumi.<stack>.yaml`), read as the Pulumi CLI does, without the CLI."""

from __future__ import annotations

from dataclasses import dataclass

from azureml_events.base.mistakes import START, DeclarationError, Mistake, Path, Position, show, unknown
from azureml_events.stackfile.nodes import Entries, ListNode, MapNode, ScalarNode, YamlNode, compose, follow
from azureml_events.stackfile.scalars import as_text
from azureml_events.stackfile.yaml_document import Values, place

NAMESPACE = "azureml-events"
"""The project's name, which is also the namespace of its configuration keys."""

_TEXTS = ("secretsprovider", "encryptedkey", "encryptionsalt")
_TOP_LEVEL = ("config", "environment", *_TEXTS)
_EXTENSION = "x-"
_EXAMPLE = f"write 'config:' and below it '{NAMESPACE}:workspaces:'"
_NOTHING = ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True)
class StackDocument:
    """A stack file's text, read.

    Attributes:
        config: The configuration by full key (`azureml-events:workspaces`; a key without namespace
            is the project's own). A map or list is as the program receives it, with `EncryptedNode` where
            it holds an encrypted value; a single value is text, as for the program.
        mistakes: The mistakes in its text, with their positions in order; values that are refused are None, and the
            others can still be checked.
    """

    config: dict[str, object]
    mistakes: tuple[Mistake, ...]
    _entries: Entries

    def locate(self, path: Path) -> Position:
        """Locate the value that a path leads to.

        Args:
            path: A configuration key, with or without the project's namespace, and the keys and
                indexes below it.

        Returns:
            The place of a single value, or of the key of a map or list. For what is not in the
            text, the place of the nearest thing around it.
        """
        if not path:
            return START
        entry = self._entries.get(_full_key(str(path[0])) or "")
        if entry is None:
            return START
        key, node = entry
        return place(key, node, path[1:])


def parse_stack_file(source: str | bytes) -> StackDocument:
    """Read the text of a stack file.

    Args:
        source: The text, or its bytes in UTF-8; a byte order mark is skipped.

    Returns:
        The document, with the mistakes in its values where some of them are refused and others can be read.

    Raises:
        DeclarationError: It is not a stack file; with every mistake and its position.
    """
    root = compose(source)
    values = Values()
    if root is None or _is_nothing(root):
        raise _refusal(f"the file is empty; {_EXAMPLE}")
    top = follow(root)
    if not isinstance(top, MapNode):
        raise _refusal(f"must be a map, got {_kind(top)}; {_EXAMPLE}")
    entries = values.entries(top, ())
    for name, (key, node) in entries.items():
        _check_top_level(values, name, key, node)
    own = _config_entries(values, *entries["config"]) if "config" in entries else {}
    config = {name: _config_value(values, name, node) for name, (_, node) in own.items()}
    if values.mistakes and not own:
        raise DeclarationError(values.mistakes)
    if "config" not in entries:
        raise _refusal(f"has no 'config'; {_EXAMPLE}")
    return StackDocument(config, tuple(values.mistakes), own)


def _check_top_level(values: Values, name: str, key: YamlNode, node: YamlNode) -> None:
    """Refuse what the CLI refuses outside `config`, and the names that it would pass over."""
    if name.startswith(_EXTENSION):
        values.value(node, (name,))
    elif name in _TEXTS:
        if not isinstance(follow(node), ScalarNode):
            values.refuse(key, (name,), f"must be text, got {_kind(node)}")
    elif ":" in name:
        values.refuse(key, (name,), "stands at the top level; move it below 'config:'")
    elif name not in _TOP_LEVEL:
        values.refuse(key, (), unknown("top-level key", name, (*_TOP_LEVEL, f"{_EXTENSION}…")))


def _config_entries(values: Values, key: YamlNode, node: YamlNode) -> Entries:
    """Return the entries of `config` by full key."""
    config = follow(node)
    if not isinstance(config, MapNode):
        values.refuse(key, ("config",), f"must be a map, got {_kind(config)}; {_EXAMPLE}")
        return {}
    own: Entries = {}
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


def _config_value(values: Values, name: str, node: YamlNode) -> object:
    path = _short(name)
    target = follow(node)
    if isinstance(target, ScalarNode):
        return as_text(values.scalar(target, path))
    return values.value(target, path)


def _full_key(name: str) -> str | None:
    """Return a configuration key with its namespace, or None if it has too many colons."""
    match name.split(":"):
        case [bare]:
            return f"{NAMESPACE}:{bare}"
        case [namespace, own] | [namespace, "config", own]:
            return f"{namespace}:{own}"
    return None


def _short(full: str) -> Path:
    return (full.removeprefix(f"{NAMESPACE}:"),)


def _kind(node: YamlNode) -> str:
    target = follow(node)
    if isinstance(target, ScalarNode):
        return "nothing" if _is_nothing(target) else show(target.text)
    return "a list" if isinstance(target, ListNode) else "a map"


def _is_nothing(node: YamlNode) -> bool:
    return isinstance(node, ScalarNode) and node.plain and node.text in _NOTHING


def _refusal(message: str) -> DeclarationError:
    return DeclarationError([Mistake((), message, START)])
