"""The roles that identities need, of all kinds of handler and of the dead-letter store."""

from __future__ import annotations

from azureml_events.handlers.bridge import Bridge
from azureml_events.handlers.bridges import BRIDGES
from azureml_events.handlers.endpoint import Role
from azureml_events.handlers.endpoints import ENDPOINTS

DEAD_LETTER_ROLE = Role("Storage Blob Data Contributor", "ba92f5b4-2d11-453d-a403-e96b0029c9fe")
"""What the system topic's identity needs on the container for dead letters."""

ROLE_NAMES: dict[str, str] = {
    role.guid: role.name
    for role in (
        DEAD_LETTER_ROLE,
        *(kind.role for kind in ENDPOINTS.values()),
        *(kind.role for kind in BRIDGES.values() if issubclass(kind, Bridge)),
    )
    if role
}
"""The names of the roles by the GUID of their definition."""
