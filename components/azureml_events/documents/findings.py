"""What is found in a document beside the filters: what is not known, topics, identities and API versions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from azureml_events.documents.api_versions import unknown_to
from azureml_events.documents.body import member_at
from azureml_events.documents.found import FoundSubscription, FoundTopic
from azureml_events.documents.origin import FoundWorkspace, Origins
from azureml_events.documents.subscription import ReadSubscription
from azureml_events.documents.unresolved import Text
from azureml_events.lint.rules import RULES, Finding, finding

Pair = tuple[FoundSubscription, ReadSubscription]
"""An event subscription as found, and as read."""

_WITH_IDENTITY = ("deliveryWithResourceIdentity", "deadLetterWithResourceIdentity")


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
        *(each for found, read in pairs for each in _about_one(document, found, read, origins.topic_of(found))),
    ]


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
        if isinstance(wanted, str) and _lacks(topic.identity, wanted):
            what = "dead letters by" if member.startswith("deadLetter") else "by"
            message = f"it delivers {what} an identity of type {wanted}, which topic {topic.name} does not have"
            fix = f"give the topic an identity of type {wanted}"
            yield finding("missing-identity", read.routed, read.place((member, "identity")), message, fix)


def _lacks(identity: object, wanted: str) -> bool:
    """Tell whether a topic surely has no identity of a type."""
    if identity is None:
        return wanted in {"SystemAssigned", "UserAssigned"}
    type_ = identity.get("type", "None") if isinstance(identity, Mapping) else None
    has = {each.strip().lower() for each in type_.split(",")} if isinstance(type_, str) else {wanted.lower()}
    return wanted in {"SystemAssigned", "UserAssigned"} and wanted.lower() not in has


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
        key = _source_key(topic.source)
        if key is None or not isinstance(origins.of_source(topic.source), FoundWorkspace):
            continue
        first = of_source.setdefault(key, topic)
        if str(first.name).lower() != str(topic.name).lower():
            message = (
                f"{_last(topic.source)} has topic {first.name} already in this document, and a source has only one"
            )
            fix = f"leave {topic.name} out, and make its subscriptions on {first.name}"
            yield Finding(RULES["second-topic"], str(_last(topic.source)), "", topic.path, message, fix)
    for found, read in pairs:
        key = _source_key(found.source)
        if found.printed or key not in of_source:
            continue
        topic = of_source[key]
        message = f"it extends the workspace, which has topic {topic.name} in this document, and a source has only one"
        fix = f"use the resource type {found.child_type} on {topic.name}"
        yield finding("second-topic", read.routed, found.path, message, fix)


def _source_key(source: Text | None) -> str | None:
    """Make the text that is the same for the same source; None where that is not known."""
    return str(source).lower() if isinstance(source, str) or (source is not None and source.same) else None


def _last(source: Text | None) -> Text:
    return source.split("/")[-1] if source is not None else "the source"
