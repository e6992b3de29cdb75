"""Rules on system topics and what stands beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import Field

from azureml_events.base.model import Many
from azureml_events.documents.unresolved import Unresolved
from azureml_events.event_grid.catalogue import TOPIC_TYPE
from azureml_events.lint.rule import Example
from azureml_events.policy.event_subscription import EXTENSION_SUBSCRIPTION, SYSTEM_TOPIC, WORKSPACE_RESOURCE
from azureml_events.policy.reading import read, read_text, text_of, value_at
from azureml_events.policy.resource import Resource, Resources
from azureml_events.policy.resource_types import arm_type_in
from azureml_events.policy.rule import Question, Rule, Settings, Violation
from azureml_events.policy.settings import Name
from azureml_events.stack.workspace import WORKSPACE

_TOPIC = "microsoft.eventgrid/systemtopics"
_DIAGNOSTIC_SETTINGS = ("monitor:DiagnosticSetting", "insights:DiagnosticSetting")


class TopicLocationSettings(Settings):
    """The settings of `topic-location`."""

    locations: dict[str, str] = Field(default={})
    """The regions of sources, by ARM id; default none."""


class TopicDiagnosticsSettings(Settings):
    """The settings of `topic-diagnostics`."""

    categories: Many[Name] = ("DeliveryFailures",)
    """The categories of logs that must be kept; default `DeliveryFailures`."""


class TopicProtectedSettings(Settings):
    """The settings of `topic-protected`."""

    stacks: Many[Name] = ()
    """The stacks whose topics must be protected, by name; default all."""


def _type_at(resource: Resource, member: str) -> str | None:
    """Return the ARM type of the id that a member holds, in lower case; None where not even that is known."""
    value = value_at(resource, member)
    if isinstance(value, Unresolved) and value.same and value.known.startswith("/"):
        return arm_type_in(value.known)
    return arm_type_in(value) if isinstance(value, str) else None


def _source_resource(resources: Resources, topic: Resource) -> Resource | None:
    """Return the resource that a topic's unknown source comes from."""
    found = resources.sources_of(topic, "source")
    workspaces = [each for each in found if each.type == WORKSPACE_RESOURCE]
    return next(iter(workspaces or found), None)


def _source_key(resources: Resources, topic: Resource) -> tuple[str, str] | None:
    source = value_at(topic, "source")
    if isinstance(source, str) or (isinstance(source, Unresolved) and source.same):
        return "id", str(source).lower().rstrip("/")
    found = _source_resource(resources, topic)
    if found is None:
        return None
    return ("id", found.known_id) if found.known_id else ("urn", found.urn)


def _per_source(question: Question) -> Iterator[Violation]:
    firsts = question.resources.derived(_first_topics)
    key = _source_key(question.resources, question.resource)
    if key is None:
        if len(question.resources.of_type(SYSTEM_TOPIC)) > 1:
            read(question.resource, "source")
        return
    first = firsts.get(key)
    if first is not None and first is not question.resource:
        yield Violation(("source",), f"{first.name} is a system topic of the same source, allowed: one")


def _first_topics(resources: Resources) -> dict[tuple[str, str], Resource]:
    firsts: dict[tuple[str, str], Resource] = {}
    for topic in resources.of_type(SYSTEM_TOPIC):
        key = _source_key(resources, topic)
        if key is not None:
            firsts.setdefault(key, topic)
    return firsts


def _location(question: Question) -> Iterator[Violation]:
    topic = question.resource
    source, resource = text_of(topic, "source"), _source_resource(question.resources, question.resource)
    expected = _expected_location(question, source, resource)
    is_workspace = (
        _type_at(topic, "source") == WORKSPACE.lower()
        or (source is None and resource is not None and resource.type == WORKSPACE_RESOURCE)
        or (text_of(topic, "topicType") or "").lower() == TOPIC_TYPE.lower()
    )
    if expected is None and not is_workspace:
        if source is None and resource is None and "topicType" not in topic.inputs:
            read(topic, "source")
        return
    if resource is not None and text_of(topic, "location") is None:
        own = question.resources.sources_of(topic, "location")
        if any(each is resource for each in own):
            return
    location = read_text(topic, "location")
    if location is None:
        return
    name = _canonical(location)
    if name == "global" and is_workspace:
        yield Violation(
            ("location",), "the topic is in 'global', allowed: its workspace's region", "write the workspace's region"
        )
    elif expected is not None and name != _canonical(expected):
        yield Violation(("location",), f"the topic is in {name}, its source in {_canonical(expected)}")


