"""Finds what a change means for events: everything that two versions of an input do differently."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from azureml_events.policy.exemption import Exemption
from azureml_events.policy.judge import RuleUse, Violated
from azureml_events.policy.policy_file import Policy
from azureml_events.policy.resource import Resource
from azureml_events.policy.rule import Violation, level_of
from azureml_events.policy.rules.changes import Kinds
from azureml_events.review.changes.change import CHANGE_KINDS, Change
from azureml_events.review.changes.compared import Compared, Known, compare
from azureml_events.review.changes.delivery_changes import delivery_changes
from azureml_events.review.changes.destinations import by_name, delivered_by
from azureml_events.review.changes.granted import grant_changes
from azureml_events.review.changes.pairs import pairs_of
from azureml_events.review.changes.policies import policy_changes
from azureml_events.review.changes.recorded import count_events
from azureml_events.review.changes.replaced import replacements
from azureml_events.review.changes.version import Version, renamed_workspaces
from azureml_events.routing.event import Event

_ORDER = {kind: at for at, kind in enumerate(CHANGE_KINDS)}
_LAST = "change-may-differ"


def find_changes(
    before: Version, after: Version, events: Iterable[Event] | None = None, today: date | None = None
) -> list[Change]:
    """Find the changes from a base to what is reviewed.

    Args:
        before: The base.
        after: What is reviewed; its policy says what each change amounts to.
        events: Recorded events, which are read once; default none were given.
        today: The day on which exemptions must hold, UTC; default nothing is exempt.

    Returns:
        The changes, by kind, what is not certain last; those whose rule is off are left out.
    """
    old, new = delivered_by(before), delivered_by(after)
    known: Known = {}
    others_before, others_after = by_name(old), by_name(new)
    compared = [compare(pair, others_before, others_after, known) for pair in pairs_of(old, new)]
    workspaces = renamed_workspaces(before, after)
    found = [
        *_deliveries(compared, events),
        *grant_changes(before.resources, after.resources, workspaces),
        *replacements(before.resources, after.resources, workspaces),
        *policy_changes(before.policy, after.policy),
    ]
    found.sort(key=lambda each: (each.kind == _LAST, _ORDER[each.kind], each.workspace or "", each.destination))
    return list(_with_levels(found, after.policy, today))


def _deliveries(compared: Sequence[Compared], events: Iterable[Event] | None) -> Iterator[Change]:
    recorded = None if events is None else count_events(events, compared)
    for at, each in enumerate(compared):
        yield from delivery_changes(each, recorded, recorded.counts.get(at) if recorded else None)


def _with_levels(changes: Iterable[Change], policy: Policy, today: date | None) -> Iterator[Change]:
    uses = {use.rule.name: use for use in policy.uses}
    for each in changes:
        use = _used_for(uses[each.kind], each.endpoint)
        if use.level == "off":
            continue
        exempt = _exemption(each, use, policy, today) if today else None
        ends = f" (exempt until {exempt.until.isoformat()}: {exempt.reason})" if exempt else ""
        yield replace(each, because=each.because + ends, level=level_of(use.rule, use.level), exempt=exempt)


def _exemption(change: Change, use: RuleUse, policy: Policy, today: date) -> Exemption | None:
    """Find what lets a change pass: an exemption of each of its subscriptions, or of what changes."""
    names = [f"{change.workspace}/{each}" for each in change.subscriptions if change.workspace] or [change.destination]
    found = [
        policy.exempt(Violated(use, Resource(name, "", {}), Violation((), change.because)), today) for name in names
    ]
    return found[0] if all(found) else None


def _used_for(use: RuleUse, endpoint: str) -> RuleUse:
    """Return how a rule is used for a type of endpoint: as it is by itself where the settings name others."""
    if isinstance(use.settings, Kinds) and use.settings.kinds is not None and endpoint not in use.settings.kinds:
        return RuleUse.by_default(use.rule)
    return use
