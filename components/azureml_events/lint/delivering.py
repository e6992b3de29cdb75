"""Errors: subscriptions that deliver nothing whatever their filter says."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_events.base.mistakes import show
from azureml_events.event_grid.delivery import DELIVERING_NOTHING
from azureml_events.lint.rule import Finding
from azureml_events.lint.rules import finding
from azureml_events.routing.subscription import RoutedSubscription


def find_not_delivering(subscription: RoutedSubscription) -> Iterator[Finding]:
    """Yield why a subscription delivers nothing today."""
    if subscription.state == "expired":
        message = f"{show(subscription.expires)} has passed, so nothing is delivered any more"
        fix = "write a moment in the future, or leave it out"
        yield finding("not-delivering", subscription, subscription.at("expirationTimeUtc"), message, fix)
    state, path = subscription.provisioning_state, subscription.at("provisioningState")
    if state in DELIVERING_NOTHING:
        message = f"the subscription is {state}: {DELIVERING_NOTHING[state]}, so nothing is delivered"
        mend = "let the endpoint answer" if state == "AwaitingManualAction" else "mend what the activity log says of it"
        yield finding("not-delivering", subscription, path, message, f"{mend}, and deploy it again")
    elif state not in {None, "Succeeded"}:
        message = f"the subscription is {show(state)}, and whether it delivers is not known until it is Succeeded"
        yield finding("not-known", subscription, path, message, "ask again later")
