"""Rules for the handlers that are created."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from azureml_events.base.mistakes import MemberPath, Mistake, show
from azureml_events.base.values import Reference
from azureml_events.handlers.created import Creation
from azureml_events.handlers.email_alert import EmailAlert
from azureml_events.stack.stack import Stack

_ANY_SUFFIX = "0" * 40


def creation_mistakes(stack: Stack, *, complete: bool) -> Iterator[Mistake]:
    """Yield the mistakes in the handlers that are created.

    Args:
        stack: The entries that are right in what these rules read.
        complete: Whether these are all, so that a handler without a workspace really has none.
    """
    hosts: dict[tuple[str, str], tuple[str, Creation]] = {}
    entities: dict[tuple[object, ...], str] = {}
    for name, handler in stack.endpoints.items():
        if handler.creates is None:
            continue
        at = ("handlers", name, "create")
        try:
            creation = handler.creates.creation(name, _ANY_SUFFIX)
        except ValueError as error:
            yield Mistake(at, f"the default name is the handler's: {error}; name it here")
            continue
        if creation.host_id is None and creation.create.location is None:
            yield from _missing_location((*at, "location"), _locations(stack, name), complete=complete)
        host = (creation.host.token, creation.host.name.lower())
        known = creation.host_id.lower() if isinstance(creation.host_id, str) else creation.host_id
        other = entities.setdefault((known or host, creation.entity.name.lower()), name)
        if other != name:
            yield Mistake(at, f"{show(creation.entity.name)} in the same place is also created by {show(other)}")
        if creation.named_host:
            first_name, first = hosts.setdefault(host, (name, creation))
            if first_name != name:
                yield from _disagreements(stack, (name, creation), (first_name, first))


def mail_service_mistakes(stack: Stack) -> Iterator[Mistake]:
    """Yield the names that two handlers give a new mail service: each makes one of its own."""
    names: dict[str, str] = {}
    for key, handler in stack.handlers.items():
        if isinstance(handler, EmailAlert) and handler.create and handler.create.name:
            other = names.setdefault(handler.create.name.lower(), key)
            if other != key:
                yield Mistake(
                    ("handlers", key, "create", "name"),
                    f"{show(handler.create.name)} is also created by {show(other)}; "
                    "use that handler, or write another name",
                )


def unkept_names(stack: Stack) -> Iterator[Mistake]:
    """Yield the handlers whose names in Azure are derived from the name of a component that had another one."""
    for key, handler in stack.handlers.items():
        if isinstance(handler, EmailAlert):
            derived = handler.create is not None and handler.create.name is None
        else:
            create = handler.creates
            derived = create is not None and create.host_name is None and create.existing_host is None
        if derived:
            yield Mistake(
                ("handlers", key, "create"),
                "its name in Azure was derived from the component's, which had another name: write the one that it has "
                "(`pulumi stack export` shows it)",
            )


def _locations(stack: Stack, name: str) -> dict[str, Reference | None]:
    """Give the locations of the workspaces that use a handler, by workspace."""
    users = (item.workspace for item in stack.deliveries if item.handler_name == name)
    return {workspace: stack.workspaces[workspace].location for workspace in users}


def _missing_location(
    path: MemberPath, locations: Mapping[str, Reference | None], *, complete: bool
) -> Iterator[Mistake]:
    if not locations and complete:
        yield Mistake(path, "required, but missing: no workspace uses the handler")
    unknown = [workspace for workspace, location in locations.items() if not isinstance(location, str)]
    if unknown:
        yield Mistake(path, f"required, but missing: that of workspace {show(unknown[0])} is not plain")
    elif len(set(locations.values())) > 1:
        regions = " and ".join(sorted(set(map(str, locations.values()))))
        yield Mistake(path, f"required, but missing: the workspaces that use the handler are in {regions}")


def _disagreements(stack: Stack, own: tuple[str, Creation], first: tuple[str, Creation]) -> Iterator[Mistake]:
    (name, creation), (first_name, other) = own, first
    create, agreed = creation.create, other.create
    differing = {
        "resourceGroup": create.resource_group.lower() != agreed.resource_group.lower(),
        "sku": creation.host.inputs != other.host.inputs,
        "location": _regions(stack, name, creation) != _regions(stack, first_name, other),
    }
    for field, differs in differing.items():
        if differs:
            yield Mistake(
                ("handlers", name, "create", field),
                f"{show(first_name)} creates {show(creation.host.name)} with another {field}; write the same",
            )


def _regions(stack: Stack, name: str, creation: Creation) -> set[Reference | None]:
    own = creation.create.location
    return {own} if own else set(_locations(stack, name).values())
