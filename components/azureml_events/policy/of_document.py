"""The resources of another tool's document, as far as it holds them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from azureml_events.base.mistakes import MemberPath, dotted
from azureml_events.documents.document import find
from azureml_events.documents.found import Found, FoundResource, FoundSubscription, FoundTopic
from azureml_events.documents.members import MEMBERS, Members
from azureml_events.documents.origin import Origins
from azureml_events.documents.pulumi_resources import PulumiResource, is_pulumi, pulumi_resources
from azureml_events.documents.subscription import place_of
from azureml_events.documents.unresolved import SECRET, UNKNOWN, Text, Unresolved, same_text
from azureml_events.documents.values import paths_where
from azureml_events.policy.event_subscription import EXTENSION_SUBSCRIPTION, SYSTEM_TOPIC, SYSTEM_TOPIC_SUBSCRIPTION
from azureml_events.policy.of_arm import ARM_TYPES, place_in, resource_of
from azureml_events.policy.resource import Resource, Resources, type_without_version

_SUBSCRIPTION_ID = "azure-native:subscriptionId"


@dataclass(frozen=True)
class DocumentResources:
    """The resources of a document.

    Attributes:
        resources: The resources.
        place: Gives the place in the document of a resource's member.
    """

    resources: Resources
    place: Callable[[Resource, MemberPath], MemberPath]


def resources_of_document(value: Any, parameters: Mapping[str, Any] | None = None) -> DocumentResources:
    """Read the resources that a document holds.

    Args:
        value: The document, as `json.loads` gives it.
        parameters: Values of a template's parameters by name in lower case; default none.

    Raises:
        DeclarationError: It is none of the documents that can be read.
    """
    if is_pulumi(value):
        return DocumentResources(Resources(_of_pulumi(value)), lambda resource, member: (*resource.path, *member))
    return _of_found(value, find(value, parameters))


def _of_pulumi(value: Mapping[str, Any]) -> Iterator[Resource]:
    written = list(pulumi_resources(value))
    of_provider = {each.urn: each.inputs.get("subscriptionId") for each in written}
    config = value.get("config")
    default = config.get(_SUBSCRIPTION_ID) if isinstance(config, Mapping) else None
    for each in written:
        type_ = type_without_version(each.type)
        if type_ is not None:
            yield _pulumi_resource(each, type_, of_provider.get(each.provider or "") or default)


def _pulumi_resource(written: PulumiResource, type_: str, azure_subscription: object) -> Resource:
    return Resource(
        name=written.name or str(written.text("eventSubscriptionName", "name") or dotted(written.path)),
        type=type_,
        inputs=written.inputs,
        urn=written.urn,
        outputs=written.outputs,
        id=written.id,
        sources={member: tuple(sorted(urns)) for member, urns in written.dependencies.items() if member},
        secrets=frozenset(paths_where(written.inputs, lambda each: each is SECRET)),
        protect=written.protect,
        azure_subscription=azure_subscription if isinstance(azure_subscription, str) else None,
        path=(*written.path, written.inputs_name),
    )


def _of_found(value: Any, found: Found) -> DocumentResources:
    origins = Origins(found)
    others = list(found.others(ARM_TYPES))
    urns = _urns([*found.topics, *others, *found.subscriptions])
    places = {urns[id(each)]: place_of(value, each) for each in found.subscriptions}
    places |= {urns[id(each)]: partial(place_in, value, each) for each in others}
    keys = _Keys(found.topics, others, urns)
    resources = [
        *(_topic(each, urns[id(each)]) for each in found.topics),
        *(resource_of(each, urns[id(each)], keys.host(each)) for each in others),
        *(
            _subscription(each, urns.get(id(origins.topic_of(each))), urns[id(each)])
            for each in found.subscriptions
            if not each.other
        ),
    ]

    def place(resource: Resource, member: MemberPath) -> MemberPath:
        return places[resource.urn](member) if resource.urn in places else (*resource.path, *member)

    return DocumentResources(Resources(map(keys.with_sources, resources), is_whole=found.is_whole), place)


def _urns(found: Sequence[FoundTopic | FoundResource | FoundSubscription]) -> dict[int, str]:
    """Give each a URN, by `id()`: those of a loop have one path."""
    return {id(each): f"{dotted(each.path)}#{index}" for index, each in enumerate(found)}


class _Keys:
    """Finds the resources of a document that the members of others come from."""

    def __init__(self, topics: Sequence[FoundTopic], others: Sequence[FoundResource], urns: Mapping[int, str]) -> None:
        self._urns = {key: urns[id(each)] for each in others for key in each.keys}
        for topic in topics:
            own = () if topic.id is None else (str(topic.id).lower(),)
            self._urns |= {key: urns[id(topic)] for key in (*topic.keys, *own) if "/" in key or "." in key}

    def host(self, found: FoundResource) -> str | None:
        """Find the resource that one lies in; None where the document does not have it."""
        return next((urn for key in found.keys if (urn := self._of(key.rpartition("/")[0]))), None)

    def with_sources(self, resource: Resource) -> Resource:
        found = {member: tuple(self._sources(value, resource.urn)) for member, value in resource.inputs.items()}
        given = {member: urns for member, urns in found.items() if urns}
        return replace(resource, sources={**given, **resource.sources})

    def _sources(self, value: Any, own: str) -> Iterator[str]:
        named = dict.fromkeys(urn for text in _names_in(value) if (urn := self._of(text)) is not None)
        return (urn for urn in named if urn != own)

    def _of(self, text: str) -> str | None:
        """Find what an id or address names: the resource itself, or the innermost one that it lies in."""
        separator = "/" if text.startswith("/") else "."
        while text:
            if text in self._urns:
                return self._urns[text]
            text = text.rpartition(separator)[0]
        return None


def _names_in(value: Any) -> Iterator[str]:
    """Yield the ids in a value, and what its unknown parts come from, in lower case."""
    if isinstance(value, Unresolved):
        yield from (each for each in (str(value).lower(),) if value.same and each.startswith("/"))
        yield from value.comes_from
    elif isinstance(value, str):
        yield from (each for each in (value.lower().rstrip("/"),) if each.startswith("/"))
    elif isinstance(value, Mapping):
        for name, member in value.items():
            yield from _names_in(name)
            yield from _names_in(member)
    elif isinstance(value, list):
        for element in value:
            yield from _names_in(element)


def _topic(found: FoundTopic, urn: str) -> Resource:
    inputs = {
        "systemTopicName": found.name,
        "source": UNKNOWN if found.source is None else found.source,
        "topicType": UNKNOWN if found.topic_type is None else found.topic_type,
        "identity": found.identity,
        "location": UNKNOWN if found.location is None else found.location,
        "tags": found.tags,
    }
    return Resource(
        name=str(found.name),
        type=SYSTEM_TOPIC,
        inputs=_given(inputs),
        urn=urn,
        id=next((key for key in found.keys if key.startswith("/")), None),
        path=found.path,
    )


def _subscription(found: FoundSubscription, topic: str | None, urn: str) -> Resource:
    extends = found.source is not None and not found.topics and found.topic_name is None
    owner = found.source if extends else found.topic_name
    members = _members(found)
    members["scope" if extends else "systemTopicName"] = UNKNOWN if owner is None else owner
    return Resource(
        name=f"{_last(owner)}/{found.name}",
        type=EXTENSION_SUBSCRIPTION if extends else SYSTEM_TOPIC_SUBSCRIPTION,
        inputs=_given({**members, "eventSubscriptionName": found.name}),
        urn=urn,
        sources={"systemTopicName": (topic,)} if topic and not extends else {},
        marks_secrets=False,
        azure_subscription=same_text(found.deployed_to),
        path=found.path,
    )


def _members(found: FoundSubscription) -> dict[str, Any]:
    if isinstance(found.body, Unresolved):
        return dict.fromkeys(MEMBERS, found.body)
    return Members(nested=found.nested, printed=found.printed).body(found.body)


def _given(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def _last(owner: Text | None) -> str:
    return "unknown" if owner is None else str(owner.split("/")[-1])
