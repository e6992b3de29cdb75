"""The error of subscriptions whose findings stop a deployment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from azureml_events.base.mistakes import DeclarationError, Mistake
from azureml_events.lint.lint import analyse_each
from azureml_events.lint.rules import Finding
from azureml_events.routing.subscription import RoutedSubscription


class FindingsError(DeclarationError):
    """Subscriptions that are refused because of what `check` finds in them.

    Args:
        findings: The findings at level error, at least one.
        mistakes: What is wrong with other entries; default nothing.
    """

    def __init__(self, findings: Iterable[Finding], mistakes: Iterable[Mistake] = ()) -> None:
        self.findings = tuple(findings)
        self.beside = tuple(mistakes)
        super().__init__([*self.beside, *map(_as_mistake, self.findings)])


def find_refused(subscriptions: Sequence[RoutedSubscription]) -> tuple[list[Finding], list[Finding]]:
    """Find what stops the deployment of subscriptions, and what they are warned of.

    Args:
        subscriptions: The subscriptions; disabled ones stop nothing.

    Returns:
        The findings at level error, and those at level warning.
    """
    found = analyse_each([each for each in subscriptions if each.disabled is None])
    errors = [item for item in found if item.level == "error"]
    return errors, [item for item in found if item.level == "warning"]


def beside(findings: Iterable[Finding], mistakes: Iterable[Mistake]) -> list[Finding]:
    """Leave out what is found where a mistake stands already.

    Args:
        findings: The findings.
        mistakes: The mistakes of the same input.
    """
    places = {mistake.path for mistake in mistakes}
    return [each for each in findings if each.path not in places]


def _as_mistake(finding: Finding) -> Mistake:
    return Mistake(finding.path, f"{finding.message}; {finding.fix} ({finding.rule.name})")
