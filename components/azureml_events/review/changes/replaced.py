"""Resources that a change replaces, by the members that cannot be changed in place, and what goes with them.

Which members: the path of the ARM resource, which its name, group and parents make; and of a topic what its contract
calls immutable (Event Grid's reference: an update has only tags and identity).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from azureml_events.policy.event_subscription import EVENT_SUBSCRIPTIONS, SYSTEM_TOPIC
from azureml_events.policy.resource import Resource, Resources
from azureml_events.review.changes.change import Change
from azureml_events.review.changes.version import renamed
from azureml_events.review.changes.words import listed

_EVENTS = "and the events in it are lost"


@dataclass(frozen=True)
class _Replacing:
    """How a type of resource is replaced.

    Attributes:
        noun: What it is called.
        members: The members whose change replaces it.
        consequence: What goes with it.
    """

    noun: str
    members: tuple[str, ...]
    consequence: str = _EVENTS


_GROUP = "resourceGroupName"
_TABLE: Mapping[str, _Replacing] = {
    SYSTEM_TOPIC: _Replacing("system topic", ("systemTopicName", _GROUP, "location", "source", "topicType")),
    "eventhub:EventHub": _Replacing("event hub", ("eventHubName", "namespaceName", _GROUP)),
    "eventhub:Namespace": _Replacing("Event Hubs namespace", ("namespaceName", _GROUP, "location")),
    "servicebus:Queue": _Replacing("Service Bus queue", ("queueName", "namespaceName", _GROUP)),
    "servicebus:Topic": _Replacing("Service Bus topic", ("topicName", "namespaceName", _GROUP)),
    "servicebus:Namespace": _Replacing("Service Bus namespace", ("namespaceName", _GROUP, "location")),
    "storage:Queue": _Replacing("storage queue", ("queueName", "accountName", _GROUP)),
    "storage:BlobContainer": _Replacing("blob container", ("containerName", "accountName", _GROUP)),
    "storage:StorageAccount": _Replacing("storage account", ("accountName", _GROUP, "location")),
}
_OF_SUBSCRIPTION = _Replacing(
    "event subscription",
    ("eventSubscriptionName", "systemTopicName", "topicName", "domainName", "partnerTopicName", "scope", _GROUP),
    "and events that are raised in between do not reach it",
)
_ANY_CASE = {"location", "source", "scope", _GROUP}
"""Members of which ARM heeds no case; whether the provider then replaces is UNVERIFIED."""


def replacements(before: Resources, after: Resources, workspaces: Mapping[str, str]) -> Iterator[Change]:
    """Yield the resources that are replaced.

    Args:
        before: The base's resources.
        after: The resources of what is reviewed.
        workspaces: The workspaces' keys in what is reviewed by those in the base.
    """
    new = {(each.type, each.name): each for each in after.all}
    topics = {_source(each): each for each in after.of_type(SYSTEM_TOPIC) if _source(each)}
    for old in before.all:
        row = _TABLE.get(old.type) or (_OF_SUBSCRIPTION if old.type in EVENT_SUBSCRIPTIONS else None)
        if row is None:
            continue
        same = topics.get(_source(old)) if old.type == SYSTEM_TOPIC and _source(old) else None
        other = same or new.get((old.type, renamed(old.name, workspaces)))
        changed = [each for each in row.members if other and _differs(old, other, each)]
        if other is not None and changed:
            yield _change(row, other, changed, before, old)


def _change(row: _Replacing, resource: Resource, changed: Sequence[str], before: Resources, old: Resource) -> Change:
    is_topic, is_subscription = resource.type == SYSTEM_TOPIC, resource.type in EVENT_SUBSCRIPTIONS
    workspace, _, name = resource.name.partition("/")
    taken = _subscriptions_of(before, old) if is_topic else ()
    consequence = row.consequence
    if is_topic:
        many = "its event subscription goes" if len(taken) == 1 else f"its {len(taken)} event subscriptions go"
        consequence = f"{many} with it, {_EVENTS}: what is raised in between reaches nobody"
    known = is_topic or is_subscription
    because = f"{row.noun} {resource.name} is replaced, because its {listed(changed)} changed; {consequence}"
    return Change(
        "change-replaced",
        workspace if known and name else None,
        f"{row.noun} {resource.name}",
        taken if is_topic else (name or workspace,) if is_subscription else (),
        because,
    )


def _subscriptions_of(resources: Resources, topic: Resource) -> tuple[str, ...]:
    found = []
    for each in resources.of_type(*EVENT_SUBSCRIPTIONS):
        of_topic = topic in resources.sources_of(each, "systemTopicName")
        named = each.inputs.get("systemTopicName")
        if of_topic or (isinstance(named, str) and named == topic.inputs.get("systemTopicName")):
            found.append(each.name.rpartition("/")[2])
    return tuple(found)


def _source(topic: Resource) -> str:
    source = topic.inputs.get("source")
    return source.lower() if isinstance(source, str) else ""


def _differs(old: Resource, new: Resource, member: str) -> bool:
    before, after = _read(old, member), _read(new, member)
    return isinstance(before, str) and isinstance(after, str) and before != after


def _read(resource: Resource, member: str) -> Any:
    value = resource.inputs.get(member)
    if isinstance(value, str) and member in _ANY_CASE:
        return value.replace(" ", "").lower() if member == "location" else value.rstrip("/").lower()
    return value
