"""Findings as JSON and as SARIF 2.1.0, the form that code hosts show beside the code."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from azureml_events import __version__
from azureml_events.lint.rules import RULES
from azureml_events.review.reported import INVALID, SWALLOWED, Reported

SARIF = "https://json.schemastore.org/sarif-2.1.0.json"

_TEXTS = {
    INVALID: "The input is refused.",
    SWALLOWED: "ARM passes over it in silence.",
    **{name: rule.text for name, rule in RULES.items()},
}


def findings_json(stack: str, findings: Sequence[Reported]) -> dict[str, Any]:
    """Findings, as `check --format json` prints them.

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
    """Findings as SARIF.

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
            "message": {"text": each.text},
            "locations": [{"physicalLocation": _location(file, each)}],
        }
        for each in findings
    ]
    return {"$schema": SARIF, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}


def _location(file: PurePath, finding: Reported) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": {"uri": file.as_posix()}}
    if finding.position:
        location["region"] = {"startLine": finding.position.line, "startColumn": finding.position.column}
    return location
