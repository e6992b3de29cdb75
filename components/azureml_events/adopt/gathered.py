"""The system topics and event subscriptions of several documents together, each once, whatever the documents' order."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from azureml_events.adopt.programs import Programs, pulumi_name
from azureml_events.base.mistakes import DeclarationError, dotted
from azureml_events.documents.azure_cli import incomplete, is_page
from azureml_events.documents.document import find
from azureml_events.documents.found import Found, FoundSubscription, FoundTopic, Note
from azureml_events.documents.origin import scoped_to_topic
from azureml_events.documents.pulumi_resources import is_pulumi
from azureml_events.documents.terraform import is_terraform
from azureml_events.documents.unresolved import SECRET, UNKNOWN
from azureml_events.documents.values import member_at
from azureml_events.stackfile.input_error import InputError

_ATTRIBUTES = ("deliveryAttributeMappings",)
_DESTINATIONS = (("destination",), ("deliveryWithResourceIdentity", "destination"))
_CHILDREN = "/eventsubscriptions/"
_PAGES = "read from several pages as one list; no document tells whether one between them is missing"


@dataclass(frozen=True)
class Given:
    """A document.

    Attributes:
        name: Its file, for messages.
        value: The document, as `json.loads` gives it.
        parameters: Values of a template's parameters by name in lower case; None for its default values.
        notes: What is odd in its text.
    """

    name: str
    value: Any
    parameters: Mapping[str, Any] | None = None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Gathered:
    """What several documents hold together.

    Attributes:
        values: The documents; every path begins with the index of its own.
        found: What they hold, each thing once.
        programs: What Pulumi's documents among them say beside it.
        terraform: The ids, in lower case, of what Terraform manages.
    """

    values: Sequence[Any]
    found: Found
    programs: Programs
    terraform: frozenset[str]


def gather(given: Iterable[Given]) -> Gathered:
    """Gather what documents hold.

    Args:
        given: The documents.

    Raises:
        InputError: One cannot be read, holds only a part of a list, or says something else than another one.
    """
    documents = sorted(given, key=lambda each: (_canonical(each.value), each.name))
    lines: list[str] = []
    topics: list[FoundTopic] = []
    subscriptions: list[FoundSubscription] = []
    programs, terraform = Programs(), set[str]()
    documents, notes = _joined_pages(documents)
    for index, document in enumerate(documents):
        notes += [Note((), f"{document.name}: {dotted(each.path)}: {each.text}") for each in document.notes]
        lines += [f"{document.name}: {note.text}" for note in incomplete(document.value)]
        try:
            found = find(document.value, document.parameters)
        except DeclarationError as error:
            lines += [f"{document.name}: {mistake}" for mistake in error.mistakes]
            continue
        except RecursionError:
            lines.append(f"{document.name}: nested too deeply to be one of the documents that can be read")
            continue
        own = [_below(index, each) for each in found.subscriptions]
        topics += [replace(each, path=(index, *each.path)) for each in found.topics]
        notes += [Note((index, *each.path), each.text) for each in found.notes]
        if is_pulumi(document.value):
            own = programs.add(document.value, own)
        if is_terraform(document.value):
            ids = (*(each.known_id for each in found.topics), *(each.id for each in own))
            terraform |= {id_.lower() for id_ in ids if id_}
        subscriptions += own
    topics = _merged(_with_ids(topics))
    scoped = [scoped_to_topic(each) or each for each in subscriptions]
    once = _each_once([_with_id(each, topics) for each in scoped], lines)
    if lines:
        raise InputError(sorted(set(lines)))
    found = Found(tuple(topics), tuple(once), tuple(notes))
    return Gathered([each.value for each in documents], found, programs, frozenset(terraform))


def name_of(found: FoundTopic | FoundSubscription) -> str:
    """Name a thing in remarks: by its ARM id, else as Pulumi calls it, else by its names.

    Args:
        found: A system topic or an event subscription.
    """
    if isinstance(found.id, str) and found.id:
        return found.id
    if found.urn:
        return pulumi_name(found)
    topic = found.topic_name if isinstance(found, FoundSubscription) else None
    return "/".join(str(each) for each in (topic, found.name) if each is not None)


def topic_id_of(subscription: FoundSubscription) -> str | None:
    """Find the ARM id of a subscription's system topic in its own, as written; None where it has none.

    Args:
        subscription: An event subscription of a system topic.
    """
    if subscription.id is None or not subscription.topics:
        return None
    at = subscription.id.lower().find(_CHILDREN)
    return subscription.id[:at] if at > 0 else None


def _joined_pages(documents: Sequence[Given]) -> tuple[list[Given], list[Note]]:
    """Read pages of Azure's answers as one list where its last one is there too: take their `nextLink` out."""
    ends = [_lists(each.value) for each in documents if is_page(each.value) and not each.value.get("nextLink")]
    joined = list[Given]()
    texts = set[str]()
    for document in documents:
        if not is_page(document.value) or not document.value.get("nextLink"):
            joined.append(document)
            continue
        own = _lists(document.value)
        whole = any(not own or not end or own & end for end in ends)
        joined.append(replace(document, value={**document.value, "nextLink": None}) if whole else document)
        texts |= {f"{each}: {_PAGES}" for each in own if whole}
    return joined, [Note((), text) for text in sorted(texts)]


