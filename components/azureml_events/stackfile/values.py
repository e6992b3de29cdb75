"""What the nodes of a stack file stand for: the values that the Pulumi CLI hands to a program."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from azureml_events.base.mistakes import Mistake, Path, show
from azureml_events.stackfile.nodes import (
    Mapping,
    Node,
    Position,
    Scalar,
    Sequence,
    followed,
)
from azureml_events.stackfile.scalars import ScalarError, Value, as_json, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

_MERGE = "<<"
_MERGE_TAG = "tag:yaml.org,2002:merge"


@dataclass(frozen=True, repr=False)
class Secure:
    """A value that is there but unknown without the stack's key: a `secure:` node.

    Attributes:
        ciphertext: What the file holds in its place; never shown.
    """

    ciphertext: str = field(repr=False)

    def __repr__(self) -> str:
        return "<secret>"


@dataclass(frozen=True)
class Located:
    """A mistake and where in the text it is.

    Attributes:
        position: Line and column, from 1.
        mistake: What is wrong.
    """

    position: Position
    mistake: Mistake

    def __str__(self) -> str:
        return f"{self.position.line}:{self.position.column}: {self.mistake}"


class Values:
    """Makes values of nodes and collects what is wrong with them."""

    def __init__(self) -> None:
        self._mistakes: dict[tuple[Position, str], Located] = {}

    @property
    def mistakes(self) -> list[Located]:
        """What was found wrong so far, in the order of the text."""
        return sorted(self._mistakes.values(), key=lambda located: located.position)

    def refuse(self, node: Node, path: Path, message: str) -> None:
        """Notes a mistake at a node, once however many aliases repeat the node."""
        located = Located(node.position, Mistake(path, message))
        self._mistakes.setdefault((node.position, message), located)

    def scalar(self, node: Scalar, path: Path) -> Value:
        """A scalar's value, not yet as JSON carries it; nothing where it is refused."""
        try:
            value = resolve(node.text, node.tag, plain=node.plain)
        except ScalarError as error:
            self.refuse(node, path, f"{show(node.text)} {error}")
            return None
        if isinstance(value, float) and not math.isfinite(value):
            self.refuse(node, path, f"must be a finite number, got {node.text}; quote it if a text")
            return None
        return value

    def value(self, node: Node, path: Path) -> object:
        """What a node stands for: text, number, truth value, nothing, list, map or `Secure`.

        Args:
            node: The node.
            path: Where it stands, for mistakes.
        """
        node = followed(node)
        if isinstance(node, Scalar):
            return as_json(self.scalar(node, path))
        if isinstance(node, Sequence):
            return [self.value(item, (*path, at)) for at, item in enumerate(node.items)]
        made = {name: self.value(value, (*path, name)) for name, (_, value) in self.entries(node, path).items()}
        secret = made.get("secure")
        return Secure(secret) if len(made) == 1 and isinstance(secret, str) else made

    def entries(self, node: Mapping, path: Path) -> dict[str, tuple[Node, Node]]:
        """A map's keys and values by name, with what `<<` takes in.

        Args:
            node: The map.
            path: Where it stands, for mistakes.
        """
        if node.entries is not None:
            return node.entries
        node.entries = {}
        merges: list[Node] = []
        written: dict[str, Node] = {}
        for key, value in node.pairs:
            scalar = followed(key)
            if not isinstance(scalar, Scalar):
                self.refuse(key, path, "a key must be text, not a map or a list")
            elif scalar.text in written:
                self._refuse_twice(key, (*path, scalar.text), written[scalar.text])
            elif _is_merge(key):
                written[scalar.text] = key
                merges.extend(self._to_merge(value, path))
            else:
                written[scalar.text] = key
                self._enter(node.entries, scalar, (key, value), path)
        for source in merges:
            self._merge(node.entries, source, path)
        return node.entries

    def _enter(
        self,
        entries: dict[str, tuple[Node, Node]],
        scalar: Scalar,
        entry: tuple[Node, Node],
        path: Path,
    ) -> None:
        name = self._name(scalar, path)
        if name is None:
            return
        key, _ = entries.setdefault(name, entry)
        if key is not entry[0]:
            self._refuse_twice(entry[0], (*path, name), key)

    def _refuse_twice(self, key: Node, path: Path, first: Node) -> None:
        message = f"given twice, first in line {first.position.line}; keep one of the two"
        self.refuse(key, path, message)

    def _name(self, key: Scalar, path: Path) -> str | None:
        value = self.scalar(key, path)
        if isinstance(value, str) and value != _MERGE:
            return value
        if isinstance(value, int):
            return str(value).lower()
        self.refuse(key, path, f"a key must be text, got {show(key.text)}; rename or quote it")
        return None

    def _to_merge(self, value: Node, path: Path) -> Iterator[Node]:
        """The maps that a `<<` takes in, the nearest first."""
        sources = value.items if isinstance(value, Sequence) else [value]
        for source in sources:
            if isinstance(followed(source), Mapping):
                yield source
            else:
                self.refuse(source, path, "'<<' takes a map or a list of maps")

    def _merge(self, entries: dict[str, tuple[Node, Node]], source: Node, path: Path) -> None:
        target = followed(source)
        if isinstance(target, Mapping):
            for name, entry in self.entries(target, path).items():
                entries.setdefault(name, entry)


def _is_merge(key: Node) -> bool:
    return (
        isinstance(key, Scalar)
        and key.text == _MERGE
        and (key.tag == _MERGE_TAG or (key.plain and key.tag in (None, "!")))
    )
