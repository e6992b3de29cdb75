"""Hooks in an update, error hooks among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from azureml_events.offline.hooks import Hooks, structs
from azureml_events.offline.recording import Registration
from pulumi import RunError
from pulumi.runtime.proto import resource_pb2


class ErrorHooks(Hooks):
    """The hooks of one program, with those that are asked after a failure."""

    def retries(
        self,
        registration: Registration,
        operation: str,
        errors: Sequence[str],
        properties: Mapping[str, Mapping[str, Any]],
        identifier: str = "",
    ) -> bool:
        """Asks the error hooks of a resource whether to try a failed operation again.

        Args:
            registration: The resource.
            operation: `create`, `update` or `delete`.
            errors: How it failed so far, newest first.
            properties: `new_inputs`, `old_inputs` and `old_outputs`, as far as there are any.
            identifier: Its id; empty while it has none.

        Returns:
            Whether at least one says so; all are asked.

        Raises:
            RunError: A hook failed itself.
        """
        again = False
        for hook in self.bound(registration, "on_error"):
            message = resource_pb2.ErrorHookRequest(
                urn=registration.urn,
                id=identifier,
                name=registration.name,
                type=registration.type,
                failed_operation=operation,
                errors=errors,
                **structs(properties),
            )
            response = self._call(hook.callback, message)
            if response.error:
                raise RunError(f"error hook '{hook.name}' failed: {response.error}")
            again = again or response.retry
        return again
