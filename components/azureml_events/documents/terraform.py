"""The event subscriptions of a Terraform plan or state, as `terraform show -json` prints it: azurerm's resources.

Source: HashiCorp's page on Terraform's JSON output format, and the azurerm provider's on
`azurerm_eventgrid_system_topic`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import Any

from azureml_events.base.mistakes import MemberPath
from azureml_events.documents.azure_cli import EMPTY
from azureml_events.documents.azurerm import only, translated
from azureml_events.documents.azurerm_resources import READ, arm_resources
from azureml_events.documents.found import Found, FoundResource, FoundSubscription, FoundTopic, Note
from azureml_events.documents.origin import named_workspace
from azureml_events.documents.unresolved import SECRET, UNKNOWN, Text, Unresolved, keys_of, text_in
from azureml_events.documents.values import member_at, whole_text

TOPIC = "azurerm_eventgrid_system_topic"
OF_TOPIC = "azurerm_eventgrid_system_topic_event_subscription"
EXTENSION = "azurerm_eventgrid_event_subscription"
WORKSPACE = "azurerm_machine_learning_workspace"

_AZAPI = re.compile(r"Microsoft\.EventGrid/.*eventSubscriptions(?:@.*)?", re.IGNORECASE)
_INDEX = re.compile(r"\[[^\]]*\]")


@dataclass(frozen=True)
class _Resource:
    """A resource of a plan or state.

    Attributes:
        path: Where it is.
        type: Its type.
        module: The address of its module with a dot behind, empty for the root's.
        values: Its members; what is unknown or sensitive is `Unresolved`.
        references: What the configuration refers to in a member, by its name.
        constants: The members that the configuration writes as plain values.
        waits: Whether the configuration says `depends_on`.
    """

    path: MemberPath
    type: str
    address: str
    module: str
    values: Mapping[str, Any]
    references: Mapping[str, list[str]] = field(default_factory=dict)
    constants: frozenset[str] = frozenset()
    waits: bool = True


def is_terraform(value: object) -> bool:
    """Tell whether a JSON value is a plan or state that `terraform show -json` printed."""
    return isinstance(value, Mapping) and "format_version" in value and not isinstance(value.get("resources"), list)


def read_terraform(value: Mapping[str, Any]) -> Found:
    """Find the system topics and event subscriptions of a plan or state."""
    notes: list[Note] = []
    resources = list(_resources(value, notes))
    topics = tuple(_topic(each, resources) for each in resources if each.type == TOPIC)
    names = {str(topic.name).lower() for topic in topics}
    subscriptions = tuple(_subscription(each, names) for each in resources if each.type in {OF_TOPIC, EXTENSION})
    if "planned_values" not in value:
        subscriptions = tuple(_with_id(each, topics) for each in subscriptions)
    if not subscriptions:
        notes.append(Note((), f"{EMPTY} of the azurerm provider"))

    def others(types: Collection[str]) -> list[FoundResource]:
        return [found for each in resources for found in _others(each) if found.type.lower() in types]

    return Found(topics, subscriptions, tuple(notes), others, is_whole=True)


def _others(resource: _Resource) -> Iterator[FoundResource]:
    id_ = text_in(resource.values.get("id"))
    for index, each in enumerate(arm_resources(resource.type, resource.values)):
        yield replace(
            each,
            keys=keys_of(resource.address, id_) if index == 0 else (),
            id=id_ if index == 0 else None,
            path=resource.path,
            places={path: (*resource.path, "values", *place) for path, place in each.places.items()},
            called=resource.address if isinstance(each.names[-1], Unresolved) else None,
        )


def _with_id(subscription: FoundSubscription, topics: tuple[FoundTopic, ...]) -> FoundSubscription:
    """Give one of a state, which exists, the id that follows from its topic's where the state does not hold it."""
    ids = [each.id for each in topics if each.id and subscription.topics and subscription.topics[0] in each.keys]
    if subscription.id or len(ids) != 1 or not isinstance(subscription.name, str):
        return subscription
    return replace(subscription, id=f"{ids[0]}/eventSubscriptions/{subscription.name}")


def _resources(value: Mapping[str, Any], notes: list[Note]) -> Iterator[_Resource]:
    at = "planned_values" if isinstance(value.get("planned_values"), Mapping) else "values"
    unknown = {
        str(change.get("address")): member_at(change, ("change", "after_unknown"))
        for change in _maps(value.get("resource_changes"))
    }
    configuration = member_at(value, ("configuration", "root_module"))
    for path, module, written in _modules((at, "root_module"), "", member_at(value, (at, "root_module"))):
        configured = _configured(configuration, module)
        for index, each in enumerate(_list(written.get("resources"))):
            if isinstance(each, Mapping) and each.get("mode") != "data":
                address = str(each.get("address"))
                here = (*path, "resources", index)
                if str(each.get("type")) in {TOPIC, OF_TOPIC, EXTENSION, *READ}:
                    bare = _INDEX.sub("", address.removeprefix(module))
                    yield _resource(here, each, module, unknown.get(address), configured.get(bare))
                elif _AZAPI.fullmatch(str(member_at(each, ("values", "type")))):
                    notes.append(Note(here, "an event subscription of the azapi provider is not read; passed over"))


def _modules(path: MemberPath, address: str, module: object) -> Iterator[tuple[MemberPath, str, Mapping[str, Any]]]:
    if not isinstance(module, Mapping):
        return
    yield path, address, module
    for index, child in enumerate(_list(module.get("child_modules"))):
        if isinstance(child, Mapping):
            yield from _modules((*path, "child_modules", index), f"{child.get('address')}.", child)


