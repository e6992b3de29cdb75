"""Where events and dead letters go: resources known by id, or as those that an unknown id comes from."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from azureml_events.base.arm_ids import is_resource_id
from azureml_events.base.mistakes import MemberPath
from azureml_events.documents.unresolved import HOLE, Unresolved
from azureml_events.policy.event_subscription import EVENT_SUBSCRIPTIONS, WEB_HOOK
from azureml_events.policy.reading import UndecidedError, read, read_beginning
from azureml_events.policy.resource import Resource, Resources

RESOURCE_GROUP = "resources:ResourceGroup"
STORAGE_ACCOUNT = "storage:StorageAccount"
BLOB_CONTAINER = "storage:BlobContainer"
STORAGE_QUEUE = "storage:Queue"
EVENT_HUB_NAMESPACE = "eventhub:Namespace"
SERVICE_BUS_NAMESPACE = "servicebus:Namespace"
WORKFLOW = "logic:Workflow"
USER_ASSIGNED_IDENTITY = "managedidentity:UserAssignedIdentity"

_NAMES: Mapping[str, tuple[tuple[str, str], ...]] = {
    EVENT_HUB_NAMESPACE: (("Microsoft.EventHub/namespaces", "namespaceName"),),
    "eventhub:EventHub": (("Microsoft.EventHub/namespaces", "namespaceName"), ("eventhubs", "eventHubName")),
    SERVICE_BUS_NAMESPACE: (("Microsoft.ServiceBus/namespaces", "namespaceName"),),
    "servicebus:Queue": (("Microsoft.ServiceBus/namespaces", "namespaceName"), ("queues", "queueName")),
    "servicebus:Topic": (("Microsoft.ServiceBus/namespaces", "namespaceName"), ("topics", "topicName")),
    STORAGE_ACCOUNT: (("Microsoft.Storage/storageAccounts", "accountName"),),
    STORAGE_QUEUE: (
        ("Microsoft.Storage/storageAccounts", "accountName"),
        ("queueServices/default/queues", "queueName"),
    ),
    BLOB_CONTAINER: (
        ("Microsoft.Storage/storageAccounts", "accountName"),
        ("blobServices/default/containers", "containerName"),
    ),
    "relay:Namespace": (("Microsoft.Relay/namespaces", "namespaceName"),),
    "relay:HybridConnection": (
        ("Microsoft.Relay/namespaces", "namespaceName"),
        ("hybridConnections", "hybridConnectionName"),
    ),
    "eventgrid:Namespace": (("Microsoft.EventGrid/namespaces", "namespaceName"),),
    "eventgrid:NamespaceTopic": (("Microsoft.EventGrid/namespaces", "namespaceName"), ("topics", "topicName")),
    "web:WebApp": (("Microsoft.Web/sites", "name"),),
    WORKFLOW: (("Microsoft.Logic/workflows", "workflowName"),),
}
"""The types in azure-native's names, with the part of the ARM id and the input that holds the name, outermost first."""

_HOSTS: Mapping[str, tuple[str, str]] = {
    "eventhub:EventHub": ("namespaceName", EVENT_HUB_NAMESPACE),
    "servicebus:Queue": ("namespaceName", SERVICE_BUS_NAMESPACE),
    "servicebus:Topic": ("namespaceName", SERVICE_BUS_NAMESPACE),
    STORAGE_QUEUE: ("accountName", STORAGE_ACCOUNT),
    BLOB_CONTAINER: ("accountName", STORAGE_ACCOUNT),
    "relay:HybridConnection": ("namespaceName", "relay:Namespace"),
    "eventgrid:NamespaceTopic": ("namespaceName", "eventgrid:Namespace"),
}
"""The types that lie in another: the input that names it, and its type."""

_AT: Mapping[str, tuple[str, ...]] = {
    "EventHub": ("eventhub:EventHub", EVENT_HUB_NAMESPACE),
    "ServiceBusQueue": ("servicebus:Queue", SERVICE_BUS_NAMESPACE),
    "ServiceBusTopic": ("servicebus:Topic", SERVICE_BUS_NAMESPACE),
    "StorageQueue": (STORAGE_QUEUE, STORAGE_ACCOUNT),
    "StorageBlob": (BLOB_CONTAINER, STORAGE_ACCOUNT),
    "HybridConnection": ("relay:HybridConnection", "relay:Namespace"),
    "NamespaceTopic": ("eventgrid:NamespaceTopic", "eventgrid:Namespace"),
    "AzureFunction": ("web:WebApp",),
    WEB_HOOK: (WORKFLOW, "web:WebApp"),
    "MonitorAlert": (),
    "PartnerDestination": (),
}
"""The types of resource that each type of endpoint may be."""

