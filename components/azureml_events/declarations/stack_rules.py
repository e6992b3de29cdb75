"""What must hold between the entries of a stack."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from azureml_events.declarations.dead_letter_stores import created_stores, settings_of
from azureml_events.declarations.filters import extension_problem, is_extension_key
from azureml_events.declarations.mistakes import Mistake, Path, show
from azureml_events.declarations.names import EVENT_SUBSCRIPTION
from azureml_events.declarations.reference import parse_arm_id
from azureml_events.declarations.subscription import EVENT_SUBSCRIPTION_TYPE
from azureml_events.declarations.topics import Topic
from azureml_events.declarations.workspace import SYSTEM_TOPIC_TYPE, UserAssigned

if TYPE_CHECKING:
    from azureml_events.declarations.deliveries import Delivery
    from azureml_events.declarations.stack import Stack

MAX_SUBSCRIPTIONS = 500
"""Event subscriptions that one system topic may have: Event Grid's page on quotas and limits."""


def stack_mistakes(stack: Stack) -> Iterator[Mistake]:
    """What is wrong between the entries of a stack.

    Args:
        stack: The entries that are right in themselves.

    Yields:
        Mistakes whose paths start at the stack.
    """
    yield from _one_workspace_per_id(stack)
    yield from _topics(stack)
    yield from _subscriptions_per_topic(stack)
    for delivery in stack.deliveries:
        yield from _schema(delivery)
        yield from _imported_subscription(delivery, stack.topics[delivery.workspace])
    yield from _identities(stack)
    yield from _stores(stack)


def _one_workspace_per_id(stack: Stack) -> Iterator[Mistake]:
    first: dict[str, str] = {}
    for key, workspace in stack.workspaces.items():
        if isinstance(workspace.resource_id, str):
            other = first.setdefault(workspace.resource_id.lower(), key)
            if other != key:
                yield Mistake(
                    ("workspaces", key, "resourceId"),
                    f"the same workspace as {show(other)}; Event Grid allows one system topic for it",
                )


def _topics(stack: Stack) -> Iterator[Mistake]:
    first: dict[tuple[str | None, ...], str] = {}
    for key, topic in stack.topics.items():
        at = ("workspaces", key, "systemTopic")
        if topic.import_id and topic.subscription_id:
            imported = parse_arm_id(topic.import_id, SYSTEM_TOPIC_TYPE)
            if imported.subscription_id.lower() != topic.subscription_id:
                yield Mistake((*at, "import"), "a system topic is in its workspace's Azure subscription")
        if topic.subscription_id and topic.resource_group:
            place = (topic.subscription_id, topic.resource_group.lower(), topic.name.lower())
            other = first.setdefault(place, key)
            if other != key:
                yield Mistake((*at, "name"), f"{show(topic.name)} is also the system topic of {show(other)}")


def _subscriptions_per_topic(stack: Stack) -> Iterator[Mistake]:
    named: dict[str, dict[str, str]] = defaultdict(dict)
    for delivery in stack.deliveries:
        at = ("subscriptions", delivery.key, "name")
        problem = EVENT_SUBSCRIPTION.problem(delivery.name)
        if problem and delivery.workspace == stack.first_workspace(delivery.key):
            yield Mistake(at, f"the name in Azure, by default the entry's: {problem}")
        other = named[delivery.workspace].setdefault(delivery.name.lower(), delivery.key)
        if other != delivery.key:
            yield Mistake(
                at,
                f"{show(delivery.name)} is also the name of {show(other)} in workspace {show(delivery.workspace)}",
            )
    for workspace, names in named.items():
        if len(names) > MAX_SUBSCRIPTIONS:
            yield Mistake(
                ("workspaces", workspace),
                f"{len(names)} subscriptions; allowed: {MAX_SUBSCRIPTIONS} for one system topic",
            )


def _schema(delivery: Delivery) -> Iterator[Mistake]:
    at: Path = ("subscriptions", delivery.key)
    needed = delivery.handler.delivery_schema
    if needed and delivery.schema != needed:
        yield Mistake(
            (*at, "eventDeliverySchema"),
            f"handler {show(delivery.handler_name)} takes {needed} only; write eventDeliverySchema: {needed}",
        )
    if delivery.schema == "CloudEventSchemaV1_0":
        return
    for index, item in enumerate(delivery.subscription.advanced_filters):
        if is_extension_key(item.key):
            yield Mistake((*at, "advancedFilters", index, "key"), extension_problem(item.key))


def _imported_subscription(delivery: Delivery, topic: Topic) -> Iterator[Mistake]:
    if not delivery.subscription.import_:
        return
    at = ("subscriptions", delivery.key, "import")
    imported = parse_arm_id(delivery.subscription.import_, EVENT_SUBSCRIPTION_TYPE)
    wanted = (topic.subscription_id, (topic.resource_group or "").lower(), topic.name.lower())
    got = (
        imported.subscription_id.lower(),
        imported.resource_group.lower(),
        imported.names[0].lower(),
    )
    if topic.subscription_id and wanted != got:
        yield Mistake(
            at,
            f"not a subscription of workspace {show(delivery.workspace)}'s system topic {show(topic.name)}; "
            "choose the one workspace with 'workspaces'",
        )


def _identities(stack: Stack) -> Iterator[Mistake]:
    for key, topic in stack.topics.items():
        used = [item for item in stack.deliveries if item.workspace == key]
        if topic.identity == "None":
            yield from _without_identity(key, used)
        if isinstance(topic.identity, UserAssigned):
            yield from _behind_firewall(used)


def _without_identity(workspace: str, used: list[Delivery]) -> Iterator[Mistake]:
    at = ("workspaces", workspace, "systemTopic", "identity")
    for name, handler in {item.handler_name: item.handler for item in used}.items():
        if handler.creates:
            yield Mistake(at, f"None, but the created handler {show(name)} has no keys: it needs an identity")
        elif handler.delivers_with_identity:
            yield Mistake(
                at,
                f"None, but handler {show(name)} delivers with identity; give it identity: false, or the topic one",
            )
    if any(item.dead_letter.create for item in used):
        yield Mistake(
            at,
            "None, but the created dead-letter store has no keys: give deadLetter a store of your own with "
            "identity: false, or disabled: <reason>",
        )
    if any(item.dead_letter.storage_account_id and item.dead_letter.identity is not False for item in used):
        yield Mistake(at, "None, but dead letters are written with identity; give deadLetter identity: false")


def _behind_firewall(used: list[Delivery]) -> Iterator[Mistake]:
    for item in used:
        create = item.dead_letter.create
        if create and create.network_default_action == "Deny":
            yield Mistake(
                ("subscriptions", item.key),
                f"dead letters of workspace {show(item.workspace)}: networkDefaultAction Deny lets in the topic's "
                "system-assigned identity only, and its identity is user-assigned; write Allow",
            )


def _stores(stack: Stack) -> Iterator[Mistake]:
    for users in created_stores(dict(stack.workspaces), stack.deliveries).values():
        settings = {item.workspace: settings_of(create) for item, create in users}
        (first, agreed), *others = settings.items()
        for workspace, differing in others:
            fields = [name for name, value in vars(differing).items() if value != getattr(agreed, name)]
            for name in fields:
                yield Mistake(
                    ("workspaces", workspace, "deadLetter"),
                    f"shares one storage account with {show(first)}, but {_camel(name)} differs: "
                    f"{show(getattr(differing, name))} and {show(getattr(agreed, name))}",
                )


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(map(str.title, rest))
