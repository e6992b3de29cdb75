"""What a program delivers where, in words: the summary of a preview."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from azureml_events.base.mistakes import no_such
from azureml_events.base.names import COMPONENT
from azureml_events.cli.settings import (
    EVENT_SUBSCRIPTIONS,
    SYSTEM_TOPIC,
    SYSTEM_TOPIC_EVENT_SUBSCRIPTION,
    WORKFLOW,
    describe_event_subscription,
    named_in,
)
from azureml_events.event_grid.catalogue import short_name
from azureml_events.handlers.endpoint import shown_names
from azureml_events.offline.part import below, part_of
from azureml_events.offline.recording import Recording, Registration, in_dependency_order
from azureml_events.offline.wire import UNKNOWN
from azureml_events.resources.declared import DeclaredWorkspace
from azureml_events.stack.delivery import Delivery
from azureml_events.stack.stack import Stack
from azureml_events.stack.subscription import Subscription
from azureml_events.stack.topics import Topic
from azureml_events.stackfile.input_error import InputError

DEAD_LETTER = "dead letter"
DISABLED = "disabled"

Fact = tuple[str, str]
"""A label and a text."""


@dataclass(frozen=True)
class SubscriptionSummary:
    """What one event subscription does.

    Attributes:
        name: Its name.
        facts: What it delivers (`when`, `if`), where (`to`, `dead letter`), and why not yet (`disabled`).
    """

    name: str
    facts: tuple[Fact, ...]

    @property
    def disabled(self) -> bool:
        """Whether it is not declared yet."""
        return any(label == DISABLED for label, _ in self.facts)


@dataclass(frozen=True)
class WorkspaceSummary:
    """What happens to the events of one workspace.

    Attributes:
        name: The workspace's name.
        topic: Its system topic, in words.
        subscriptions: Its event subscriptions.
        roots: The URNs of the resources that are its own, the uppermost ones.
        watched: What is kept and told of its deliveries.
    """

    name: str
    topic: str
    subscriptions: tuple[SubscriptionSummary, ...]
    roots: frozenset[str]
    watched: tuple[Fact, ...] = ()

    @property
    def dead_letter(self) -> str | None:
        """What holds of the dead letters of most of its event subscriptions; None where nothing is said."""
        said = Counter(text for each in self.subscriptions for label, text in each.facts if label == DEAD_LETTER)
        return said.most_common(1)[0][0] if said else None


def summarize(recording: Recording, declared: Sequence[DeclaredWorkspace]) -> list[WorkspaceSummary]:
    """Summarize what a program delivers where.

    Args:
        recording: What it registered; what its own event subscriptions say is taken from here, as far as it is known.
        declared: The workspaces that it declared with our component.
    """
    ours = [each for each in recording.resources if each.type == COMPONENT]
    own = below(recording.resources, {each.urn for each in ours})
    origins = Origins(recording.resources)
    raw = [each for each in in_dependency_order(recording.resources) if each.urn not in own]
    return [*(_declared(each, ours, origins) for each in declared), *_raw(raw, origins)]


_HELD_IN: Mapping[str, Sequence[str]] = {
    "to": ("destination", "deliveryWithResourceIdentity"),
    DEAD_LETTER: ("deadLetterDestination", "deadLetterWithResourceIdentity"),
}
"""The inputs of an event subscription that a fact is about."""


class Origins:
    """Names the resources of a program whose outputs stand in the inputs of others.

    Args:
        resources: The resources of the program.
    """

    def __init__(self, resources: Iterable[Registration]) -> None:
        self._by_urn = {each.urn: each for each in resources}
        self._by_name = {(each.type, each.name): each for each in self._by_urn.values()}

    def complete(self, facts: Iterable[Fact], name: str) -> tuple[Fact, ...]:
        """Name in facts what only a deployment knows by the one resource of the program that it comes from.

        Args:
            facts: The facts about an event subscription.
            name: Its Pulumi name.
        """
        registered = next((each for kind in EVENT_SUBSCRIPTIONS if (each := self._by_name.get((kind, name)))), None)
        workflow = self._by_name.get((WORKFLOW, f"{name}/workflow"))
        found = []
        for label, text in facts:
            held = self._named(registered, _HELD_IN.get(label, ()))
            if label == "to" and workflow:
                held = self._named(workflow, ("definition",))
            known = len(held) == 1 and UNKNOWN.value in text and text != UNKNOWN.value
            found.append((label, text.replace(UNKNOWN.value, held.pop()) if known else text))
        return tuple(found)

    def _named(self, resource: Registration | None, members: Sequence[str]) -> set[str]:
        """Collect the names of the resources that inputs of one come from."""
        if resource is None or resource.request is None:
            return set()
        given = resource.request.propertyDependencies
        urns = {urn for member in members if member in given for urn in given[member].urns}
        return {self._by_urn[urn].name for urn in urns if urn in self._by_urn}


def _declared(declared: DeclaredWorkspace, components: Iterable[Registration], origins: Origins) -> WorkspaceSummary:
    stack, key = declared.stack, declared.key
    return WorkspaceSummary(
        name=key,
        topic=_topic(stack.topics[key]),
        subscriptions=tuple(_delivery(each, origins) for each in stack.deliveries if each.workspace == key),
        roots=frozenset(each.urn for each in components if each.name == key),
        watched=tuple(_watched(stack, key)),
    )


def _watched(stack: Stack, key: str) -> Iterator[Fact]:
    """Yield where the log of failed deliveries is kept, whom alerts tell, and what of."""
    workspace = stack.workspaces[key]
    diagnostics, alerts = stack.defaults.diagnostics_of(workspace), stack.defaults.alerts_of(workspace)
    if diagnostics:
        yield "log of failed deliveries", shown_names(diagnostics.workspace_id)
    if alerts and stack.alerts[key]:
        yield "alerts", f"to action group {shown_names(alerts.action_group_id)}, when"
        yield from (("", each.text) for each in stack.alerts[key])


def _topic(topic: Topic) -> str:
    if topic.existing:
        return f"{topic.name}, existing"
    return f"{topic.name}, taken over" if topic.import_id else f"{topic.name}, new"


def _delivery(delivery: Delivery, origins: Origins) -> SubscriptionSummary:
    subscription = delivery.subscription
    receiver = delivery.handler.describe()
    to = receiver if delivery.handler_name == delivery.key else f"{delivery.handler_name}: {receiver}"
    facts = [*_chosen(subscription), ("to", to), (DEAD_LETTER, delivery.dead_letter.describe())]
    if subscription.disabled:
        facts.insert(0, (DISABLED, subscription.disabled))
    return SubscriptionSummary(delivery.key, origins.complete(facts, f"{delivery.workspace}/{delivery.key}"))


def _chosen(subscription: Subscription) -> Iterator[Fact]:
    """Yield which events it delivers."""
    intent, filters = subscription.intent, subscription.filter
    if intent:
        yield "when", intent.meaning
        yield from (("if", text) for text in intent.conditions())
    else:
        types = filters.included_event_types
        yield "when", "any event" if types is None else " or ".join(map(short_name, types))
    cased = " (in this case)" if filters.is_subject_case_sensitive else ""
    own_prefix = subscription.subject_begins_with
    for words, wanted in (("begins with", own_prefix), ("ends with", subscription.subject_ends_with)):
        if wanted:
            yield "if", f"subject {words} '{wanted}'{cased}"
    yield from (("if", each.describe()) for each in subscription.advanced_filters)


def _raw(resources: Sequence[Registration], origins: Origins) -> Iterator[WorkspaceSummary]:
    """Yield what the event subscriptions say that a program registers itself, by their source."""
    topics = {each.urn: each for each in resources if each.type == SYSTEM_TOPIC}
    found: dict[tuple[str, str], list[Registration]] = {}
    for each in resources:
        if each.type in EVENT_SUBSCRIPTIONS:
            of_topic = each.type == SYSTEM_TOPIC_EVENT_SUBSCRIPTION
            topic = next((topics[urn] for urn in each.dependencies if of_topic and urn in topics), None)
            found.setdefault(_origin(each, topic), []).append(each)
    for (name, topic_text), subscriptions in found.items():
        yield WorkspaceSummary(
            name=name,
            topic=topic_text,
            subscriptions=tuple(
                SubscriptionSummary(each.name, origins.complete(describe_event_subscription(each.inputs), each.name))
                for each in subscriptions
            ),
            roots=frozenset(each.urn for each in subscriptions),
        )


def _origin(subscription: Registration, topic: Registration | None) -> tuple[str, str]:
    """Name the workspace that an event subscription belongs to, and say what stands between them."""
    if topic:
        name = named_in(topic.inputs, "systemTopicName") or topic.name
        return named_in(topic.inputs, "source") or topic.name, name
    scope = named_in(subscription.inputs, "scope")
    if scope:
        return scope, "none: subscribed by the workspace's id"
    name = named_in(subscription.inputs, "systemTopicName") or subscription.name
    return name, f"{name}, existing"


def one_workspace(
    recording: Recording, summary: Sequence[WorkspaceSummary], name: str
) -> tuple[Recording, list[WorkspaceSummary]]:
    """Take the part of a preview that one workspace is about, with what it needs.

    Args:
        recording: What the program registered.
        summary: What it delivers where.
        name: The workspace's name.

    Raises:
        InputError: There is no such workspace.
    """
    chosen = [each for each in summary if each.name == name]
    if not chosen:
        raise InputError([f"--workspace: {no_such('workspace', name, [each.name for each in summary])}"])
    wanted = frozenset[str]().union(*(each.roots for each in chosen))
    others = frozenset[str]().union(*(each.roots for each in summary)) - wanted
    part = part_of(recording, wanted, others)
    identities = _workflows(recording.resources) - _workflows(part.resources)
    names = {each.name for each in summary}
    outputs = {key: _of_workspace(value, name, names, identities) for key, value in recording.outputs.items()}
    messages = tuple(each for each in part.messages if not _mentions(each.text, identities))
    return replace(part, outputs=outputs, messages=messages), chosen


def _workflows(resources: Iterable[Registration]) -> set[str]:
    """Collect the names of workflows, by which prerequisites name their identities."""
    return {name for each in resources if each.type == WORKFLOW and (name := named_in(each.inputs, "workflowName"))}


def _of_workspace(output: Any, name: str, names: Collection[str], identities: Collection[str]) -> Any:
    """Take one workspace's part of an output that has one for each, or that lists what identities need."""
    if isinstance(output, Mapping) and output and output.keys() <= set(names):
        return {key: value for key, value in output.items() if key == name}
    if isinstance(output, list):
        return [each for each in output if not _mentions(str(each), identities)]
    return output


def _mentions(text: str, names: Collection[str]) -> bool:
    return any(name in text for name in names)
