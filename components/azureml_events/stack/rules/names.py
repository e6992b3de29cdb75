"""Rules for names: every name by which the entries of a stack call each other must name something.

They read what is written, so that they also hold of entries that are wrong in themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from azureml_events.base.arm_ids import is_resource_id
from azureml_events.base.mistakes import MemberPath, Mistake, Names, no_such, show
from azureml_events.stack.delivery import Address, chosen_by


@dataclass(frozen=True)
class RawEntries:
    """The entries as they are written, those included that are wrong in themselves.

    Attributes:
        workspaces: The workspaces' ARM ids, of any type, by key.
        handlers: The keys of the handlers.
        subscriptions: The subscriptions' addresses by key.
        unknown: The sections that may have entries which are not read.
        alerts: The workspaces' alerts, of any type, by key; those that have none are not there.
        default_alerts: The alerts of every workspace, of any type; None without any.
    """

    workspaces: Mapping[str, object]
    handlers: Sequence[str]
    subscriptions: Mapping[str, Address]
    unknown: Collection[str] = ()
    alerts: Mapping[str, object] = field(default_factory=dict)
    default_alerts: object = None


def address_of(given: object) -> Address:
    """Read as much of a subscription's address as is right.

    Args:
        given: The subscription as written, of any type.
    """
    entry = given if isinstance(given, Mapping) else {}
    to, workspaces = entry.get("handler"), entry.get("workspaces")
    handlers = [to] if isinstance(to, str) else list(to.values()) if isinstance(to, Mapping) else [None]
    patterns = [workspaces] if isinstance(workspaces, str) else workspaces
    known = isinstance(patterns, list) and all(isinstance(pattern, str) for pattern in patterns)
    return Address(
        to=to if all(isinstance(name, str) for name in handlers) else None,
        workspaces=patterns if known else None if workspaces is None else (),
    )


def naming_mistakes(entries: RawEntries) -> Iterator[Mistake]:
    """Yield what is named and not there, workspaces without exactly one handler, and workspaces that stand twice."""
    yield from _one_workspace_per_id(entries.workspaces)
    workspaces, handlers = Names(entries.workspaces), Names(entries.handlers)
    for key, address in entries.subscriptions.items():
        found: list[Mistake] = []
        if "workspaces" not in entries.unknown:
            missing = _missing_workspaces(address, workspaces)
            found += (Mistake(path, _nothing("workspace", pattern, workspaces)) for path, pattern in missing)
        if "handlers" not in entries.unknown:
            missing = _missing_handlers(address, handlers)
            found += (Mistake(path, _nothing("handler", name, handlers)) for path, name in missing)
        found += _not_exactly_one_handler(address, workspaces)
        yield from (mistake.below("subscriptions", key) for mistake in found)


def unused_entries(entries: RawEntries) -> Iterator[MemberPath]:
    """Yield the workspaces that no subscription chooses, and the handlers that none names.

    Args:
        entries: The entries; where a subscription names what is not there, or subscriptions are not read,
            nobody knows.

    Yields:
        Their paths.
    """
    addresses = entries.subscriptions.values()
    if "subscriptions" in entries.unknown:
        return
    workspaces, handlers = Names(entries.workspaces), Names(entries.handlers)
    if not any(address.workspaces == () or [*_missing_workspaces(address, workspaces)] for address in addresses):
        chosen = {name for address in addresses for name in address.chosen(workspaces)}
        yield from (("workspaces", key) for key in workspaces if key not in chosen)
    if not any(address.to is None or [*_missing_handlers(address, handlers)] for address in addresses):
        named = {
            name
            for address in addresses
            for name in (address.to.values() if isinstance(address.to, Mapping) else [address.to])
        }
        yield from (("handlers", key) for key in entries.handlers if key not in named)


def _one_workspace_per_id(ids: Mapping[str, object]) -> Iterator[Mistake]:
    first: dict[str, str] = {}
    for key, resource_id in ids.items():
        if not isinstance(resource_id, str):
            continue
        other = first.setdefault(resource_id.lower(), key)
        if other != key:
            yield Mistake(
                ("workspaces", key, "resourceId"),
                f"the same workspace as {show(other)}; Event Grid allows one system topic for it",
            )


def _missing_workspaces(address: Address, workspaces: Names) -> Iterator[tuple[MemberPath, str]]:
    """Yield the names and patterns that choose no workspace."""
    patterns: list[tuple[MemberPath, str]] = [
        (("workspaces", index), pattern) for index, pattern in enumerate(address.workspaces or ())
    ]
    if isinstance(address.to, Mapping):
        patterns += [(("handler", pattern), pattern) for pattern in address.to]
    yield from ((path, pattern) for path, pattern in patterns if not chosen_by([pattern], workspaces))


def _missing_handlers(address: Address, handlers: Names) -> Iterator[tuple[MemberPath, str]]:
    """Yield the names that name no handler."""
    named: list[tuple[MemberPath, str]] = []
    if isinstance(address.to, str):
        named = [(("handler",), address.to)]
    elif isinstance(address.to, Mapping):
        named = [(("handler", pattern), name) for pattern, name in address.to.items()]
    yield from ((path, name) for path, name in named if name not in handlers)


def _not_exactly_one_handler(address: Address, workspaces: Names) -> Iterator[Mistake]:
    if not isinstance(address.to, Mapping):
        return
    for workspace in address.chosen(workspaces):
        matching = [show(pattern) for pattern in address.to if fnmatchcase(workspace, pattern)]
        if len(matching) > 1:
            got = " and ".join(matching)
            yield Mistake(("handler",), f"workspace {show(workspace)} is matched by {got}; exactly one must match it")
        elif not matching:
            yield Mistake(("handler",), f"no key matches the chosen workspace {show(workspace)}; exactly one must")


def _nothing(kind: str, name: str, there: Names) -> str:
    if is_resource_id(name):
        fix = f"write it as resourceId of an entry of '{kind}s', and the entry's name here"
        return f"an ARM id is no {kind}'s name; {fix}"
    return no_such(kind, name, there)
