"""Identities as ARM takes them: a system topic's, and the one that an event subscription delivers with."""

from __future__ import annotations

from typing import Any

from azureml_events.stack.workspace import TopicIdentity, UserAssigned


def topic_identity_body(identity: TopicIdentity) -> dict[str, Any]:
    """Write the `identity` of a system topic; the id of a user-assigned one is a key in it and may be deferred.

    Args:
        identity: The topic's identity.
    """
    if isinstance(identity, UserAssigned):
        return {"type": "UserAssigned", "userAssignedIdentities": {identity.user_assigned: {}}}
    return {"type": identity}


def sender_identity_body(identity: TopicIdentity, own: str | None = None) -> dict[str, Any]:
    """Write the `identity` that delivers events or writes dead letters.

    Args:
        identity: The identity of the system topic, not `None`.
        own: The ARM id of another user-assigned identity of the topic; default none.
    """
    if own:
        return {"type": "UserAssigned", "userAssignedIdentity": own}
    if isinstance(identity, UserAssigned):
        return {"type": "UserAssigned", "userAssignedIdentity": identity.user_assigned}
    return {"type": "SystemAssigned"}
