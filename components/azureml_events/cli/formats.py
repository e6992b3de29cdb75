"""Findings as lines, as JSON, and as SARIF 2.1.0, the form that code hosts show beside the code."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from azureml_events import __version__
from azureml_events.cli.console import Span
from azureml_events.lint.rule import Level, Rule
from azureml_events.lint.rules import RULES
from azureml_events.policy.rule import Rule as PolicyRule
from azureml_events.policy.rule import Severity
from azureml_events.policy.rules import RULES as POLICY_RULES
from azureml_events.review.reported import Reported
from azureml_events.review.rules import REVIEW_RULES

_STYLES: Mapping[Level, str] = {"error": "bad", "warning": "doubt", "note": "faint"}

SARIF = "https://json.schemastore.org/sarif-2.1.0.json"

_SCORES: Mapping[Severity, str] = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "2.0"}
"""Severities as code hosts count them: critical over 9, high from 7, medium from 4."""

_LONGEST_NAME, _LONGEST_TEXT = 255, 1024
"""Characters of names and descriptions that GitHub takes."""


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
    place = [finding.file, finding.line, finding.column]
    at = ":".join(str(each) for each in place if each is not None)
    level = (finding.level, _STYLES[finding.level])
    return (f"{at}: ", level, f": {_text(finding)} ", (f"({finding.rule})", "faint"), _of(finding))


def findings_json(stack: str | None, findings: Iterable[Reported]) -> dict[str, Any]:
    """Return findings as `check --format json` prints them.

    Args:
        stack: The stack's name; None for standard input.
        findings: The findings.
    """
    return {"stack": stack, "findings": [finding_json(each) for each in findings]}


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


def findings_sarif(inputs: Iterable[tuple[str | None, Sequence[Reported]]]) -> dict[str, Any]:
    """Return findings as SARIF, a run for each input; every run has all rules, in one order.

    Args:
        inputs: The name and the findings of each.
    """
    return {"$schema": SARIF, "version": "2.1.0", "runs": [_run(name, findings) for name, findings in inputs]}


def _run(name: str | None, findings: Sequence[Reported]) -> dict[str, Any]:
    rules = [
        *(_rule(row, row.level) for row in (*REVIEW_RULES.values(), *RULES.values())),
        *map(_policy_rule, POLICY_RULES.values()),
    ]
    order = {row["id"]: index for index, row in enumerate(rules)}
    driver = {
        "name": "azureml-events",
        "fullName": f"azureml-events {__version__}",
        "version": __version__,
        "semanticVersion": __version__,
        "informationUri": "https://learn.microsoft.com/azure/machine-learning/how-to-use-event-grid",
        "rules": rules,
    }
    return {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"azureml-events/{quote(name or 'stdin', safe='')}/"},
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, order[each.rule]) for each in findings],
    }


def _rule(row: Rule | PolicyRule, level: Level) -> dict[str, Any]:
    described = f"{row.text} {row.why}"
    return {
        "id": row.name,
        "name": f"Events{_pascal(row.name)}"[:_LONGEST_NAME],
        "shortDescription": {"text": row.text[:_LONGEST_TEXT]},
        "fullDescription": {"text": described[:_LONGEST_TEXT]},
        "help": {"text": f"{described} {row.fix}"},
        "defaultConfiguration": {"level": level},
        "properties": {
            "tags": ["event-grid", "azure-machine-learning"],
            "precision": "very-high" if level == "error" else "high",
            "problem.severity": "recommendation" if level == "note" else level,
        },
    }


def _policy_rule(rule: PolicyRule) -> dict[str, Any]:
    """Describe a policy rule; one that is off by default is listed as what it is once somebody sets it."""
    level: Level = "error" if rule.level == "error" else "note" if rule.severity == "low" else "warning"
    described = _rule(rule, level)
    described["properties"]["tags"] += ["policy", "security"]
    described["properties"]["security-severity"] = _SCORES[rule.severity]
    if rule.level == "off":
        described["defaultConfiguration"]["enabled"] = False
    return described


def _pascal(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("-"))


def _result(finding: Reported, index: int) -> dict[str, Any]:
    line, column = finding.line or 1, finding.column or 1
    region = {"startLine": line, "startColumn": column, "endLine": line, "endColumn": column + 1}
    declared = "/".join(filter(None, (finding.rule, finding.path, finding.workspace, finding.subscription)))
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": finding.level,
        "message": {"text": _sentence(f"{_text(finding)}{_of(finding)}")},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(finding.file)}, "region": region}}],
        "partialFingerprints": {"azuremlEvents/v1": hashlib.sha256(declared.encode()).hexdigest()},
    }


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _text(finding: Reported) -> str:
    """Join its path, if it has one, the reason and the fix."""
    fix = f"; {finding.fix}" if finding.fix else ""
    path = f"{finding.path}: " if finding.path else ""
    return f"{path}{finding.message}{fix}"


def _of(finding: Reported) -> str:
    """Name its subscription, where nothing else does."""
    return f" [{finding.of}]" if finding.of else ""


def _uri(file: PurePath) -> str:
    """Write a file's place below the working directory, percent-encoded; one elsewhere as a `file:` URI."""
    if file.name.startswith("<"):
        return quote(file.name)
    here, place = Path.cwd(), Path(file).resolve() if Path(file).exists() else Path.cwd() / file
    return quote(place.relative_to(here).as_posix()) if place.is_relative_to(here) else place.as_uri()
