"""What a change of the policy file lets pass that was found before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from azureml_events.policy.policy_file import Granted, Policy
from azureml_events.policy.rule import PolicyLevel
from azureml_events.review.changes.change import Change

_RANK: Mapping[PolicyLevel, int] = {"off": 0, "warning": 1, "error": 2}
_WORDS: Mapping[PolicyLevel, str] = {"off": "disabled", "warning": "advisory", "error": "mandatory"}


def policy_changes(before: Policy, after: Policy) -> Iterator[Change]:
    """Yield exemptions that are new or last longer, then rules whose level is lower.

    Args:
        before: The base's policy.
        after: The policy of what is reviewed.
    """
    old = {_exempts(each): each for each in before.exemptions}
    for each in after.exemptions:
        other = old.get(_exempts(each))
        if other is None or other.exemption.until < each.exemption.until:
            yield _exemption(each, other)
    levels = {use.rule.name: use.level for use in before.uses}
    for use in after.uses:
        was = levels.get(use.rule.name, use.level)
        if _RANK[use.level] < _RANK[was]:
            because = f"{use.rule.name} is {_WORDS[use.level]}, was {_WORDS[was]}"
            yield Change("change-level-lowered", None, use.rule.name, (), because)


def _exempts(granted: Granted) -> tuple[str, str, str | None]:
    return granted.use.rule.name, granted.exemption.resource, granted.exemption.finding


def _exemption(granted: Granted, other: Granted | None) -> Change:
    rule, exemption = granted.use.rule.name, granted.exemption
    finding = f" ({exemption.finding})" if exemption.finding else ""
    was = f" instead of {other.exemption.until.isoformat()}" if other else ""
    by = f", by {exemption.by}" if exemption.by else ""
    because = (
        f"{exemption.resource} is exempt from {rule}{finding} until {exemption.until.isoformat()}{was}{by}: "
        f"{exemption.reason}"
    )
    name = exemption.resource.partition("/")[2]
    return Change("change-exemption", None, rule, (name,) if name else (), because)
