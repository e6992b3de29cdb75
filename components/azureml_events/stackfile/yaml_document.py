"""Any YAML document by the stack file's rules, with the place of each of its values."""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from dataclasses import dataclass

from azureml_events.base.mistakes import Mistake, Path
from azureml_events.stackfile.nodes import Mapping, Node, Position, Scalar, Sequence, YamlError, compose, followed
from azureml_events.stackfile.values import Located, Values

_SIGNATURE = codecs.BOM_UTF8.decode()


class StackFileError(ValueError):
    """A YAML text that is refused.

    Args:
        mistakes: Everything that is wrong with it, at least one, in the order of the text.
    """

    def __init__(self, mistakes: Iterable[Located]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


@dataclass(frozen=True)
class YamlDocument:
    """What a YAML text says.

    Attributes:
        value: The maps, lists and values.
    """

    value: object
    _root: Node | None

    def locate(self, path: Path) -> Position:
        """Where in the text a path leads; for what is not there, the place of the nearest thing around it."""
        return Position(1, 1) if self._root is None else place(self._root, self._root, path)


def read_yaml(source: str | bytes) -> YamlDocument:
    """Read a YAML text.

    Args:
        source: The text, or its bytes in UTF-8; a byte order mark is skipped.

    Raises:
        StackFileError: It is not YAML, with every mistake and its place.
    """
    root = composed(source)
    values = Values()
    value = None if root is None else values.value(root, ())
    if values.mistakes:
        raise StackFileError(values.mistakes)
    return YamlDocument(value, root)


def composed(source: str | bytes) -> Node | None:
    """The nodes of a YAML text; None where it is empty.

    Raises:
        StackFileError: It is not YAML.
    """
    try:
        return compose(_decoded(source))
    except YamlError as error:
        raise StackFileError([Located(error.position, Mistake((), error.message))]) from None


def place(key: Node, node: Node, steps: Path) -> Position:
    """Where in the text a path leads: a single value's own place, the place of a map's or a list's key.

    Args:
        key: The key under which the path begins.
        node: What is under it.
        steps: The keys and indexes below it.
    """
    position = _shown(key, node)
    for step in steps:
        target = followed(node)
        if isinstance(target, Mapping) and str(step) in (target.entries or {}):
            key, node = (target.entries or {})[str(step)]
            position = _shown(key, node)
        elif isinstance(target, Sequence) and step in range(len(target.items)):
            node = target.items[int(step)]
            position = node.position
        else:
            break
    return position


def _shown(key: Node, node: Node) -> Position:
    target = followed(node)
    in_place = isinstance(target, Scalar) and target.text != ""
    return node.position if in_place else key.position


def _decoded(source: str | bytes) -> str:
    if isinstance(source, str):
        return source.removeprefix(_SIGNATURE)
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = source[: error.start].decode(errors="ignore")
        line = before.count("\n") + 1
        position = Position(line, len(before) - before.rfind("\n"))
        mistake = Mistake((), "is not UTF-8 from here on; save the file as UTF-8")
        raise StackFileError([Located(position, mistake)]) from None
