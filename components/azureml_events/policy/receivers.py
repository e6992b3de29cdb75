"""Where events and dead letters go: each destination and dead letter, and the resources that it is at."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from azureml_events.base.mistakes import MemberPath
from azureml_events.documents.unresolved import HOLE, Unresolved
from azureml_events.policy.event_subscription import EVENT_SUBSCRIPTIONS, WEB_HOOK
from azureml_events.policy.places import Place, Places
from azureml_events.policy.reading import UndecidedError, read_beginning, text_of, value_at
from azureml_events.policy.resource import Resource, Resources
from azureml_events.policy.resource_types import (
    BLOB_CONTAINER,
    EVENT_HUB_NAMESPACE,
    NAMED,
    RECEIVERS,
    RESOURCE_GROUP,
    SERVICE_BUS_NAMESPACE,
    STORAGE_ACCOUNT,
    STORAGE_QUEUE,
    USER_ASSIGNED_IDENTITY,
    WORKFLOW,
)

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

_IN_ACCOUNT = {"StorageQueue": (STORAGE_QUEUE, "queueName"), "StorageBlob": (BLOB_CONTAINER, "blobContainerName")}
"""What an endpoint names in the storage account that its id names: the type, and the member with the name."""

_HOST = re.compile(r"https?://[^/?#]+[/?#]", re.IGNORECASE)
_CALLBACK_HOST = ".logic.azure."
"""Where the callback URLs of workflows lead (source: Azure's page on calling workflows)."""


@dataclass(frozen=True)
class Target:
    """The destination or the dead letter of an event subscription.

    Attributes:
        subscription: The event subscription.
        path: The path of the destination.
        dead_letters: Whether it takes dead letters.
    """

    subscription: Resource
    path: MemberPath
    dead_letters: bool

    @property
    def wrapper(self) -> str | None:
        """The member that delivers it with an identity; None where Event Grid's own delivers."""
        return str(self.path[0]) if len(self.path) > 1 else None

    @property
    def endpoint_type(self) -> str | None:
        """The type of the endpoint; None where it is not known."""
        return "StorageBlob" if self.dead_letters else text_of(self.subscription, *self.path, "endpointType")

    @property
    def named(self) -> MemberPath:
        """The path of the id or URL that names it."""
        return (*self.path, "endpointUrl" if self.endpoint_type == WEB_HOOK else "resourceId")

    @property
    def types(self) -> tuple[str, ...]:
        """The types of resource that it may be at."""
        return _AT.get(self.endpoint_type or "", RECEIVERS)

    def place_in(self, places: Places) -> Place:
        """Return where it is: a container or queue lies in the account that the id names.

        Args:
            places: The places of the program.
        """
        place = places.at(self.subscription, *self.path, "resourceId")
        if place.id is None or self.endpoint_type not in _IN_ACCOUNT:
            return place
        type_, member = _IN_ACCOUNT[self.endpoint_type]
        name = text_of(self.subscription, *self.path, member)
        if name is None:
            return replace(place, may_be_inside=True)
        return replace(place, inner=f"{place.id}/{NAMED[type_].part}/{name}".lower())


def targets_of(subscription: Resource) -> Iterator[Target]:
    """Yield the destination and the dead letter of an event subscription.

    Args:
        subscription: The event subscription.
    """
    for plain, wrapper, dead in (
        ("destination", "deliveryWithResourceIdentity", False),
        ("deadLetterDestination", "deadLetterWithResourceIdentity", True),
    ):
        if subscription.inputs.get(wrapper) is not None:
            yield Target(subscription, (wrapper, plain), dead)
        elif subscription.inputs.get(plain) is not None:
            yield Target(subscription, (plain,), dead)


def all_targets(resources: Resources) -> list[Target]:
    """Return the destinations and dead letters of all event subscriptions.

    Args:
        resources: All resources.
    """
    return [target for each in resources.of_type(*EVENT_SUBSCRIPTIONS) for target in targets_of(each)]


def received_by(resources: Resources, resource: Resource) -> Sequence[Target]:
    """Return what a resource receives: deliveries and dead letters.

    Args:
        resources: All resources.
        resource: A store, namespace or handler.
    """
    return resources.derived(_received).get(id(resource), ())


def _received(resources: Resources) -> Mapping[int, list[Target]]:
    """Return what each resource receives, by `id()`."""
    places = resources.derived(Places)
    found: dict[int, list[Target]] = defaultdict(list)
    for target in all_targets(resources):
        place = target.place_in(places)
        at = [*place.resources, *(places.with_id(place.inner) if place.inner else ())]
        hosts = [host for each in at for host in places.hosts(each)]
        for resource in {id(each): each for each in (*at, *hosts) if each.type != RESOURCE_GROUP}:
            found[resource].append(target)
    return found


def unplaced(resources: Resources) -> list[Target]:
    """Return the deliveries and dead letters whose place nothing says: neither id or URL, nor what that comes from.

    Args:
        resources: All resources.
    """
    return [each for each in all_targets(resources) if not _comes_from_elsewhere(resources, each) and _is_open(each)]


def _comes_from_elsewhere(resources: Resources, target: Target) -> bool:
    """Tell whether something other than an identity is known to give a destination, so that it is not lost."""
    subscription, member = target.subscription, str(target.path[0])
    declared = {each.urn: each.type for each in resources.sources_of(subscription, member)}
    return any(declared.get(urn) != USER_ASSIGNED_IDENTITY for urn in subscription.sources.get(member, ()))


def _is_open(target: Target) -> bool:
    """Tell whether an id or URL is not known, or is a callback URL, which names no workflow of the program."""
    try:
        written = read_beginning(target.subscription, *target.named)
    except UndecidedError:
        return True
    if target.named[-1] == "resourceId":
        value = value_at(target.subscription, *target.named)
        return isinstance(value, Unresolved) and not _is_named(value)
    base = text_of(target.subscription, *target.path, "endpointBaseUrl")
    url = written[0] if written and written[0] else base
    host = _HOST.match(url) if url else None
    return _CALLBACK_HOST in host[0].lower() if host else written is not None and not written[1]


def _is_named(id_: Unresolved) -> bool:
    """Tell whether an id that is known in parts names one resource, wherever it is deployed."""
    end = id_.known.partition("/providers/")[2]
    return bool(end) and HOLE not in end
