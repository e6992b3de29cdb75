"""What must hold of the handlers that are created."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from azureml_events.declarations.mistakes import Mistake, show

if TYPE_CHECKING:
    from azureml_events.declarations.stack import Stack
    from azureml_events.endpoints.creation import Creation

_ANY_SUFFIX = "0" * 40


def creation_mistakes(stack: Stack) -> Iterator[Mistake]:
    """What is wrong with the handlers that are created.

    Args:
        stack: The entries that are right in themselves.

    Yields:
        Mistakes whose paths start at the stack.
    """
    hosts: dict[tuple[str, str, str], tuple[str, Creation]] = {}
    entities: dict[tuple[object, ...], str] = {}
    for name, handler in stack.handlers.items():
        at = ("handlers", name, "create")
        try:
            creation = handler.creation(name, _ANY_SUFFIX)
        except ValueError as error:
            yield Mistake(at, f"the default name is the handler's: {error}; name it here")
            continue
        if creation is None:
            continue
        if creation.host_id is None and creation.create.location is None:
            yield from _missing_location(stack, name)
        host = creation.host_id or (
            creation.host.token,
            creation.create.resource_group.lower(),
            creation.host.name.lower(),
        )
        other = entities.setdefault((host, creation.entity.name.lower()), name)
        if other != name:
            yield Mistake(
                at,
                f"{show(creation.entity.name)} in the same place is also created by {show(other)}",
            )
        if creation.named_host and isinstance(host, tuple):
            first_name, first = hosts.setdefault(host, (name, creation))
            if first_name != name:
                yield from _disagreement(at, creation, first_name, first)


def _missing_location(stack: Stack, name: str) -> Iterator[Mistake]:
    users = {item.workspace for item in stack.deliveries if item.handler_name == name}
    locations = {stack.workspaces[key].location for key in users}
    at = ("handlers", name, "create", "location")
    if not users:
        yield Mistake(at, "required: no workspace uses the handler")
    elif not all(isinstance(location, str) for location in locations):
        yield Mistake(at, "required: the location of a workspace that uses the handler is not plain")
    elif len(locations) > 1:
        regions = " and ".join(sorted(map(str, locations)))
        yield Mistake(at, f"required: the workspaces that use the handler are in {regions}")


def _disagreement(at: tuple[str, ...], creation: Creation, first_name: str, first: Creation) -> Iterator[Mistake]:
    if creation.host.inputs != first.host.inputs:
        yield Mistake((*at, "sku"), f"{show(first_name)} creates {show(creation.host.name)} with another sku")
    if creation.create.location != first.create.location:
        yield Mistake(
            (*at, "location"),
            f"{show(first_name)} creates {show(creation.host.name)} in another location",
        )
