"""Who delivers what where: the identity, the role and the place that each subscription and dead letter needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from azureml_events.base.arm_ids import arm_id
from azureml_events.handlers import ENDPOINTS
from azureml_events.handlers.endpoint import USER_ASSIGNED_IDENTITY as USER_ASSIGNED_IDENTITY_IN_ARM
from azureml_events.handlers.endpoint import Role
from azureml_events.handlers.storage import DEAD_LETTER_ROLE
from azureml_events.policy.event_subscription import OWNERS, TOPICS
from azureml_events.policy.places import Place, Places
from azureml_events.policy.reading import text_of, value_of
from azureml_events.policy.receivers import Target, all_targets
from azureml_events.policy.resource import Resource, Resources
from azureml_events.policy.resource_types import USER_ASSIGNED_IDENTITY


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
    is_declared: bool = False

    @classmethod
    def of(cls, resource: Resource) -> Identity:
        """Return the system-assigned identity of a topic, or the user-assigned one that a resource is.

        Args:
            resource: The topic, or the user-assigned identity.
        """
        return cls((resource.urn or id(resource),), resource.name, is_declared=True)


@dataclass(frozen=True)
class Need:
    """A role that an identity needs, for one delivery or dead letter.

    Attributes:
        target: What it delivers to.
        identity: The identity; None where it is not known which.
        role: The role; None where the type of the endpoint is not known.
        place: The place that the role is needed on.
    """

    target: Target
    identity: Identity | None
    role: Role | None
    place: Place

    @property
    def because(self) -> str:
        """What needs it, as reports say it."""
        name = self.target.subscription.name
        return f"dead letter of {name}" if self.target.dead_letters else name


class Topics:
    """The topics of a program, and the identities that they hold.

    Args:
        resources: All resources.
    """

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
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
        member, type_ = OWNERS[subscription.type]
        for each in self._resources.sources_of(subscription, member):
            if each.type == type_:
                return each
        name = _topic_name(subscription)
        group = text_of(subscription, "resourceGroupName")
        for each in self._by_name.get((type_, name.lower()), ()) if name else ():
            own = text_of(each, "resourceGroupName")
            if not group or not own or own.lower() == group.lower():
                return each
        return None

    def delivering(self, target: Target) -> Identity | None:
        """Return the identity that delivers; None where that is not known.

        Args:
            target: What is delivered to with an identity.
        """
        identity = (target.wrapper or "", "identity")
        match value_of(target.subscription, *identity, "type"):
            case "SystemAssigned":
                return self._system_assigned(target.subscription)
            case "UserAssigned":
                id_ = text_of(target.subscription, *identity, "userAssignedIdentity")
                named = self._named_by(target.subscription, identity[0])
                return self.user_assigned(id_) if id_ is not None else next(named, None)
            case _:
                return None

    def user_assigned(self, id_: str) -> Identity:
        """Return the user-assigned identity of an ARM id.

        Args:
            id_: The ARM id.
        """
        declared = self._identities.get(id_.lower())
        return Identity.of(declared) if declared else Identity(("user-assigned", id_.lower()), id_.rpartition("/")[2])

    def held_by(self, topic: Resource) -> list[Identity]:
        """Return the identities that a topic has, as far as they are known.

        Args:
            topic: A topic.
        """
        type_ = text_of(topic, "identity", "type") or ""
        held = [Identity.of(topic)] if "systemassigned" in type_.replace(" ", "").lower() or not type_ else []
        named = value_of(topic, "identity", "userAssignedIdentities")
        ids = named if isinstance(named, (Mapping, list)) else ()
        held += [self.user_assigned(each) for each in ids if isinstance(each, str)]
        return list(dict.fromkeys((*held, *self._named_by(topic, "identity"))))

    def _system_assigned(self, subscription: Resource) -> Identity:
        topic = self.of(subscription)
        if topic is not None:
            return Identity.of(topic)
        _, type_ = OWNERS[subscription.type]
        name = _topic_name(subscription) or subscription.name.rpartition("/")[0] or "topic"
        return Identity(("topic", type_, name.lower()), name)

    def _named_by(self, resource: Resource, member: str) -> Iterator[Identity]:
        """Yield the user-assigned identities that a member's value comes from."""
        for each in self._resources.sources_of(resource, member):
            if each.type == USER_ASSIGNED_IDENTITY:
                yield Identity.of(each)


def needs_of(resources: Resources) -> list[Need]:
    """Return the roles that identities need for deliveries and dead letters.

    Args:
        resources: All resources.
    """
    places, topics = resources.derived(Places), resources.derived(Topics)
    needs = []
    for target in all_targets(resources):
        kind = ENDPOINTS.get(target.endpoint_type or "")
        role = DEAD_LETTER_ROLE if target.dead_letters else kind.role if kind else None
        if target.wrapper and (role or kind is None):
            needs.append(Need(target, topics.delivering(target), role, target.place_in(places)))
    return needs


def delivery_roles() -> dict[str, Role]:
    """Return the roles that Event Grid needs for some endpoint or for dead letters, by GUID."""
    roles = (DEAD_LETTER_ROLE, *(kind.role for kind in ENDPOINTS.values()))
    return {role.guid: role for role in roles if role is not None}


def _identity_ids(resource: Resource) -> Iterator[str]:
    if resource.known_id is not None:
        yield resource.known_id
    group, name = text_of(resource, "resourceGroupName"), text_of(resource, "resourceName")
    if group and name and resource.azure_subscription:
        yield arm_id(resource.azure_subscription, group, USER_ASSIGNED_IDENTITY_IN_ARM, name).lower()


def _names(topic: Resource) -> Iterator[str]:
    for member in ("systemTopicName", "topicName", "domainName", "partnerTopicName", "name"):
        name = text_of(topic, member)
        if name is not None:
            yield name
    if topic.known_id is not None:
        yield topic.known_id.rpartition("/")[2]


def _topic_name(subscription: Resource) -> str | None:
    """Return the name of a subscription's topic, from its id where Azure's answer no longer says it otherwise."""
    member, type_ = OWNERS[subscription.type]
    parts = (subscription.known_id or "").split("/")
    part = f"{type_.rpartition(':')[2].lower()}s"
    in_id = parts[parts.index(part) + 1] if part in parts[:-1] else None
    return text_of(subscription, member) or in_id
