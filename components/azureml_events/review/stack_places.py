"""Where the members of registered resources stand in the stack file that declares them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from azureml_events.base.mistakes import MemberPath
from azureml_events.handlers.endpoint import Endpoint
from azureml_events.policy.event_subscription import EVENT_SUBSCRIPTIONS
from azureml_events.policy.resource import Resource, Resources
from azureml_events.review.judged import Judged
from azureml_events.routing.subscription import RoutedSubscription
from azureml_events.stack.delivery import Delivery
from azureml_events.stack.stack import Stack

_DELIVERY = ("destination", "deliveryWithResourceIdentity")
_DEAD_LETTER = ("deadLetterDestination", "deadLetterWithResourceIdentity")
_SETTINGS = ("retryPolicy", "eventDeliverySchema", "expirationTimeUtc", "labels")
_TOPIC = {"systemTopicName": "name", "resourceGroupName": "resourceGroup", "identity": "identity"}
_SYSTEM_TOPIC = "system-topic"
_WATCHING = {"diagnostics": "diagnostics", "alert": "alerts"}
"""The beginnings of the names of what watches a topic, and the fields that declare it."""


def judged_of_stack(stack: Stack, subscriptions: Sequence[RoutedSubscription], resources: Resources) -> Judged:
    """Give what rules judge of a stack, with paths in its file.

    Args:
        stack: The stack.
        subscriptions: Its subscriptions.
        resources: What its program registers.
    """
    places = StackPlaces(stack, subscriptions)
    return Judged(resources, places.place, places.names)


class StackPlaces:
    """Finds the places of a stack's resources in its file.

    Args:
        stack: The stack.
        subscriptions: Its subscriptions.
    """

    def __init__(self, stack: Stack, subscriptions: Sequence[RoutedSubscription]) -> None:
        self._stack = stack
        self._routed = {each.full_name: each for each in subscriptions}
        self._by_key: defaultdict[object, list[str]] = defaultdict(list)
        for name, each in self._routed.items():
            self._by_key[each.name].append(name)
        self._deliveries = {f"{each.workspace}/{each.key}": each for each in stack.deliveries}

    def place(self, resource: Resource, member: MemberPath) -> MemberPath:
        """Return the path of a resource's member in the stack file, or of the nearest entry that decides about it.

        Args:
            resource: The resource.
            member: The member's path in its wire inputs.
        """
        delivery = self._deliveries.get(resource.name) if resource.type in EVENT_SUBSCRIPTIONS else None
        if delivery is not None:
            return self._of_subscription(delivery, self._routed.get(resource.name), member)
        first, *rest = resource.name.split("/")
        if first in self._stack.workspaces:
            return self._of_workspace(first, "/".join(rest), member)
        for name in reversed(rest):
            if first == "handlers" and name in self._stack.handlers:
                return ("handlers", name)
            if name in self._stack.workspaces:
                return self._dead_letter(name)
        return self._of_shared(resource)

    def names(self, path: MemberPath) -> tuple[str, ...]:
        """Return the names of the subscriptions that a path of the stack file is about.

        Args:
            path: The path, as `subscriptions.failed-training.advancedFilters[0]`.
        """
        if path[:1] != ("subscriptions",) or len(path) == 1:
            return ()
        return tuple(self._by_key.get(path[1], ()))

    def _of_subscription(self, delivery: Delivery, routed: RoutedSubscription | None, member: MemberPath) -> MemberPath:
        own: MemberPath = ("subscriptions", delivery.key)
        match member:
            case (head, *rest) if head in _DELIVERY:
                return self._of_handler(delivery, tuple(rest) if head == _DELIVERY[0] else tuple(rest[1:]), head)
            case (head, *_) if head in _DEAD_LETTER:
                return self._dead_letter(delivery.workspace, delivery.key)
            case ("filter", "advancedFilters", int(index), *rest) if routed and index < len(routed.filters):
                return (*routed.filters[index].path, *rest)
            case ("filter", str(name), *rest) if routed:
                return (*routed.at(name), *rest)
            case (str(head), *rest) if head in _SETTINGS:
                return (*self._setting(own, delivery, head), *rest)
        return own

    def _of_handler(self, delivery: Delivery, rest: MemberPath, head: str) -> MemberPath:
        own: MemberPath = ("handlers", delivery.handler_name)
        if not isinstance(delivery.handler, Endpoint):
            return own
        if not rest:
            return (*own, "identity") if head == "deliveryWithResourceIdentity" else own
        return (*own, "type") if rest == ("endpointType",) else (*own, *rest)

    def _setting(self, own: MemberPath, delivery: Delivery, name: str) -> MemberPath:
        if name in delivery.subscription.given():
            return (*own, name)
        return ("defaults", name) if name in self._stack.defaults.given() else own

    def _of_workspace(self, workspace: str, thing: str, member: MemberPath) -> MemberPath:
        own: MemberPath = ("workspaces", workspace)
        watching = _WATCHING.get(thing.partition("-")[0])
        if watching is not None:
            return self._watching(own, workspace, watching)
        if thing != _SYSTEM_TOPIC:
            return own
        match member:
            case (str(head), *_) if head in _TOPIC:
                return (*own, "systemTopic", _TOPIC[head])
            case ("location" | "tags" as head, *rest):
                return (*own, head, *rest)
            case ("source", *_):
                return (*own, "resourceId")
        return (*own, "systemTopic")

    def _watching(self, own: MemberPath, workspace: str, field: str) -> MemberPath:
        given = field in self._stack.workspaces[workspace].given()
        return (*own, field) if given else ("defaults", field)

    def _dead_letter(self, workspace: str, subscription: str | None = None) -> MemberPath:
        """Return the path of what says where the dead letters of a workspace or a subscription go."""
        if subscription is not None and "deadLetter" in self._stack.subscriptions[subscription].given():
            return ("subscriptions", subscription, "deadLetter")
        if "deadLetter" in self._stack.workspaces[workspace].given():
            return ("workspaces", workspace, "deadLetter")
        if "deadLetter" in self._stack.defaults.given():
            return ("defaults", "deadLetter")
        return ("workspaces", workspace) if subscription is None else ("subscriptions", subscription)

    def _of_shared(self, resource: Resource) -> MemberPath:
        """Return the path of a resource that several entries share: of the first that needs one of its kind."""
        if resource.name.startswith("handlers/"):
            made = [name for name, each in self._stack.handlers.items() if "create" in each.given()]
            return ("handlers", *made[:1])
        if resource.name.startswith("dead-letters/"):
            return self._dead_letter(next(iter(self._stack.workspaces)))
        return ("workspaces",)
