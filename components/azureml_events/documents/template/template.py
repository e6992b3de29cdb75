"""The event subscriptions of an ARM template, written by hand or compiled from Bicep.

Source: Azure's pages on the structure of ARM templates, on child and extension resources and on nested templates.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from azureml_events.base.mistakes import MemberPath
from azureml_events.documents.found import Found, FoundResource, FoundSubscription, FoundTopic, Note
from azureml_events.documents.template.budget import MOST_RESOURCES, Budget, Exceeded
from azureml_events.documents.template.scope import DEPLOYMENT, Scope
from azureml_events.documents.unresolved import HOLE, UNKNOWN, Text, Unresolved, joined, keys_of, known_part
from azureml_events.documents.values import member_at

SYSTEM_TOPIC = "microsoft.eventgrid/systemtopics"
EXTENSION = "microsoft.eventgrid/eventsubscriptions"
_PROVIDERS = "/providers/"
_OUTSIDE = {"type", "name", "apiVersion", "dependsOn", "condition", "copy", "resources", "scope"}
"""The members of a template's resource that are the template's affair."""


@dataclass(frozen=True)
class _Resource:
    """A resource of a template, its type and name with those of its parents."""

    path: MemberPath
    written: Mapping[str, Any]
    type: str
    name: Text
    scope: Scope


def is_template(value: object) -> bool:
    """Tell whether a JSON value is an ARM template."""
    if not isinstance(value, Mapping) or not isinstance(value.get("resources"), (list, Mapping)):
        return False
    return "deploymenttemplate.json" in str(value.get("$schema")).lower() or "contentVersion" in value


def read_template(template: Mapping[str, Any], given: Mapping[str, Any] | None = None) -> Found:
    """Find the system topics and event subscriptions that a template declares.

    Args:
        template: The template.
        given: Values of its parameters by name in lower case; default none: its default values hold.

    Raises:
        DeclarationError: It unfolds into more than is read, or than Azure takes.
    """
    try:
        return _found(template, given or {})
    except Exceeded as error:
        raise error.refusal from None


def _found(template: Mapping[str, Any], given: Mapping[str, Any]) -> Found:
    walk = _Walk((), [], [])
    resources = list(_resources(template, (), Scope.of(template, given=given), walk))
    topics = tuple(_topic(each) for each in resources if each.type.lower() == SYSTEM_TOPIC)
    subscriptions = tuple(
        _subscription(each) for each in resources if each.type.lower().endswith("/eventsubscriptions")
    )

    def others(types: Collection[str]) -> list[FoundResource]:
        try:
            return [_other(each) for each in resources if _own_type(each).lower() in types]
        except Exceeded as error:
            raise error.refusal from None

    return Found(topics, subscriptions, tuple(dict.fromkeys(walk.notes)), others, is_whole=not walk.linked)


@dataclass
class _Walk:
    """The walk through one template.

    Attributes:
        at: Where it is.
        notes: The notes of all templates.
        linked: The places of nested templates that are not in the document, of all templates.
        deployed: How many resources it has deployed so far.
    """

    at: MemberPath
    notes: list[Note]
    linked: list[MemberPath]
    deployed: int = 0

    def note(self, path: MemberPath, text: str) -> None:
        self.notes.append(Note(path, text))

    def deploy(self, path: MemberPath, budget: Budget) -> None:
        self.deployed += 1
        budget.spend_resource(path)
        if self.deployed > MOST_RESOURCES:
            text = f"more than {MOST_RESOURCES} resources, copies counted, which Azure refuses in one template"
            raise Exceeded(text, (*self.at, "resources"))


def _resources(
    holder: Mapping[str, Any], at: MemberPath, scope: Scope, walk: _Walk, parent: _Resource | None = None
) -> Iterator[_Resource]:
    """Yield the resources below a template or a resource, nested templates' included."""
    written = holder.get("resources")
    entries = (
        written.items() if isinstance(written, Mapping) else enumerate(written if isinstance(written, list) else ())
    )
    for key, resource in entries:
        if (
            isinstance(resource, Mapping)
            and isinstance(resource.get("type"), str)
            and resource.get("existing") is not True
        ):
            yield from _instances((*at, "resources", key), resource, scope, walk, parent)


def _instances(
    path: MemberPath, written: Mapping[str, Any], scope: Scope, walk: _Walk, parent: _Resource | None
) -> Iterator[_Resource]:
    relative = parent is not None and "." not in written["type"].partition("/")[0]
    type_ = f"{parent.type}/{written['type']}" if parent and relative else written["type"]
    copy = written.get("copy")
    miscounted = copy is not None and scope.miscounted(copy)
    if miscounted:
        walk.note((*path, "copy"), f"{miscounted}; it is read as one resource")
    for each in [scope] if copy is None else scope.iterations(copy):
        deployed = each.value(written.get("condition", True))
        if deployed is False:
            continue
        walk.deploy(path, scope.budget)
        if isinstance(deployed, Unresolved):
            walk.note((*path, "condition"), f"only where {deployed} holds; it is read as deployed")
        name = _as_text(each.value(written.get("name")))
        if parent and relative:
            name = joined([parent.name, "/", name])
        resource = _Resource(path, written, type_, name, each)
        yield resource
        if type_.lower() == DEPLOYMENT:
            yield from _nested(resource, walk)
        else:
            yield from _resources(written, path, each, walk, resource)


