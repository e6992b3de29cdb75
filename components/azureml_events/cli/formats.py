"""Findings as lines and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from azureml_events.cli.console import Span
from azureml_events.lint.rule import Level
from azureml_events.review.reported import Reported

_STYLES: Mapping[Level, str] = {"error": "bad", "warning": "doubt", "note": "faint"}


def finding_line(finding: Reported) -> str:
    """Format a finding in one line.

    Args:
        finding: The finding.
    """
    return "".join(span if isinstance(span, str) else span[0] for span in finding_spans(finding))


def finding_spans(finding: Reported) -> tuple[Span, ...]:
    """Format a finding in one line with styles.

    Args:
        finding: The finding.
    """
    level = (finding.level, _STYLES[finding.level])
    return (
        f"{finding.place}: ",
        level,
        f": {finding_text(finding)} ",
        (f"({finding.rule})", "faint"),
        owner_text(finding),
    )


def finding_json(finding: Reported) -> dict[str, Any]:
    """Return a finding as `check --format json` prints it.

    Args:
        finding: The finding.
    """
    edit = finding.edit
    return {
        "rule": finding.rule,
        "level": finding.level,
        "path": finding.path,
        "message": finding.message,
        "fix": finding.fix,
        "workspace": finding.workspace,
        "subscription": finding.subscription,
        "file": finding.file.as_posix(),
        "line": finding.line,
        "column": finding.column,
        "edit": None if edit is None else {"path": edit.path, "value": edit.value},
    }


def finding_text(finding: Reported) -> str:
    """Join a finding's path, if it has one, the reason and the fix.

    Args:
        finding: The finding.
    """
    fix = f"; {finding.fix}" if finding.fix else ""
    path = f"{finding.path}: " if finding.path else ""
    return f"{path}{finding.message}{fix}"


def owner_text(finding: Reported) -> str:
    """Name a finding's subscription, where nothing else does; else empty.

    Args:
        finding: The finding.
    """
    return f" [{finding.of}]" if finding.of else ""
