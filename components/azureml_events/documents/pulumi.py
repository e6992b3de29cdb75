"""The event subscriptions of a Pulumi state or preview."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from azureml_events.documents.found import Found, FoundSubscription, FoundTopic, Note
from azureml_events.documents.origin import named_workspace
from azureml_events.documents.pulumi_resources import PulumiResource, pulumi_resources
from azureml_events.documents.unresolved import UNKNOWN, Text, keys_of
from azureml_events.documents.values import whole_text

_NATIVE = re.compile(r"azure-(?:native|nextgen)[^:]*:(?:eventgrid|machinelearningservices)(?:/[^:]*)?:(\w+)")
_CLASSIC = re.compile(r"azure:eventgrid/[^:]*:(\w*EventSubscription)")


def read_pulumi(value: Mapping[str, Any]) -> Found:
    """Find the system topics and event subscriptions that a state or preview declares."""
    notes: list[Note] = []
    resources: dict[str, PulumiResource] = {}
    for each in pulumi_resources(value):
        classic = _CLASSIC.fullmatch(each.type)
        if classic:
            notes.append(Note(each.path, f"{classic[1]} of the classic azure provider is not read; passed over"))
        elif _kind(each):
            resources[each.urn or str(each.path)] = each
    declared = [each for each in resources.values() if _kind(each) == "SystemTopic"]
    named = {name.lower(): each for each in declared if isinstance(name := each.text("systemTopicName"), str)}
    return Found(
        tuple(_topic(each, resources) for each in declared),
        tuple(_subscription(each, named) for each in resources.values() if _kind(each).endswith("EventSubscription")),
        tuple(notes),
    )


def _kind(resource: PulumiResource) -> str:
    """Return the type's last name of an event's resource; empty for others."""
    native = _NATIVE.fullmatch(resource.type)
    return native[1] if native else ""


def _is_unordered(resource: PulumiResource, topic_name: Text | None, topics: Mapping[str, PulumiResource]) -> bool:
    """Tell whether a subscription surely does not wait for the topic of its document that it names."""
    topic = topics.get(topic_name.lower()) if isinstance(topic_name, str) else None
    waits_for = resource.waits_for() if topic else None
    return topic is not None and waits_for is not None and topic.urn not in waits_for


def _topic(resource: PulumiResource, resources: Mapping[str, PulumiResource]) -> FoundTopic:
    name = resource.text("systemTopicName", "name")
    source = resource.text("source")
    if not isinstance(source, str):
        source = _workspace(resource, resources) or source
    return FoundTopic(
        keys=keys_of(resource.urn, resource.id, name),
        name=name or UNKNOWN,
        source=source,
        topic_type=resource.text("topicType"),
        path=resource.path,
        location=resource.text("location"),
        identity=resource.inputs.get("identity"),
        tags=resource.inputs.get("tags"),
        id=resource.id,
        urn=resource.urn or None,
    )


def _workspace(topic: PulumiResource, resources: Mapping[str, PulumiResource]) -> Text | None:
    """Return the workspace that an unknown source is taken from, as far as it is known."""
    for urn in topic.dependencies.get("source", ()):
        other = resources.get(urn)
        if other and _kind(other) == "Workspace":
            return other.id or named_workspace(other.text("workspaceName", "name"))
    return None


def _subscription(resource: PulumiResource, topics: Mapping[str, PulumiResource]) -> FoundSubscription:
    kind = _kind(resource)
    of_topic, extension = kind == "SystemTopicEventSubscription", kind == "EventSubscription"
    topic_name = resource.text("systemTopicName") if of_topic else None
    waits_for = (*resource.dependencies.get("systemTopicName", ()), topic_name, *resource.dependencies[""])
    at = (*resource.path, resource.inputs_name)
    return FoundSubscription(
        path=resource.path,
        members=at,
        name=resource.text("eventSubscriptionName", "name") or resource.name or UNKNOWN,
        name_path=(*at, "eventSubscriptionName"),
        body=resource.inputs,
        source=(resource.text("scope") or UNKNOWN) if extension else None,
        topics=keys_of(*waits_for) if of_topic else (),
        topic_name=topic_name,
        state=whole_text(resource.outputs.get("provisioningState")),
        child_type="SystemTopicEventSubscription",
        id=resource.id,
        urn=resource.urn or None,
        unordered=of_topic and _is_unordered(resource, topic_name, topics),
        other=None if of_topic or extension else f"a resource of type {kind.removesuffix('EventSubscription')}",
    )
