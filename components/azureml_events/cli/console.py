"""The exit statuses and the console that the commands share."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

FINDINGS = 1
"""Exit status: findings at error level, or an expectation that is not met."""

INVALID = 2
"""Exit status: invalid input."""


def one_line(text: str) -> str:
    """Escape line ends, control characters and lone surrogates, which a terminal must not get.

    Args:
        text: What somebody wrote.
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


_NEVER_WRAP = 1_000_000
"""A width in characters that no line reaches; a terminal wraps by itself."""


def unwrapped(file: IO[str] | None) -> Console:
    """Make a console with colours on a terminal only, which never wraps a line, so that ids can be copied.

    Args:
        file: Where to; None for standard output.
    """
    from rich.console import Console

    return Console(file=file, width=_NEVER_WRAP, highlight=False, markup=False, emoji=False)
