"""What exists and no stack declares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from azureml_events.adopt.adoption import Existing
from azureml_events.base.arm_ids import arm_id
from azureml_events.stack.stack import Stack
from azureml_events.stack.subscription import EVENT_SUBSCRIPTION_TYPE
from azureml_events.stack.topics import Topic
from azureml_events.stack.workspace import SYSTEM_TOPIC_TYPE


def undeclared(existing: Iterable[Existing], stacks: Iterable[Stack]) -> tuple[Existing, ...]:
    """List what exists and no stack declares; ARM heeds no case in ids.

    Args:
        existing: What exists.
        stacks: The stacks. A disabled subscription is not declared; a topic that is only used is known.
    """
    declared = {id_.lower() for stack in stacks for id_ in _declared(stack)}
    return tuple(each for each in existing if each.id.lower() not in declared)


def _declared(stack: Stack) -> Iterator[str]:
    for topic in stack.topics.values():
        if topic.import_id:
            yield topic.import_id
        yield from _ids(topic, SYSTEM_TOPIC_TYPE)
    for delivery in stack.deliveries:
        if not delivery.subscription.disabled:
            yield from _ids(stack.topics[delivery.workspace], EVENT_SUBSCRIPTION_TYPE, delivery.name)


def _ids(topic: Topic, type_: str, *names: str) -> Iterator[str]:
    if topic.subscription_id and topic.resource_group:
        yield arm_id(topic.subscription_id, topic.resource_group, type_, topic.name, *names)