def _configured(root: object, module: str) -> dict[str, Mapping[str, Any]]:
    """Return the resources of a module's configuration by their address in it; none where there is no configuration."""
    for name in _INDEX.sub("", module).split(".")[1::2]:
        root = member_at(root, ("module_calls", name, "module"))
    return {str(each.get("address")): each for each in _maps(member_at(root, ("resources",)))}


def _resource(
    path: MemberPath, written: Mapping[str, Any], module: str, unknown: object, configured: Mapping[str, Any] | None
) -> _Resource:
    expressions = member_at(configured, ("expressions",))
    expressions = expressions if isinstance(expressions, Mapping) else {}
    if isinstance(unknown, Mapping) and configured is not None and "included_event_types" not in expressions:
        unknown = {name: mark for name, mark in unknown.items() if name != "included_event_types"}
    values = _marked(_marked(written.get("values"), unknown, UNKNOWN), written.get("sensitive_values"), SECRET)
    references = {name: list(_references(expression)) for name, expression in expressions.items()}
    return _Resource(
        path=path,
        type=str(written.get("type")),
        address=str(written.get("address")),
        module=module,
        values={
            name: _coming_from(value, tuple(f"{module}{each}".lower() for each in references.get(name, ())))
            for name, value in (values if isinstance(values, Mapping) else {}).items()
        },
        references=references,
        constants=frozenset(
            name for name, each in expressions.items() if isinstance(each, Mapping) and "constant_value" in each
        ),
        waits=configured is None or bool(configured.get("depends_on")),
    )


def _references(expression: object) -> Iterator[str]:
    """Yield what an expression refers to, or the expressions of a block."""
    for each in expression if isinstance(expression, list) else [expression]:
        if isinstance(each, Mapping):
            yield from (str(reference) for reference in _list(each.get("references")))
            for name, inner in each.items():
                if name != "references" and isinstance(inner, (Mapping, list)):
                    yield from _references(inner)


def _coming_from(value: Any, references: tuple[str, ...]) -> Any:
    """Note what is not known in a value with what its expression refers to."""
    if value is SECRET or not references:
        return value
    if isinstance(value, Unresolved):
        return replace(value, comes_from=references)
    if isinstance(value, list):
        return [_coming_from(each, references) for each in value]
    if isinstance(value, Mapping):
        return {name: _coming_from(each, references) for name, each in value.items()}
    return value


def _marked(value: Any, marks: object, stand_in: Unresolved) -> Any:
    """Put a stand-in where Terraform's marks say that a value is not known, or is sensitive."""
    if marks is True:
        return stand_in
    if isinstance(marks, Mapping) and (value is None or isinstance(value, Mapping)):
        own = {name: marked for name, mark in marks.items() if (marked := _marked(None, mark, stand_in)) is not None}
        below = value or {}
        return {**own, **{name: _marked(member, marks.get(name), stand_in) for name, member in below.items()}} or value
    if isinstance(marks, list) and (value is None or isinstance(value, list)):
        elements = [_marked(element, mark, stand_in) for element, mark in zip_longest(value or [], marks)]
        return value if value is None and all(each is None for each in elements) else elements
    return value


def _topic(resource: _Resource, resources: list[_Resource]) -> FoundTopic:
    values = resource.values
    name, source_name = text_in(values.get("name")), _first(values, "source_resource_id", "source_arm_resource_id")
    source = text_in(values.get(source_name)) if source_name else None
    if isinstance(source, Unresolved) and source_name:
        source = _workspace(resource, source_name, resources) or source
    return FoundTopic(
        keys=keys_of(resource.address, text_in(values.get("id")), name),
        name=name or UNKNOWN,
        source=source,
        topic_type=text_in(values.get("topic_type")),
        path=resource.path,
        location=text_in(values.get("location")),
        identity=only(values.get("identity")),
        tags=values.get("tags"),
        id=whole_text(values.get("id")),
    )


def _workspace(topic: _Resource, member: str, resources: list[_Resource]) -> Text | None:
    """Find the workspace that an unknown source refers to, by its name."""
    referred = {f"{topic.module}{each}" for each in topic.references.get(member, ())}
    for other in resources:
        name = text_in(other.values.get("name"))
        if other.type == WORKSPACE and other.address in referred and isinstance(name, str):
            return named_workspace(name)
    return None


def _subscription(resource: _Resource, topics: set[str]) -> FoundSubscription:
    values, at = resource.values, (*resource.path, "values")
    of_topic = resource.type == OF_TOPIC
    made = translated(values, at)
    topic = text_in(values.get("system_topic")) if of_topic else None
    references = (f"{resource.module}{each}" for each in resource.references.get("system_topic", ()))
    named = isinstance(topic, str) and topic.lower() in topics and "system_topic" in resource.constants
    return FoundSubscription(
        path=resource.path,
        members=at,
        name=text_in(values.get("name")) or UNKNOWN,
        name_path=(*at, "name"),
        body=made.body,
        source=None if of_topic else (text_in(values.get("scope")) or UNKNOWN),
        topics=keys_of(topic, *references) if of_topic else (),
        topic_name=topic,
        places={("systemTopicName",): (*at, "system_topic"), **made.places},
        child_type=OF_TOPIC,
        id=whole_text(values.get("id")),
        unordered=named and not resource.waits,
    )


def _first(values: Mapping[str, Any], *names: str) -> str | None:
    return next((name for name in names if values.get(name) is not None), None)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _maps(value: object) -> list[Mapping[str, Any]]:
    return [each for each in _list(value) if isinstance(each, Mapping)]
