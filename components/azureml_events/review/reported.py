"""Findings as they are reported, whatever found them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from azureml_events.base.mistakes import MemberPath, Mistake, Position, dotted
from azureml_events.lint.rules import Finding, Level
from azureml_events.stackfile.input_error import InputError

INVALID = "invalid"
"""The rule of every mistake that makes an input invalid."""

IGNORED_BY_ARM = "arm-ignores"
"""The rule of a document's members that ARM ignores."""

Locate = Callable[[MemberPath], Position | None]
"""Finds the place of a path in a text; None where the text has no lines that mean something."""


@dataclass(frozen=True)
class Reported:
    """A finding with its place.

    Attributes:
        rule: The rule's name.
        level: The severity.
        path: The path, as people write it.
        message: The reason, in one sentence.
        fix: The advice, or None where the message gives it.
        position: Line and column, or None.
    """

    rule: str
    level: Level
    path: str
    message: str
    fix: str | None
    position: Position | None


def report_findings(findings: Iterable[Finding], locate: Locate) -> list[Reported]:
    """Report lint's findings in the order of the text, each once however many workspaces have the subscription.

    Args:
        findings: The findings.
        locate: Finds the place of a path.
    """
    reported = [
        Reported(each.rule.name, each.level, dotted(each.path), each.message, each.fix, locate(each.path))
        for each in findings
    ]
    return sorted(dict.fromkeys(reported), key=_line_and_column)


def report_invalid(error: InputError) -> list[Reported]:
    """Report the mistakes that make an input invalid as findings.

    Args:
        error: The mistakes.
    """
    if not error.mistakes:
        return [Reported(INVALID, "error", "", line, None, None) for line in error.lines]
    return [Reported(INVALID, "error", dotted(each.path), each.message, None, each.position) for each in error.mistakes]


def report_ignored_by_arm(mistakes: Iterable[Mistake], locate: Locate) -> list[Reported]:
    """Report the members that ARM ignores as findings in the order of the text.

    Args:
        mistakes: The mistakes.
        locate: Finds the place of a path.
    """
    reported = [
        Reported(IGNORED_BY_ARM, "error", dotted(each.path), each.message, None, locate(each.path)) for each in mistakes
    ]
    return sorted(reported, key=_line_and_column)


def _line_and_column(reported: Reported) -> tuple[int, int]:
    position = reported.position
    return (position.line, position.column) if position else (0, 0)
