"""Who delivers what where: the identity, the role and the place that each subscription and dead letter needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from azureml_events.base.mistakes import MemberPath
from azureml_events.handlers import ENDPOINTS
from azureml_events.handlers.endpoint import Role
from azureml_events.handlers.storage import DEAD_LETTER_ROLE
from azureml_events.policy.event_subscription import EVENT_SUBSCRIPTIONS, SYSTEM_TOPIC
from azureml_events.policy.receivers import (
    USER_ASSIGNED_IDENTITY,
    Place,
    known_id,
    places_of,
    targets,
    text_of,
    value_of,
)
from azureml_events.policy.resource import Resource, Resources

_TOPICS: Mapping[str, tuple[str, str]] = {
    "eventgrid:SystemTopicEventSubscription": ("systemTopicName", SYSTEM_TOPIC),
    "eventgrid:TopicEventSubscription": ("topicName", "eventgrid:Topic"),
    "eventgrid:DomainEventSubscription": ("domainName", "eventgrid:Domain"),
    "eventgrid:DomainTopicEventSubscription": ("domainName", "eventgrid:Domain"),
    "eventgrid:PartnerTopicEventSubscription": ("partnerTopicName", "eventgrid:PartnerTopic"),
}
"""The topic of each type of subscription: the input that names it, and its type."""

TOPICS = tuple(dict.fromkeys(type_ for _, type_ in _TOPICS.values()))
"""The types that have an identity which delivers."""


@dataclass(frozen=True)
class Identity:
    """An identity that delivers.

    Attributes:
        key: Tells it from others.
        name: What reports call it.
        is_declared: Whether the program declares what it belongs to.
    """

    key: tuple[object, ...]
    name: str
    is_declared: bool


@dataclass(frozen=True)
class Need:
    """A role that an identity needs, for one delivery or dead letter.

    Attributes:
        subscription: The event subscription.
        member: The path of the destination.
        dead_letters: Whether it is for dead letters.
        identity: The identity; None where it is not known which.
        role: The role; None where the type of the endpoint is not known.
        place: The place that the role is needed on.
    """

    subscription: Resource
    member: MemberPath
    dead_letters: bool
    identity: Identity | None
    role: Role | None
    place: Place

    @property
    def because(self) -> str:
        """What needs it, as reports say it."""
        return f"dead letter of {self.subscription.name}" if self.dead_letters else self.subscription.name


class Topics:
    """The topics of a program, and the identities that they hold.

    Args:
        resources: All resources.
    """

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._topics = {id(each) for each in resources.of_type(*TOPICS)}
        self._by_name: dict[tuple[str, str], list[Resource]] = {}
        for each in resources.of_type(*TOPICS):
            for name in _names(each):
                self._by_name.setdefault((each.type, name.lower()), []).append(each)
        self._identities = {
            id_: each for each in resources.of_type(USER_ASSIGNED_IDENTITY) for id_ in _identity_ids(each)
        }

    def of(self, subscription: Resource) -> Resource | None:
        """Return the topic of a subscription; None where the program does not declare it.

        Args:
            subscription: An event subscription.
        """
        if subscription.type not in _TOPICS:
            return None
        member, type_ = _TOPICS[subscription.type]
        for each in self._resources.sources_of(subscription, member):
            if each.type == type_:
                return each
        name = text_of(subscription, member) or _segment(subscription, type_)
        group = text_of(subscription, "resourceGroupName")
        found = self._by_name.get((type_, name.lower()), []) if name else []
        for each in found:
            own = text_of(each, "resourceGroupName")
            if not group or not own or own.lower() == group.lower():
                return each
        return None

    def system_assigned(self, subscription: Resource) -> Identity:
        """Return the system-assigned identity of a subscription's topic.

        Args:
            subscription: An event subscription.
        """
        topic = self.of(subscription)
        if topic is not None:
            return system_assigned_of(topic)
        member, type_ = _TOPICS.get(subscription.type, ("scope", ""))
        name = text_of(subscription, member) or _segment(subscription, type_)
        if name is None:
            name = subscription.name.rpartition("/")[0] or "topic"
        return Identity(("topic", type_, name.lower()), name, is_declared=False)

    def user_assigned(self, subscription: Resource, wrapper: str) -> Identity | None:
        """Return the user-assigned identity that a subscription names; None where that is not known.

        Args:
            subscription: An event subscription.
            wrapper: The member that holds the identity.
        """
        id_ = text_of(subscription, wrapper, "identity", "userAssignedIdentity")
        if id_ is not None:
            return self.user_assigned_with(id_)
        for each in self._resources.sources_of(subscription, wrapper):
            if each.type == USER_ASSIGNED_IDENTITY:
                return user_assigned_of(each)
        return None

    def user_assigned_with(self, id_: str) -> Identity:
        """Return the user-assigned identity of an ARM id.

        Args:
            id_: The ARM id.
        """
        declared = self._identities.get(id_.lower())
        if declared is not None:
            return user_assigned_of(declared)
        return Identity(("user-assigned", id_.lower()), id_.rpartition("/")[2], is_declared=False)

    def held_by(self, topic: Resource) -> list[Identity]:
        """Return the identities that a topic has, as far as they are known.

        Args:
            topic: A topic.
        """
        type_ = text_of(topic, "identity", "type") or ""
        held = [system_assigned_of(topic)] if "systemassigned" in type_.replace(" ", "").lower() or not type_ else []
        named = value_of(topic, "identity", "userAssignedIdentities")
        ids = named if isinstance(named, (Mapping, list)) else ()
        held += [self.user_assigned_with(each) for each in ids if isinstance(each, str)]
        held += [
            user_assigned_of(each)
            for each in self._resources.sources_of(topic, "identity")
            if each.type == USER_ASSIGNED_IDENTITY
        ]
        return list(dict.fromkeys(held))


def system_assigned_of(topic: Resource) -> Identity:
    """Return a topic's system-assigned identity.

    Args:
        topic: A topic of the program.
    """
    return Identity(("topic", topic.urn or id(topic)), topic.name, is_declared=True)


def topics_of(resources: Resources) -> Topics:
    """Return the topics of a program, found once.

    Args:
        resources: All resources.
    """
    return resources.derived(Topics)


def needs_of(resources: Resources) -> tuple[Need, ...]:
    """Return the roles that identities need for deliveries and dead letters, found once.

    Args:
        resources: All resources.
    """
    return resources.derived(_needs)


def delivery_roles() -> dict[str, Role]:
    """Return the roles that Event Grid needs for some endpoint or for dead letters, by GUID."""
    roles = (DEAD_LETTER_ROLE, *(kind.role for kind in ENDPOINTS.values()))
    return {role.guid: role for role in roles if role is not None}


def _needs(resources: Resources) -> tuple[Need, ...]:
    return tuple(
        need for subscription in resources.of_type(*EVENT_SUBSCRIPTIONS) for need in _needs_of(resources, subscription)
    )


def _needs_of(resources: Resources, subscription: Resource) -> Iterator[Need]:
    places, topics = places_of(resources), topics_of(resources)
    for path, dead, identity_type in targets(subscription):
        if len(path) == 1:
            continue
        kind = ENDPOINTS.get(text_of(subscription, *path, "endpointType") or "")
        if not dead and kind is not None and kind.role is None:
            continue
        identity: Identity | None = None
        if identity_type == "SystemAssigned":
            identity = topics.system_assigned(subscription)
        elif identity_type == "UserAssigned":
            identity = topics.user_assigned(subscription, str(path[0]))
        role = DEAD_LETTER_ROLE if dead else kind.role if kind else None
        place = _inside(places.at(subscription, *path, "resourceId"), subscription, path, dead=dead)
        yield Need(subscription, path, dead, identity, role, place)


def _inside(place: Place, subscription: Resource, path: MemberPath, *, dead: bool) -> Place:
    """Return the place of a need: a container or queue lies in the account that the id names."""
    member, part = (
        ("blobContainerName", "blobservices/default/containers")
        if dead
        else ("queueName", "queueservices/default/queues")
    )
    name = text_of(subscription, *path, member)
    inside = dead or text_of(subscription, *path, "endpointType") == "StorageQueue"
    if place.id is None or not inside:
        return place
    if name is None:
        return replace(place, may_be_inside=True)
    return replace(place, inner=f"{place.id}/{part}/{name.lower()}")


def user_assigned_of(resource: Resource) -> Identity:
    """Return a user-assigned identity that the program declares.

    Args:
        resource: The identity's resource.
    """
    return Identity(("user-assigned", resource.urn or id(resource)), resource.name, is_declared=True)


def _identity_ids(resource: Resource) -> Iterator[str]:
    id_ = known_id(resource)
    if id_ is not None:
        yield id_
    group, name = text_of(resource, "resourceGroupName"), text_of(resource, "resourceName")
    if group and name and resource.azure_subscription:
        yield (
            f"/subscriptions/{resource.azure_subscription}/resourcegroups/{group}"
            f"/providers/microsoft.managedidentity/userassignedidentities/{name}"
        ).lower()


def _names(topic: Resource) -> Iterator[str]:
    for member in ("systemTopicName", "topicName", "domainName", "partnerTopicName", "name"):
        name = text_of(topic, member)
        if name is not None:
            yield name
    id_ = known_id(topic)
    if id_ is not None:
        yield id_.rpartition("/")[2]


def _segment(subscription: Resource, type_: str) -> str | None:
    """Return the topic's name in a subscription's id, where Azure's answer no longer says it otherwise."""
    parts = (known_id(subscription) or "").split("/")
    part = f"{type_.rpartition(':')[2].lower()}s"
    return parts[parts.index(part) + 1] if part in parts[:-1] else None
