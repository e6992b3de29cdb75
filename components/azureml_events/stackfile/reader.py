"""The text of a stack file (`Pulumi.<stack>.yaml`), read as the Pulumi CLI does, without the CLI."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from pathlib import Path

from azureml_events.base.mistakes import START, DeclarationError, MemberPath, Mistake, Position, show, unknown
from azureml_events.stackfile.nodes import Entries, ListNode, MapNode, ScalarNode, YamlNode, compose, follow, refusal
from azureml_events.stackfile.scalars import NULLS, as_text
from azureml_events.stackfile.yaml_document import Values, place

NAMESPACE = "azureml-events"
"""The project's name, which is also the namespace of its configuration keys."""

_TEXTS = ("secretsprovider", "encryptedkey", "encryptionsalt")
_TOP_LEVEL = ("config", "environment", *_TEXTS)
_EXTENSION = "x-"
_EXAMPLE = f"write 'config:' and below it '{NAMESPACE}:workspaces:'"
_NEARLY = 0.82
"""How much of a namespace is as in ours, from 0 to 1, where ours was meant: `aml-events` is, `azure-native` is not."""


@dataclass(frozen=True)
class StackDocument:
    """A stack file's text, read.

    Attributes:
        config: The configuration by full key (`azureml-events:workspaces`; a key without namespace
            is the project's own). A map or list is as the program receives it, with `EncryptedNode` where
            it holds an encrypted value; a single value is text, as for the program.
        mistakes: The mistakes in its text, with their positions in order; values that are refused are None, and the
            others can still be checked.
        project: The project's name.
        environment: Whether it takes further configuration from environments, which are not read.
        entries: The nodes of its own configuration by full key.
        of_project: The nodes of what the project's file gives in addition, by full key.
        project_file: The project's file.
        secrets_provider: The URL of the key that encrypts its secrets; None where it does not say.
    """

    config: dict[str, object]
    mistakes: tuple[Mistake, ...]
    project: str = NAMESPACE
    environment: bool = False
    entries: Entries = field(default_factory=dict, repr=False)
    of_project: Entries = field(default_factory=dict, repr=False)
    project_file: Path | None = None
    secrets_provider: str | None = None

    def locate(self, path: MemberPath) -> Position:
        """Locate the value that a path leads to.

        Args:
            path: A configuration key, ours without a namespace, and the keys and indexes below it.

        Returns:
            The place of a single value, or of the key of a map or list. For what is not in the
            text, the place of the nearest thing around it.
        """
        if not path:
            return START
        full = full_key(str(path[0]), NAMESPACE)
        if full in self.entries:
            return place(*self.entries[full], path[1:])
        if full in self.of_project:
            return replace(place(*self.of_project[full], path[1:]), file=self.project_file)
        return START


def parse_stack_file(source: str | bytes, project: str = NAMESPACE) -> StackDocument:
    """Read the text of a stack file.

    Args:
        source: The text, or its bytes in UTF-8; a byte order mark is skipped.
        project: The project's name, which is the namespace of keys without one.

    Returns:
        The document, with the mistakes in its values where some of them are refused and others can be read.

    Raises:
        DeclarationError: It is not a stack file; with every mistake and its position.
    """
    root = compose(source)
    values = Values()
    if root is None or is_nothing(root):
        raise refusal(START, f"the file is empty; {_EXAMPLE}")
    top = follow(root)
    if not isinstance(top, MapNode):
        raise refusal(START, f"must be a map, got {_kind(top)}; {_EXAMPLE}")
    entries = values.entries(top, ())
    for name, (key, node) in entries.items():
        _check_top_level(values, name, key, node)
    own = config_entries(values, *entries["config"], project) if "config" in entries else {}
    config = {name: config_value(values, name, node) for name, (_, node) in own.items()}
    if values.mistakes and not own:
        raise DeclarationError(values.mistakes)
    environment = "environment" in entries and not is_nothing(entries["environment"][1])
    if "config" not in entries and not environment:
        raise refusal(START, f"has no 'config'; {_EXAMPLE}")
    provider = follow(entries["secretsprovider"][1]) if "secretsprovider" in entries else None
    secrets_provider = provider.text if isinstance(provider, ScalarNode) else None
    return StackDocument(config, tuple(values.mistakes), project, environment, own, secrets_provider=secrets_provider)


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


def config_entries(values: Values, key: YamlNode, node: YamlNode, project: str) -> Entries:
    """Return the entries of a `config` by full key.

    Args:
        values: Takes the mistakes.
        key: Its key.
        node: Its value.
        project: The project's name.
    """
    config = follow(node)
    if not isinstance(config, MapNode):
        values.refuse(key, ("config",), f"must be a map, got {_kind(config)}; {_EXAMPLE}")
        return {}
    own: Entries = {}
    for name, entry in values.entries(config, ("config",)).items():
        full = full_key(name, project)
        if full is None:
            values.refuse(entry[0], ("config",), f"{show(name)} is no key; write '<namespace>:<name>'")
        elif full in own:
            first = own[full][0].position.line
            values.refuse(entry[0], short_path(full), f"given twice, first in line {first}; keep one of the two")
        else:
            own[full] = entry
    for mistake in near_namespaces(own, project):
        values.refuse(own[str(mistake.path[0])][0], mistake.path, mistake.message)
    return own


def near_namespaces(keys: Iterable[str], project: str) -> list[Mistake]:
    """Refuse the keys whose namespace is nearly ours.

    Args:
        keys: Full keys.
        project: The project's name, whose own keys are its own affair.
    """
    found = []
    for full in keys:
        namespace, _, name = full.partition(":")
        if namespace in {NAMESPACE, project} or len(namespace) > len(NAMESPACE) * 2:
            continue
        if SequenceMatcher(None, namespace.lower(), NAMESPACE).ratio() > _NEARLY:
            meant = show(f"{NAMESPACE}:{name}")
            found.append(Mistake((full,), f"unknown namespace {show(namespace)}; did you mean {meant}?"))
    return found


def config_value(values: Values, name: str, node: YamlNode) -> object:
    """Make the value of a configuration key as the program receives it.

    Args:
        values: Takes the mistakes.
        name: The full key.
        node: Its node.
    """
    path = short_path(name)
    target = follow(node)
    if isinstance(target, ScalarNode):
        return as_text(values.scalar(target, path))
    return values.value(target, path)


def full_key(name: str, project: str) -> str | None:
    """Return a configuration key with its namespace, or None if it has too many colons.

    Args:
        name: The key as written.
        project: The namespace of a key without one.
    """
    match name.split(":"):
        case [bare]:
            return f"{project}:{bare}"
        case [namespace, own] | [namespace, "config", own]:
            return f"{namespace}:{own}"
    return None


def short_path(full: str) -> MemberPath:
    """Return the path of a full key: ours without the namespace."""
    return (full.removeprefix(f"{NAMESPACE}:"),)


def _kind(node: YamlNode) -> str:
    target = follow(node)
    if isinstance(target, ScalarNode):
        return "nothing" if is_nothing(target) else show(target.text)
    return "a list" if isinstance(target, ListNode) else "a map"


def is_nothing(node: YamlNode) -> bool:
    """Tell whether a node is null."""
    target = follow(node)
    return isinstance(target, ScalarNode) and target.plain and target.text in NULLS
