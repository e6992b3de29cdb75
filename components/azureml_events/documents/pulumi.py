"""The event subscriptions of a Pulumi state or preview: `pulumi stack export`, `pulumi preview --json` and our own.

Signatures of secrets and unknown values: Pulumi's SDK, as states and previews print them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from azureml_events.base.mistakes import MemberPath
from azureml_events.documents.found import Found, FoundSubscription, FoundTopic, Note
from azureml_events.documents.unresolved import SECRET, UNKNOWN, Text, Unresolved

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a constant of Pulumi's format
_OUTPUT_SIGNATURE = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
_UNKNOWN = {
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "1c4a061d-8073-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    "<unknown>",
}
_SECRET = {"[secret]", "<secret>"}

_NATIVE = re.compile(r"azure-(?:native|nextgen)[^:]*:(eventgrid|machinelearningservices)(?:/[^:]*)?:(\w+)")
_CLASSIC = re.compile(r"azure:eventgrid/[^:]*:(\w*EventSubscription)")
_DEEPEST = 100


@dataclass(frozen=True)
class _Resource:
    """A resource of a state or preview."""

    path: MemberPath
    urn: str
    kind: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    id: str | None
    dependencies: Mapping[str, list[str]]
    inputs_name: str = "inputs"
    waits_for: frozenset[str] | None = None

    def unordered(self, topic_name: Text | None, topics: Mapping[str, _Resource]) -> bool:
        """Tell whether it surely does not wait for the topic of its document that it names."""
        topic = topics.get(topic_name.lower()) if isinstance(topic_name, str) else None
        return topic is not None and self.waits_for is not None and topic.urn not in self.waits_for

    def text(self, *names: str) -> Text | None:
        """Find the first of some members that holds a text, among inputs before outputs."""
        for name in names:
            for members in (self.inputs, self.outputs):
                if isinstance(members.get(name), (str, Unresolved)) and members[name] != "":
                    return members[name]  # type: ignore[no-any-return]
        return None


def is_pulumi(value: object) -> bool:
    """Tell whether a JSON value is a state or preview of Pulumi's, or our own preview."""
    if not isinstance(value, Mapping):
        return False
    deployment = value.get("deployment")
    state = isinstance(deployment, Mapping) and ("resources" in deployment or "manifest" in deployment)
    own = "stack" in value and isinstance(value.get("resources"), list) and "contentVersion" not in value
    return state or own or isinstance(value.get("steps"), list)


def read_pulumi(value: Mapping[str, Any]) -> Found:
    """Find the system topics and event subscriptions that a state or preview declares.

    Args:
        value: The state or preview.
    """
    notes: list[Note] = []
    resources = {(each.urn or str(each.path)): each for each in _resources(value, notes)}
    declared = [each for each in resources.values() if each.kind == "SystemTopic"]
    named = {name.lower(): each for each in declared if isinstance(name := each.text("systemTopicName"), str)}
    return Found(
        tuple(_topic(each, resources) for each in declared),
        tuple(_subscription(each, named) for each in resources.values() if each.kind.endswith("EventSubscription")),
        tuple(notes),
    )


def _resources(value: Mapping[str, Any], notes: list[Note]) -> Iterator[_Resource]:
    waits = _waits({str(state.get("urn")): state for _, state in _states(value)})
    for path, written in _states(value):
        type_ = written.get("type")
        if not isinstance(type_, str) or written.get("delete") is True:
            continue
        classic = _CLASSIC.fullmatch(type_)
        if classic:
            notes.append(Note(path, f"{classic[1]} of the classic azure provider is not read; passed over"))
        native = _NATIVE.fullmatch(type_)
        if native:
            yield _resource(path, written, native[2], waits(written))


def _waits(states: Mapping[str, Mapping[str, Any]]) -> Callable[[Mapping[str, Any]], frozenset[str] | None]:
    """Make a function that lists all that a resource waits for: what it depends on and stands below, and so on."""

    def waits(written: Mapping[str, Any]) -> frozenset[str] | None:
        if not isinstance(written.get("dependencies"), list) and "propertyDependencies" not in written:
            return None
        reached: set[str] = set()
        left = [written]
        while left:
            state = left.pop()
            named = state.get("propertyDependencies")
            urns = [urn for each in (named.values() if isinstance(named, Mapping) else ()) for urn in _urns(each)]
            parent = state.get("parent")
            for urn in (*_urns(state.get("dependencies")), *urns, *([parent] if isinstance(parent, str) else [])):
                if urn not in reached:
                    reached.add(urn)
                    left += [states[urn]] if urn in states else []
        return frozenset(reached)

    return waits


def _states(value: Mapping[str, Any]) -> Iterator[tuple[MemberPath, Mapping[str, Any]]]:
    deployment, steps = value.get("deployment"), value.get("steps")
    if isinstance(deployment, Mapping):
        yield from _maps(("deployment", "resources"), deployment.get("resources"))
    elif isinstance(steps, list):
        for path, step in _maps(("steps",), steps):
            state = step.get("newState")
            if isinstance(state, Mapping):
                yield (*path, "newState"), {"urn": step.get("urn"), **state}
    else:
        yield from _maps(("resources",), value.get("resources"))


