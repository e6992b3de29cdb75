"""The protocol of what stands in for a cloud provider."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from azureml_events.offline.recording import Registration
from engine.state import ResourceState


class Provider:
    """Knows nothing but the program.

    A class that knows more overrides what it knows, at least `create`. Methods are called from several threads at once.
    """

    def create(self, registration: Registration) -> tuple[str, Mapping[str, Any]]:
        """Creates a resource.

        Args:
            registration: A custom resource.

        Returns:
            Its id and its outputs; outputs that are left out are None.

        Raises:
            ProviderError: It cannot be created.
        """
        return "", registration.inputs

    def read(self, registration: Registration) -> tuple[str, Mapping[str, Any]]:
        """Finds a resource that exists already: one to import, or one that is only read.

        Args:
            registration: A custom resource with an `import_id` or a `read_id`.

        Returns:
            As `create`.

        Raises:
            ProviderError: It does not exist.
        """
        return registration.import_id or registration.read_id or "", registration.inputs

    def invoke(self, token: str, args: Mapping[str, Any]) -> Mapping[str, Any] | None:  # noqa: ARG002
        """Looks something up.

        Args:
            token: The function, `package:module:function`.
            args: Its arguments.

        Returns:
            The result, or None while it is unknown.

        Raises:
            ProviderError: It fails.
        """
        return None

    def diff(self, state: ResourceState, registration: Registration) -> Collection[str]:  # noqa: ARG002
        """Names the inputs that differ and cannot be changed in place.

        Args:
            state: The resource as it is.
            registration: As it is to be; an unknown input counts as different.
        """
        return ()

    def update(self, state: ResourceState, registration: Registration) -> Mapping[str, Any]:  # noqa: ARG002
        """Changes a resource in place.

        Args:
            state: The resource as it is.
            registration: As it is to be.

        Returns:
            Its outputs.

        Raises:
            ProviderError: It cannot be changed.
        """
        return registration.inputs

    def delete(self, state: ResourceState) -> None:
        """Deletes a resource.

        Args:
            state: The resource as it is.

        Raises:
            ProviderError: It cannot be deleted.
        """
