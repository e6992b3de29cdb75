"""From declarations' values to Pulumi's inputs."""

from __future__ import annotations

from typing import Any

import pulumi

from azureml_events.declarations.deferred import Deferred
from azureml_events.declarations.secret import Secret


def to_input(value: Any) -> Any:
    """A value as a wire input: deferred values become checked outputs, secrets become secret outputs.

    Args:
        value: A plain value, `Deferred`, `Secret`, or maps and lists of these.

    Raises:
        pulumi.RunError: Inside the deployment, where a deferred value turns out to be wrong.
    """
    if isinstance(value, Deferred):
        return pulumi.Output.from_input(value.value).apply(lambda known: _checked(value, known))
    if isinstance(value, Secret):
        return pulumi.Output.secret(pulumi.UNKNOWN if value.value is None else value.value)
    if isinstance(value, dict):
        return {name: to_input(member) for name, member in value.items()}
    if isinstance(value, list):
        return [to_input(item) for item in value]
    return value


def to_output(value: str | Deferred) -> pulumi.Output[str]:
    """A reference as an output."""
    return pulumi.Output.from_input(to_input(value))


def _checked(deferred: Deferred, known: Any) -> Any:
    try:
        return deferred.check(known) if isinstance(known, str) else known
    except ValueError as error:
        raise pulumi.RunError(str(error)) from None
