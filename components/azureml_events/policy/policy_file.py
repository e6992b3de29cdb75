"""The policy file: levels, settings and exemptions of policy rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from azureml_events.policy.judge import RuleUse, Violated
from azureml_events.policy.rules import RULES


@dataclass(frozen=True)
class Exemption:
    """What the policy file lets pass.

    Attributes:
        reason: Why.
        until: The last day, UTC.
        by: Who accepted it; None where nobody is named.
    """

    reason: str
    until: date
    by: str | None = None


@dataclass(frozen=True)
class Policy:
    """How the rules are used.

    Attributes:
        uses: The rules with their levels and settings.
        exemptions: What is let pass.
    """

    uses: Sequence[RuleUse]
    exemptions: Sequence[Exemption] = ()

    def exempt(self, violated: Violated, today: date) -> Exemption | None:
        """Find what lets a violation pass on a day; None where nothing does.

        Args:
            violated: The violation.
            today: The day, UTC.
        """
        del violated, today
        return None


def load_policy(path: Path | None) -> Policy:
    """Read a policy file.

    Args:
        path: The file; None for the rules' own levels and settings.
    """
    del path
    return Policy([RuleUse.by_default(rule) for rule in RULES.values()])
