"""What is found in a document beside the filters: what is not known, topics, identities and API versions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from azureml_events.base.locations import LOCATIONS
from azureml_events.base.mistakes import MemberPath, Mistake, show
from azureml_events.documents.api_versions import unknown_to
from azureml_events.documents.found import FoundSubscription, FoundTopic
from azureml_events.documents.origin import FoundWorkspace, Origins
from azureml_events.documents.subscription import ReadSubscription
from azureml_events.documents.unresolved import Text, same_text
from azureml_events.documents.values import member_at
from azureml_events.event_grid.catalogue import TOPIC_TYPE
from azureml_events.lint.entries import unknown_location
from azureml_events.lint.rule import Finding
from azureml_events.lint.rules import RULES, finding

Pair = tuple[FoundSubscription, ReadSubscription]
"""An event subscription as found, and as read."""

_WITH_IDENTITY = ("deliveryWithResourceIdentity", "deadLetterWithResourceIdentity")
_MEMBERS: tuple[MemberPath, ...] = ((), ("properties",), ("inputs",), ("values",))
"""Where the tools put a resource's members."""


def find_in_document(
    document: Any, topics: Sequence[FoundTopic], pairs: Sequence[Pair], origins: Origins
) -> list[Finding]:
    """Return the findings of a document that its single filters do not show.

    Args:
        document: The document.
        topics: Its system topics.
        pairs: Its event subscriptions on workspaces.
        origins: The origins of their events.
    """
    return [
        *_second_topics(topics, pairs, origins),
        *_unknown_locations(document, topics, origins),
        *(each for found, read in pairs for each in _about_one(document, found, read, origins.topic_of(found))),
    ]


def wrong_topics(document: Any, topics: Iterable[FoundTopic], origins: Origins) -> Iterator[Mistake]:
    """Yield what Azure refuses in the system topics of workspaces.

    Args:
        document: The document.
        topics: Its system topics.
        origins: The origins of their events.
    """
    for topic, _ in _of_workspaces(topics, origins):
        if _region(topic) == "global":
            message = "a workspace's system topic lies in its workspace's region, never 'global'; write that region"
            yield Mistake(_place(document, topic, "location"), f"{message}, as 'westeurope'")
        if isinstance(topic.topic_type, str) and topic.topic_type.lower() != TOPIC_TYPE.lower():
            message = f"{show(topic.topic_type)} is not the type of a workspace's topic; write {TOPIC_TYPE}"
            yield Mistake(_place(document, topic, "topicType", "topic_type"), message)


def _unknown_locations(document: Any, topics: Iterable[FoundTopic], origins: Origins) -> Iterator[Finding]:
    for topic, workspace in _of_workspaces(topics, origins):
        region = _region(topic)
        if region in {None, "global", *LOCATIONS}:
            continue
        path = _place(document, topic, "location")
        yield unknown_location(workspace.name, path, str(region), topic.location)


def _of_workspaces(topics: Iterable[FoundTopic], origins: Origins) -> Iterator[tuple[FoundTopic, FoundWorkspace]]:
    for topic in topics:
        origin = origins.of_source(topic.source)
        if isinstance(origin, FoundWorkspace):
            yield topic, origin


def _region(topic: FoundTopic) -> str | None:
    """Return a topic's location as a region's name; None where it is not known."""
    return topic.location.replace(" ", "").lower() if isinstance(topic.location, str) else None


def _place(document: Any, topic: FoundTopic, *names: str) -> MemberPath:
    """Find a topic's member, which the tools put at several places."""
    places = [(*topic.path, *inner, name) for inner in _MEMBERS for name in names]
    return next((each for each in places if member_at(document, each) is not None), topic.path)