def _expected_location(question: Question, source: str | None, resource: Resource | None) -> str | None:
    written: dict[str, str] = {id_.lower(): location for id_, location in question.settings.locations.items()}
    if source is not None:
        if source.lower() in written:
            return written[source.lower()]
        declared = question.resources.of_type(WORKSPACE_RESOURCE)
        resource = next((each for each in declared if each.known_id == source.lower()), None)
    return text_of(resource, "location") if resource is not None else None


def _canonical(location: str) -> str:
    return location.replace(" ", "").lower()


def _type(question: Question) -> Iterator[Violation]:
    written = read_text(question.resource, "topicType")
    if written is None:
        return
    type_ = _type_at(question.resource, "source")
    if type_ is None:
        resource = _source_resource(question.resources, question.resource)
        if resource is None or resource.type != WORKSPACE_RESOURCE:
            read(question.resource, "source")
            return
        wanted = TOPIC_TYPE
    else:
        if type_.count("/") != 1:
            return
        wanted = TOPIC_TYPE if type_ == WORKSPACE.lower() else type_.replace("/", ".")
    if written.lower() != wanted.lower():
        yield Violation(
            ("topicType",),
            f"topicType is {written}, the source's is {wanted}",
            f"write topicType: {wanted}",
        )


def _scope_type(question: Question) -> str | None:
    """Return the ARM type of an extension subscription's scope, in lower case; undecided where nothing says it."""
    type_ = _type_at(question.resource, "scope")
    if type_ is not None:
        return type_
    types = {each.type for each in question.resources.sources_of(question.resource, "scope")}
    if types == {WORKSPACE_RESOURCE}:
        return WORKSPACE.lower()
    if types == {SYSTEM_TOPIC}:
        return _TOPIC
    if len(types) != 1:
        read(question.resource, "scope")
    return None


def _scoped(question: Question) -> Iterator[Violation]:
    if _scope_type(question) == WORKSPACE.lower():
        yield Violation(("scope",), "the subscription is on the workspace itself, past its system topic")


def _scoped_to_topic(question: Question) -> Iterator[Violation]:
    if _scope_type(question) == _TOPIC:
        yield Violation(("scope",), "the scope is a system topic, which Azure refuses: API not supported")


def _diagnostics(question: Question) -> Iterator[Violation]:
    if not question.resources.is_whole:
        return
    topic, wanted = question.resource, set(question.settings.categories)
    undecided: Resource | None = None
    for setting in question.resources.of_type(*_DIAGNOSTIC_SETTINGS):
        watches = _watches(question, setting, topic)
        if watches is None:
            undecided = setting
        elif watches:
            wanted -= _kept(read(setting, "logs"), wanted)
    if wanted and undecided is not None:
        read(undecided, "resourceUri")
    if wanted:
        yield Violation(
            (),
            f"no diagnostic setting keeps the topic's {', '.join(sorted(wanted))}",
            "write diagnostics: {workspaceId: …} in the workspace or the defaults, or declare a DiagnosticSetting with "
            "these categories, or with categoryGroup: allLogs",
        )


def _watches(question: Question, setting: Resource, topic: Resource) -> bool | None:
    """Tell whether a diagnostic setting is for a topic; None where that is not known."""
    sources = question.resources.sources_of(setting, "resourceUri")
    if any(each is topic for each in sources):
        return True
    uri = text_of(setting, "resourceUri")
    if uri is None:
        return False if setting.sources.get("resourceUri") else None
    id_, name = topic.known_id, text_of(topic, "systemTopicName")
    if id_ is not None:
        return uri.lower().rstrip("/") == id_
    end = f"/resourcegroups/{text_of(topic, 'resourceGroupName')}/providers/{_TOPIC}/{name}"
    return uri.lower().rstrip("/").endswith(end.lower())


def _kept(logs: object, wanted: set[str]) -> set[str]:
    kept: set[str] = set()
    for each in logs if isinstance(logs, list) else ():
        if not isinstance(each, Mapping) or each.get("enabled") is not True:
            continue
        if each.get("categoryGroup") == "allLogs":
            return set(wanted)
        category = each.get("category")
        kept |= {category} if isinstance(category, str) else set()
    return kept


