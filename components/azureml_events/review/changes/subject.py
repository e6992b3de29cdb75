"""What conditions on a subject say of the data that it is made of."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from azureml_events.event_grid.catalogue import EventType
from azureml_events.review.changes.texts import Pieces


@dataclass(frozen=True)
class SubjectGrammar:
    """How the subjects of an event type are made.

    Attributes:
        fixed: The texts before, between and behind the fields.
        names: The fields.
    """

    fixed: tuple[str, ...]
    names: tuple[str, ...]

    @classmethod
    def of(cls, row: EventType) -> SubjectGrammar:
        """Return the grammar of an event type's subjects.

        Args:
            row: The event type.
        """
        parts = list(string.Formatter().parse(row.subject))
        names = tuple(name for _, name, _, _ in parts if name)
        literals = [literal for literal, _, _, _ in parts]
        return cls((*literals, "")[: len(names) + 1], names)

    @property
    def separators(self) -> str:
        """The characters between fields, which no field has."""
        return "".join(sorted({each for text in self.fixed for each in text if not each.isalnum()}))

    def subject(self, data: Mapping[str, Any]) -> str:
        """Write the subject of an event.

        Args:
            data: Its data.
        """
        values = [str(data.get(name, "")) for name in self.names]
        return self.fixed[0] + "".join(value + after for value, after in zip(values, self.fixed[1:], strict=True))

    def add_pieces(self, operator: str, operand: str, pieces: Mapping[str, Pieces], *, cased: bool) -> None:
        """Note what a condition on the subject says of its fields; more than there is does no harm.

        Args:
            operator: Its operator, negated or not.
            operand: An operand of it.
            pieces: The pieces by field.
            cased: Whether case counts.
        """
        kind = operator.replace("Not", "")
        separators = {*self.separators}
        for index, name in enumerate(self.names):
            pieces[name].cased = pieces[name].cased or cased
            for start, begins in self._starts(operand, index, anchored=kind in {"StringBeginsWith", "StringIn"}):
                for end, ends in self._ends(operand, index, anchored=kind in {"StringEndsWith", "StringIn"}):
                    text = operand[start:end]
                    if text and not separators & {*text}:
                        pieces[name].add(_role(begins=begins, ends=ends), [text])

    def _starts(self, operand: str, index: int, *, anchored: bool) -> Iterator[tuple[int, bool]]:
        """Yield where a field may begin in an operand; false where the operand begins within the field."""
        folded, before = operand.lower(), self.fixed[index].lower()
        if index == 0 and anchored:
            if folded.startswith(before):
                yield len(before), True
            return
        yield 0, False
        yield from ((size, True) for size in range(1, len(before) + 1) if folded.startswith(before[-size:]))
        if index:
            yield from ((at + len(before), True) for at in _found(folded, before))

    def _ends(self, operand: str, index: int, *, anchored: bool) -> Iterator[tuple[int, bool]]:
        """Yield where a field may end in an operand; false where the operand ends within the field."""
        folded, after, last = operand.lower(), self.fixed[index + 1].lower(), index == len(self.names) - 1
        yield len(operand), last and anchored
        if last:
            return
        sizes = (size for size in range(1, len(after) + 1) if folded.endswith(after[:size]))
        yield from ((len(operand) - size, True) for size in sizes)
        yield from ((at, True) for at in _found(folded, after))


def _role(*, begins: bool, ends: bool) -> str:
    if begins and ends:
        return "StringIn"
    return "StringBeginsWith" if begins else "StringEndsWith" if ends else "StringContains"


def _found(text: str, part: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)
