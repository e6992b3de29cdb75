"""Documents of what exists in Azure to a stack file that takes it over, and what is to be said beside it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from azureml_events.adopt.entries import FOUND_IN_AZURE, Entries, TopicSetting, entries_of
from azureml_events.adopt.gathered import Gathered, Given, gather, name_of, topic_id_of
from azureml_events.adopt.names import LONGEST_ENTRY_KEY, LONGEST_WORKSPACE_KEY, distinct_keys, key_of
from azureml_events.adopt.programs import is_ours, pulumi_name
from azureml_events.adopt.remarks import Kind, Remark, read_without_loss
from azureml_events.adopt.workspaces import AdoptedTopic, workspace_entry
from azureml_events.base.arm_ids import parse_arm_id
from azureml_events.base.mistakes import DeclarationError, Mistake, dotted
from azureml_events.documents.azure_cli import EMPTY, WHERE_TO_LOOK
from azureml_events.documents.found import FoundSubscription, FoundTopic
from azureml_events.documents.origin import FoundWorkspace, Origin, Origins, OtherOrigin
from azureml_events.documents.sources import Sources
from azureml_events.documents.subscription import read_subscription
from azureml_events.lint.lint import analyse
from azureml_events.routing.of_stack import routed_entries
from azureml_events.stack.parse import StackError
from azureml_events.stack.stack import Stack
from azureml_events.stack.workspace import WORKSPACE
from azureml_events.stackfile.input_error import InputError
from azureml_events.stackfile.secrets import command_for
from azureml_events.stackfile.stack_file import checked_stack

Config = dict[str, dict[str, Any]]
"""The sections of a stack file by name."""

_SOURCE = "nothing says which workspace's events it takes; --source says it: --source {topic}=<workspace id>"
_LOOKED_UP = (
    "its system topic is one that the program looks up, and a preview has not its name; adopt the state instead:"
    " pulumi stack export"
)
_MADE = (
    "its Pulumi stack makes it, and the stack file only uses it: where that takes the stack over, copy what makes it"
    " (of ours: the handler or deadLetter with its 'create', a bridge's handler), or the first 'pulumi up' deletes it"
)
_PENDING = (
    "{doing} it was interrupted, so Azure may have something else than the state; let 'pulumi refresh' find out, and"
    " adopt the state after that"
)
_TWO_WAYS = (
    "made on the workspace itself, and cannot become a child of its system topic in place. Two ways out: leave it as it"
    " is, which no stack file declares; or declare a new one like it, see that both deliver (events come twice"
    " meanwhile), and delete this one"
)


@dataclass(frozen=True)
class Existing:
    """Something that exists, for a comparison with what stacks declare.

    Attributes:
        kind: `system topic` or `event subscription`.
        id: Its ARM id, as written.
    """

    kind: str
    id: str


@dataclass(frozen=True)
class Adoption:
    """What came of documents.

    Attributes:
        config: The stack file's sections; empty where nothing can be written.
        azure_subscription: The only Azure subscription of its workspaces; None where there are several.
        remarks: What is said beside it, sorted.
        existing: What exists, sorted.
    """

    config: Config
    azure_subscription: str | None
    remarks: tuple[Remark, ...]
    existing: tuple[Existing, ...]

    @property
    def complete(self) -> bool:
        """Whether all that was found is expressed."""
        return all(each.kind != "not expressed" for each in self.remarks)


def adopt(given: Iterable[Given], sources: Sequence[str] = ()) -> Adoption:
    """Write what documents hold as the sections of a stack file.

    Args:
        given: The documents, in any order.
        sources: Which workspaces system topics belong to: `TOPIC=WORKSPACE_ID`, or with one topic `WORKSPACE_ID`;
            default what the documents say.

    Raises:
        InputError: A document cannot be read or holds a part of a list, two contradict each other, or nothing in them
            can be taken over.
    """
    gathered = gather(given)
    adopter = _Adopter(gathered, sources)
    adopter.sort_out()
    adopter.write()
    return adopter.done()


@dataclass
class _Item:
    """One event subscription on its way into the stack file."""

    found: FoundSubscription
    topic: AdoptedTopic
    entries: Entries


class _Adopter:
    def __init__(self, gathered: Gathered, sources: Sequence[str]) -> None:
        self._gathered = gathered
        self._origins = Origins(gathered.found)
        owned = [(each, self._origins.origin_of(each)) for each in gathered.found.subscriptions]
        try:
            self._sources = Sources(sources, owned)
        except DeclarationError as error:
            raise InputError([str(mistake) for mistake in error.mistakes]) from None
        self._remarks: set[Remark] = set()
        self._topics: dict[str, AdoptedTopic] = {}
        self._items: list[_Item] = []
        self._refused: list[_Item] = []
        self._config: Config = {}

    def sort_out(self) -> None:
        """Find the topic of each subscription, and the workspace of each topic; say what has none."""
        for topic in self._gathered.found.topics:
            origin = self._origins.of_source(topic.source)
            if isinstance(origin, FoundWorkspace) and origin.id:
                if topic.known_id or isinstance(topic.name, str):
                    self._topic_of(topic.known_id, topic, origin.id, str(topic.name))
                else:
                    self._say(
                        "not expressed", origin.id, f"the name of its system topic is {topic.name}: no document has it"
                    )
            elif isinstance(origin, OtherOrigin):
                self._say("note", name_of(topic), f"a topic of {origin.text}; passed over")
        for found in self._gathered.found.subscriptions:
            self._sort_out(found)
        for topic in self._gathered.found.topics:
            known = isinstance(self._origins.of_source(topic.source), (FoundWorkspace, OtherOrigin))
            if not known and not any(each.topic is topic for each in self._topics.values()):
                self._say("not expressed", name_of(topic), _SOURCE.format(topic=topic.name))

    def _sort_out(self, found: FoundSubscription) -> None:
        about = name_of(found)
        origin = self._sources.origin_of(found, self._origins.origin_of(found))
        if isinstance(origin, OtherOrigin):
            self._say("note", about, f"takes the events of {origin.text}; passed over")
        elif not found.topics and found.topic_name is None:
            self._say("not expressed", about, _TWO_WAYS)
        elif not isinstance(origin, FoundWorkspace) or origin.id is None:
            topic_id = topic_id_of(found)
            command = read_without_loss(topic_id) if topic_id else ""
            self._say("not expressed", about, _SOURCE.format(topic=found.topic_name), command)
        else:
            topic = self._origins.topic_of(found)
            id_ = (topic.known_id if topic else None) or topic_id_of(found)
            name = found.topic_name if isinstance(found.topic_name, str) else None
            self._topic_of(id_, topic, origin.id, name).subscriptions.append(found)

    def _topic_of(self, id_: str | None, topic: FoundTopic | None, workspace_id: str, name: str | None) -> AdoptedTopic:
        """Find or begin a topic; its workspace's id keeps the spelling of the topic's source."""
        written = topic.source if topic and isinstance(topic.source, str) else workspace_id
        spelled = written if written.lower() == workspace_id.lower() else workspace_id
        key = (id_ or workspace_id).lower()
        return self._topics.setdefault(key, AdoptedTopic(spelled, topic, id_, name, self._gathered.programs.principals))

    def _say(self, kind: Kind, about: str, text: str, command: str = "") -> None:
        self._remarks.add(Remark(kind, about, text, command))

    def write(self) -> None:
        """Write the sections, and say what cannot be written."""
        topics = self._one_per_workspace()
        workspaces = distinct_keys({id(each): _workspace_names(each) for each in topics}, LONGEST_WORKSPACE_KEY)
        for topic in topics:
            self._write_topic(workspaces[id(topic)], topic)
        self._write_items(workspaces)
        self._say_refused(workspaces)
        self._allow_what_is_found()

    def _one_per_workspace(self) -> list[AdoptedTopic]:
        """Keep one topic of each workspace: Azure has no second one."""
        kept: dict[str, AdoptedTopic] = {}
        for _, topic in sorted(self._topics.items()):
            first = kept.setdefault(topic.workspace_id.lower(), topic)
            if first is not topic:
                self._say("not expressed", topic.about, f"{first.about} is the system topic of the same workspace")
        return list(kept.values())

    def _write_topic(self, key: str, topic: AdoptedTopic) -> None:
        if topic.is_used and topic.name is None:
            for found in topic.subscriptions:
                self._say("not expressed", name_of(found), _LOOKED_UP)
            return
        entry, remarks = workspace_entry(topic)
        self._remarks.update(remarks)
        mistakes = _mistakes_of({"workspaces": {key: entry}})
        if mistakes:
            self._say_mistakes(mistakes, topic.about, steps=1)
            return
        self._config.setdefault("workspaces", {})[key] = entry
        user_assigned = topic.user_assigned()
        for found in sorted(topic.subscriptions, key=lambda each: (each.id or str(each.name)).lower()):
            workspace = FoundWorkspace(key, topic.workspace_id)
            read = read_subscription(self._gathered.values, found, workspace)
            taken = topic.imported and found.id is not None
            setting = TopicSetting(taken, topic.ours, user_assigned[0] if user_assigned else None)
            if topic.imported and not taken:
                text = "no document says its ARM id, so it is declared as a new one and not taken over"
                self._say("not expressed", name_of(found), text)
            entries = entries_of(found, read, setting)
            self._remarks.update(entries.remarks)
            if entries.handler is not None:
                programs = self._gathered.programs
                for name in programs.made_for(found, with_store="deadLetter" in entries.subscription):
                    self._say("not expressed", name, _MADE)
                if topic.ours and str(entries.handler.get("resourceId", "")).lower() in programs.assumed:
                    entries.handler["grants"] = "assume"
                item = _Item(found, topic, entries)
                (self._refused if self._mistakes(item, key) else self._items).append(item)
        if topic.ours:
            _lift_dead_letter(entry, [each.entries.subscription for each in self._items if each.topic is topic])

    def _mistakes(self, item: _Item, workspace: str, handler: str = "handler") -> tuple[Mistake, ...]:
        """Try an entry in a stack of its own."""
        name = {} if item.entries.subscription.get("import") else {"name": str(item.found.name)}
        return _mistakes_of(
            {
                "workspaces": {workspace: self._config["workspaces"][workspace]},
                "handlers": {handler: item.entries.handler},
                "subscriptions": {"subscription": {"handler": handler, **item.entries.subscription, **name}},
            }
        )

    def _say_mistakes(self, mistakes: Sequence[Mistake], about: str, *, steps: int) -> None:
        """Say what is wrong below some steps of its path."""
        for mistake in mistakes:
            self._say("not expressed", about, f"{dotted(mistake.path[steps:])}: {mistake.message}")

    def _say_refused(self, workspaces: dict[int, str]) -> None:
        """Say why entries are not written, with the names that their handlers have or would have."""
        for item in self._refused:
            own = key_of(item.entries.handler_names[0], LONGEST_ENTRY_KEY)
            written = () if item.entries.fill_ins else self._config.get("handlers", {}).items()
            handler = next((key for key, each in written if each == item.entries.handler), own)
            mistakes = self._mistakes(item, workspaces[id(item.topic)], handler)
            self._say_mistakes(mistakes, name_of(item.found), steps=2)

    def _write_items(self, workspaces: dict[int, str]) -> None:
        several = len(self._config.get("workspaces", {})) > 1
        groups = self._same_subscriptions()
        keys = self._subscription_keys(groups, workspaces)
        handlers = self._handler_keys(keys)
        for at, group in enumerate(groups):
            key, first = keys[at], group[0]
            used = {workspaces[id(each.topic)]: handlers[id(each)] for each in group}
            same = len(set(used.values())) == 1
            entry: dict[str, Any] = {"handler": next(iter(used.values())) if same else used}
            if several and same:
                entry["workspaces"] = list(used)
            if key != first.found.name:
                entry["name"] = first.found.name
            self._config.setdefault("subscriptions", {})[key] = {**entry, **first.entries.subscription}
            for item in group:
                self._write_handler(item, key, handlers[id(item)])

    def _write_handler(self, item: _Item, key: str, handler: str) -> None:
        self._config.setdefault("handlers", {})[handler] = item.entries.handler
        for place, what in item.entries.fill_ins:
            path = ("handlers", handler, *place)
            text = f"fill in {what} of subscription {key}, which the first 'pulumi up' may then update"
            self._say("secret", dotted(path), text, command_for(path))
        if item.found.id and item.found.id.lower() in self._gathered.terraform:
            text = "Terraform manages it too; after the first 'pulumi up' take it out with 'terraform state rm'"
            self._say("note", item.found.id, text)

    def _same_subscriptions(self) -> list[list[_Item]]:
        """Put together what our own component declares of one entry, in several workspaces."""
        groups: dict[str, list[_Item]] = defaultdict(list)
        for at, item in enumerate(self._items):
            ours = pulumi_name(item.found).partition("/")[2] if is_ours(item.found) else f"\0{at}"
            groups[f"{ours} {json.dumps(item.entries.subscription, sort_keys=True)}"].append(item)
        return list(groups.values())

    def _subscription_keys(self, groups: list[list[_Item]], workspaces: dict[int, str]) -> dict[int, str]:
        wanted = {}
        for at, (item, *_) in enumerate(groups):
            name = str(item.found.name)
            own = pulumi_name(item.found).partition("/")[2] if is_ours(item.found) else name
            wanted[at] = (own, f"{workspaces[id(item.topic)]}-{name}")
        return distinct_keys(wanted, LONGEST_ENTRY_KEY)

    def _handler_keys(self, subscriptions: dict[int, str]) -> dict[int, str]:
        """Give equal handlers one key; one with a secret to fill in, which may be another each time, its own."""
        groups: dict[str, list[_Item]] = defaultdict(list)
        names: dict[str, tuple[str, ...]] = {}
        for at, group in enumerate(self._same_subscriptions()):
            for item in group:
                alone = f"\0{at}" if item.entries.fill_ins else ""
                text = json.dumps(item.entries.handler, sort_keys=True) + alone
                groups[text].append(item)
                names.setdefault(text, (subscriptions[at],) if alone else item.entries.handler_names)
        keys = distinct_keys(dict(sorted(names.items())), LONGEST_ENTRY_KEY)
        return {id(item): keys[text] for text, items in groups.items() for item in items}

    def _allow_what_is_found(self) -> None:
        """Silence the findings at level error, which Azure does not mind, each with a remark."""
        if not self._config:
            return
        entries = self._config.get("subscriptions", {})
        for found in analyse(routed_entries(self._checked())):
            entry = entries.get(found.subscription)
            if found.level == "error" and entry is not None:
                entry.setdefault("allow", {})[found.rule.name] = FOUND_IN_AZURE
                self._say("allowed", f"subscriptions.{found.subscription}", f"{found.rule.name}: {found.message}")

    def _checked(self) -> Stack:
        try:
            return checked_stack(self._config)
        except StackError as error:
            raise InputError(sorted(str(mistake) for mistake in error.mistakes)) from None

    def done(self) -> Adoption:
        """Give what came of it."""
        self._say_the_rest()
        remarks = tuple(sorted(self._remarks))
        existing = sorted(
            {
                *(Existing("system topic", each.id) for each in self._topics.values() if each.id),
                *(
                    Existing("event subscription", each.id)
                    for each in self._gathered.found.subscriptions
                    if each.id and not isinstance(self._origin(each), OtherOrigin)
                ),
            },
            key=lambda each: each.id.lower(),
        )
        if not self._config and not existing:
            lines = [_line(each) for each in remarks]
            raise InputError(
                lines or [f"nothing to take over: no system topic and no event subscription; {WHERE_TO_LOOK}"]
            )
        ids = {parse_arm_id(each["resourceId"], WORKSPACE) for each in self._config.get("workspaces", {}).values()}
        azure = {each.subscription_id.lower(): each.subscription_id for each in ids}
        only = next(iter(azure.values())) if len(azure) == 1 else None
        return Adoption(self._config, only, remarks, tuple(existing))

    def _origin(self, found: FoundSubscription) -> Origin:
        return self._sources.origin_of(found, self._origins.origin_of(found))

    def _say_the_rest(self) -> None:
        for note in self._gathered.found.notes:
            if EMPTY not in note.text:
                self._say("note", "", note.text)
        for topic in self._topics.values():
            if topic.imported and not topic.subscriptions:
                text = "no document holds an event subscription of it; this prints them"
                self._say("note", topic.about, text, read_without_loss(f"{topic.id}/eventSubscriptions"))
        programs = self._gathered.programs
        for name, doing in programs.pending:
            self._say("note", name, _PENDING.format(doing=doing))
        if programs.others:
            text = (
                f"Pulumi's document holds {programs.others} of Azure's resources beside these, which the stack"
                " file does not declare: where it takes that stack over, keep what declares them, or they are deleted"
            )
            self._say("note", "", text)


def _mistakes_of(config: Config) -> tuple[Mistake, ...]:
    try:
        checked_stack(config)
    except StackError as error:
        return error.mistakes
    return ()


def _lift_dead_letter(workspace: dict[str, Any], subscriptions: Sequence[dict[str, Any]]) -> None:
    """Write the place of dead letters that most subscriptions of a workspace have once, in the workspace."""
    places = [each.get("deadLetter") for each in subscriptions]
    if not places or None in places:  # the created store is the default
        return
    workspace["deadLetter"] = common = max(places, key=lambda each: (places.count(each), json.dumps(each)))
    for each in subscriptions:
        if each["deadLetter"] == common:
            del each["deadLetter"]


def _line(remark: Remark) -> str:
    return ": ".join(filter(None, (remark.about, remark.text)))


def _workspace_names(topic: AdoptedTopic) -> tuple[str, ...]:
    """Name a workspace by the key that our own component has for it, else as Azure does."""
    for each in (topic.topic, *topic.subscriptions):
        if each is not None and is_ours(each):
            return (pulumi_name(each).partition("/")[0],)
    id_ = parse_arm_id(topic.workspace_id, WORKSPACE)
    return id_.name, f"{id_.resource_group}-{id_.name}"
