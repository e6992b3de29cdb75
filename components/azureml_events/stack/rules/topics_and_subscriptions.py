"""Rules for system topics and event subscriptions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from azureml_events.base.arm_ids import parse_arm_id
from azureml_events.base.mistakes import MemberPath, Mistake, show
from azureml_events.base.names import EVENT_SUBSCRIPTION
from azureml_events.event_grid.filters import extension_problem, is_extension_key
from azureml_events.handlers.endpoint import Endpoint
from azureml_events.handlers.workflow_handler import Bridge, other_cloud_problem
from azureml_events.stack.delivery import Delivery
from azureml_events.stack.stack import Stack
from azureml_events.stack.subscription import EVENT_SUBSCRIPTION_TYPE
from azureml_events.stack.topics import Topic, default_topic_name
from azureml_events.stack.workspace import ALL_IDENTITIES, SYSTEM_TOPIC_TYPE

MAX_SUBSCRIPTIONS = 500
"""Event subscriptions that one system topic may have: Event Grid's page on quotas and limits."""


def stack_mistakes(stack: Stack) -> Iterator[Mistake]:
    """Yield the mistakes in the system topics and event subscriptions of a stack."""
    yield from _topics(stack)
    yield from _renamed(stack)
    yield from _subscriptions_per_topic(stack)
    for delivery in stack.deliveries:
        yield from _schema(delivery)
        yield from _of_workflow(stack, delivery)
    yield from _of_handlers(stack)
    yield from _imports(stack)
    yield from _identities(stack)
    yield from _other_identities(stack)


def _topics(stack: Stack) -> Iterator[Mistake]:
    first: dict[tuple[str | None, ...], str] = {}
    for key, topic in stack.topics.items():
        at = ("workspaces", key, "systemTopic")
        if topic.identity == ALL_IDENTITIES and not topic.import_id:
            message = "for imported topics only, which keep the identities that they have; write SystemAssigned"
            yield Mistake((*at, "identity"), message)
        if topic.import_id and topic.subscription_id:
            imported = parse_arm_id(topic.import_id, SYSTEM_TOPIC_TYPE)
            if imported.subscription_id.lower() != topic.subscription_id:
                yield Mistake((*at, "import"), "a system topic is in its workspace's Azure subscription")
        if topic.subscription_id and topic.resource_group:
            place = (topic.subscription_id, topic.resource_group.lower(), topic.name.lower())
            other = first.setdefault(place, key)
            if other != key:
                yield Mistake((*at, "name"), f"{show(topic.name)} is also the system topic of {show(other)}")


def _renamed(stack: Stack) -> Iterator[Mistake]:
    """Yield what keeps a workspace under a new key from staying as it is."""
    for key, workspace in stack.workspaces.items():
        for former in workspace.former_keys:
            if former != key and former in stack.workspaces:
                message = f"workspace {show(former)} is still there: one resource cannot be two workspaces'"
                yield Mistake(("workspaces", key, "aliases"), message)
        topic = workspace.system_topic
        names = map(default_topic_name, workspace.former_keys)
        moved = [name for name in names if name != default_topic_name(key)]
        if moved and topic.name is None and topic.import_ is None:
            message = (
                f"required beside 'aliases': write the name that the topic has in Azure, {show(moved[0])}; where all "
                "is deployed under the new key already, take 'aliases' out"
            )
            yield Mistake(("workspaces", key, "systemTopic", "name"), message)


def _subscriptions_per_topic(stack: Stack) -> Iterator[Mistake]:
    named: dict[str, dict[str, str]] = defaultdict(dict)
    for delivery in stack.deliveries:
        named[delivery.workspace].setdefault(delivery.name.lower(), delivery.key)
    for workspace, names in named.items():
        if len(names) > MAX_SUBSCRIPTIONS:
            yield Mistake(
                ("workspaces", workspace),
                f"{len(names)} subscriptions; allowed: {MAX_SUBSCRIPTIONS} for one system topic",
            )
    for key, (delivery, *others) in _by_subscription(stack).items():
        problem = EVENT_SUBSCRIPTION.problem(delivery.name)
        if problem and delivery.subscription.import_ is None:
            yield Mistake(("subscriptions", key, "name"), f"the name in Azure, by default the entry's: {problem}")
        for item in (delivery, *others):
            first = named[item.workspace][item.name.lower()]
            if first != key:
                yield Mistake(
                    ("subscriptions", key, "name"),
                    f"{show(item.name)} is also the name of {show(first)} in workspace {show(item.workspace)}",
                )
                break


def _of_handlers(stack: Stack) -> Iterator[Mistake]:
    """Yield what a handler finds wrong with a subscription, which is the same in every workspace."""
    for delivery in {(each.key, each.handler_name): each for each in stack.deliveries}.values():
        handler, bridged = delivery.handler, delivery.bridged
        found = list(handler.subscription_mistakes(bridged.parameters, bridged.event_types))
        if not found and isinstance(handler, Bridge):
            found = list(handler.size_mistakes(bridged))
        yield from (mistake.below("subscriptions", delivery.key) for mistake in found)


