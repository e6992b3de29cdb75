"""Findings as lines, as JSON, and as SARIF 2.1.0, the form that code hosts show beside the code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from azureml_events import __version__
from azureml_events.cli.console import Span
from azureml_events.lint.rules import RULES, Level
from azureml_events.review.reported import IGNORED_BY_ARM, INVALID, Reported

_STYLES: Mapping[Level, str] = {"error": "bad", "warning": "doubt", "note": "faint"}

SARIF = "https://json.schemastore.org/sarif-2.1.0.json"

_TEXTS = {
    INVALID: "The input is refused.",
    IGNORED_BY_ARM: "ARM passes over it in silence.",
    **{name: rule.text for name, rule in RULES.items()},
}


def finding_line(file: PurePath, finding: Reported) -> str:
    """Format a finding in one line.

    Args:
        file: The file that it is about.
        finding: The finding.
    """
    return "".join(span if isinstance(span, str) else span[0] for span in finding_spans(file, finding))


def finding_spans(file: PurePath, finding: Reported) -> tuple[Span, ...]:
    """Format a finding in one line with styles.

    Args:
        file: The file that it is about.
        finding: The finding.
    """
    at = finding.position
    place = f"{at.file or file}:{at.line}:{at.column}" if at else str(file)
    level = (finding.level, _STYLES[finding.level])
    return (f"{place}: ", level, f": {_text(finding)} ", (f"({finding.rule})", "faint"))


def findings_json(stack: str, findings: Sequence[Reported]) -> dict[str, Any]:
    """Return findings as `check --format json` prints them.

    Args:
        stack: The stack's name.
        findings: The findings.
    """
    return {
        "stack": stack,
        "findings": [
            {"rule": each.rule, "level": each.level, "path": each.path, "message": each.message, "fix": each.fix}
            for each in findings
        ],
    }


def findings_sarif(file: PurePath, findings: Sequence[Reported]) -> dict[str, Any]:
    """Return findings as SARIF.

    Args:
        file: The file that they are about.
        findings: The findings.
    """
    names = list(dict.fromkeys(each.rule for each in findings))
    rules = [{"id": name, "shortDescription": {"text": _TEXTS.get(name, name)}} for name in names]
    driver = {"name": "azureml-events", "version": __version__, "rules": rules}
    results = [
        {
            "ruleId": each.rule,
            "ruleIndex": names.index(each.rule),
            "level": each.level,
            "message": {"text": _text(each)},
            "locations": [{"physicalLocation": _location(file, each)}],
        }
        for each in findings
    ]
    return {"$schema": SARIF, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}


def _text(finding: Reported) -> str:
    """Join its path, if it has one, the reason and the fix."""
    fix = f"; {finding.fix}" if finding.fix else ""
    path = f"{finding.path}: " if finding.path else ""
    return f"{path}{finding.message}{fix}"


def _location(file: PurePath, finding: Reported) -> dict[str, Any]:
    file = finding.position.file or file if finding.position else file
    location: dict[str, Any] = {"artifactLocation": {"uri": file.as_posix()}}
    if finding.position:
        location["region"] = {"startLine": finding.position.line, "startColumn": finding.position.column}
    return location
