"""Resources and steps of a deployment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from azureml_events.offline.recording import Registration


@dataclass(frozen=True, slots=True)
class ResourceState:
    """A resource as a deployment left it.

    Attributes:
        registration: How it was registered.
        id: Its id; empty for a component.
        outputs: Its outputs, with the values of `azureml_events.offline.wire`.
        failed: Why its creation or update did not complete, though it exists; None if it did.
    """

    registration: Registration
    id: str
    outputs: Mapping[str, Any]
    failed: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a deployment did to a resource.

    Attributes:
        operation: `create`, `import`, `read`, `same`, `update`, `delete`, `create-replacement` or
            `delete-replaced`.
        urn: The resource.
    """

    operation: str
    urn: str
