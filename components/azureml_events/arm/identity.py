"""Identities as ARM knows them, both ways: a system topic's, and the one that an event subscription delivers with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from azureml_events.base.mistakes import DeclarationError, Mistake, show
from azureml_events.base.values import Deferred
from azureml_events.stack.event_subscription import DeliveryIdentity
from azureml_events.stack.workspace import TopicIdentity, UserAssigned


def topic_identity_to_arm(identity: TopicIdentity) -> dict[str, Any]:
    """The `identity` of a system topic's body; the id of a user-assigned one is a key in it and may be deferred."""
    if isinstance(identity, UserAssigned):
        return {"type": "UserAssigned", "userAssignedIdentities": {identity.user_assigned: {}}}
    return {"type": identity}


def delivery_identity_of(identity: TopicIdentity) -> DeliveryIdentity:
    """The identity that an event subscription delivers with, given its topic's."""
    if isinstance(identity, UserAssigned):
        return DeliveryIdentity(user_assigned_identity=identity.user_assigned)
    return DeliveryIdentity()


def delivery_identity_to_arm(identity: DeliveryIdentity) -> dict[str, Any]:
    """The `identity` of a delivery or a dead letter."""
    if identity.user_assigned_identity is None:
        return {"type": "SystemAssigned"}
    return {"type": "UserAssigned", "userAssignedIdentity": identity.user_assigned_identity}


def delivery_identity_from_arm(body: object) -> DeliveryIdentity:
    """The identity that a delivery or a dead letter declares.

    Raises:
        DeclarationError: It is neither `SystemAssigned` nor `UserAssigned` with an id.
    """
    given = body if isinstance(body, Mapping) else {}
    user_assigned = given.get("userAssignedIdentity")
    if given.get("type") == "SystemAssigned" and user_assigned is None:
        return DeliveryIdentity()
    if given.get("type") == "UserAssigned" and isinstance(user_assigned, (str, Deferred)):
        return DeliveryIdentity(user_assigned_identity=user_assigned)
    raise DeclarationError(
        [Mistake((), f"expected type SystemAssigned, or UserAssigned with userAssignedIdentity; got {show(body)}")]
    )