def _protected(question: Question) -> Iterator[Violation]:
    stacks, parts = question.settings.stacks, question.resource.urn.split(":")
    stack = parts[2] if len(parts) > 2 else ""  # noqa: PLR2004 - urn:pulumi:<stack>
    if not question.resource.protect and (not stacks or stack in stacks):
        yield Violation((), "the topic is not protected")


_WORKSPACE_ID = (
    "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/"
    "Microsoft.MachineLearningServices/workspaces/ml"
)

TOPIC_RULES = (
    Rule(
        "topic-per-source",
        "A source has one system topic.",
        why="Azure refuses the second one, and no preview sees it.",
        severity="high",
        level="error",
        types=(SYSTEM_TOPIC,),
        check=_per_source,
        fix="Deliver with the subscriptions of one topic.",
        example=Example(
            f"# another system topic has the same source\nsource: {_WORKSPACE_ID}\n", f"source: {_WORKSPACE_ID}\n"
        ),
        reads_others=True,
    ),
    Rule(
        "topic-location",
        "A system topic is in its source's region, for a workspace never in 'global'.",
        why="Azure refuses a topic in another region.",
        severity="high",
        level="error",
        types=(SYSTEM_TOPIC,),
        check=_location,
        fix="Write the source's region.",
        example=Example(
            f"source: {_WORKSPACE_ID}\nlocation: global\n", f"source: {_WORKSPACE_ID}\nlocation: westeurope\n"
        ),
        settings=TopicLocationSettings,
        reads_others=True,
    ),
    Rule(
        "topic-type",
        "A system topic's type is that of its source.",
        why="Azure refuses a topic of another type.",
        severity="high",
        level="error",
        types=(SYSTEM_TOPIC,),
        check=_type,
        fix=f"Write topicType: {TOPIC_TYPE} for a workspace.",
        example=Example(
            f"source: {_WORKSPACE_ID}\ntopicType: Microsoft.Storage.StorageAccounts\n",
            f"source: {_WORKSPACE_ID}\ntopicType: {TOPIC_TYPE}\n",
        ),
    ),
    Rule(
        "scoped-subscription",
        "No event subscription is on a workspace itself.",
        why="It goes past the system topic: without its identity, on a hidden topic, and deleted with the workspace.",
        severity="medium",
        level="warning",
        types=(EXTENSION_SUBSCRIPTION,),
        check=_scoped,
        fix="Write a SystemTopicEventSubscription of the workspace's system topic.",
        example=Example(f"scope: {_WORKSPACE_ID}\n", "scope: /subscriptions/00000000-0000-0000-0000-000000000001\n"),
    ),
    Rule(
        "scoped-to-topic",
        "No event subscription has a system topic for its scope.",
        why="Azure refuses it: API not supported.",
        severity="high",
        level="error",
        types=(EXTENSION_SUBSCRIPTION,),
        check=_scoped_to_topic,
        fix="Write a SystemTopicEventSubscription.",
        example=Example(
            "scope: /subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/"
            "Microsoft.EventGrid/systemTopics/ml-events\n",
            "scope: /subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg\n",
        ),
    ),
    Rule(
        "topic-diagnostics",
        "A system topic has a diagnostic setting that keeps its delivery failures.",
        why="Without one nobody sees that deliveries fail.",
        severity="medium",
        level="warning",
        types=(SYSTEM_TOPIC,),
        check=_diagnostics,
        fix="Write diagnostics: {workspaceId: …} in the workspace or the defaults, or declare a DiagnosticSetting with "
        "the category DeliveryFailures, or with categoryGroup: allLogs.",
        example=Example(
            "# no diagnostic setting for the topic\nlocation: westeurope\n",
            "# a diagnostic setting keeps DeliveryFailures\nlocation: westeurope\n",
        ),
        settings=TopicDiagnosticsSettings,
        reads_others=True,
    ),
    Rule(
        "topic-protected",
        "A system topic is protected.",
        why="Deleting it deletes all its subscriptions.",
        severity="low",
        level="off",
        types=(SYSTEM_TOPIC,),
        check=_protected,
        fix="Give it the option protect=True.",
        example=Example("options: {protect: false}\n", "options: {protect: true}\n"),
        settings=TopicProtectedSettings,
    ),
)
"""Rules on system topics and what stands beside them."""