_HOST = re.compile(r"https?://[^/?#]+[/?#]", re.IGNORECASE)
_CALLBACK_HOST = ".logic.azure."
"""Where the callback URLs of workflows lead (source: Azure's page on calling workflows)."""

_SLASHES_OF_GROUP = 2
"""Those in `/resourcegroups/<name>`, which no resource goes by."""

RECEIVERS = (*_NAMES, RESOURCE_GROUP)
"""The types that an id of a destination or a scope can come from."""


def value_of(resource: Resource, *path: str | int) -> object:
    """Return a member's value; None where it is absent or not known.

    Args:
        resource: The resource.
        path: The member's path.
    """
    try:
        return read(resource, *path)
    except UndecidedError:
        return None


def value_at(resource: Resource, *path: str | int) -> object:
    """Return what stands at a path, known or not; None where it is absent, or in something that is not known.

    Args:
        resource: The resource.
        path: The member's path.
    """
    holder = value_of(resource, *path[:-1])
    return holder.get(str(path[-1])) if isinstance(holder, Mapping) else None


def type_at(resource: Resource, *path: str | int) -> str | None:
    """Return the ARM type of the id at a path, in lower case; None where not even that is known.

    Args:
        resource: The resource.
        path: The member's path.
    """
    value = value_at(resource, *path)
    if isinstance(value, Unresolved) and value.same and value.known.startswith("/"):
        return arm_type_in(value.known)
    return arm_type_in(value) if isinstance(value, str) else None


def text_of(resource: Resource, *path: str | int) -> str | None:
    """Return a member's text; None where it is absent, no text or not known.

    Args:
        resource: The resource.
        path: The member's path.
    """
    value = value_of(resource, *path)
    return value if isinstance(value, str) else None


def known_id(resource: Resource) -> str | None:
    """Return the ARM id that Azure gave a resource, in lower case; None while unknown.

    Args:
        resource: The resource.
    """
    for each in (resource.id, resource.outputs.get("id"), resource.inputs.get("id")):
        if isinstance(each, str) and each.startswith("/"):
            return each.lower()
    return None


def tail_of(id_: str) -> str:
    """Return an ARM id in lower case from its resource group on; a scope above one is empty.

    Args:
        id_: The ARM id.
    """
    lower = id_.lower().rstrip("/")
    _, found, rest = lower.partition("/resourcegroups/")
    return f"{found}{rest}"


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
            return Place(id_.lower().rstrip("/"), tuple(self.with_id(id_)), (*path,))
        from_ = [each for each in self._resources.sources_of(resource, str(path[0])) if each.type in RECEIVERS]
        text = _expression_at(resource, path)
        return Place(None, tuple(from_ or self.with_id(text or "")), (*path,), text=text)

    def with_id(self, id_: str) -> Iterator[Resource]:
        """Yield the resources that have an id, and then those that it lies in.

        Args:
            id_: The ARM id, in any case.
        """
        tail, subscription = tail_of(id_), _subscription(id_)
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
        if is_inside(needed, scope.id):
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
        id_ = known_id(resource)
        if id_ is not None:
            return tail_of(id_)
        if resource.type in _HOSTS:
            member, type_ = _HOSTS[resource.type]
            hosts = [each for each in self._resources.sources_of(resource, member) if each.type == type_]
            host, (part, own) = self.tail(hosts[0]) if hosts else None, _NAMES[resource.type][1]
            name = text_of(resource, own)
            if host is not None and name is not None:
                return f"{host}/{part}/{name}".lower()
        group = text_of(resource, "resourceGroupName")
        if resource.type == RESOURCE_GROUP:
            return f"/resourcegroups/{group.lower()}" if group else None
        names = [(part, text_of(resource, member)) for part, member in _NAMES[resource.type]]
        if not group or not all(name for _, name in names):
            return None
        path = "/".join(f"{part}/{name}" for part, name in names)
        return f"/resourcegroups/{group}/providers/{path}".lower()

    def _found_hosts(self, resource: Resource) -> Iterator[Resource]:
        if resource.type == RESOURCE_GROUP:
            return
        yield from (
            each for each in self._resources.sources_of(resource, "resourceGroupName") if each.type == RESOURCE_GROUP
        )
        if resource.type not in _HOSTS:
            return
        member, type_ = _HOSTS[resource.type]
        found = [each for each in self._resources.sources_of(resource, member) if each.type == type_]
        tail = self.tail(resource)
        if not found and tail is not None:
            found = [each for each in self.with_id(tail) if each.type == type_]
        yield from found


