"""Identities as ARM takes them."""

from __future__ import annotations

import pytest
from azureml_events import UserAssigned
from azureml_events.arm.identity import sender_identity_body, topic_identity_body
from azureml_events.stack.workspace import TopicIdentity
from stack_texts import GROUP

ID = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id"
USER_ASSIGNED = UserAssigned(user_assigned=ID, principal_id="00000000-0000-0000-0000-000000000009")


@pytest.mark.parametrize(
    ("identity", "body"),
    [
        ("SystemAssigned", {"type": "SystemAssigned"}),
        ("None", {"type": "None"}),
        (USER_ASSIGNED, {"type": "UserAssigned", "userAssignedIdentities": {ID: {}}}),
    ],
)
def test_a_topics_identity_is(identity: TopicIdentity, body: dict[str, object]) -> None:
    assert topic_identity_body(identity) == body


@pytest.mark.parametrize(
    ("identity", "body"),
    [
        ("SystemAssigned", {"type": "SystemAssigned"}),
        (USER_ASSIGNED, {"type": "UserAssigned", "userAssignedIdentity": ID}),
    ],
)
def test_a_subscription_delivers_with_its_topics_identity(identity: TopicIdentity, body: dict[str, object]) -> None:
    assert sender_identity_body(identity) == body
