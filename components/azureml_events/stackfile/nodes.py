"""The nodes of a YAML document with their positions, before any value is made of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

DEEPEST = 64
"""How many levels of maps and lists may stand within each other."""

MOST_ALIASED = 100_000
"""How many values the aliases of one file may repeat."""

# What YAML 1.1 allows in a stream; all else is written as an escape in double quotes.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, order=True, slots=True)
class Position:
    """Where something stands in the text: line and column, from 1."""

    line: int
    column: int


class YamlError(ValueError):
    """A text that is not one YAML document.

    Args:
        position: Where.
        message: What is wrong.
    """

    def __init__(self, position: Position, message: str) -> None:
        super().__init__(message)
        self.position = position
        self.message = message


@dataclass(slots=True)
class Scalar:
    """A single value.

    Attributes:
        position: Where it begins.
        text: What is written, without quotes and escapes.
        tag: Its explicit tag, with the handle written out.
        plain: Whether it stands without quotes, and not as a block.
    """

    position: Position
    text: str
    tag: str | None
    plain: bool


@dataclass(slots=True)
class Sequence:
    """A list, and how many values and levels it has once aliases are followed."""

    position: Position
    items: list[Node] = field(default_factory=list)
    size: int = 1
    height: int = 1


@dataclass(slots=True)
class Mapping:
    """A map, and how many values and levels it has once aliases are followed.

    Attributes:
        position: Where it begins.
        pairs: Keys and values in the order of the text, `<<` among them.
        entries: Keys and values by name, merged and without repetitions; None until made.
    """

    position: Position
    pairs: list[tuple[Node, Node]] = field(default_factory=list)
    entries: dict[str, tuple[Node, Node]] | None = None
    size: int = 1
    height: int = 1


@dataclass(slots=True)
class Alias:
    """A `*name`, which stands for the node `&name`."""

    position: Position
    target: Scalar | Sequence | Mapping


Node = Scalar | Sequence | Mapping | Alias


def followed(node: Node) -> Scalar | Sequence | Mapping:
    """The node itself, or what it is an alias of."""
    return node.target if isinstance(node, Alias) else node


def compose(text: str) -> Node | None:
    """The root node of a YAML text, or None where there is none.

    Args:
        text: One document.

    Raises:
        YamlError: If the text is not YAML, holds a second document, nests too deep, or its
            aliases repeat too much.
    """
    forbidden = _FORBIDDEN.search(text)
    if forbidden is not None:
        raise YamlError(
            _position_of(text, forbidden.start()),
            f"the character U+{ord(forbidden[0]):04X} is not allowed in YAML;"
            " remove it, or write it as an escape in double quotes",
        )
    composer = _Composer()
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            composer.take(event)
    except yaml.MarkedYAMLError as error:
        raise YamlError(_position(error.problem_mark), _problem(text, error)) from None
    except yaml.YAMLError as error:
        raise YamlError(Position(1, 1), f"not YAML: {error}") from None
    return composer.root


@dataclass(slots=True)
class _Open:
    """A collection whose end is still to come."""

    node: Sequence | Mapping
    key: Node | None = None
    aliased: int = 0


class _Composer:
    """Builds the tree that a parser's events describe, without recursion."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self._documents = 0
        self._open: list[_Open] = []
        self._anchors: dict[str, Scalar | Sequence | Mapping] = {}

    def take(self, event: yaml.Event) -> None:
        """The parser's next event."""
        position = _position(event.start_mark)
        match event:
            case yaml.ScalarEvent():
                plain = event.style in (None, "")
                self._node(Scalar(position, event.value, event.tag, plain), event.anchor)
            case yaml.SequenceStartEvent():
                self._begin(Sequence(position), event.anchor)
            case yaml.MappingStartEvent():
                self._begin(Mapping(position), event.anchor)
            case yaml.CollectionEndEvent():
                self._end()
            case yaml.AliasEvent():
                self._alias(position, event.anchor)
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise YamlError(position, "a second document begins here; Pulumi reads only the first")

    def _begin(self, node: Sequence | Mapping, anchor: str | None) -> None:
        self._node(node, anchor)
        self._open.append(_Open(node))
        if len(self._open) > DEEPEST:
            raise YamlError(node.position, f"nested deeper than {DEEPEST} levels")

    def _end(self) -> None:
        ended = self._open.pop()
        if self._open:
            self._grow(ended.node, ended.aliased, ended.node.position)

    def _alias(self, position: Position, anchor: str | None) -> None:
        target = self._anchors.get(anchor or "")
        if target is None:
            raise YamlError(position, f"no anchor '&{anchor}' stands before '*{anchor}'")
        if any(outer.node is target for outer in self._open):
            raise YamlError(position, f"the anchor '&{anchor}' holds an alias of itself")
        alias = Alias(position, target)
        self._node(alias, None)
        if self._open and not isinstance(target, Scalar):
            self._grow(target, target.size, position)

    def _grow(self, child: Sequence | Mapping, aliased: int, position: Position) -> None:
        """Counts a finished child, or what an alias repeats, in the innermost open collection."""
        outer = self._open[-1]
        outer.aliased += aliased
        outer.node.size += child.size
        outer.node.height = max(outer.node.height, child.height + 1)
        if outer.aliased > MOST_ALIASED:
            raise YamlError(position, f"aliases repeat more than {MOST_ALIASED:,} values")
        if outer.node.height + len(self._open) - 1 > DEEPEST:
            raise YamlError(position, f"nested deeper than {DEEPEST} levels by aliases")

    def _node(self, node: Node, anchor: str | None) -> None:
        if anchor and not isinstance(node, Alias):
            self._anchors[anchor] = node
        if not self._open:
            self.root = node
            return
        outer = self._open[-1]
        if isinstance(node, Scalar):
            outer.node.size += 1
        if isinstance(outer.node, Sequence):
            outer.node.items.append(node)
        elif outer.key is None:
            outer.key = node
        else:
            outer.node.pairs.append((outer.key, node))
            outer.key = None


def _problem(text: str, error: yaml.MarkedYAMLError) -> str:
    """What the parser says, with the fix where it is a tab."""
    problem = "not YAML: " + ", ".join(part for part in (error.context, error.problem) if part)
    mark = error.problem_mark
    lines = text.splitlines()
    if mark is not None and mark.line < len(lines):
        line = lines[mark.line]
        if "\t" in line[: mark.column + 1]:
            return f"{problem}; indent with spaces, not with tabs"
    return problem


def _position(mark: Any) -> Position:
    return Position(mark.line + 1, mark.column + 1) if mark else Position(1, 1)


def _position_of(text: str, index: int) -> Position:
    before = text[:index]
    return Position(before.count("\n") + 1, index - (before.rfind("\n") + 1) + 1)
