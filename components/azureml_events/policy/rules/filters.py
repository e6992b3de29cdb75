"""Rules on which events a subscription takes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from azureml_events.base.mistakes import MemberPath
from azureml_events.base.model import Many
from azureml_events.documents.body import Body
from azureml_events.documents.unresolved import Unresolved
from azureml_events.event_grid.catalogue import PREFIX, TOPIC_TYPE
from azureml_events.event_grid.delivery import DEFAULT_SCHEMA
from azureml_events.lint.never import find_never_matching
from azureml_events.lint.rule import Example
from azureml_events.policy.event_subscription import (
    EVENT_SUBSCRIPTIONS,
    EXTENSION_SUBSCRIPTION,
    SYSTEM_TOPIC,
    SYSTEM_TOPIC_SUBSCRIPTION,
    WORKSPACE_RESOURCE,
    endpoint_type,
)
from azureml_events.policy.reading import UndecidedError, read, read_beginning, read_list
from azureml_events.policy.resource import Resource, Resources
from azureml_events.policy.rule import Question, Rule, Settings, Violation
from azureml_events.policy.settings import EndpointKind
from azureml_events.routing.subscription import RoutedSubscription
from azureml_events.stack.workspace import WORKSPACE

_TYPES = ("filter", "includedEventTypes")

_Source = Literal["workspace", "other", "unknown"]


def _never_matches(question: Question) -> Iterator[Violation]:
    resource = question.resource
    source = _source_of_own(question)
    if source == "workspace":
        yield from _never(resource)
    elif source == "unknown" and _would_matter(resource):
        raise UndecidedError(("scope",) if resource.type == EXTENSION_SUBSCRIPTION else _unknown_types(resource))


def _never_matches_by_topic(question: Question) -> Iterator[Violation]:
    resource = question.resource
    if _source_of_own(question) == "workspace":
        return
    source = _source_of_topic(question)
    if source == "workspace":
        yield from _never(resource)
    elif source == "unknown" and _would_matter(resource):
        raise UndecidedError(("systemTopicName",))


def _never(resource: Resource) -> Iterator[Violation]:
    """Yield what a subscription of a workspace can never match: what lint's `never-…` rules prove of it."""
    body = Body(resource.inputs)
    scope = read_beginning(resource, "scope")
    routed = RoutedSubscription(
        workspace="",
        name=resource.name,
        filter=body.filter.filter.model_copy(update={"included_event_types": _named_types(resource)}),
        workspace_id=scope[0] if scope and scope[1] else None,
        delivery_schema=body.schema or DEFAULT_SCHEMA,
        path=("filter",),
        placed_filters=body.filter.written,
        in_arm_words=True,
    )
    found = False
    for each in find_never_matching(routed):
        if each.rule.name.startswith("never-"):
            found = True
            yield Violation(each.path, f"{each.message} ({each.rule.name})", each.fix, detail=each.rule.name)
    # Conditions are ANDed: what is proven stands, whatever the unknown ones are.
    if not found and body.filter.open:
        raise UndecidedError(next(iter(body.filter.open)))
    schema = ("eventDeliverySchema",)
    if not found and schema in body.open and body.filter.unknown:
        raise UndecidedError(schema)


def _named_types(resource: Resource) -> tuple[str, ...] | None:
    """Return the event types that a subscription names, also of other providers; None for all, and where unknown."""
    names = _event_types(resource)
    if not names or names == ["All"] or not all(isinstance(name, str) for name in names):
        return None
    return tuple(names)


def _would_matter(resource: Resource) -> bool:
    """Tell whether it matters that the source is a workspace."""
    try:
        return any(True for _ in _never(resource))
    except UndecidedError:
        return True


def _source_of_own(question: Question) -> _Source:
    """Tell by its event types, or what it extends, whose events a subscription takes."""
    resource = question.resource
    names = _event_types(resource)
    if any(isinstance(name, str) and name.lower().startswith(PREFIX.lower()) for name in names or ()):
        return "workspace"
    if resource.type == EXTENSION_SUBSCRIPTION:
        return _source(question.resources, resource, "scope")
    return "unknown" if names is None or any(isinstance(name, Unresolved) for name in names) else "other"


def _source_of_topic(question: Question) -> _Source:
    """Tell by its system topic, one of the program, whose events a subscription takes."""
    resource, resources = question.resource, question.resources
    topics = [each for each in resources.sources_of(resource, "systemTopicName") if each.type == SYSTEM_TOPIC]
    name = read_beginning(resource, "systemTopicName")
    if not topics and name and name[1]:
        topics = [each for each in resources.of_type(SYSTEM_TOPIC) if _is_named(each, name[0])]
        if not topics:
            return "other"
    found = {_source_of(resources, each) for each in topics}
    return found.pop() if len(found) == 1 else "unknown"


