"""Runs all rules over subscriptions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from azureml_events.base.mistakes import likely, unknown
from azureml_events.lint.delivering import find_not_delivering
from azureml_events.lint.destination import find_in_destination
from azureml_events.lint.never import find_never_matching
from azureml_events.lint.overlap import find_redundant_subscriptions
from azureml_events.lint.redundant import find_redundant_filters
from azureml_events.lint.rules import REMOVED, RULES, Change, Finding, finding
from azureml_events.lint.suspicious import find_suspicious
from azureml_events.routing.subscription import RoutedSubscription

_ORDER = {"error": 0, "warning": 1, "note": 2}
_SOURCE = {"topic", "source"}


def analyse(subscriptions: Sequence[RoutedSubscription]) -> list[Finding]:
    """Return the findings of all rules, errors first, each once.

    Args:
        subscriptions: All subscriptions of a document, in its order; one that belongs to several workspaces once for
            each.
    """
    return _heard(subscriptions, (*_single(subscriptions), *find_redundant_subscriptions(subscriptions)))


def analyse_each(subscriptions: Sequence[RoutedSubscription]) -> list[Finding]:
    """Return the findings about single subscriptions, errors first, each once: what a deployment hears of.

    Args:
        subscriptions: The subscriptions; one that belongs to several workspaces once for each.
    """
    return _heard(subscriptions, _single(subscriptions))


def _heard(subscriptions: Sequence[RoutedSubscription], findings: Iterable[Finding]) -> list[Finding]:
    """Return what no subscription's `allow` silences, errors first, each once."""
    found: dict[tuple[object, ...], Finding] = {}
    allowed = {(item.workspace, item.name): item.allow for item in subscriptions}
    for item in findings:
        if item.rule.name not in allowed[item.workspace, item.subscription]:
            found.setdefault((item.rule, item.path, item.message), item)
    return sorted(found.values(), key=lambda item: _ORDER[item.level])


def _distinct(subscriptions: Sequence[RoutedSubscription]) -> Iterable[RoutedSubscription]:
    """Return subscriptions without those that say the same of a further workspace."""
    distinct: dict[tuple[object, ...], RoutedSubscription] = {}
    for item in subscriptions:
        names_source = any(placed.filter.key.lower() in _SOURCE for placed in item.filters)
        source = item.workspace_id if names_source else None
        same = (id(item.filter), item.name, item.path, item.delivery_schema, source, id(item.destination))
        distinct.setdefault(same, item)
    return distinct.values()


def _single(subscriptions: Sequence[RoutedSubscription]) -> Iterator[Finding]:
    for subscription in _distinct(subscriptions):
        if not subscription.whole:
            yield from (each for each in find_never_matching(subscription) if each.level == "error")
            yield from find_not_delivering(subscription)
            continue
        yield from _unknown_rules(subscription)
        yield from find_not_delivering(subscription)
        yield from find_in_destination(subscription)
        dead = list(find_never_matching(subscription))
        yield from dead
        yield from find_suspicious(subscription)
        if all(item.level != "error" for item in dead):
            yield from find_redundant_filters(subscription)


def _unknown_rules(subscription: RoutedSubscription) -> Iterator[Finding]:
    """Yield a finding for each name in a subscription's `allow` that is no rule."""
    for name in subscription.allow:
        if name not in RULES:
            message, _, fix = unknown("rule", name, RULES).partition("; ")
            at, meant = subscription.at("allow"), likely(name, RULES)
            edit: list[Change] = []
            if meant and meant not in subscription.allow:
                edit = [((*at, name), REMOVED), ((*at, meant), subscription.allow[name])]
            yield finding("unknown-rule", subscription, (*at, name), message, fix, edit=edit)
