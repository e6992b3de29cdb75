"""From declarations' values to Pulumi's inputs."""

from __future__ import annotations

from functools import partial
from typing import Any, NoReturn

import pulumi
from pulumi.runtime import rpc

from azureml_events.base.mistakes import show
from azureml_events.base.values import Deferred, Reference, Secret


def to_input(value: Any, where: str) -> Any:
    """Convert a value to a wire input: deferred values become checked outputs, secrets become secret outputs.

    Args:
        value: A plain value, `Deferred`, `Secret`, or maps and lists of these.
        where: The place that the value is for, which an error begins with.

    Raises:
        pulumi.RunError: Inside the deployment, where a deferred value turns out to be wrong.
    """
    if isinstance(value, Deferred):
        plain = value.check is str and value.secret is None
        return value.value if plain else value.value.apply(partial(_checked, value, where))
    if isinstance(value, Secret):
        return pulumi.Output.secret(pulumi.UNKNOWN if value.value is None else value.value)
    if isinstance(value, dict):
        if any(isinstance(name, Deferred) for name in value):
            return _with_deferred_keys(value, where)
        return {name: to_input(member, f"{where}.{name}") for name, member in value.items()}
    if isinstance(value, list):
        return [to_input(item, f"{where}[{index}]") for index, item in enumerate(value)]
    return value


def to_output(value: Reference, where: str) -> pulumi.Output[str]:
    """Convert a reference to an output.

    Args:
        value: The reference.
        where: The place that it is for, which an error begins with.
    """
    return pulumi.Output.from_input(to_input(value, where))


def _with_deferred_keys(value: dict[Any, Any], where: str) -> pulumi.Output[dict[str, Any]]:
    keys = pulumi.Output.all(*(to_input(name, where) for name in value))
    members = [to_input(member, where) for member in value.values()]
    return keys.apply(lambda known: dict(zip(known, members, strict=True)))


def _checked(deferred: Deferred, where: str, known: Any) -> Any:
    if not isinstance(known, str) or known == rpc.UNKNOWN:
        return known
    try:
        checked = deferred.check(known)
    except ValueError as error:
        return _refuse(deferred, where, str(error), shown=show(known))
    return pulumi.Output.secret(checked) if deferred.secret and deferred.secret(checked) else checked


async def _refuse(deferred: Deferred, where: str, message: str, *, shown: str) -> NoReturn:
    secret = await deferred.value.is_secret()
    raise pulumi.RunError(f"{where}: {message.replace(shown, '<secret>') if secret else message}")
