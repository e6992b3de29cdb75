"""What is wrong with an input: every mistake at once, each with its path and the likely fix."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Path = tuple[str | int, ...]
"""Where in an input something is: keys of maps and indexes of lists, outermost first."""

LONGEST_SHOWN = 60
"""Characters of a value that an error shows."""

MOST_LISTED = 24
"""Allowed values that an error lists."""


@dataclass(frozen=True)
class Mistake:
    """One thing wrong with an input.

    Attributes:
        path: Where it is, outermost key first; empty for the input as a whole.
        message: What was got, what is allowed and the likely fix; lower case, no final period.
    """

    path: Path
    message: str

    def below(self, *prefix: str | int) -> Mistake:
        """The same mistake, seen from an outer level."""
        return Mistake((*prefix, *self.path), self.message)

    def __str__(self) -> str:
        return f"{dotted(self.path)}: {self.message}" if self.path else self.message


class DeclarationError(ValueError):
    """An input that is refused.

    Args:
        mistakes: Everything that is wrong with it, at least one.
    """

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


def dotted(path: Sequence[str | int]) -> str:
    """A path as people write it: `subscriptions.failed.advancedFilters[0].key`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{_cut(step)}" if text else _cut(step)
    return text


def show(value: object) -> str:
    """A value as an error shows it: quoted, typed and short, whatever its size, without keys of URLs and tokens."""
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, Mapping):
        return "a map"
    if isinstance(value, (list, tuple, set)):
        return "a list"
    if value is None or isinstance(value, bool):
        return {None: "nothing", True: "true", False: "false"}[value]
    return _cut(str(value))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


_HOST = re.compile(r"([\w.+=-]{1,40}://)(?:[^/?#@;\s]{0,200}@)?([\w.:-]{0,60})")
_KEY = re.compile(
    r"(?:key|code|sig|signature|token|password|pwd|secret)\w{0,10}=|\bgh[a-z]_|\bgithub_pat_", re.IGNORECASE
)


def _quoted(text: str) -> str:
    beginning = text[:LONGEST_SHOWN]
    host, key = _HOST.match(text), _KEY.search(beginning)
    if host:
        return f"'{host[1]}{host[2]}'…"
    if key:
        return f"{beginning[: key.end()]!r}…"
    if len(text) > LONGEST_SHOWN:
        return f"{beginning!r}… ({len(text):,} characters)"
    return repr(text)


def choices(allowed: Iterable[str]) -> str:
    """The allowed values, as an error lists them."""
    names = list(allowed)
    more = len(names) - MOST_LISTED
    listed = ", ".join(map(_cut, names[:MOST_LISTED]))
    return f"{listed} and {more} more" if more > 0 else listed


def likely(name: str, allowed: Iterable[str]) -> str | None:
    """The allowed name that was probably meant, or None.

    Args:
        name: What was written.
        allowed: The names that exist.
    """
    if len(name) > LONGEST_SHOWN:
        return None
    spelt = {candidate.lower(): candidate for candidate in allowed if len(candidate) <= LONGEST_SHOWN}
    close = difflib.get_close_matches(name.lower(), spelt, n=1, cutoff=0.6)
    return spelt[close[0]] if close else None


def unknown(kind: str, name: object, allowed: Iterable[str]) -> str:
    """The message for a name that does not exist.

    Args:
        kind: What the name should name: `operator`, `field`.
        name: What was written, of any type.
        allowed: The names that exist.
    """
    names = list(allowed)
    close = likely(name, names) if isinstance(name, str) else None
    fix = f"did you mean '{close}'?" if close else f"allowed: {choices(names)}"
    return f"unknown {kind} {show(name)}; {fix}"