def _about_one(
    document: Any, found: FoundSubscription, read: ReadSubscription, topic: FoundTopic | None
) -> Iterator[Finding]:
    for path, text in read.body.open.items():
        yield finding("not-known", read.routed, read.place(path), f"{text}; not checked", "")
    yield from _missing_identity(read, topic)
    if found.unordered and topic is not None:
        message = f"it is created without waiting for topic {topic.name}, which it names as text"
        fix = "take its name from the topic's output"
        yield finding("unordered-topic", read.routed, read.place(("systemTopicName",)), message, fix)
    yield from _old_version(document, found, read)


def _missing_identity(read: ReadSubscription, topic: FoundTopic | None) -> Iterator[Finding]:
    if topic is None:
        return
    for member in _WITH_IDENTITY:
        wanted = member_at(read.body.members, (member, "identity", "type"))
        chosen = member_at(read.body.members, (member, "identity", "userAssignedIdentity"))
        if isinstance(wanted, str) and _lacks(topic.identity, wanted):
            which = f"an identity of type {wanted}"
        elif wanted == "UserAssigned" and isinstance(chosen, str) and _lacks_id(topic.identity, chosen):
            which = f"identity {chosen.rpartition('/')[2]}"
        else:
            continue
        what = "dead letters by" if member.startswith("deadLetter") else "by"
        message = f"it delivers {what} {which}, which topic {topic.name} does not have"
        fix = f"give the topic {which}"
        yield finding("missing-identity", read.routed, read.place((member, "identity")), message, fix)


def _lacks(identity: object, wanted: str) -> bool:
    """Tell whether a topic surely has no identity of a type."""
    if identity is None:
        return wanted in {"SystemAssigned", "UserAssigned"}
    type_ = identity.get("type", "None") if isinstance(identity, Mapping) else None
    has = {each.strip().lower() for each in type_.split(",")} if isinstance(type_, str) else {wanted.lower()}
    return wanted in {"SystemAssigned", "UserAssigned"} and wanted.lower() not in has


def _lacks_id(identity: object, wanted: str) -> bool:
    """Tell whether a topic surely has other user-assigned identities than one."""
    members = identity if isinstance(identity, Mapping) else {}
    ids = members.get("userAssignedIdentities", members.get("identity_ids"))
    has = [str(each).lower() for each in ids] if isinstance(ids, (list, Mapping)) else []
    known = bool(has) and all(each.startswith("/subscriptions/") for each in (wanted.lower(), *has))
    return known and wanted.lower() not in has


def _old_version(document: Any, found: FoundSubscription, read: ReadSubscription) -> Iterator[Finding]:
    version = member_at(document, (*found.path, "apiVersion")) if found.nested else None
    unknown = unknown_to(version, read.body.members) if isinstance(version, str) else ()
    if unknown:
        message = f"API version {version} does not know {', '.join(unknown)}"
        fix = "use 2025-02-15, or 2022-06-15 where a tool lacks it"
        yield finding("api-version", read.routed, (*found.path, "apiVersion"), message, fix)


def _second_topics(topics: Iterable[FoundTopic], pairs: Sequence[Pair], origins: Origins) -> Iterator[Finding]:
    of_source: dict[str, FoundTopic] = {}
    for topic in topics:
        key = same_text(topic.source)
        if key is None or not isinstance(origins.of_source(topic.source), FoundWorkspace):
            continue
        first = of_source.setdefault(key.lower(), topic)
        if str(first.name).lower() != str(topic.name).lower():
            message = (
                f"{_last(topic.source)} has topic {first.name} already in this document, and a source has only one"
            )
            fix = f"leave {topic.name} out, and make its subscriptions on {first.name}"
            yield Finding(RULES["second-topic"], str(_last(topic.source)), "", topic.path, message, fix)
    for found, read in pairs:
        other = of_source.get((same_text(found.source) or "").lower())
        if found.printed or other is None:
            continue
        message = f"it extends the workspace, which has topic {other.name} in this document, and a source has only one"
        fix = f"use the resource type {found.child_type} on {other.name}"
        yield finding("second-topic", read.routed, found.path, message, fix)


def _last(source: Text | None) -> Text:
    return source.split("/")[-1] if source is not None else "the source"
