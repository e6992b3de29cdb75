"""Texts that tell conditions apart: for every text there is one among them that the conditions cannot tell from it.

A text is told by the operands that it begins with, ends with, contains or is. One that is put together from these, with
a filler that no operand contains in between, meets the same conditions, and no other. Case tells texts apart only for a
subject, where a filter says so.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

MOST_TEXTS = 20_000
"""Texts that are put together for one key; more are too many to decide."""

_FILLERS = ("x-1", "q-7", "zz", "jj", "0", "~", "_", "!", "\u00a4", "\u00a7", "\u00b6", "\u2021", "\u2022")


class TooManyError(Exception):
    """There are too many cases to look at all of them."""


@dataclass
class Pieces:
    """What the operands of conditions on one text say of it.

    Attributes:
        begins: What it may begin with.
        ends: What it may end with.
        inside: What it may contain.
        whole: What it may be.
        cased: Whether case may count.
    """

    begins: dict[str, None] = field(default_factory=dict)
    ends: dict[str, None] = field(default_factory=dict)
    inside: dict[str, None] = field(default_factory=dict)
    whole: dict[str, None] = field(default_factory=dict)
    cased: bool = False

    def add(self, operator: str, operands: Iterable[str]) -> None:
        """Note the operands of a condition.

        Args:
            operator: Its operator, negated or not.
            operands: Its operands.
        """
        kind = operator.replace("Not", "")
        holders = {"StringBeginsWith": self.begins, "StringEndsWith": self.ends, "StringContains": self.inside}
        holders.get(kind, self.whole).update(dict.fromkeys(operands))

    @property
    def all(self) -> list[str]:
        """Every piece."""
        return [*self.begins, *self.ends, *self.inside, *self.whole]


def telling_texts(pieces: Pieces, forbidden: str = "") -> list[str]:
    """Put together the texts that tell.

    Args:
        pieces: What the operands say.
        forbidden: Characters that no filler may have; default none.

    Raises:
        TooManyError: They are too many.
    """
    filler = _filler([*pieces.all, forbidden])
    begins, ends = _variants(pieces.begins, pieces.cased), _variants(pieces.ends, pieces.cased)
    inside = list(_unlike(pieces.inside, cased=False))
    count = len(begins) * len(ends) * 2 ** min(len(inside), 32)
    if count + len(pieces.whole) > MOST_TEXTS:
        raise TooManyError
    texts = list(_variants(pieces.whole, pieces.cased)[1:])
    for size in range(len(inside) + 1):
        for chosen in itertools.combinations(inside, size):
            for begin, end in itertools.product(begins, ends):
                texts.append(_joined(begin, chosen, end, filler))
    return list(_unlike(texts, cased=pieces.cased))


def _joined(begin: str, inside: Sequence[str], end: str, filler: str) -> str:
    return filler.join([begin, *inside, end]) if inside or begin or end else filler


def _filler(texts: Sequence[str]) -> str:
    """Choose a filler none of whose characters is in a text."""
    used = {character for text in texts for character in (*text.lower(), *text.upper())}
    plain = next((each for each in _FILLERS if not used & {*each}), None)
    if plain is not None:
        return plain
    return next(chr(code) for code in range(0x2200, 0xFFFF) if chr(code) not in used)


def _variants(texts: Iterable[str], cased: bool) -> list[str]:
    """Return no text, and each text; where case counts, also with the case that other texts do not have."""
    found = list(texts)
    if cased:
        plain = [*found]
        for text in plain:
            found += [text.lower(), text.upper(), text.swapcase()]
            for other in plain:
                if len(other) < len(text) and text.lower().startswith(other.lower()):
                    rest = text[len(other) :]
                    found += [other + rest.swapcase(), other + rest.lower(), other + rest.upper()]
                if len(other) < len(text) and text.lower().endswith(other.lower()):
                    rest = text[: -len(other)]
                    found += [rest.swapcase() + other, rest.lower() + other, rest.upper() + other]
    return ["", *_unlike(found, cased=cased)]


def _unlike(texts: Iterable[str], *, cased: bool) -> Iterator[str]:
    """Yield texts that are told apart, the first of those that are not."""
    seen: set[str] = set()
    for text in texts:
        key = text if cased else text.lower()
        if key not in seen:
            seen.add(key)
            yield text
