"""Rules on the identities that deliver."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_events.handlers import ENDPOINTS
from azureml_events.lint.rule import Example
from azureml_events.policy.event_subscription import (
    EVENT_SUBSCRIPTIONS,
    SYSTEM_TOPIC,
    dead_letter_destination,
    endpoint_type,
)
from azureml_events.policy.firewall import HOSTS, firewalls_of
from azureml_events.policy.places import Place, Places
from azureml_events.policy.reading import UndecidedError, is_given, read, read_text
from azureml_events.policy.receivers import targets_of
from azureml_events.policy.resource import Resource
from azureml_events.policy.rule import Question, Rule, Violation
from azureml_events.policy.settings import ExceptKinds

_DELIVERY = "deliveryWithResourceIdentity"


def _delivery(question: Question) -> Iterator[Violation]:
    resource = question.resource
    if is_given(resource, _DELIVERY):
        return
    type_ = endpoint_type(resource)
    kind = ENDPOINTS.get(type_ or "")
    if kind is not None and kind.role is not None and type_ not in question.settings.except_kinds:
        yield Violation(("destination",), f"{type_} is delivered without the topic's identity")


def _dead_letter(question: Question) -> Iterator[Violation]:
    resource = question.resource
    path = dead_letter_destination(resource)
    if len(path) == 1 and is_given(resource, *path):
        yield Violation(path, "dead letters are written without the topic's identity")


def _topic(question: Question) -> Iterator[Violation]:
    type_ = read_text(question.resource, "identity", "type")
    if type_ not in (None, "None"):
        return
    location = read_text(question.resource, "location")
    if location is None or location.lower() != "global":
        yield Violation(
            ("identity",), "the topic has no identity, so nothing can be delivered with one", "give it an identity"
        )


def _firewall(question: Question) -> Iterator[Violation]:
    places = question.resources.derived(Places)
    for target in targets_of(question.resource):
        wrapper, member = target.wrapper, (*target.path, "resourceId")
        if wrapper is None or read_text(question.resource, wrapper, "identity", "type") != "UserAssigned":
            continue
        place = places.at(question.resource, *member)
        if place.id is None and not place.resources:
            read(question.resource, *member)
        for host in _hosts(places, place):
            if _is_closed(question, host, member):
                what = "dead letters" if target.dead_letters else "events"
                yield Violation(
                    (wrapper, "identity"),
                    f"a user-assigned identity sends {what} to {host.name}, whose firewall admits the system-assigned "
                    "one only",
                    detail=host.name,
                )


def _hosts(places: Places, place: Place) -> list[Resource]:
    found = [each for at in place.resources for each in (at, *places.hosts(at)) if each.type in HOSTS]
    return list({id(each): each for each in found}.values())


def _is_closed(question: Question, host: Resource, member: tuple[str | int, ...]) -> bool:
    """Tell whether a firewall denies networks; unknown where the subscription's destination leads to an unknown."""
    try:
        return any(each.denies for each in firewalls_of(question.resources, host))
    except UndecidedError:
        raise UndecidedError(member) from None


IDENTITY_RULES = (
    Rule(
        "delivery-identity",
        "Event hubs, Service Bus and storage queues are delivered with the topic's identity.",
        why="Otherwise Event Grid delivers with its own identity and the deployer's rights, and no firewall passes it.",
        severity="high",
        level="warning",
        types=EVENT_SUBSCRIPTIONS,
        check=_delivery,
        fix="Deliver with deliveryWithResourceIdentity.",
        example=Example(
            "destination: {endpointType: EventHub, resourceId: <event hub>}\n",
            "deliveryWithResourceIdentity:\n"
            "  identity: {type: SystemAssigned}\n"
            "  destination: {endpointType: EventHub, resourceId: <event hub>}\n",
        ),
        settings=ExceptKinds,
    ),
    Rule(
        "dead-letter-identity",
        "Dead letters are written with the topic's identity.",
        why="Otherwise Event Grid writes with its own identity and the deployer's rights, and no firewall passes it.",
        severity="medium",
        level="warning",
        types=EVENT_SUBSCRIPTIONS,
        check=_dead_letter,
        fix="Write deadLetterWithResourceIdentity.",
        example=Example(
            "deadLetterDestination: {endpointType: StorageBlob, resourceId: <account>, blobContainerName: letters}\n",
            "deadLetterWithResourceIdentity:\n"
            "  identity: {type: SystemAssigned}\n"
            "  deadLetterDestination: {endpointType: StorageBlob, resourceId: <account>, blobContainerName: letters}\n",
        ),
    ),
    Rule(
        "topic-identity",
        "A regional system topic has an identity.",
        why="Without one nothing can be delivered with an identity.",
        severity="medium",
        level="warning",
        types=(SYSTEM_TOPIC,),
        check=_topic,
        fix="Give it an identity, as SystemAssigned.",
        example=Example("location: westeurope\n", "location: westeurope\nidentity: {type: SystemAssigned}\n"),
    ),
    Rule(
        "identity-firewall",
        "No user-assigned identity delivers to a store or namespace behind a firewall.",
        why="Trusted services are admitted with a system-assigned identity only: nothing would ever be delivered.",
        severity="high",
        level="error",
        types=EVENT_SUBSCRIPTIONS,
        check=_firewall,
        fix="Deliver with the topic's system-assigned identity, or open the network.",
        example=Example(
            "deliveryWithResourceIdentity:\n"
            "  identity: {type: UserAssigned, userAssignedIdentity: <identity>}\n"
            "  destination: {endpointType: StorageQueue, resourceId: <an account that denies networks>}\n",
            "deliveryWithResourceIdentity:\n"
            "  identity: {type: SystemAssigned}\n"
            "  destination: {endpointType: StorageQueue, resourceId: <an account that denies networks>}\n",
        ),
        reads_others=True,
    ),
)
"""Rules on the identities that deliver."""
