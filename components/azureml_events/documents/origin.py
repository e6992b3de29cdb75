"""The origin of a found event subscription's events: which workspace, or no workspace at all."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from azureml_events.base.arm_ids import arm_id
from azureml_events.base.mistakes import show
from azureml_events.documents.found import Found, FoundSubscription, FoundTopic
from azureml_events.documents.unresolved import HOLE, UNKNOWN, Text, Unresolved, joined, keys_of, known_part
from azureml_events.documents.values import member_at
from azureml_events.event_grid.catalogue import EVENT_TYPES, PREFIX, TOPIC_TYPE
from azureml_events.stack.workspace import SYSTEM_TOPIC_TYPE, WORKSPACE

_WORKSPACE_ID = re.compile(
    r"/subscriptions/([^/]+)/resourceGroups/([^/]+)/providers/([^/]+/[^/]+)/([^/]+)", re.IGNORECASE
)
_PROVIDER_NAME = PREFIX.rstrip(".")
_PROVIDER = re.compile(r"(?:^|/providers/)(Microsoft\.[\w.]+/\w+)/([^/]+)", re.IGNORECASE)


@dataclass(frozen=True)
class FoundWorkspace:
    """A workspace, as far as the document says which.

    Attributes:
        name: Its name, or a stand-in for it.
        id: Its ARM id; None where only the deployment knows it.
    """

    name: str
    id: str | None = None


@dataclass(frozen=True)
class OtherOrigin:
    """Another source than a workspace.

    Attributes:
        text: Which; or what shows that it is another.
    """

    text: str


@dataclass(frozen=True)
class UnknownOrigin:
    """A source that the document does not say.

    Attributes:
        name: A stand-in for the workspace's name.
    """

    name: str


Origin = FoundWorkspace | OtherOrigin | UnknownOrigin
"""The origin of an event subscription's events."""


class Origins:
    """The origins of the events of a document's event subscriptions.

    Args:
        found: The document's topics and subscriptions.
    """

    def __init__(self, found: Found) -> None:
        self._topics: dict[str, list[FoundTopic]] = defaultdict(list)
        for topic in found.topics:
            for key in topic.keys:
                self._topics[key].append(topic)
        self._siblings: dict[str, set[str]] = defaultdict(set)
        for subscription in found.subscriptions:
            self._siblings[_topic_key(subscription)] |= _providers(subscription.body)

    def origin_of(self, subscription: FoundSubscription) -> Origin:
        """Find out whose events a subscription takes.

        Args:
            subscription: One of the document's.
        """
        if subscription.other:
            return OtherOrigin(subscription.other)
        topic = self.topic_of(subscription)
        source = subscription.source or (topic.source if topic else None)
        name = _name_for(topic.name if topic else subscription.topic_name, source)
        return self.of_source(source) or _by_topic_type(topic, name) or self._by_event_types(subscription, name)

    def topic_of(self, subscription: FoundSubscription) -> FoundTopic | None:
        """Find the system topic of a subscription; None where the document does not hold it, or not only one.

        Args:
            subscription: One of the document's.
        """
        for key in subscription.topics:
            if len(self._topics[key]) == 1:
                return self._topics[key][0]
        return None

    @staticmethod
    def of_source(source: Text | None) -> Origin | None:
        """Tell whose events a source's are; None where that is not known.

        Args:
            source: An ARM id, as far as it is known.
        """
        if source is None:
            return None
        known = known_part(source)
        match = _PROVIDER.search(known)
        if match is None:
            return None if HOLE in known else OtherOrigin(show(known))
        if match[1].lower() != WORKSPACE.lower():
            return OtherOrigin(f"a source of type {show(match[1])}")
        *_, name = source.split("/")
        whole = _WORKSPACE_ID.fullmatch(known) if isinstance(source, str) else None
        if whole is None:
            return FoundWorkspace(str(name))
        return FoundWorkspace(str(name), arm_id(whole[1], whole[2], WORKSPACE, whole[4]))

    def _by_event_types(self, subscription: FoundSubscription, name: str) -> Origin:
        """Judge by its own event types, or where it names none, by those of the others of its topic."""
        providers = _providers(subscription.body) or self._siblings[_topic_key(subscription)]
        if _PROVIDER_NAME in providers:
            return FoundWorkspace(name)
        if providers:
            return OtherOrigin(f"a source whose events are of {', '.join(sorted(providers))}")
        return UnknownOrigin(name)


def named_workspace(name: Text | None) -> Text:
    """Write the ARM id of a workspace of which no more than the name is known.

    Args:
        name: The name, as far as it is known.
    """
    return joined([UNKNOWN, f"/providers/{WORKSPACE}/", name if isinstance(name, str) else UNKNOWN])


def scoped_to_topic(subscription: FoundSubscription) -> FoundSubscription | None:
    """Read an event subscription that extends a system topic as one of that topic; None for any other.

    Args:
        subscription: One of a document's.
    """
    source = subscription.source
    match = _PROVIDER.search(known_part(source)) if source else None
    if source is None or match is None or match[1].lower() != SYSTEM_TOPIC_TYPE.lower():
        return None
    name = source.split("/")[-1]
    return replace(subscription, source=None, topics=keys_of(source, name), topic_name=name)


def distinct_names(workspaces: Iterable[FoundWorkspace]) -> dict[FoundWorkspace, str]:
    """Give each workspace a name that no other id has: its own, else with its resource group, else its id.

    Args:
        workspaces: The workspaces; one without an id may be any of its name.
    """
    names = {each: each.name for each in workspaces}
    for longer in (_with_group, _with_id):
        ids: dict[str, set[str]] = defaultdict(set)
        for each, name in names.items():
            ids[name.lower()] |= {each.id.lower()} if each.id else set()
        names = {each: longer(each) if len(ids[name.lower()]) > 1 else name for each, name in names.items()}
    return names


def _with_id(workspace: FoundWorkspace) -> str:
    return workspace.id or workspace.name


def _with_group(workspace: FoundWorkspace) -> str:
    match = _WORKSPACE_ID.fullmatch(workspace.id or "")
    return f"{match[2]}/{workspace.name}" if match else workspace.name


def _by_topic_type(topic: FoundTopic | None, name: str) -> Origin | None:
    if topic is None or not isinstance(topic.topic_type, str):
        return None
    if topic.topic_type.lower() == TOPIC_TYPE.lower():
        return FoundWorkspace(name)
    return OtherOrigin(f"a source of type {show(topic.topic_type)}")


def _name_for(topic: Text | None, source: Text | None) -> str:
    """Choose a stand-in for the name of an unknown workspace: the topic's name, else the source as written."""
    texts = [text for text in (topic, source) if text is not None]
    plain = [text for text in texts if isinstance(text, str)]
    said = [str(text) for text in texts if not isinstance(text, str) and text.same]
    return [*plain, *said, *map(str, texts), "unknown"][0]


def _topic_key(subscription: FoundSubscription) -> str:
    return subscription.topics[0] if subscription.topics else str(subscription.path)


def _providers(body: Mapping[str, Any] | Unresolved) -> set[str]:
    """Collect the providers of the event types that a subscription names."""
    types = member_at(body, ("filter", "includedEventTypes"))
    names = [name for name in types if isinstance(name, str)] if isinstance(types, list) else []
    full = [PREFIX + name if name in EVENT_TYPES else name for name in names]
    providers = {name.rpartition(".")[0] for name in full if "." in name}
    return {_PROVIDER_NAME if provider.lower() == _PROVIDER_NAME.lower() else provider for provider in providers}
