"""Errors: subscriptions that deliver nothing whatever their filter says."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_events.base.mistakes import show
from azureml_events.event_grid.delivery import has_passed
from azureml_events.lint.rules import Finding, finding
from azureml_events.routing.subscription import RoutedSubscription


def find_not_delivering(subscription: RoutedSubscription) -> Iterator[Finding]:
    """Yield why a subscription delivers nothing today.

    Args:
        subscription: The subscription.
    """
    if subscription.expires and has_passed(subscription.expires):
        message = f"{show(subscription.expires)} has passed, so nothing is delivered any more"
        fix = "write a moment in the future, or leave it out"
        yield finding("not-delivering", subscription, subscription.at("expirationTimeUtc"), message, fix)
