"""A system topic of the documents as the entry of its workspace."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from azureml_events.adopt.programs import is_ours
from azureml_events.adopt.remarks import Remark, read_without_loss
from azureml_events.base.arm_ids import parse_arm_id
from azureml_events.documents.found import FoundSubscription, FoundTopic
from azureml_events.documents.unresolved import UNKNOWN, Unresolved, unresolved_in
from azureml_events.documents.values import member_at
from azureml_events.stack.workspace import ALL_IDENTITIES, SYSTEM_TOPIC_TYPE, WORKSPACE

_LIST = "az eventgrid system-topic list -o json"
_HIDDEN = "hidden-"
_USER_ASSIGNED = "UserAssigned"


@dataclass
class AdoptedTopic:
    """A system topic with its event subscriptions.

    Attributes:
        workspace_id: Its workspace's ARM id.
        topic: It, as found; None where no document holds it.
        id: Its own ARM id, as written; None where no document says it.
        name: Its name, as far as a document says it.
        principals: The principals of user-assigned identities by name, as far as they are known otherwise.
        subscriptions: Its event subscriptions.
    """

    workspace_id: str
    topic: FoundTopic | None
    id: str | None
    name: str | None
    principals: Mapping[str, str] = field(default_factory=dict)
    subscriptions: list[FoundSubscription] = field(default_factory=list)

    @property
    def ours(self) -> bool:
        """Whether our own component declares it already."""
        return (self.topic is not None and is_ours(self.topic)) or any(map(is_ours, self.subscriptions))

    @property
    def imported(self) -> bool:
        """Whether it is taken over by its id."""
        return self.id is not None and not self.ours

    @property
    def about(self) -> str:
        """What remarks call it."""
        return self.id or self.name or self.workspace_id

    @property
    def identity(self) -> Any:
        """Its `identity` as ARM has it, not known where no document says it."""
        return UNKNOWN if self.topic is None else self.topic.identity

    def user_assigned(self) -> tuple[str, str] | None:
        """Give its only identity, a user-assigned one: id and principal; None where it has another or more."""
        if self.is_used:
            return self._delivering()
        identity = self.identity
        held = identity.get("userAssignedIdentities") if isinstance(identity, Mapping) else None
        if not isinstance(identity, Mapping) or identity.get("type") != _USER_ASSIGNED:
            return None
        if not isinstance(held, Mapping) or len(held) != 1:
            return None
        ((id_, members),) = held.items()
        principal = member_at(members, ("principalId",)) or self.principals.get(str(id_).rpartition("/")[2])
        return (str(id_), principal) if isinstance(principal, str) else None

    @property
    def is_used(self) -> bool:
        """Whether our own component only uses it, so that no document of Pulumi's holds it."""
        return self.ours and self.topic is None

    def _delivering(self) -> tuple[str, str] | None:
        """Give the only user-assigned identity by which its event subscriptions deliver."""
        place = ("deliveryWithResourceIdentity", "identity", "userAssignedIdentity")
        ids = {id_ for each in self.subscriptions if isinstance(id_ := member_at(each.body, place), str)}
        known = [(id_, self.principals[name]) for id_ in ids if (name := id_.rpartition("/")[2]) in self.principals]
        return known[0] if len(ids) == len(known) == 1 else None


def workspace_entry(adopted: AdoptedTopic) -> tuple[dict[str, Any], list[Remark]]:
    """Write the entry of a topic's workspace, and what is to be said of it.

    Args:
        adopted: The topic.
    """
    entry: dict[str, Any] = {"resourceId": adopted.workspace_id}
    location = adopted.topic.location if adopted.topic else None
    if isinstance(location, str) and location.lower() != "global":
        entry["location"] = location
    topic = dict(_topic(adopted))
    if topic:
        entry["systemTopic"] = topic
    remarks = list(_said(adopted))
    tags = _tags(adopted)
    open_ = next(unresolved_in(tags), None)
    if open_ is not None:
        remarks.append(Remark("not expressed", adopted.about, f"its tags hold {open_}; none of them is declared"))
    elif any(name.startswith(_HIDDEN) for name in tags):
        text = "its tags hold hidden ones, which are Azure's; none is declared, and all stay as they are"
        remarks.append(Remark("note", adopted.about, text))
    elif tags:
        entry["tags"] = {name: str(value) for name, value in tags.items()}
    if not adopted.imported and not adopted.ours and adopted.subscriptions:
        entry["grants"] = "assume"
    return entry, remarks


def _topic(adopted: AdoptedTopic) -> Iterator[tuple[str, Any]]:
    home = parse_arm_id(adopted.workspace_id, WORKSPACE)
    if adopted.imported:
        yield "import", adopted.id
    elif adopted.name:
        if adopted.is_used:
            yield "existing", True
        yield "name", adopted.name
        if adopted.id:
            group = parse_arm_id(adopted.id, SYSTEM_TOPIC_TYPE).resource_group
            if group.lower() != home.resource_group.lower():
                yield "resourceGroup", group
    identity = _identity(adopted)
    if identity is not None:
        yield "identity", identity
    if adopted.imported and adopted.topic and adopted.topic.urn:
        yield "aliases", [adopted.topic.urn]


def _identity(adopted: AdoptedTopic) -> Any:
    """Say which identity delivers; None where nothing is known, so that nothing is changed."""
    given = adopted.identity
    user_assigned = adopted.user_assigned()
    if adopted.is_used and user_assigned:
        return dict(zip(("userAssigned", "principalId"), user_assigned, strict=True))
    type_ = given.get("type") if isinstance(given, Mapping) else given
    if isinstance(type_, Unresolved):
        return None
    kinds = {each.strip().lower() for each in str(type_).split(",")}
    if kinds == {"systemassigned"}:
        return "SystemAssigned"
    if kinds == {"systemassigned", "userassigned"}:
        return ALL_IDENTITIES if adopted.imported else None
    return dict(zip(("userAssigned", "principalId"), user_assigned, strict=True)) if user_assigned else "None"


def _tags(adopted: AdoptedTopic) -> Mapping[str, Any]:
    tags = adopted.topic.tags if adopted.topic else None
    return tags if isinstance(tags, Mapping) else {}


def _said(adopted: AdoptedTopic) -> Iterator[Remark]:
    if adopted.is_used:
        text = "its location and tags, which a created store takes: no state says them of a topic that is only used"
        yield Remark("lost", adopted.about, text)
    if adopted.ours:
        return
    if not adopted.imported:
        text = "no document says its ARM id, so it is declared as a new one and not taken over; 'import' takes it over"
        yield Remark("not expressed", adopted.about, f"{text}; so does what this prints, given beside it", _LIST)
        yield Remark("advice", adopted.about, "roles are taken as made: 'grants: create' makes them")
        return
    if adopted.topic is None or adopted.identity is UNKNOWN:
        missing = "its location, identity and tags, which stay as they are; this prints them"
        yield Remark("lost", adopted.about, missing, read_without_loss(str(adopted.id)))
    if _identity(adopted) == "None" and adopted.identity not in (None, UNKNOWN):
        names = list(_held(adopted.identity))
        if names:
            text = "it has user-assigned identities only, several or without their principal; they stay as they are"
            yield Remark("note", adopted.about, text)


def _held(identity: Any) -> Iterable[str]:
    held = identity.get("userAssignedIdentities") if isinstance(identity, Mapping) else None
    return held if isinstance(held, Mapping) else ()