def _of_workflow(stack: Stack, delivery: Delivery) -> Iterator[Mistake]:
    location = stack.workspaces[delivery.workspace].location
    region = location if isinstance(location, str) else None
    problem = other_cloud_problem(region, stack.environment)
    if problem and isinstance(delivery.handler, Bridge):
        at: MemberPath = ("subscriptions", delivery.key, "handler")
        yield Mistake(at, f"handler {show(delivery.handler_name)}, workspace {show(delivery.workspace)}: {problem}")


def _schema(delivery: Delivery) -> Iterator[Mistake]:
    at: MemberPath = ("subscriptions", delivery.key)
    needed = delivery.handler.delivery_schema
    if needed and delivery.schema != needed:
        yield Mistake(
            (*at, "eventDeliverySchema"),
            f"handler {show(delivery.handler_name)} takes {needed} only{delivery.handler.delivery_schema_reason}; "
            f"write eventDeliverySchema: {needed}",
        )
    if delivery.schema == "CloudEventSchemaV1_0":
        return
    for index, item in enumerate(delivery.subscription.advanced_filters):
        if is_extension_key(item.key):
            yield Mistake((*at, "advancedFilters", index, "key"), extension_problem(item.key))


def _imports(stack: Stack) -> Iterator[Mistake]:
    for key, used in _by_subscription(stack).items():
        elsewhere = [item for item in used if not _is_of_topic(item.subscription.import_, stack.topics[item.workspace])]
        if elsewhere:
            topic = stack.topics[elsewhere[0].workspace]
            yield Mistake(
                ("subscriptions", key, "import"),
                f"not a subscription of {show(topic.name)}, the system topic of workspace "
                f"{show(elsewhere[0].workspace)}; choose its own workspace with 'workspaces'",
            )


def _is_of_topic(import_id: str | None, topic: Topic) -> bool:
    if import_id is None or topic.subscription_id is None or topic.resource_group is None:
        return True
    imported = parse_arm_id(import_id, EVENT_SUBSCRIPTION_TYPE)
    got = (imported.subscription_id, imported.resource_group, imported.names[0])
    wanted = (topic.subscription_id, topic.resource_group, topic.name)
    return [part.lower() for part in got] == [part.lower() for part in wanted]


def _by_subscription(stack: Stack) -> dict[str, list[Delivery]]:
    found: dict[str, list[Delivery]] = defaultdict(list)
    for delivery in stack.deliveries:
        found[delivery.key].append(delivery)
    return found


def _identities(stack: Stack) -> Iterator[Mistake]:
    without = {key: list[Delivery]() for key, topic in stack.topics.items() if topic.identity == "None"}
    for delivery in stack.deliveries if without else ():
        if delivery.workspace in without:
            without[delivery.workspace].append(delivery)
    for key, used in without.items():
        own = stack.workspaces[key].system_topic.identity
        at: MemberPath = ("workspaces", key) if own else ("defaults",)
        yield from (mistake.below(*at, "systemTopic", "identity") for mistake in _without_identity(used))


def _other_identities(stack: Stack) -> Iterator[Mistake]:
    """Yield where another identity than the topic's own choice delivers what is not imported: it would lack roles."""
    found: dict[MemberPath, str] = {}
    for delivery in stack.deliveries:
        if delivery.subscription.import_:
            continue
        handler = delivery.handler
        if isinstance(handler, Endpoint) and handler.own_identity:
            found["handlers", delivery.handler_name, "identity"] = delivery.key
        if delivery.dead_letter.own_identity:
            found["subscriptions", delivery.key, "deadLetter", "identity"] = delivery.key
    for path, key in found.items():
        fix = "write true, and the identity with its principalId in systemTopic.identity"
        yield Mistake(path, f"an identity by its id is for imported subscriptions, and {show(key)} is none; {fix}")


def _without_identity(used: list[Delivery]) -> Iterator[Mistake]:
    for name, handler in {item.handler_name: item.handler for item in used}.items():
        if handler.creates:
            yield Mistake((), f"None, but the created handler {show(name)} has no keys: it needs an identity")
        elif handler.delivers_with_identity and not (isinstance(handler, Endpoint) and handler.own_identity):
            yield Mistake(
                (),
                f"None, but handler {show(name)} delivers with identity; give it identity: false, or the topic one",
            )
    if any(item.dead_letter.create for item in used):
        yield Mistake(
            (),
            "None, but the created dead-letter store has no keys: give deadLetter a store of your own with "
            "identity: false, or disabled: <reason>",
        )
    if any(item.dead_letter.storage_account_id and item.dead_letter.identity in (None, True) for item in used):
        yield Mistake((), "None, but dead letters are written with identity; give deadLetter identity: false")