def _nested(deployment: _Resource, walk: _Walk) -> Iterator[_Resource]:
    template = member_at(deployment.written, ("properties", "template"))
    if not isinstance(template, Mapping):
        walk.linked.append(deployment.path)
        walk.note(deployment.path, "the nested template is not in the document; it is passed over")
        return
    at = (*deployment.path, "properties", "template")
    yield from _resources(template, at, deployment.scope.nested(deployment.written), _Walk(at, walk.notes, walk.linked))


def _topic(resource: _Resource) -> FoundTopic:
    properties = resource.scope.value(resource.written.get("properties"))
    members = properties if isinstance(properties, Mapping) else {}
    source, topic_type = members.get("source", UNKNOWN), members.get("topicType")
    location = resource.scope.value(resource.written.get("location"))
    return FoundTopic(
        keys=keys_of(resource.name),
        name=resource.name,
        source=_as_text(source),
        topic_type=None if topic_type is None else _as_text(topic_type),
        path=resource.path,
        location=None if location is None else _as_text(location),
        identity=resource.scope.value(resource.written.get("identity")),
        tags=resource.scope.value(resource.written.get("tags")),
        id=_id(resource),
    )


def _other(resource: _Resource) -> FoundResource:
    members = resource.scope.value({name: value for name, value in resource.written.items() if name not in _OUTSIDE})
    properties = members.pop("properties", None)
    id_ = _id(resource)
    return FoundResource(
        type=_own_type(resource),
        names=tuple(resource.name.split("/")),
        keys=keys_of(id_),
        members={**members, **(properties if isinstance(properties, Mapping) else {})},
        id=id_,
        extends=_extended_by_name(resource) if _PROVIDERS in resource.type.lower() else _extended(resource),
        path=resource.path,
    )


def _own_type(resource: _Resource) -> str:
    """Find the type of a resource, also where `<type>/providers/<kind>` extends another by its name."""
    before, extends, kind = resource.type.lower().rpartition(_PROVIDERS)
    provider = resource.name.split("/")[-2:][0]
    return f"{provider}/{kind}" if extends and before else resource.type


def _id(resource: _Resource) -> Text | None:
    """Write the ARM id of a resource of a resource group; None where the type and the names do not fit."""
    try:
        return resource.scope.id_of(resource.type, *resource.name.split("/"))
    except ValueError:
        return None


def _subscription(resource: _Resource) -> FoundSubscription:
    *outer, own = resource.name.split("/")
    kind = resource.type.lower()
    topic: Text | None = None
    source: Text | None = None
    other = None
    if kind == f"{SYSTEM_TOPIC}/eventsubscriptions":
        topic = outer[-1] if outer else UNKNOWN
    elif kind == EXTENSION:
        source = _extended(resource)
    elif kind.endswith("/providers/eventsubscriptions"):
        source = _extended_by_name(resource)
    else:
        other = f"a resource of type {resource.type.rpartition('/')[0]}"
    return FoundSubscription(
        path=resource.path,
        members=(*resource.path, "properties"),
        name=own,
        name_path=(*resource.path, "name"),
        body=_body(resource),
        nested=True,
        source=source,
        topics=keys_of(topic),
        topic_name=topic,
        other=other,
        deployed_to=resource.scope.deployed_to[0],
    )


def _body(resource: _Resource) -> Mapping[str, Any] | Unresolved:
    body = resource.scope.value(resource.written.get("properties"))
    if isinstance(body, Unresolved):
        return body
    return body if isinstance(body, Mapping) else {}


def _extended(resource: _Resource) -> Text:
    """Find what an extension resource's `scope` names; without one, the resource group that is deployed to."""
    group = resource.scope.group_id
    if resource.written.get("scope") is None:
        return group
    scope = _as_text(resource.scope.value(resource.written["scope"]))
    is_relative = not known_part(scope).startswith(("/", HOLE))
    return joined([group, _PROVIDERS, scope]) if is_relative else scope


def _extended_by_name(resource: _Resource) -> Text:
    """Find what `<type>/providers/eventSubscriptions` of name `<name>/Microsoft.EventGrid/<own name>` extends."""
    type_ = resource.type[: resource.type.lower().rindex(_PROVIDERS)]
    names = resource.name.split("/")[:-2]
    try:
        return resource.scope.id_of(type_, *names)
    except ValueError:
        return UNKNOWN


def _as_text(value: Any) -> Text:
    return value if isinstance(value, (str, Unresolved)) else UNKNOWN
