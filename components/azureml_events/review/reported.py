"""A finding as it is reported, whatever found it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from azureml_events.base.mistakes import Mistake, Path, Position, dotted
from azureml_events.lint.rules import Finding, Level
from azureml_events.stackfile.input_error import InputError

INVALID = "invalid"
"""The rule of every mistake that makes an input invalid."""

SWALLOWED = "arm-ignores"
"""The rule of what a document says and ARM passes over in silence."""

Locate = Callable[[Path], Position | None]
"""Where in a text a path leads; None where the text has no lines that mean something."""


@dataclass(frozen=True)
class Reported:
    """A finding with its place.

    Attributes:
        rule: The rule's name.
        level: How bad it is.
        path: Where it is, as people write it.
        message: The reason, in one sentence.
        fix: What to do about it, or None where the message says it.
        position: Line and column, or None.
    """

    rule: str
    level: Level
    path: str
    message: str
    fix: str | None
    position: Position | None

    @property
    def text(self) -> str:
        """Its path, if it has one, the reason and the fix."""
        fix = f"; {self.fix}" if self.fix else ""
        path = f"{self.path}: " if self.path else ""
        return f"{path}{self.message}{fix}"

    def line(self, file: str) -> str:
        """The finding in one line.

        Args:
            file: The file's name.
        """
        place = f"{file}:{self.position.line}:{self.position.column}" if self.position else file
        return f"{place}: {self.level}: {self.text} ({self.rule})"


def of_lint(findings: Iterable[Finding], locate: Locate) -> list[Reported]:
    """Lint's findings, each once however many workspaces have the subscription, in the order of the text.

    Args:
        findings: The findings.
        locate: Where their paths are.
    """
    reported = [
        Reported(each.rule.name, each.level, dotted(each.path), each.message, each.fix, locate(each.path))
        for each in findings
    ]
    return sorted(dict.fromkeys(reported), key=_place)


def of_invalid(error: InputError) -> list[Reported]:
    """What makes an input invalid, as findings.

    Args:
        error: What was said of it.
    """
    if not error.mistakes:
        return [Reported(INVALID, "error", "", line, None, None) for line in error.lines]
    return [Reported(INVALID, "error", dotted(each.path), each.message, None, each.position) for each in error.mistakes]


def of_swallowed(mistakes: Iterable[Mistake], locate: Locate) -> list[Reported]:
    """What a document says and ARM passes over in silence, as findings in the order of the text.

    Args:
        mistakes: What is wrong.
        locate: Where their paths are.
    """
    reported = [
        Reported(SWALLOWED, "error", dotted(each.path), each.message, None, locate(each.path)) for each in mistakes
    ]
    return sorted(reported, key=_place)


def _place(reported: Reported) -> tuple[int, int]:
    position = reported.position
    return (position.line, position.column) if position else (0, 0)
