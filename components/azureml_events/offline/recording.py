"""A program's registrations, as plain values."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pulumi.runtime.proto import resource_pb2

from azureml_events.offline.places import Source


@dataclass(frozen=True, slots=True)
class Registration:
    """One resource as the program registered it, after transforms and what it inherits.

    Attributes:
        urn: Its URN.
        type: Its type token, `package:module:Type`.
        name: Its Pulumi name.
        parent: The URN of its parent; None for the root stack only.
        custom: Whether a provider manages it; false for components.
        inputs: Wire inputs, with the values of `wire`.
        dependencies: URNs that it depends on, sorted.
        protect: Whether its deletion is refused.
        import_id: The id to take over, or None.
        read_id: The id of a resource that is only read, or None.
        provider: The URN of its explicit provider, or None.
        source: The program's line that registered it, or None.
        request: What the SDK sent, after transforms, with all its options; None for a resource that is only read.
    """

    urn: str
    type: str
    name: str
    parent: str | None = None
    custom: bool = True
    inputs: Mapping[str, Any] = field(default_factory=dict)
    dependencies: tuple[str, ...] = ()
    protect: bool = False
    import_id: str | None = None
    read_id: str | None = None
    provider: str | None = None
    source: Source | None = None
    request: resource_pb2.RegisterResourceRequest | None = field(default=None, repr=False, compare=False)

    @property
    def exists(self) -> bool:
        """Whether the program takes it over or reads it, rather than creating it."""
        return bool(self.import_id or self.read_id)


@dataclass(frozen=True, slots=True)
class Message:
    """One line that the program or the SDK said.

    Attributes:
        severity: `info`, `warning` or `error`.
        text: What it says.
        urn: The resource it is about, or None.
    """

    severity: str
    text: str
    urn: str | None = None


@dataclass(frozen=True, slots=True)
class Invoke:
    """One look-up that the program asked a provider for.

    Attributes:
        token: The function, `package:module:function`.
        args: Its arguments, with the values of `wire`.
        provider: The URN of the explicit provider, or None.
    """

    token: str
    args: Mapping[str, Any]
    provider: str | None = None


@dataclass(frozen=True)
class Recording:
    """A run of a program, recorded.

    Attributes:
        stack: The stack's name.
        resources: Every resource in the order of registration, the root stack first.
        outputs: The stack's outputs, with the values of `wire`.
        messages: Messages of the program and of the SDK, in order.
        invokes: The look-ups, in order.
    """

    stack: str
    resources: tuple[Registration, ...] = ()
    outputs: Mapping[str, Any] = field(default_factory=dict)
    messages: tuple[Message, ...] = ()
    invokes: tuple[Invoke, ...] = ()

    def resource(self, name: str, type_: str | None = None) -> Registration:
        """Find the one resource of a name.

        Args:
            name: Its Pulumi name.
            type_: Its type token; omitted: any.

        Raises:
            LookupError: None or several have it.
        """
        found = [each for each in self.resources if each.name == name and (type_ is None or each.type == type_)]
        if len(found) != 1:
            raise LookupError(f"{len(found)} resources have the name {name!r} and type {type_!r}")
        return found[0]

    def of_type(self, type_: str) -> tuple[Registration, ...]:
        """Find all resources of a type, in the order of registration.

        Args:
            type_: The type token.
        """
        return tuple(each for each in self.resources if each.type == type_)


class ProgramError(Exception):
    """A Pulumi program that did not run to its end; its cause is the exception that stopped it.

    Args:
        text: What went wrong, for people: no traceback.
        recording: What was registered and said before.
    """

    def __init__(self, text: str, recording: Recording) -> None:
        super().__init__(text)
        self.text = text
        self.recording = recording


def urn_of_reference(reference: str) -> str | None:
    """Give the URN in a provider reference, `<urn>::<id>`; None for the default provider."""
    return reference.rpartition("::")[0] or None


def with_sources_of_children(resources: Collection[Registration]) -> tuple[Registration, ...]:
    """Give components whose line the SDK does not tell the line of their children, where all have the same.

    The SDK looks for three constructors on the stack; a component that a function makes has fewer.

    Args:
        resources: The resources of one program, each after its parent.
    """
    lines: dict[str | None, set[Source | None]] = defaultdict(set)
    found = []
    for each in reversed(tuple(resources)):
        below = lines[each.urn]
        is_known = each.source or each.custom or each.parent is None or len(below) != 1
        placed = each if is_known else replace(each, source=next(iter(below)))
        lines[each.parent].add(placed.source)
        found.append(placed)
    return tuple(reversed(found))


def in_dependency_order(resources: Iterable[Registration]) -> list[Registration]:
    """Sort resources so that each comes after its parent, its provider and its dependencies.

    Registrations arrive in an order that depends on timing. This one does not: where dependencies leave
    a choice, the smaller URN comes first.

    Args:
        resources: The resources of one program.
    """
    by_urn = {each.urn: each for each in resources}
    dependents = defaultdict(list)
    waiting = {}
    for urn, each in by_urn.items():
        before = {each.parent, each.provider, *each.dependencies} & by_urn.keys() - {urn}
        waiting[urn] = len(before)
        for other in before:
            dependents[other].append(urn)
    ready = [urn for urn, count in waiting.items() if count == 0]
    heapq.heapify(ready)
    order = []
    while ready:
        urn = heapq.heappop(ready)
        order.append(by_urn[urn])
        for dependent in dependents[urn]:
            waiting[dependent] -= 1
            if waiting[dependent] == 0:
                heapq.heappush(ready, dependent)
    return order
