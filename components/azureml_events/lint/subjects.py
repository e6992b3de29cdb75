"""What subjects an event type can have: a path whose segments are fixed, or names without a slash."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from azureml_events.event_grid.catalogue import EventType

_NAME = re.compile(r"\{\w+\}")


@dataclass(frozen=True)
class SubjectForm:
    """The form of an event type's subjects.

    Attributes:
        segments: What stands between the slashes, `*` for a name.
    """

    segments: tuple[str, ...]

    @classmethod
    def of(cls, row: EventType) -> SubjectForm:
        """The form of an event type's subjects."""
        return cls(tuple(_NAME.sub("*", row.subject).split("/")))

    @property
    def fixed(self) -> tuple[str, ...]:
        """The texts that every subject contains, in their order; the first one begins it."""
        return tuple("/".join(self.segments).split("*"))

    def fits(self, subject: str) -> bool:
        """Whether a whole text can be a subject."""
        parts = subject.split("/")
        return len(parts) == len(self.segments) and _all_fit(self.segments, parts)

    def can_begin(self, text: str) -> bool:
        """Whether a subject can begin with a text."""
        parts = text.split("/")
        form = self.segments[: len(parts)]
        if len(form) < len(parts):
            return False
        return _all_fit(form[:-1], parts[:-1]) and _begins(form[-1], parts[-1])

    def can_end(self, text: str) -> bool:
        """Whether a subject can end with a text."""
        parts = text.split("/")
        form = self.segments[-len(parts) :]
        if len(form) < len(parts):
            return False
        return _all_fit(form[1:], parts[1:]) and _ends(form[0], parts[0])

    def can_contain(self, text: str) -> bool:
        """Whether a subject can contain a text."""
        parts = text.split("/")
        if len(parts) == 1:
            return any("*" in segment or text in segment for segment in self.segments)
        return any(
            _ends(form[0], parts[0]) and _all_fit(form[1:-1], parts[1:-1]) and _begins(form[-1], parts[-1])
            for start in range(len(self.segments) - len(parts) + 1)
            if (form := self.segments[start : start + len(parts)])
        )


def _all_fit(form: Sequence[str], parts: Sequence[str]) -> bool:
    return all(
        re.fullmatch(re.escape(segment).replace(r"\*", ".+"), part, re.DOTALL)
        for segment, part in zip(form, parts, strict=True)
    )


def _begins(segment: str, text: str) -> bool:
    return "*" in segment or segment.startswith(text)


def _ends(segment: str, text: str) -> bool:
    return "*" in segment or segment.endswith(text)