def _lists(page: Mapping[str, Any]) -> frozenset[str]:
    """Name the lists that a page is of: by what their elements belong to."""
    ids = [str(each["id"]) for each in page["value"] if isinstance(each, Mapping) and "id" in each]
    cut = [(id_, id_.lower().find(_CHILDREN)) for id_ in ids]
    return frozenset((id_[:at] if at > 0 else "/".join(id_.split("/")[:3])).lower() for id_, at in cut)


def _below(index: int, found: FoundSubscription) -> FoundSubscription:
    places = {path: (index, *place) for path, place in found.places.items()}
    return replace(
        found,
        path=(index, *found.path),
        members=(index, *found.members),
        name_path=(index, *found.name_path) if found.name_path else (),
        places=places,
    )


def _with_ids(topics: Sequence[FoundTopic]) -> Iterator[FoundTopic]:
    """Give a topic that a template names the ARM id of the only one of its name and source in another document."""
    for topic in topics:
        same = {
            each.known_id.lower(): each.known_id
            for each in topics
            if each.known_id and str(each.name).lower() == str(topic.name).lower() and _may_be_same(each, topic)
        }
        (id_,) = same.values() if len(same) == 1 else (None,)
        yield topic if topic.known_id or topic.urn or id_ is None else replace(topic, id=id_)


def _may_be_same(one: FoundTopic, other: FoundTopic) -> bool:
    if not isinstance(one.source, str) or not isinstance(other.source, str):
        return True
    return one.source.lower() == other.source.lower()


def _with_id(found: FoundSubscription, topics: Sequence[FoundTopic]) -> FoundSubscription:
    """Give an event subscription of a template the ARM id that follows from its topic's."""
    ids = {each.known_id for each in topics if str(each.name).lower() == str(found.topic_name).lower()}
    (id_,) = ids if len(ids) == 1 else (None,)
    if found.id or not found.nested or id_ is None or not isinstance(found.name, str):
        return found
    return replace(found, id=f"{id_}/eventSubscriptions/{found.name}")


def _merged(topics: Iterable[FoundTopic]) -> list[FoundTopic]:
    """Put together what documents say of the same topic; what one does not know another may."""
    same: dict[str, list[FoundTopic]] = defaultdict(list)
    for topic in topics:
        same[(topic.known_id or str(topic.path)).lower()].append(topic)
    return [_one_topic(each) for _, each in sorted(same.items())]


def _one_topic(same: list[FoundTopic]) -> FoundTopic:
    whole, *rest = sorted(same, key=_rank_of_topic)
    for other in rest:
        whole = replace(
            whole,
            keys=tuple(dict.fromkeys((*whole.keys, *other.keys))),
            source=whole.source or other.source,
            topic_type=whole.topic_type or other.topic_type,
            location=whole.location or other.location,
            identity=other.identity if whole.identity is UNKNOWN else whole.identity,
            tags=other.tags if whole.tags is UNKNOWN else whole.tags,
            urn=whole.urn or other.urn,
        )
    return whole


def _rank_of_topic(found: FoundTopic) -> tuple[bool, bool, bool, str]:
    """Rank by what is known of it: a template has no id, and may leave its identity out."""
    of_template = str(found.known_id).lower() not in found.keys
    return found.identity is UNKNOWN, of_template, found.urn is None, str(found.path)


def _each_once(found: Iterable[FoundSubscription], lines: list[str]) -> list[FoundSubscription]:
    """Keep one of those with the same id, the one that lost least; refuse two that say different things."""
    same: dict[str, list[FoundSubscription]] = defaultdict(list)
    for each in found:
        same[(each.id or "/".join(map(str, (*each.topics[:1], each.name, each.path)))).lower()].append(each)
    kept = []
    for _, several in sorted(same.items()):
        ranked = sorted(several, key=lambda each: (-_rank(each), _canonical(each.body)))
        best = [each for each in ranked if _rank(each) == _rank(ranked[0])]
        if any(_canonical(each.body) != _canonical(best[0].body) for each in best):
            lines.append(f"{best[0].id or best[0].name}: two documents say different things of it; give the newer one")
        kept.append(_decrypted(best[0], ranked))
    return kept


def _decrypted(found: FoundSubscription, others: Iterable[FoundSubscription]) -> FoundSubscription:
    """Take delivery attributes that a state encrypts, all or one of them, from another document."""
    body = found.body
    for outer in _DESTINATIONS:
        destination = member_at(body, outer)
        if isinstance(body, Mapping) and _are_encrypted(member_at(destination, _ATTRIBUTES)):
            places = [(*outer, *_ATTRIBUTES), (*outer, "properties", *_ATTRIBUTES)]
            there = (member_at(each.body, place) for each in others for place in places)
            known = next((each for each in there if isinstance(each, list) and not _are_encrypted(each)), SECRET)
            filled = {**destination, _ATTRIBUTES[0]: known}
            body = {**body, outer[0]: {**body[outer[0]], "destination": filled} if outer[1:] else filled}
    return replace(found, body=body)


def _are_encrypted(attributes: Any) -> bool:
    return any(each is SECRET for each in (attributes if isinstance(attributes, list) else [attributes]))


def _rank(found: FoundSubscription) -> int:
    """Rank by how little was lost: what a program wrote, ARM's answer, the CLI's print, anything else."""
    if found.urn:
        return 3
    return 0 if not found.printed else 1 if found.flattened else 2


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)