@dataclass(frozen=True)
class Place:
    """What a member names.

    Attributes:
        id: The ARM id in lower case; None while unknown.
        text: An id that is known but for parts, as a template writes it, in lower case.
        resources: The resources of the program that have this id or hold it, innermost first; of an unknown id, those
            that it comes from.
        member: The path of the member.
        inner: The id of the queue or container in the account; None where there is none, or it is not known.
        may_be_inside: Whether it is something inside the account that is not known.
    """

    id: str | None
    resources: tuple[Resource, ...]
    member: MemberPath
    inner: str | None = None
    may_be_inside: bool = False
    text: str | None = None


@dataclass(frozen=True)
class Receiver:
    """A resource that a subscription delivers or sends dead letters to.

    Attributes:
        subscription: The event subscription.
        resource: The resource, its namespace or account.
        dead_letters: Whether it takes dead letters.
        identity: The type of identity that sends; None for Event Grid's own.
    """

    subscription: Resource
    resource: Resource
    dead_letters: bool
    identity: object


@dataclass(frozen=True)
class Unplaced:
    """A delivery or dead letter whose place nothing says: neither its id nor what that comes from.

    Attributes:
        member: The subscription's name and the path of the member that is not known.
        types: The types of resource that it may be at.
        dead_letters: Whether it takes dead letters.
    """

    member: MemberPath
    types: tuple[str, ...]
    dead_letters: bool


def places_of(resources: Resources) -> Places:
    """Return the places of a program, found once.

    Args:
        resources: All resources.
    """
    return resources.derived(Places)


def receivers_of(resources: Resources) -> Mapping[int, list[Receiver]]:
    """Return who receives events or dead letters, by `id()` of the resource, found once.

    Args:
        resources: All resources.
    """
    return resources.derived(_receivers)


def receivers_at(resources: Resources, resource: Resource) -> list[Receiver]:
    """Return what a resource receives, a row for each delivery or dead letter.

    Args:
        resources: All resources.
        resource: A store, namespace or handler.
    """
    return receivers_of(resources).get(id(resource), [])


def unplaced_of(resources: Resources) -> Sequence[Unplaced]:
    """Return the deliveries and dead letters whose place nothing says, found once.

    Args:
        resources: All resources.
    """
    return resources.derived(_unplaced)


def targets(resource: Resource) -> Iterator[tuple[MemberPath, bool, object]]:
    """Yield the destination and the dead letter of an event subscription: path, whether dead letters, identity's type.

    Args:
        resource: The event subscription.
    """
    for plain, wrapper, dead in (
        ("destination", "deliveryWithResourceIdentity", False),
        ("deadLetterDestination", "deadLetterWithResourceIdentity", True),
    ):
        if resource.inputs.get(wrapper) is not None:
            yield (wrapper, plain), dead, value_of(resource, wrapper, "identity", "type")
        elif resource.inputs.get(plain) is not None:
            yield (plain,), dead, None


def is_inside(place: Place, scope: str) -> bool:
    """Tell whether a known place is a scope or lies in it.

    Args:
        place: The place.
        scope: The ARM id of the scope, in any case.
    """
    inner = place.inner if place.inner is not None else place.id
    return inner is not None and is_below(inner, scope.lower())


def names_of(type_: str) -> Mapping[str, int]:
    """Return the inputs that hold the names of a type, each with its place among those in the ARM id.

    Args:
        type_: One of the types that receive, in azure-native's names.
    """
    places, count = {}, 0
    for part, member in _NAMES.get(type_, ()):
        count += len([each for each in part.split("/") if each != "default" and "." not in each])
        places[member] = count - 1
    return places


