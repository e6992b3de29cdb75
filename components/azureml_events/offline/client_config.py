"""Who deploys, as azure-native's `getClientConfig` says: asked for by many programs before they declare anything.

Its plain form cannot have an unknown result. So what only a login tells are texts that stand for it, in the form of the
GUIDs that Azure gives; whatever a program puts together of them is known but for that part.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from azureml_events.base.arm_ids import UNKNOWN_SUBSCRIPTION, is_guid

TOKEN = "azure-native:authorization:getClientConfig"  # noqa: S105 - a function's name

SUBSCRIPTION_ID = "subscriptionId"

STAND_INS: Mapping[str, str] = {
    "clientId": "5f0d3a52-6b0e-4c0b-9d2e-64b1f6a30c01",
    "objectId": "5f0d3a52-6b0e-4c0b-9d2e-64b1f6a30c02",
    SUBSCRIPTION_ID: UNKNOWN_SUBSCRIPTION,
    "tenantId": "5f0d3a52-6b0e-4c0b-9d2e-64b1f6a30c04",
}
"""The texts that stand for the members of the answer."""

_MEMBERS = {text: f"<{member}>" for member, text in STAND_INS.items()}
_STAND_IN = re.compile("|".join(STAND_INS.values()), re.IGNORECASE)


def client_config(azure_subscription: object) -> Mapping[str, str]:
    """Give the answer.

    Args:
        azure_subscription: That of the provider that is asked; anything but a GUID is unknown.
    """
    if isinstance(azure_subscription, str) and is_guid(azure_subscription):
        return {**STAND_INS, SUBSCRIPTION_ID: azure_subscription}
    return STAND_INS


def is_stand_in(text: str) -> bool:
    """Tell whether a text as a whole stands for a member."""
    return _STAND_IN.fullmatch(text) is not None


def as_shown(text: str) -> str:
    """Give a text as output shows it, each part that stands for a member as `<subscriptionId>`."""
    return _STAND_IN.sub(lambda found: _MEMBERS[found[0].lower()], text)
