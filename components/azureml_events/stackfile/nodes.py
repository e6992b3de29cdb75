"""Nodes of a YAML document with their positions, before any value is made of them."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from azureml_events.base.mistakes import START, DeclarationError, Mistake, Position

DEEPEST = 64
"""The most levels of maps and lists within each other."""

MOST_ALIASED = 100_000
"""The most values that the aliases of one file may repeat."""

_SIGNATURE = codecs.BOM_UTF8.decode()

# All but the characters that YAML 1.1 allows in a stream; they are written as escapes in double quotes.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class ScalarNode:
    """A single value.

    Attributes:
        position: Where it begins.
        text: The text, without quotes and escapes.
        tag: Its explicit tag, with the handle written out.
        plain: Whether it stands without quotes, and not as a block.
    """

    position: Position
    text: str
    tag: str | None
    plain: bool


@dataclass(slots=True)
class ListNode:
    """A list.

    Attributes:
        position: Where it begins.
        items: The items in the order of the text.
        size: The values in it, itself among them, with aliases followed.
        height: The levels of lists and maps in it, its own among them, with aliases followed.
    """

    position: Position
    items: list[YamlNode] = field(default_factory=list)
    size: int = 1
    height: int = 1


@dataclass(slots=True)
class MapNode:
    """A map.

    Attributes:
        position: Where it begins.
        pairs: Keys and values in the order of the text, `<<` among them.
        entries: Keys and values by name, merged and without repetitions; None until made.
        size: The values in it, itself among them, with aliases followed.
        height: The levels of lists and maps in it, its own among them, with aliases followed.
    """

    position: Position
    pairs: list[tuple[YamlNode, YamlNode]] = field(default_factory=list)
    entries: Entries | None = None
    size: int = 1
    height: int = 1


@dataclass(slots=True)
class AliasNode:
    """A `*name`, which stands for the node `&name`."""

    position: Position
    target: ValueNode


ValueNode = ScalarNode | ListNode | MapNode
YamlNode = ValueNode | AliasNode
Entries = dict[str, tuple[YamlNode, YamlNode]]
"""The keys and values of a map by name."""


def follow(node: YamlNode) -> ValueNode:
    """Return the node that an alias stands for, and any other node itself."""
    return node.target if isinstance(node, AliasNode) else node


def compose(source: str | bytes) -> YamlNode | None:
    """Compose the nodes of a YAML text.

    Args:
        source: One document, or its bytes in UTF-8; a byte order mark is skipped.

    Returns:
        The root node, or None where the text holds none.

    Raises:
        DeclarationError: The text is not YAML, holds a second document, nests deeper than `DEEPEST`, or its aliases
            repeat more than `MOST_ALIASED` values.
    """
    text = _decode(source)
    forbidden = _FORBIDDEN.search(text)
    if forbidden is not None:
        raise refusal(
            _end_of(text[: forbidden.start()]),
            f"the character U+{ord(forbidden[0]):04X} is not allowed in YAML;"
            " remove it, or write it as an escape in double quotes",
        )
    composer = _Composer()
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            composer.take(event)
    except yaml.MarkedYAMLError as error:
        raise refusal(_position(error.problem_mark), _problem(text, error)) from None
    except yaml.YAMLError as error:
        raise refusal(START, f"not YAML: {error}") from None
    return composer.root


def _decode(source: str | bytes) -> str:
    if isinstance(source, str):
        return source.removeprefix(_SIGNATURE)
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = source[: error.start].decode(errors="ignore")
        raise refusal(_end_of(before), "is not UTF-8 from here on; save the file as UTF-8") from None


@dataclass(slots=True)
class _Open:
    """A collection whose end is still to come."""

    node: ListNode | MapNode
    key: YamlNode | None = None
    aliased: int = 0


class _Composer:
    """Builds the tree that a parser's events describe, without recursion."""

    def __init__(self) -> None:
        self.root: YamlNode | None = None
        self._documents = 0
        self._open: list[_Open] = []
        self._anchors: dict[str, ValueNode] = {}

    def take(self, event: yaml.Event) -> None:
        """Take in the parser's next event."""
        position = _position(event.start_mark)
        match event:
            case yaml.ScalarEvent():
                plain = event.style in (None, "")
                self._node(ScalarNode(position, event.value, event.tag, plain), event.anchor)
            case yaml.SequenceStartEvent():
                self._begin(ListNode(position), event.anchor)
            case yaml.MappingStartEvent():
                self._begin(MapNode(position), event.anchor)
            case yaml.CollectionEndEvent():
                self._end()
            case yaml.AliasEvent():
                self._alias(position, event.anchor)
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise refusal(position, "a second document begins here; Pulumi reads only the first")

    def _begin(self, node: ListNode | MapNode, anchor: str | None) -> None:
        self._node(node, anchor)
        self._open.append(_Open(node))
        if len(self._open) > DEEPEST:
            raise refusal(node.position, f"nested deeper than {DEEPEST} levels")

    def _end(self) -> None:
        ended = self._open.pop()
        if self._open:
            self._grow(ended.node, ended.aliased, ended.node.position)

    def _alias(self, position: Position, anchor: str | None) -> None:
        target = self._anchors.get(anchor or "")
        if target is None:
            raise refusal(position, f"no anchor '&{anchor}' stands before '*{anchor}'")
        if any(outer.node is target for outer in self._open):
            raise refusal(position, f"the anchor '&{anchor}' holds an alias of itself")
        alias = AliasNode(position, target)
        self._node(alias, None)
        if self._open and not isinstance(target, ScalarNode):
            self._grow(target, target.size, position)

    def _grow(self, child: ListNode | MapNode, aliased: int, position: Position) -> None:
        """Count a finished child, or what an alias repeats, in the innermost open collection."""
        outer = self._open[-1]
        outer.aliased += aliased
        outer.node.size += child.size
        outer.node.height = max(outer.node.height, child.height + 1)
        if outer.aliased > MOST_ALIASED:
            raise refusal(position, f"aliases repeat more than {MOST_ALIASED:,} values")
        if outer.node.height + len(self._open) - 1 > DEEPEST:
            raise refusal(position, f"nested deeper than {DEEPEST} levels by aliases")

    def _node(self, node: YamlNode, anchor: str | None) -> None:
        if anchor and not isinstance(node, AliasNode):
            self._anchors[anchor] = node
        if not self._open:
            self.root = node
            return
        outer = self._open[-1]
        if isinstance(node, ScalarNode):
            outer.node.size += 1
        if isinstance(outer.node, ListNode):
            outer.node.items.append(node)
        elif outer.key is None:
            outer.key = node
        else:
            outer.node.pairs.append((outer.key, node))
            outer.key = None


def _problem(text: str, error: yaml.MarkedYAMLError) -> str:
    """Return the parser's message, with the fix where the cause is a tab."""
    problem = "not YAML: " + ", ".join(part for part in (error.context, error.problem) if part)
    mark = error.problem_mark
    lines = text.splitlines()
    if mark is not None and mark.line < len(lines):
        line = lines[mark.line]
        if "\t" in line[: mark.column + 1]:
            return f"{problem}; indent with spaces, not with tabs"
    return problem


def _position(mark: Any) -> Position:
    return Position(mark.line + 1, mark.column + 1) if mark else START


def _end_of(text: str) -> Position:
    return Position(text.count("\n") + 1, len(text) - text.rfind("\n"))


def refusal(position: Position, message: str) -> DeclarationError:
    """Make the error of a text that is refused as a whole."""
    return DeclarationError([Mistake((), message, position)])