def _maps(at: MemberPath, items: object) -> Iterator[tuple[MemberPath, Mapping[str, Any]]]:
    for index, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, Mapping):
            yield (*at, index), item


def _resource(path: MemberPath, written: Mapping[str, Any], kind: str, waits_for: frozenset[str] | None) -> _Resource:
    inputs, outputs = _plain(written.get("inputs")), _plain(written.get("outputs"))
    given = isinstance(inputs, Mapping) and bool(inputs)
    named = written.get("propertyDependencies")
    dependencies = {"": _urns(written.get("dependencies"))}
    for member, urns in named.items() if isinstance(named, Mapping) else ():
        dependencies[str(member)] = _urns(urns)
    return _Resource(
        path=path,
        urn=str(written.get("urn") or ""),
        kind=kind,
        inputs=inputs if given else outputs if isinstance(outputs, Mapping) else {},
        outputs=outputs if isinstance(outputs, Mapping) else {},
        id=written["id"] if isinstance(written.get("id"), str) else None,
        dependencies=dependencies,
        inputs_name="inputs" if given else "outputs",
        waits_for=waits_for,
    )


def _urns(value: object) -> list[str]:
    return [urn for urn in value if isinstance(urn, str)] if isinstance(value, list) else []


def _plain(value: Any, depth: int = 0) -> Any:
    """Strip a value of Pulumi's signatures: what is secret or unknown becomes `Unresolved`."""
    if depth > _DEEPEST or (isinstance(value, str) and value in _UNKNOWN):
        return UNKNOWN
    if isinstance(value, str):
        return SECRET if value in _SECRET else value
    if isinstance(value, list):
        return [_plain(element, depth + 1) for element in value]
    return _plain_map(value, depth) if isinstance(value, Mapping) else value


def _plain_map(value: Mapping[str, Any], depth: int) -> Any:
    signature = value.get(_SIGNATURE)
    if signature == _SECRET_SIGNATURE or (signature == _OUTPUT_SIGNATURE and value.get("secret") is True):
        return SECRET
    if signature == _OUTPUT_SIGNATURE:
        return _plain(value["value"], depth + 1) if "value" in value else UNKNOWN
    return {name: _plain(member, depth + 1) for name, member in value.items() if not name.startswith("__")}


def _topic(resource: _Resource, resources: Mapping[str, _Resource]) -> FoundTopic:
    name = resource.text("systemTopicName", "name")
    keys = [resource.urn, resource.id, name if isinstance(name, str) else None]
    source = resource.text("source")
    if not isinstance(source, str):
        source = _workspace(resource, resources) or source
    return FoundTopic(
        keys=tuple(key.lower() for key in keys if key),
        name=name or UNKNOWN,
        source=source,
        topic_type=resource.text("topicType"),
        path=resource.path,
        identity=resource.inputs.get("identity"),
    )


def _workspace(topic: _Resource, resources: Mapping[str, _Resource]) -> Text | None:
    """Return the workspace that an unknown source is taken from, as far as it is known."""
    for urn in topic.dependencies.get("source", ()):
        other = resources.get(urn)
        if other and other.kind == "Workspace":
            return other.id or _named_workspace(other.text("workspaceName", "name"))
    return None


def _named_workspace(name: Text | None) -> Text:
    known = name if isinstance(name, str) else "\0"
    holes = () if isinstance(name, str) else UNKNOWN.holes
    return Unresolved(f"\0/providers/Microsoft.MachineLearningServices/workspaces/{known}", (*UNKNOWN.holes, *holes))


def _subscription(resource: _Resource, topics: Mapping[str, _Resource]) -> FoundSubscription:
    of_topic = resource.kind == "SystemTopicEventSubscription"
    extension = resource.kind == "EventSubscription"
    topic_name = resource.text("systemTopicName") if of_topic else None
    name = [topic_name] if isinstance(topic_name, str) else []
    keys = [*resource.dependencies.get("systemTopicName", ()), *name, *resource.dependencies[""]] if of_topic else []
    at = (*resource.path, resource.inputs_name)
    state = resource.outputs.get("provisioningState")
    return FoundSubscription(
        path=resource.path,
        members=at,
        name=resource.text("eventSubscriptionName", "name") or _pulumi_name(resource.urn),
        name_path=(*at, "eventSubscriptionName"),
        body=resource.inputs,
        source=(resource.text("scope") or UNKNOWN) if extension else None,
        topics=tuple(key.lower() for key in keys),
        topic_name=topic_name,
        state=state if isinstance(state, str) else None,
        child_type="SystemTopicEventSubscription",
        unordered=of_topic and resource.unordered(topic_name, topics),
        other=None
        if of_topic or extension
        else f"a resource of type {resource.kind.removesuffix('EventSubscription')}",
    )


def _pulumi_name(urn: str) -> Text:
    return urn.rpartition("::")[2] or UNKNOWN
