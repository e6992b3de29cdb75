"""What a program registered, as plain values."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

HOOK_STAGES = (
    "before_create",
    "after_create",
    "before_update",
    "after_update",
    "before_delete",
    "after_delete",
    "on_error",
)
"""When a resource's hooks can run, by the names of `pulumi.ResourceHookBinding`."""


@dataclass(frozen=True, slots=True)
class Registration:
    """One resource as the program registered it, after transforms and what it inherits.

    Attributes:
        urn: Its URN.
        type: Its type token, `package:module:Type`.
        name: Its Pulumi name.
        parent: The URN of its parent; None for the root stack only.
        custom: Whether a provider manages it; false for components.
        inputs: Wire inputs, with the values of `engine.wire`.
        dependencies: URNs that it depends on, sorted.
        property_dependencies: For each input the URNs that its value comes from, sorted.
        protect: Whether its deletion is refused.
        import_id: The id to take over, or None.
        read_id: The id of a resource that is only read, or None.
        provider: The URN of its explicit provider, or None.
        version: The version of its provider's package that it asks for; empty for any.
        aliases: Earlier URNs, in the order given.
        ignore_changes: Property paths whose changes are ignored.
        replace_on_changes: Property paths whose changes replace it.
        delete_before_replace: Whether it is deleted before its replacement is created; None where the
            provider decides.
        retain_on_delete: Whether it stays when it leaves the stack.
        deleted_with: The URN of a resource whose deletion deletes it too, or None.
        additional_secret_outputs: Outputs to treat as secrets.
        custom_timeouts: Operation to duration, as `{"create": "10m"}`.
        hooks: Stage (`HOOK_STAGES`) to the names of the hooks that run then.
    """

    urn: str
    type: str
    name: str
    parent: str | None = None
    custom: bool = True
    inputs: Mapping[str, Any] = field(default_factory=dict)
    dependencies: tuple[str, ...] = ()
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    protect: bool = False
    import_id: str | None = None
    read_id: str | None = None
    provider: str | None = None
    version: str = ""
    aliases: tuple[str, ...] = ()
    ignore_changes: tuple[str, ...] = ()
    replace_on_changes: tuple[str, ...] = ()
    delete_before_replace: bool | None = None
    retain_on_delete: bool = False
    deleted_with: str | None = None
    additional_secret_outputs: tuple[str, ...] = ()
    custom_timeouts: Mapping[str, str] = field(default_factory=dict)
    hooks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def exists(self) -> bool:
        """Whether the program takes it over or reads it, rather than creating it."""
        return bool(self.import_id or self.read_id)


@dataclass(frozen=True, slots=True)
class ResourceState:
    """A resource as a deployment left it.

    Attributes:
        registration: How it was registered.
        id: Its id; empty for a component.
        outputs: Its outputs, with the values of `engine.wire`.
        failed: Why its creation or update did not complete, though it exists; None if it did.
    """

    registration: Registration
    id: str
    outputs: Mapping[str, Any]
    failed: str | None = None


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
        args: Its arguments, with the values of `engine.wire`.
        provider: The URN of the explicit provider, or None.
    """

    token: str
    args: Mapping[str, Any]
    provider: str | None = None


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


@dataclass(frozen=True)
class Recording:
    """What one run of a program registered.

    Attributes:
        stack: The stack's name.
        resources: Every resource in the order of registration, the root stack first.
        outputs: The stack's outputs, with the values of `engine.wire`.
        messages: What was said, in order.
        registered_outputs: URN of a component to the outputs it registered.
        invokes: The look-ups, in order.
        steps: What the deployment did, in order; empty for a preview.
        state: URN to the resource as the deployment left it; empty for a preview.
    """

    stack: str
    resources: tuple[Registration, ...] = ()
    outputs: Mapping[str, Any] = field(default_factory=dict)
    messages: tuple[Message, ...] = ()
    registered_outputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    invokes: tuple[Invoke, ...] = ()
    steps: tuple[Step, ...] = ()
    state: Mapping[str, ResourceState] = field(default_factory=dict)

    def resource(self, name: str, type_: str | None = None) -> Registration:
        """The one resource of a name.

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
        """All resources of a type, in the order of registration.

        Args:
            type_: The type token.
        """
        return tuple(each for each in self.resources if each.type == type_)


def in_dependency_order(resources: Iterable[Registration]) -> list[Registration]:
    """Resources so that each comes after its parent, its provider and its dependencies.

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
