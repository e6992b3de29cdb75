"""Values of a document that only a deployment knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

HOLE = "\0"
"""The stand-in for an unknown part in `Unresolved.known`."""

LONGEST_TEXT = 10_000
"""Characters of a text that is put together; a longer one stays unresolved."""


@dataclass(frozen=True)
class Unresolved:
    """A value that cannot be known offline, or a text that is known in parts.

    Attributes:
        known: The text with `HOLE` in place of each unknown part.
        holes: What the unknown parts are, for people: `[parameters('name')]`, `<unknown>`, `<secret>`.
        same: Whether the same holes mean the same value; not so where they only say that something is unknown.
        comes_from: The other resources of the document that its unknown parts come from: ids or addresses, lower case.
    """

    known: str
    holes: tuple[str, ...]
    same: bool = False
    comes_from: tuple[str, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        pieces = self.known.split(HOLE)
        return "".join(piece + hole for piece, hole in zip(pieces, (*self.holes, ""), strict=True))

    def split(self, separator: str) -> list[Text]:
        """Split it into segments, as `str.split`; an unknown part lies in one segment."""
        segments: list[Text] = []
        holes = iter(self.holes)
        for known in self.known.split(separator):
            own = tuple(next(holes) for _ in range(known.count(HOLE)))
            segments.append(Unresolved(known, own, self.same, self.comes_from) if own else known)
        return segments


Text = str | Unresolved
"""A text, as far as it is known."""

UNKNOWN = Unresolved(HOLE, ("<unknown>",))
"""A value of which nothing is known."""

SECRET = Unresolved(HOLE, ("<secret>",))
"""A value that must not be shown."""


def too_large(what: str) -> Unresolved:
    """Make an unresolved value of something that could be known, but is larger than what is worked out.

    Args:
        what: What it is, with the limit: `a text of more than 10,000 characters`.
    """
    return Unresolved(HOLE, (f"<{what}>",))


def expression(text: str, comes_from: tuple[str, ...] = ()) -> Unresolved:
    """Make an unresolved value of a template's expression that cannot be evaluated.

    Args:
        text: The expression without its brackets.
        comes_from: The resources that it asks; default none.
    """
    return Unresolved(HOLE, (f"[{text}]",), same=True, comes_from=comes_from)


def joined(parts: list[Text]) -> Text:
    """Join texts; the result is known as far as each of them is.

    Args:
        parts: The texts.
    """
    if sum(len(str(part)) for part in parts) > LONGEST_TEXT:
        return too_large(f"a text of more than {LONGEST_TEXT:,} characters")
    open_ = [part for part in parts if isinstance(part, Unresolved)]
    if not open_:
        return "".join(map(str, parts))
    known = "".join(part.known if isinstance(part, Unresolved) else part.replace(HOLE, "") for part in parts)
    comes_from = tuple(dict.fromkeys(each for part in open_ for each in part.comes_from))
    holes = tuple(hole for part in open_ for hole in part.holes)
    return Unresolved(known, holes, all(part.same for part in open_), comes_from)


def text_in(value: object) -> Text | None:
    """Return a text, known or not; None for an empty one and for what is no text.

    Args:
        value: What a member holds.
    """
    return value if isinstance(value, (str, Unresolved)) and value != "" else None


def known_part(text: Text) -> str:
    """Return a text with `HOLE` in place of each unknown part.

    Args:
        text: The text, as far as it is known.
    """
    return text.known if isinstance(text, Unresolved) else text


def keys_of(*names: Text | None) -> tuple[str, ...]:
    """Return the names by which others refer to a thing, in lower case, without those that are not known.

    Args:
        names: Its ids, addresses and names, as far as they are known.
    """
    return tuple(key.lower() for name in names if (key := same_text(name)))


def same_text(text: Text | None) -> str | None:
    """Return a text as it is written, where the same words always mean the same; else None.

    Args:
        text: The text, as far as it is known.
    """
    if isinstance(text, Unresolved):
        return str(text) if text.same else None
    return text


def unresolved_in(value: Any) -> Iterator[Unresolved]:
    """Yield everything unresolved in a value, at any depth."""
    if isinstance(value, Unresolved):
        yield value
    elif isinstance(value, Mapping):
        for member in value.values():
            yield from unresolved_in(member)
    elif isinstance(value, list):
        for element in value:
            yield from unresolved_in(element)
