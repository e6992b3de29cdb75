"""The system topics and event subscriptions that the reader of each tool's document finds in it, not yet checked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from azureml_events.base.mistakes import MemberPath
from azureml_events.documents.unresolved import UNKNOWN, Text, Unresolved
from azureml_events.stack.subscription import EVENT_SUBSCRIPTION_TYPE


@dataclass(frozen=True)
class Note:
    """Something about a document that its reader should know, though nothing is wrong with it.

    Attributes:
        path: Where it is in the document.
        text: What it is; lower case, no final period.
    """

    path: MemberPath
    text: str


@dataclass(frozen=True)
class FoundTopic:
    """A system topic.

    Attributes:
        keys: The names by which subscriptions may refer to it, in lower case: its ARM id, URN, name.
        name: Its name.
        source: The ARM id of the resource that it is the topic of; None where the document does not say.
        topic_type: Its `topicType`; None where the document does not say.
        path: Where it is in the document.
        location: Its location, as written; None where the document does not say.
        identity: Its `identity` as ARM has it, None without one; not known where the document does not say.
        tags: Its `tags`, None without any; not known where the document does not say.
        id: Its ARM id, as far as the document says it; None where it does not.
        urn: Its URN, where another program of Pulumi's declares it.
    """

    keys: tuple[str, ...]
    name: Text
    source: Text | None
    topic_type: Text | None
    path: MemberPath = ()
    location: Text | None = None
    identity: Any = UNKNOWN
    tags: Any = UNKNOWN
    id: Text | None = None
    urn: str | None = None

    @property
    def known_id(self) -> str | None:
        """Its ARM id; None where the document does not say it whole."""
        return self.id if isinstance(self.id, str) else None


@dataclass(frozen=True)
class FoundSubscription:
    """An event subscription.

    Attributes:
        path: Where it is in the document.
        members: Where its members are.
        name: Its name.
        name_path: Where that stands.
        body: Its members, in ARM's nested form or with `properties` lifted.
        nested: Whether only ARM's nested form is right, as in a template.
        printed: Whether Azure itself printed it, which knows members that we do not.
        source: The ARM id of the resource that it extends; None for one of a system topic.
        topics: The names by which it refers to its system topic, in lower case, the surest first.
        topic_name: The system topic's name, as far as the document says it.
        other: The kind of thing that it belongs to if neither to a system topic nor a resource, as `custom topic`.
        places: The places of members that the document has under other names than ARM, by their paths below the body.
        state: Its `provisioningState`; None where the document does not say.
        child_type: The document's resource type of a system topic's event subscriptions.
        unordered: Whether it names its system topic, another resource of the document, without waiting for it.
        id: Its ARM id, as written; None where the document does not say.
        urn: Its URN, where another program of Pulumi's declares it.
        flattened: Whether the Azure CLI lifted its `properties`, which loses some of them.
        deployed_to: The Azure subscription that it is deployed to, as far as a template says it; default unknown.
    """

    path: MemberPath
    members: MemberPath
    name: Text
    name_path: MemberPath
    body: Mapping[str, Any] | Unresolved
    nested: bool = False
    printed: bool = False
    source: Text | None = None
    topics: tuple[str, ...] = ()
    topic_name: Text | None = None
    other: str | None = None
    places: Mapping[MemberPath, MemberPath] = field(default_factory=dict)
    state: str | None = None
    child_type: str = EVENT_SUBSCRIPTION_TYPE
    unordered: bool = False
    id: str | None = None
    urn: str | None = None
    flattened: bool = False
    deployed_to: Text | None = None


@dataclass(frozen=True)
class FoundResource:
    """Another resource: a store, a namespace, a role assignment.

    Attributes:
        type: Its ARM type, as written.
        names: Its name and those of the resources that it lies in, outermost first, as far as they are known.
        keys: What others refer to it by, in lower case: its id, its address.
        id: Its ARM id, as far as it is known.
        members: Its members in ARM's words, `properties` lifted.
        extends: The ARM id of what it extends; None where it extends nothing.
        path: Where it is in the document.
        places: The places of members that the document has under other names than ARM.
        called: What the document calls it, where its name is not known; None where it does not.
    """

    type: str
    names: tuple[Text, ...]
    keys: tuple[str, ...]
    members: Mapping[str, Any]
    id: Text | None = None
    extends: Text | None = None
    path: MemberPath = ()
    places: Mapping[MemberPath, MemberPath] = field(default_factory=dict)
    called: str | None = None


@dataclass(frozen=True)
class Found:
    """Everything found in a document.

    Attributes:
        topics: The system topics.
        subscriptions: The event subscriptions, of any source.
        notes: Remarks about what was passed over.
        others: Reads the resources of some ARM types, given in lower case, which only a review needs; raises
            `DeclarationError` where they unfold into more than is read.
        is_whole: Whether it has everything that is deployed with them, roles and settings included, as a template does
            and a list of event subscriptions does not.
    """

    topics: tuple[FoundTopic, ...]
    subscriptions: tuple[FoundSubscription, ...]
    notes: tuple[Note, ...] = ()
    others: Callable[[Collection[str]], Iterable[FoundResource]] = lambda _: ()
    is_whole: bool = False
