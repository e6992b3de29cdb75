"""Where a subscription delivers, and how."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from azureml_events.base.mistakes import show
from azureml_events.documents.unresolved import Unresolved
from azureml_events.event_grid.delivery import BATCHING, DEFAULT_SCHEMA
from azureml_events.policy.event_subscription import WEB_HOOK
from azureml_events.policy.hosts import host_of
from azureml_events.policy.resource import Resource
from azureml_events.policy.resource_types import WORKFLOW
from azureml_events.policy.settings import ENDPOINT_KINDS
from azureml_events.review.changes.conditions import Condition, conditions_of
from azureml_events.review.changes.version import Version
from azureml_events.routing.subscription import RoutedSubscription

Shown = tuple[Hashable, str]
"""A value that is compared, and how it is shown; secrets, URLs and attribute values never are."""

Named = Mapping[str, "Sequence[Delivered]"]
"""Subscriptions by their names, which several workspaces may share."""

DEAD_LETTER = "dead letter"
_NAMES = ("accountName", "queueName", "containerName", "namespaceName", "eventHubName", "topicName", "workflowName")
_RETRY = {"maxDeliveryAttempts": 30, "eventTimeToLiveInMinutes": 1440}
_ENTRA = ("azureActiveDirectoryTenantId", "azureActiveDirectoryApplicationIdOrUri")


class Asks:
    """What a subscription asks, and how it delivers: equal ones do the same with every event.

    Args:
        parts: What is compared; hashed once.
    """

    def __init__(self, *parts: Hashable) -> None:
        self._parts = parts
        self._hash = hash(parts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Asks) and self._parts == other._parts

    def __hash__(self) -> int:
        return self._hash


@dataclass(frozen=True)
class Delivered:
    """A subscription with its destination and the way of delivery.

    Attributes:
        subscription: The subscription.
        resource: What it is declared as; None for one that is not.
        place: What its destination is; equal for the same one.
        handler: What its destination is called.
        kind: The endpoint's type; empty where that is not known.
        name: The hub, queue or host; empty where that is not known.
        way: How it delivers, by aspect.
        sealed: The cipher texts of its handler.
    """

    subscription: RoutedSubscription
    resource: Resource | None
    place: Hashable
    handler: str
    kind: str
    name: str
    way: Mapping[str, Shown] = field(default_factory=dict)
    sealed: tuple[tuple[str, str], ...] = ()

    @property
    def label(self) -> str:
        """The destination as reports call it."""
        inner = " ".join(part for part in (self.kind, self.name) if part)
        return f"{self.handler} ({inner})" if inner else self.handler

    @property
    def short(self) -> str:
        """The destination as sentences call it: a webhook with its host."""
        return f"{self.handler} ({self.name})" if self.kind == WEB_HOOK and self.name else self.handler

    @property
    def silence(self) -> str | None:
        """Why it delivers nothing; None where it may."""
        own = self.subscription
        if own.disabled:
            return "is disabled"
        if own.state == "expired":
            return "has expired"
        return f"is {own.state}" if own.state else None

    @cached_property
    def manner(self) -> Hashable:
        """How it delivers, as one value."""
        return (*((name, value) for name, (value, _) in sorted(self.way.items())), self.sealed)

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """What it asks of an event beside its type."""
        return tuple(conditions_of(self.subscription))

    @cached_property
    def asks(self) -> Asks:
        """What it asks, and how it delivers."""
        included = self.subscription.filter.included_event_types
        types = None if included is None else frozenset(map(str.lower, included))
        return Asks(types, frozenset(self.conditions), frozenset(self.subscription.unknown), self.manner)


def delivered_by(version: Version) -> list[Delivered]:
    """List the subscriptions of a version with their destinations.

    Args:
        version: The version.
    """
    kept = [_Reader(version, each, resource).read() for each, resource in version.by_subscription()]
    known: dict[object, Delivered] = {}
    for each in kept:
        if each.resource is not None:
            known[each.subscription.workspace, each.handler] = each
            known.setdefault(each.handler, each)
    return [_as_declared(each, known) if each.resource is None else each for each in kept]


def by_name(all_: Iterable[Delivered]) -> Named:
    """Return subscriptions by their names.

    Args:
        all_: The subscriptions.
    """
    found: dict[str, list[Delivered]] = defaultdict(list)
    for each in all_:
        found[each.subscription.name].append(each)
    return dict(found)


def _as_declared(silent: Delivered, known: Mapping[object, Delivered]) -> Delivered:
    """Give one that is not declared the destination that others of its handler have, in its workspace if there."""
    other = known.get((silent.subscription.workspace, silent.handler)) or known.get(silent.handler)
    return replace(other, subscription=silent.subscription, resource=None, way=silent.way) if other else silent


class _Reader:
    """Reads one subscription."""

    def __init__(self, version: Version, subscription: RoutedSubscription, resource: Resource | None) -> None:
        self._version = version
        self._subscription = subscription
        self._resource = resource
        self._inputs: Mapping[str, Any] = resource.inputs if resource else {}
        outer, self._member = self._outer("deliveryWithResourceIdentity", "destination")
        self._identity = _mapping(outer.get("identity"))
        self._destination = _mapping(outer.get("destination"))
        keys = [each for each in subscription.handler.split(" = ") if each in version.sealed]
        self._sealed = version.sealed[keys[0]] if keys else {}

    def read(self) -> Delivered:
        kind = self._destination.get("endpointType")
        kind = kind if kind in ENDPOINT_KINDS else ""
        place, name = self._place(kind)
        return Delivered(
            self._subscription,
            self._resource,
            place,
            self._handler(name),
            kind,
            name,
            dict(self._way(kind)) if self._resource else {},
            tuple(sorted(self._sealed.items())),
        )

    def _outer(self, wrapper: str, plain: str) -> tuple[Mapping[str, Any], str]:
        """Return what holds the destination and its identity, and the outermost member."""
        wrapped = self._inputs.get(wrapper)
        if isinstance(wrapped, Mapping):
            return wrapped, wrapper
        return {plain: self._inputs.get(plain)}, plain

    def _handler(self, name: str) -> str:
        """Return the handler's key, or what a document's destination is called: never an id or a URL."""
        text = self._subscription.handler
        if "/" in text or text.startswith("["):
            return name or f"destination of {self._subscription.name}"
        return text

    def _place(self, kind: str) -> tuple[Hashable, str]:
        if not kind:
            return (("handler", self._subscription.handler), "")
        if kind == WEB_HOOK:
            return self._web_hook()
        id_ = self._destination.get("resourceId")
        queue = self._destination.get("queueName")
        inner = queue.lower() if isinstance(queue, str) else self._known(queue, self._member)
        if isinstance(id_, str):
            name = queue if isinstance(queue, str) else id_.rstrip("/").rpartition("/")[2]
            return ((kind, id_.rstrip("/").lower(), inner), name)
        if id_ is None:
            return ((kind, self._subscription.handler), "")
        name = queue if isinstance(queue, str) else self._created_name(self._member)
        return ((kind, self._known(id_, self._member), inner), name)

    def _web_hook(self) -> tuple[Hashable, str]:
        url = self._url()
        if isinstance(url, str):
            try:
                host = str(host_of(url))
            except ValueError:
                return ((WEB_HOOK, "url", url), "")
            return ((WEB_HOOK, host), host)
        return ((WEB_HOOK, "handler", self._subscription.handler), "encrypted URL" if self._sealed else "")

    def _url(self) -> object:
        url = self._destination.get("endpointUrl")
        return self._destination.get("endpointBaseUrl") if url is None else url

    def _known(self, value: object, member: str) -> Hashable:
        """Return a value that can be compared; an unknown one is told by the resources that it comes from."""
        if not isinstance(value, Unresolved):
            return _frozen(value)
        sources = self._sources(member)
        if not sources:
            return (str(value),) if value.same else (str(value), self._subscription.handler)
        return tuple(
            (
                each.type,
                *((name, self._own(each.inputs[name])) for name in _NAMES if isinstance(each.inputs.get(name), str)),
            )
            for each in sources
        )

    def _own(self, name: str) -> str:
        """Return a created thing's name without the workspace's key in it, which may change."""
        return name.lower().replace(self._subscription.workspace.lower(), "<workspace>")

    def _sources(self, member: str) -> list[Resource]:
        if self._resource is None:
            return []
        found = self._version.resources.sources_of(self._resource, member)
        return sorted(found, key=lambda each: (each.type, each.name))

    def _created_name(self, member: str) -> str:
        names = [
            str(each.inputs[name])
            for each in self._sources(member)
            for name in ("eventHubName", "queueName", "topicName")
            if isinstance(each.inputs.get(name), str)
        ]
        return names[0] if names else ""

    def _way(self, kind: str) -> Iterator[tuple[str, Shown]]:
        inputs = self._inputs
        yield "schema", _shown(inputs.get("eventDeliverySchema") or DEFAULT_SCHEMA)
        yield "attributes", self._attributes()
        yield "batching", self._numbers(self._destination, BATCHING)
        yield "identity", self._sender(self._identity, self._member)
        yield DEAD_LETTER, self._dead_letter()
        yield "retry", self._numbers(_mapping(inputs.get("retryPolicy")), _RETRY)
        ttl = self._destination.get("queueMessageTimeToLiveInSeconds")
        yield "queue time to live", _shown(ttl if ttl is None else _number(ttl), "Event Grid's default")
        expiry = self._subscription.expires or inputs.get("expirationTimeUtc")
        yield "expiry", _shown(expiry if isinstance(expiry, str) else None, "never")
        if kind == WEB_HOOK:
            url = self._url()
            yield "path", (_path_of(url) if isinstance(url, str) else None, "another path or query")
            yield "Entra application", (tuple(self._known(self._destination.get(each), "") for each in _ENTRA), "")
            tls = self._destination.get("minimumTlsVersionAllowed")
            yield "least TLS version", _shown(tls if isinstance(tls, str) else None, "Event Grid's default")
        workflows = [each for each in self._sources(self._member) if each.type == WORKFLOW]
        if workflows:
            yield (
                "workflow",
                (tuple(self._own(repr(each.inputs.get("definition"))) for each in workflows), "another one"),
            )

    def _numbers(self, holder: Mapping[str, Any], defaults: Mapping[str, int]) -> Shown:
        values = {name: holder.get(name, default) for name, default in defaults.items()}
        compared = tuple(
            _number(default if values[name] is None else values[name]) for name, default in defaults.items()
        )
        return compared, ", ".join(f"{name} {value}" for name, value in zip(defaults, compared, strict=True))

    def _attributes(self) -> Shown:
        mappings = self._destination.get("deliveryAttributeMappings")
        if not isinstance(mappings, list):
            return (), "none"
        found = {}
        for each in mappings:
            own = _mapping(each)
            own = {**own, **_mapping(own.get("properties"))}
            told = (own.get("type"), own.get("value"), own.get("sourceField"), bool(own.get("isSecret")))
            found[str(own.get("name"))] = tuple(str(part) for part in told)
        compared = tuple(sorted((name.lower(), told) for name, told in found.items()))
        return compared, ", ".join(sorted(found)) or "none"

    def _sender(self, identity: Mapping[str, Any], member: str) -> Shown:
        if not identity:
            return None, "Event Grid's own"
        of_user = self._known(identity.get("userAssignedIdentity"), member)
        name = str(of_user).rpartition("/")[2] if isinstance(of_user, str) else ""
        compared = (str(identity.get("type")), of_user.lower() if isinstance(of_user, str) else of_user)
        return compared, " ".join(part for part in (str(identity.get("type")), name) if part)

    def _dead_letter(self) -> Shown:
        outer, member = self._outer("deadLetterWithResourceIdentity", "deadLetterDestination")
        store = _mapping(outer.get("deadLetterDestination"))
        if not store:
            return None, "none"
        id_ = self._known(store.get("resourceId"), member)
        container = self._known(store.get("blobContainerName"), member)
        sender, _ = self._sender(_mapping(outer.get("identity")), member)
        compared = (id_.lower() if isinstance(id_, str) else id_, container, sender)
        account = id_.rpartition("/")[2] if isinstance(id_, str) else ""
        name = container if isinstance(container, str) else ""
        return compared, "/".join(part for part in (account, name) if part) or "a created container"


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _number(value: object) -> Hashable:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return _frozen(value)


def _frozen(value: object) -> Hashable:
    if isinstance(value, Mapping):
        return tuple(sorted((str(name), _frozen(member)) for name, member in value.items()))
    if isinstance(value, list):
        return tuple(map(_frozen, value))
    return value if isinstance(value, (str, int, float)) or value is None else repr(value)


def _shown(value: Hashable, absent: str = "") -> Shown:
    return value, absent if value is None else value if isinstance(value, str) else show(value)


def _path_of(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.path or "/", parts.query
