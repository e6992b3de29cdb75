"""What is wrong with an input: every mistake at once, each with its path and the likely fix."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Path = tuple[str | int, ...]
"""Where in an input something is: keys of maps and indexes of lists, outermost first."""

LONGEST_SHOWN = 60


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
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def show(value: object) -> str:
    """A value as an error shows it: quoted, typed and short, whatever its size."""
    if isinstance(value, str):
        if len(value) <= LONGEST_SHOWN:
            return repr(value)
        return f"{value[:LONGEST_SHOWN]!r}… ({len(value):,} characters)"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "a map"
    if isinstance(value, (list, tuple, set)):
        return "a list"
    text = str(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def choices(allowed: Iterable[str]) -> str:
    """The allowed values, as an error lists them."""
    return ", ".join(allowed)


def likely(name: str, allowed: Iterable[str]) -> str | None:
    """The allowed name that was probably meant, or None.

    Args:
        name: What was written.
        allowed: The names that exist.
    """
    if len(name) > LONGEST_SHOWN:
        return None
    spelt = {candidate.lower(): candidate for candidate in allowed}
    close = difflib.get_close_matches(name.lower(), spelt, n=1, cutoff=0.6)
    return spelt[close[0]] if close else None


def unknown(kind: str, name: str, allowed: Iterable[str]) -> str:
    """The message for a name that does not exist.

    Args:
        kind: What the name should name: `operator`, `field`.
        name: What was written.
        allowed: The names that exist.
    """
    names = list(allowed)
    close = likely(name, names)
    fix = f"did you mean '{close}'?" if close else f"allowed: {choices(names)}"
    return f"unknown {kind} {show(name)}; {fix}"
