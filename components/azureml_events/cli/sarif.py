"""Findings as SARIF 2.1.0, the form that code hosts show beside the code."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from azureml_events import __version__
from azureml_events.cli.formats import finding_text, owner_text
from azureml_events.lint.rule import Level, Rule
from azureml_events.lint.rules import RULES
from azureml_events.policy.rule import Rule as PolicyRule
from azureml_events.policy.rule import Severity, level_of
from azureml_events.policy.rules import RULES as POLICY_RULES
from azureml_events.review.reported import Reported
from azureml_events.review.rules import REVIEW_RULES

SARIF = "https://json.schemastore.org/sarif-2.1.0.json"

_SCORES: Mapping[Severity, str] = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "2.0"}
"""Severities as code hosts count them: critical over 9, high from 7, medium from 4."""

_LONGEST_NAME, _LONGEST_TEXT = 255, 1024
"""Characters of names and descriptions that GitHub takes."""


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
    described = _rule(rule, level_of(rule, rule.level))
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
        "message": {"text": _sentence(f"{finding_text(finding)}{owner_text(finding)}")},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(finding.file)}, "region": region}}],
        "partialFingerprints": {"azuremlEvents/v1": hashlib.sha256(declared.encode()).hexdigest()},
    }


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _uri(file: PurePath) -> str:
    """Write a file's place below the working directory, percent-encoded; one elsewhere as a `file:` URI."""
    if file.name.startswith("<"):
        return quote(file.name)
    here, place = Path.cwd(), Path(file).resolve() if Path(file).exists() else Path.cwd() / file
    return quote(place.relative_to(here).as_posix()) if place.is_relative_to(here) else place.as_uri()
