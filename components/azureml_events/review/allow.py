"""The rules on `allow` that only a review asks: beside a policy file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from azureml_events.base.mistakes import show
from azureml_events.lint.rule import Finding
from azureml_events.lint.rules import RULES

REFUSED_ALLOW = replace(RULES["unknown-rule"], level="error")
"""Refuses an `allow` that names a policy rule."""


def refusing_policy_rules(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield findings; an `allow` that names a policy rule is refused.

    Args:
        findings: Lint's findings.
    """
    yield from map(_refusing, findings)


def _refusing(finding: Finding) -> Finding:
    """Refuse an `allow` that names a policy rule, which only the policy file lets pass."""
    if finding.rule.name != "unknown-rule":
        return finding
    from azureml_events.policy.rules import RULES as POLICY_RULES

    name = str(finding.path[-1])
    if name not in POLICY_RULES:
        return finding
    message = f"{show(name)} is a policy rule, and 'allow' silences those of check alone"
    return replace(finding, rule=REFUSED_ALLOW, message=message, fix="exempt the resource in the policy file", edit=())