def arm_type_of(type_: str) -> str:
    """Return the ARM type of one of the types that receive, in lower case; empty for a resource group.

    Args:
        type_: The type in azure-native's names.
    """
    return "/".join(part for part, _ in _NAMES.get(type_, ())).replace("/default", "").lower()


def arm_type_in(id_: str) -> str:
    """Return the ARM type that an id is of, in lower case; empty for a resource group and what is wider.

    Args:
        id_: The ARM id.
    """
    provider, *rest = id_.lower().rstrip("/").rpartition("/providers/")[2].split("/")
    return "/".join((provider, *rest[::2])) if "/providers/" in id_.lower() and rest else ""


def is_below(id_: str, scope: str) -> bool:
    """Tell whether an id is a scope or lies in it, both in lower case.

    Args:
        id_: The id.
        scope: The scope.
    """
    return id_ == scope or id_.startswith(f"{scope.rstrip('/')}/")


def _subscription(id_: str) -> str:
    parts = id_.lower().split("/")
    return parts[2] if is_resource_id(id_) else ""


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


def _receivers(resources: Resources) -> Mapping[int, list[Receiver]]:
    places = places_of(resources)
    found: dict[int, dict[tuple[int, bool], Receiver]] = defaultdict(dict)
    for subscription in resources.of_type(*EVENT_SUBSCRIPTIONS):
        for path, dead, identity in targets(subscription):
            for resource in _at_or_above(places, places.at(subscription, *path, "resourceId"), subscription, path):
                row = Receiver(subscription, resource, dead, identity)
                found[id(resource)].setdefault((id(subscription), dead), row)
    return {key: list(rows.values()) for key, rows in found.items()}


def _unplaced(resources: Resources) -> Sequence[Unplaced]:
    found = []
    for subscription in resources.of_type(*EVENT_SUBSCRIPTIONS):
        for path, dead, _ in targets(subscription):
            if _comes_from_elsewhere(resources, subscription, str(path[0])):
                continue
            kind = "StorageBlob" if dead else text_of(subscription, *path, "endpointType")
            member = (*path, "endpointUrl" if kind == WEB_HOOK else "resourceId")
            if _is_open(subscription, member):
                found.append(Unplaced((subscription.name, *member), _AT.get(kind or "", RECEIVERS), dead))
    return found


def _is_named(id_: Unresolved) -> bool:
    """Tell whether an id that is known in parts names one resource, wherever it is deployed."""
    end = id_.known.partition("/providers/")[2]
    return bool(end) and HOLE not in end


def _comes_from_elsewhere(resources: Resources, subscription: Resource, member: str) -> bool:
    """Tell whether something other than an identity is known to give a destination, so that it is not lost."""
    declared = {each.urn: each.type for each in resources.sources_of(subscription, member)}
    return any(declared.get(urn) != USER_ASSIGNED_IDENTITY for urn in subscription.sources.get(member, ()))


def _is_open(subscription: Resource, member: MemberPath) -> bool:
    """Tell whether an id or URL is not known, or is a callback URL, which names no workflow of the program."""
    try:
        written = read_beginning(subscription, *member)
    except UndecidedError:
        return True
    if member[-1] != "endpointUrl":
        value = value_at(subscription, *member)
        return isinstance(value, Unresolved) and not _is_named(value)
    base = text_of(subscription, *member[:-1], "endpointBaseUrl")
    url = written[0] if written and written[0] else base
    host = _HOST.match(url) if url else None
    return _CALLBACK_HOST in host[0].lower() if host else written is not None and not written[1]


def _at_or_above(places: Places, place: Place, subscription: Resource, path: MemberPath) -> Iterable[Resource]:
    """Return the resources at a place, and those that they lie in."""
    at = [each for each in place.resources if each.type != RESOURCE_GROUP]
    name = text_of(subscription, *path, "blobContainerName")
    if place.id is not None and name is not None:
        inside = f"{place.id}/blobservices/default/containers/{name.lower()}"
        at += [each for each in places.with_id(inside) if each.type == BLOB_CONTAINER]
    return [*at, *(host for each in at for host in places.hosts(each) if host.type != RESOURCE_GROUP)]
