"""A YAML document: its values as the Pulumi CLI hands them to a program, and the place of each."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from azureml_events.base.mistakes import START, DeclarationError, MemberPath, Mistake, Position, show, sort_by_position
from azureml_events.base.values import Secret
from azureml_events.stackfile.nodes import Entries, ListNode, MapNode, ScalarNode, YamlNode, compose, follow
from azureml_events.stackfile.scalars import ScalarError, Value, as_json, resolve

_MERGE = "<<"
_MERGE_TAG = "tag:yaml.org,2002:merge"


@dataclass(frozen=True, repr=False)
class EncryptedNode:
    """A `secure:` node: a value that is there but unknown without the stack's key, shown as `<secret>`.

    Attributes:
        ciphertext: The text that the file holds in its place; never shown.
        decrypted: The value where a deployment told it.
    """

    ciphertext: str = field(repr=False)
    decrypted: Secret = field(default=Secret(None), compare=False)

    def __repr__(self) -> str:
        return "<secret>"


@dataclass(frozen=True)
class YamlDocument:
    """A YAML text, read.

    Attributes:
        value: Its maps, lists and values.
    """

    value: object
    _root: YamlNode | None

    def locate(self, path: MemberPath) -> Position:
        """Locate the value that a path leads to, or the nearest thing around it.

        Args:
            path: The keys and indexes.
        """
        return START if self._root is None else place(self._root, self._root, path)


def read_yaml(source: str | bytes) -> YamlDocument:
    """Read a YAML text.

    Args:
        source: The text, or its bytes in UTF-8; a byte order mark is skipped.

    Raises:
        DeclarationError: It is not YAML; with every mistake and its position.
    """
    root = compose(source)
    values = Values()
    value = None if root is None else values.value(root, ())
    if values.mistakes:
        raise DeclarationError(values.mistakes)
    return YamlDocument(value, root)


class Values:
    """Makes values of nodes, and collects the mistakes in them."""

    def __init__(self) -> None:
        self._mistakes: dict[tuple[Position, str], Mistake] = {}

    @property
    def mistakes(self) -> list[Mistake]:
        """The mistakes found so far, in the order of the text."""
        return sort_by_position(self._mistakes.values())

    def refuse(self, node: YamlNode, path: MemberPath, message: str) -> None:
        """Note a mistake at a node, once however many aliases repeat the node.

        Args:
            node: The node.
            path: The keys and indexes that lead to it.
            message: The mistake's message.
        """
        self._mistakes.setdefault((node.position, message), Mistake(path, message, node.position))

    def scalar(self, node: ScalarNode, path: MemberPath) -> Value:
        """Make the value of a scalar, not yet as JSON carries it.

        Args:
            node: The scalar.
            path: The keys and indexes that lead to it.

        Returns:
            The value, or None where it is refused.
        """
        try:
            value = resolve(node.text, node.tag, plain=node.plain)
        except ScalarError as error:
            self.refuse(node, path, f"{show(node.text)} {error}")
            return None
        if isinstance(value, float) and not math.isfinite(value):
            self.refuse(node, path, f"must be a finite number, got {node.text}; quote it if a text")
            return None
        return value

    def value(self, node: YamlNode, path: MemberPath) -> object:
        """Make the value of a node: text, number, truth value, nothing, list, map or `EncryptedNode`.

        Args:
            node: The node.
            path: The keys and indexes that lead to it.
        """
        node = follow(node)
        if isinstance(node, ScalarNode):
            return as_json(self.scalar(node, path))
        if isinstance(node, ListNode):
            return [self.value(item, (*path, at)) for at, item in enumerate(node.items)]
        made = {name: self.value(value, (*path, name)) for name, (_, value) in self.entries(node, path).items()}
        secret = made.get("secure")
        return EncryptedNode(secret) if len(made) == 1 and isinstance(secret, str) else made

    def entries(self, node: MapNode, path: MemberPath) -> Entries:
        """Return a map's keys and values by name, those that `<<` merges among them.

        Args:
            node: The map.
            path: The keys and indexes that lead to it.
        """
        if node.entries is not None:
            return node.entries
        node.entries = {}
        merges: list[MapNode] = []
        written: dict[str, YamlNode] = {}
        for key, value in node.pairs:
            scalar = follow(key)
            if not isinstance(scalar, ScalarNode):
                self.refuse(key, path, "a key must be text, not a map or a list")
            elif scalar.text in written:
                self._refuse_twice(key, (*path, scalar.text), written[scalar.text])
            elif _is_merge(key):
                written[scalar.text] = key
                merges.extend(self._merged(value, path))
            else:
                written[scalar.text] = key
                self._enter(node.entries, scalar, (key, value), path)
        for source in merges:
            for name, entry in self.entries(source, path).items():
                node.entries.setdefault(name, entry)
        return node.entries

    def _enter(self, entries: Entries, scalar: ScalarNode, entry: tuple[YamlNode, YamlNode], path: MemberPath) -> None:
        name = self._name(scalar, path)
        if name is None:
            return
        key, _ = entries.setdefault(name, entry)
        if key is not entry[0]:
            self._refuse_twice(entry[0], (*path, name), key)

    def _refuse_twice(self, key: YamlNode, path: MemberPath, first: YamlNode) -> None:
        self.refuse(key, path, f"given twice, first in line {first.position.line}; keep one of the two")

    def _name(self, key: ScalarNode, path: MemberPath) -> str | None:
        value = self.scalar(key, path)
        if isinstance(value, str) and value != _MERGE:
            return value
        if isinstance(value, int):
            return str(value).lower()
        self.refuse(key, path, f"a key must be text, got {show(key.text)}; rename or quote it")
        return None

    def _merged(self, value: YamlNode, path: MemberPath) -> Iterator[MapNode]:
        """Yield the maps that a `<<` merges, the nearest first."""
        for source in value.items if isinstance(value, ListNode) else [value]:
            target = follow(source)
            if isinstance(target, MapNode):
                yield target
            else:
                self.refuse(source, path, "'<<' takes a map or a list of maps")


def _is_merge(key: YamlNode) -> bool:
    return (
        isinstance(key, ScalarNode)
        and key.text == _MERGE
        and (key.tag == _MERGE_TAG or (key.plain and key.tag in (None, "!")))
    )


def place(key: YamlNode, node: YamlNode, steps: MemberPath) -> Position:
    """Locate the value that a path leads to: a single value where it stands, a map or a list at its key.

    Args:
        key: The key under which the path begins.
        node: The value under it.
        steps: The keys and indexes below it.
    """
    position = _position(key, node)
    for step in steps:
        target = follow(node)
        if isinstance(target, MapNode) and str(step) in (target.entries or {}):
            key, node = (target.entries or {})[str(step)]
            position = _position(key, node)
        elif isinstance(target, ListNode) and step in range(len(target.items)):
            node = target.items[int(step)]
            position = node.position
        else:
            break
    return position


def _position(key: YamlNode, node: YamlNode) -> Position:
    target = follow(node)
    in_place = isinstance(target, ScalarNode) and target.text != ""
    return node.position if in_place else key.position