def _is_named(topic: Resource, name: str) -> bool:
    written = read_beginning(topic, "systemTopicName")
    return written is not None and written[1] and written[0].lower() == name.lower()


def _source_of(resources: Resources, topic: Resource) -> _Source:
    source = _source(resources, topic, "source")
    kind = read_beginning(topic, "topicType")
    if source == "unknown" and kind and kind[1]:
        return "workspace" if kind[0].lower() == TOPIC_TYPE.lower() else "other"
    return source


def _source(resources: Resources, resource: Resource, member: str) -> _Source:
    """Tell whether a member names a workspace; an unknown one by the resource that it comes from."""
    written = read_beginning(resource, member)
    if written and f"/providers/{WORKSPACE}/".lower() in written[0].lower():
        return "workspace"
    if written is None or written[1]:
        return "other"
    origins = {each.type for each in resources.sources_of(resource, member)}
    if WORKSPACE_RESOURCE in origins:
        return "workspace"
    return "other" if origins else "unknown"


def _event_types(resource: Resource) -> list[Any] | None:
    """Return the event types that a subscription names, known or not; None where not even the list is known."""
    try:
        return read_list(resource, *_TYPES)
    except UndecidedError:
        return None


def _unknown_types(resource: Resource) -> MemberPath:
    """Return the path of what is not known of the event types."""
    try:
        for index in range(len(read_list(resource, *_TYPES))):
            read(resource, *_TYPES, index)
    except UndecidedError as error:
        return error.member
    return _TYPES


class AllEventsSettings(Settings):
    """The settings of `all-events`."""

    except_kinds: Many[EndpointKind] = ("EventHub",)
    """The types of endpoint that may take all events; default `EventHub`."""


def _all_events(question: Question) -> Iterator[Violation]:
    resource = question.resource
    narrowing = (
        _TYPES,
        ("filter", "subjectBeginsWith"),
        ("filter", "subjectEndsWith"),
        ("filter", "advancedFilters"),
    )
    # A member that narrows is enough, whatever the unknown ones are.
    unknown: list[UndecidedError] = []
    for member in narrowing:
        try:
            if _narrows(resource, member):
                return
        except UndecidedError as error:
            unknown.append(error)
    if endpoint_type(resource) in question.settings.except_kinds:
        return
    if unknown:
        raise unknown[0]
    yield Violation(("filter",), "it takes all events, allowed: named event types, or a filter")


def _narrows(resource: Resource, member: MemberPath) -> bool:
    given = read(resource, *member)
    if member == _TYPES and isinstance(given, list) and len(given) == 1:
        given = [read(resource, *member, 0)]
    return given not in (None, "", [], ["All"])


_NEVER = "filter: {includedEventTypes: [Microsoft.MachineLearningServices.ModelRegistered], subjectBeginsWith: '%s'}\n"
_HOOK = "destination: {endpointType: WebHook, endpointUrl: 'https://hooks.example.com/events'}\n"
_OWN_TYPES = (SYSTEM_TOPIC_SUBSCRIPTION, EXTENSION_SUBSCRIPTION)

FILTER_RULES = (
    Rule(
        "never-matches",
        "A filter on a workspace's events can match some event.",
        why="Nothing is delivered, and nothing says so.",
        severity="high",
        level="error",
        types=_OWN_TYPES,
        check=_never_matches,
        fix="Mend the filter as the message says; `azureml-events events` prints what events hold.",
        example=Example(_NEVER % "/models/churn", _NEVER % "models/churn:"),
    ),
    Rule(
        "never-matches-by-topic",
        "A filter on the events of a workspace's system topic can match some event.",
        why="Nothing is delivered, and nothing says so.",
        severity="high",
        level="error",
        types=(SYSTEM_TOPIC_SUBSCRIPTION,),
        check=_never_matches_by_topic,
        fix="Mend the filter as the message says; `azureml-events events` prints what events hold.",
        example=Example(
            "filter: {includedEventTypes: [Microsoft.Storage.BlobCreated]}\n",
            "filter: {includedEventTypes: [Microsoft.MachineLearningServices.ModelRegistered]}\n",
        ),
        reads_others=True,
    ),
    Rule(
        "all-events",
        "An event subscription names event types or filters events.",
        why="It pays for, hands over and reacts to more than it needs, also to events of types that Azure adds later.",
        severity="medium",
        level="warning",
        types=EVENT_SUBSCRIPTIONS,
        check=_all_events,
        fix="Name the event types in includedEventTypes, or filter them.",
        example=Example(
            _HOOK, _HOOK + "filter: {includedEventTypes: [Microsoft.MachineLearningServices.ModelRegistered]}\n"
        ),
        settings=AllEventsSettings,
    ),
)
