"""The places that events, dead letters and roles are on: known by id, or as what an unknown id comes from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from azureml_events.base.arm_ids import is_resource_id
from azureml_events.base.mistakes import MemberPath
from azureml_events.documents.unresolved import Unresolved
from azureml_events.policy.reading import text_of, value_at
from azureml_events.policy.resource import Resource, Resources
from azureml_events.policy.resource_types import (
    NAMED,
    RECEIVERS,
    RESOURCE_GROUP,
    arm_type_in,
    is_below,
    line_of,
    tail_of,
)

_SLASHES_OF_GROUP = 2
"""Those in `/resourcegroups/<name>`, which no resource goes by."""


@dataclass(frozen=True)
class Place:
    """What a member names.

    Attributes:
        id: The ARM id in lower case; None while unknown.
        resources: The resources of the program that have this id or hold it, innermost first; of an unknown id, those
            that it comes from.
        member: The path of the member.
        inner: The id of the queue or container in the account; None where there is none, or it is not known.
        may_be_inside: Whether it is something inside the account that is not known.
        text: An id that is known but for parts, as a template writes it, in lower case.
    """

    id: str | None
    resources: tuple[Resource, ...]
    member: MemberPath
    inner: str | None = None
    may_be_inside: bool = False
    text: str | None = None

    def is_inside(self, scope: str) -> bool:
        """Tell whether it is known to be a scope or to lie in it.

        Args:
            scope: The ARM id of the scope, in any case.
        """
        id_ = self.inner or self.id
        return id_ is not None and is_below(id_, scope.lower())


class Places:
    """The resources of a program that events, dead letters and roles can be on.

    Args:
        resources: All resources.
    """

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._by_tail: dict[str, list[Resource]] = defaultdict(list)
        self._tails: dict[int, str | None] = {}
        self._hosts: dict[int, tuple[Resource, ...]] = {}
        for each in resources.of_type(*RECEIVERS):
            tail = self.tail(each)
            if tail is not None:
                self._by_tail[tail].append(each)

    def at(self, resource: Resource, *path: str | int) -> Place:
        """Return the place that a member names, known or not.

        Args:
            resource: The resource.
            path: The member's path.
        """
        id_ = text_of(resource, *path)
        if id_ is not None:
            return Place(id_.lower().rstrip("/"), tuple(self.with_id(id_)), path)
        from_ = [each for each in self._resources.sources_of(resource, str(path[0])) if each.type in RECEIVERS]
        text = _expression_at(resource, path)
        return Place(None, tuple(from_ or self.with_id(text or "")), path, text=text)

    def with_id(self, id_: str) -> Iterator[Resource]:
        """Yield the resources that have an id, and then those that it lies in.

        Args:
            id_: The ARM id, in any case.
        """
        tail, subscription = tail_of(id_), id_.lower().split("/")[2] if is_resource_id(id_) else ""
        while tail.count("/") > _SLASHES_OF_GROUP:
            for each in self._by_tail.get(tail, ()):
                own = each.azure_subscription
                if not subscription or own is None or own.lower() == subscription:
                    yield each
            tail = tail.rpartition("/")[0].rpartition("/")[0]

    def tail(self, resource: Resource) -> str | None:
        """Return the ARM id of a resource from its resource group on, in lower case; None where it is not known.

        Args:
            resource: The resource.
        """
        if id(resource) not in self._tails:
            self._tails[id(resource)] = self._tail(resource)
        return self._tails[id(resource)]

    def hosts(self, resource: Resource) -> tuple[Resource, ...]:
        """Return the resources that one lies in: its namespace or account, and the resource group.

        Args:
            resource: The resource.
        """
        if id(resource) not in self._hosts:
            self._hosts[id(resource)] = tuple(self._found_hosts(resource))
        return self._hosts[id(resource)]

    def covers(self, scope: Place, needed: Place) -> bool | None:
        """Tell whether a scope holds a place; None where that is not known.

        Args:
            scope: The scope.
            needed: The place.
        """
        if scope.text is not None and needed.text is not None and scope.text.startswith("/"):
            return _covers_by_text(scope.text, needed.text)
        if scope.id is None:
            return self._unknown_covers(scope, needed)
        if needed.id is None:
            return self._known_covers(scope.id, needed)
        if needed.is_inside(scope.id):
            return True
        return None if needed.may_be_inside and is_below(scope.id, needed.id) else False

    def _unknown_covers(self, scope: Place, needed: Place) -> bool | None:
        """Tell whether a scope that is not known holds a place, by the resources that they come from."""
        if not scope.resources or (needed.id is None and not needed.resources):
            return None
        held = {id(each) for place in needed.resources for each in (place, *self.hosts(place))}
        if any(id(each) in held for each in scope.resources):
            return True
        wanted = {id(each) for each in needed.resources}
        is_in_it = any(id(host) in wanted for each in scope.resources for host in self.hosts(each))
        is_group = any(each.type == RESOURCE_GROUP for each in scope.resources)
        return None if is_in_it or is_group else False

    def _known_covers(self, scope: str, needed: Place) -> bool | None:
        """Tell whether a known scope holds a place whose id is unknown."""
        if not needed.resources:
            return None
        tails = [self.tail(each) for each in needed.resources]
        if any(tail is not None and is_below(tail, tail_of(scope)) for tail in tails):
            return True
        # Whoever writes the id of a single resource means one that is there, not one whose name nobody knows yet.
        return None if None in tails and not arm_type_in(scope) else False

    def _tail(self, resource: Resource) -> str | None:
        if resource.known_id is not None:
            return tail_of(resource.known_id)
        group = text_of(resource, "resourceGroupName")
        if resource.type == RESOURCE_GROUP:
            return f"/resourcegroups/{group.lower()}" if group else None
        own, names = NAMED[resource.type], [text_of(resource, NAMED[each].member) for each in line_of(resource.type)]
        host = next((self.tail(each) for each in self._declared_hosts(resource)), None)
        if host is not None and names[-1] is not None:
            return f"{host}/{own.part}/{names[-1]}".lower()
        if not group or not all(names):
            return None
        path = "/".join(f"{NAMED[each].part}/{name}" for each, name in zip(line_of(resource.type), names, strict=True))
        return f"/resourcegroups/{group}/providers/{path}".lower()

    def _found_hosts(self, resource: Resource) -> Iterator[Resource]:
        if resource.type == RESOURCE_GROUP:
            return
        for each in self._resources.sources_of(resource, "resourceGroupName"):
            if each.type == RESOURCE_GROUP:
                yield each
        declared, tail = self._declared_hosts(resource), self.tail(resource)
        if not declared and tail is not None:
            declared = [each for each in self.with_id(tail) if each.type == NAMED[resource.type].host]
        yield from declared

    def _declared_hosts(self, resource: Resource) -> list[Resource]:
        """Return the namespaces or accounts that give a resource the name of what it lies in."""
        host = NAMED[resource.type].host
        if host is None:
            return []
        return [each for each in self._resources.sources_of(resource, NAMED[host].member) if each.type == host]


def _expression_at(resource: Resource, path: MemberPath) -> str | None:
    """Return an id as a template's expression writes it; None where the same words need not mean the same."""
    value = value_at(resource, *path)
    return str(value).lower().rstrip("/") if isinstance(value, Unresolved) and value.same else None


def _covers_by_text(scope: str, needed: str) -> bool | None:
    """Tell whether a scope holds a place, both as a template writes them; None where that is not known."""
    if is_below(needed, scope):
        return True
    ends = [each.partition("/providers/")[2] for each in (scope, needed)]
    is_told = all(ends) and not any("[" in each for each in ends)
    return None if not is_told or is_below(ends[0], ends[1]) or is_below(ends[1], ends[0]) else False
