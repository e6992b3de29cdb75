"""Where commands print for people: colours on a terminal only, and never a wrapped line, so that ids can be copied."""

from __future__ import annotations

from typing import IO

from rich.console import Console

_NEVER_WRAP = 1_000_000
"""A width in characters that no line reaches; a terminal wraps by itself."""


def unwrapped(file: IO[str] | None) -> Console:
    """A console that prints texts as they are.

    Args:
        file: Where to; None for standard output.
    """
    return Console(file=file, width=_NEVER_WRAP, highlight=False, markup=False, emoji=False)
