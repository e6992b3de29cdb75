"""The event subscriptions of a Terraform plan or state, as `terraform show -json` prints it: azurerm's resources.

Source: HashiCorp's page on Terraform's JSON output format, and the pages of the azurerm provider on
`azurerm_eventgrid_system_topic`, `azurerm_eventgrid_system_topic_event_subscription` and
`azurerm_eventgrid_event_subscription`, in its third, fourth and fifth major version.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from azureml_events.base.mistakes import MemberPath
from azureml_events.documents.azure_cli import EMPTY
from azureml_events.documents.found import Found, FoundSubscription, FoundTopic, Note
from azureml_events.documents.translation import Translation
from azureml_events.documents.unresolved import HOLE, SECRET, UNKNOWN, Text, Unresolved
from azureml_events.event_grid.operators import OPERATORS

TOPIC = "azurerm_eventgrid_system_topic"
OF_TOPIC = "azurerm_eventgrid_system_topic_event_subscription"
EXTENSION = "azurerm_eventgrid_event_subscription"
WORKSPACE = "azurerm_machine_learning_workspace"

_AZAPI = re.compile(r"Microsoft\.EventGrid/.*eventSubscriptions(?:@.*)?", re.IGNORECASE)
_INDEX = re.compile(r"\[[^\]]*\]")

_PLAIN: Mapping[str, MemberPath] = {
    "expiration_time_utc": ("expirationTimeUtc",),
    "event_delivery_schema": ("eventDeliverySchema",),
    "labels": ("labels",),
    "included_event_types": ("filter", "includedEventTypes"),
    "advanced_filtering_on_arrays_enabled": ("filter", "enableAdvancedFilteringOnArrays"),
}
_BLOCKS: Mapping[str, Mapping[str, MemberPath]] = {
    "subject_filter": {
        "subject_begins_with": ("filter", "subjectBeginsWith"),
        "subject_ends_with": ("filter", "subjectEndsWith"),
        "case_sensitive": ("filter", "isSubjectCaseSensitive"),
    },
    "retry_policy": {
        "max_delivery_attempts": ("retryPolicy", "maxDeliveryAttempts"),
        "event_time_to_live": ("retryPolicy", "eventTimeToLiveInMinutes"),
    },
}
_IDENTITY = {"type": ("identity", "type"), "user_assigned_identity": ("identity", "userAssignedIdentity")}
_BATCHES = {
    "max_events_per_batch": "maxEventsPerBatch",
    "preferred_batch_size_in_kilobytes": "preferredBatchSizeInKilobytes",
}
_ENDPOINTS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "azure_function_endpoint": ("AzureFunction", {"function_id": "resourceId", **_BATCHES}),
    "storage_queue_endpoint": (
        "StorageQueue",
        {
            "storage_account_id": "resourceId",
            "queue_name": "queueName",
            "queue_message_time_to_live_in_seconds": "queueMessageTimeToLiveInSeconds",
        },
    ),
    "webhook_endpoint": (
        "WebHook",
        {
            "url": "endpointUrl",
            "active_directory_tenant_id": "azureActiveDirectoryTenantId",
            "active_directory_app_id_or_uri": "azureActiveDirectoryApplicationIdOrUri",
            **_BATCHES,
        },
    ),
    "eventhub_endpoint": ("EventHub", {"eventhub_id": "resourceId"}),
    "hybrid_connection_endpoint": ("HybridConnection", {"hybrid_connection_id": "resourceId"}),
}
_IDS = {
    **dict.fromkeys(("eventhub_id", "eventhub_endpoint_id"), "EventHub"),
    **dict.fromkeys(("hybrid_connection_id", "hybrid_connection_endpoint_id"), "HybridConnection"),
    **dict.fromkeys(("service_bus_queue_id", "service_bus_queue_endpoint_id"), "ServiceBusQueue"),
    **dict.fromkeys(("service_bus_topic_id", "service_bus_topic_endpoint_id"), "ServiceBusTopic"),
}
_DEAD_LETTER = {"storage_account_id": "resourceId", "storage_blob_container_name": "blobContainerName"}
_ATTRIBUTE = {
    "header_name": "name",
    "type": "type",
    "value": "value",
    "source_field": "sourceField",
    "secret": "isSecret",
}
_OPERATORS = {re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower(): name for name in OPERATORS}


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
    """Tell whether a JSON value is a plan or state that `terraform show -json` printed.

    Args:
        value: The value.
    """
    return isinstance(value, Mapping) and "format_version" in value and not isinstance(value.get("resources"), list)


def read_terraform(value: Mapping[str, Any]) -> Found:
    """Find the system topics and event subscriptions of a plan or state.

    Args:
        value: The plan or state.
    """
    notes: list[Note] = []
    resources = list(_resources(value, notes))
    topics = tuple(_topic(each, resources) for each in resources if each.type == TOPIC)
    names = {str(topic.name).lower() for topic in topics}
    subscriptions = tuple(_subscription(each, names) for each in resources if each.type in {OF_TOPIC, EXTENSION})
    if not subscriptions:
        notes.append(Note((), f"{EMPTY} of the azurerm provider"))
    return Found(topics, subscriptions, tuple(notes))


def _resources(value: Mapping[str, Any], notes: list[Note]) -> Iterator[_Resource]:
    at = "planned_values" if isinstance(value.get("planned_values"), Mapping) else "values"
    unknown = {
        str(change.get("address")): _member(change, "change", "after_unknown")
        for change in _maps(value.get("resource_changes"))
    }
    configuration = _member(value, "configuration", "root_module")
    holder = value.get(at)
    root = holder.get("root_module") if isinstance(holder, Mapping) else None
    for path, module, written in _modules((at, "root_module"), "", root):
        configured = _configured(configuration, module)
        for index, each in enumerate(_list(written.get("resources"))):
            if isinstance(each, Mapping) and each.get("mode") != "data":
                address = str(each.get("address"))
                here = (*path, "resources", index)
                if str(each.get("type")) in {TOPIC, OF_TOPIC, EXTENSION, WORKSPACE}:
                    bare = _INDEX.sub("", address.removeprefix(module))
                    yield _resource(here, each, module, unknown.get(address), configured.get(bare))
                elif _AZAPI.fullmatch(str(_member(each, "values", "type"))):
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
    names = _INDEX.sub("", module).split(".")[1::2]
    for name in names:
        root = _member(root, "module_calls", name, "module")
    resources = root.get("resources") if isinstance(root, Mapping) else None
    return {str(each.get("address")): each for each in _maps(resources)}


def _resource(
    path: MemberPath, written: Mapping[str, Any], module: str, unknown: object, configured: Mapping[str, Any] | None
) -> _Resource:
    expressions = _member(configured, "expressions")
    expressions = expressions if isinstance(expressions, Mapping) else {}
    if isinstance(unknown, Mapping) and configured is not None and "included_event_types" not in expressions:
        unknown = {name: mark for name, mark in unknown.items() if name != "included_event_types"}
    values = _marked(_marked(written.get("values"), unknown, UNKNOWN), written.get("sensitive_values"), SECRET)
    return _Resource(
        path=path,
        type=str(written.get("type")),
        address=str(written.get("address")),
        module=module,
        values=values if isinstance(values, Mapping) else {},
        references={
            name: [str(each) for each in _list(expression.get("references"))]
            for name, expression in expressions.items()
            if isinstance(expression, Mapping)
        },
        constants=frozenset(
            name for name, each in expressions.items() if isinstance(each, Mapping) and "constant_value" in each
        ),
        waits=configured is None or bool(configured.get("depends_on")),
    )


def _marked(value: Any, marks: object, stand_in: Unresolved) -> Any:
    """Put a stand-in where Terraform's marks say that a value is not known, or is sensitive."""
    if marks is True:
        return stand_in
    if isinstance(marks, Mapping) and (value is None or isinstance(value, Mapping)):
        own = {name: marked for name, mark in marks.items() if (marked := _marked(None, mark, stand_in)) is not None}
        below = value or {}
        return {**own, **{name: _marked(member, marks.get(name), stand_in) for name, member in below.items()}} or value
    if isinstance(marks, list) and isinstance(value, list):
        return [_marked(element, marks[at] if at < len(marks) else None, stand_in) for at, element in enumerate(value)]
    return value


def _topic(resource: _Resource, resources: list[_Resource]) -> FoundTopic:
    values = resource.values
    name, source_name = _text(values.get("name")), _first(values, "source_resource_id", "source_arm_resource_id")
    source = _text(values.get(source_name)) if source_name else None
    if isinstance(source, Unresolved) and source_name:
        source = _workspace(resource, source_name, resources) or source
    keys = (resource.address, _text(values.get("id")), name)
    identity = values.get("identity", [])
    block = identity[0] if isinstance(identity, list) and identity else None
    return FoundTopic(
        keys=tuple(key.lower() for key in keys if isinstance(key, str)),
        name=name or UNKNOWN,
        source=source,
        topic_type=_text(values.get("topic_type")),
        path=resource.path,
        identity=identity if isinstance(identity, Unresolved) else block,
        others={member: values.get(member) for member in ("location", "tags")},
    )


def _workspace(topic: _Resource, member: str, resources: list[_Resource]) -> Text | None:
    """Find the workspace that an unknown source refers to, by its name."""
    referred = {f"{topic.module}{each}" for each in topic.references.get(member, ())}
    for other in resources:
        name = _text(other.values.get("name"))
        if other.type == WORKSPACE and other.address in referred and isinstance(name, str):
            provider = f"{HOLE}/providers/Microsoft.MachineLearningServices/workspaces/{name}"
            return Unresolved(provider, UNKNOWN.holes)
    return None


def _subscription(resource: _Resource, topics: set[str]) -> FoundSubscription:
    values, at = resource.values, (*resource.path, "values")
    of_topic = resource.type == OF_TOPIC
    made = _body(values, at)
    topic = _text(values.get("system_topic")) if of_topic else None
    keys = [topic] if isinstance(topic, str) else []
    keys += [f"{resource.module}{each}" for each in resource.references.get("system_topic", ())]
    named = isinstance(topic, str) and topic.lower() in topics and "system_topic" in resource.constants
    return FoundSubscription(
        path=resource.path,
        members=at,
        name=_text(values.get("name")) or UNKNOWN,
        name_path=(*at, "name"),
        body=made.body,
        source=None if of_topic else (_text(values.get("scope")) or UNKNOWN),
        topics=tuple(key.lower() for key in keys) if of_topic else (),
        topic_name=topic,
        places={("systemTopicName",): (*at, "system_topic"), **made.places},
        child_type=OF_TOPIC,
        unordered=named and not resource.waits,
    )


def _body(values: Mapping[str, Any], at: MemberPath) -> Translation:
    made = Translation()
    for name, path in _PLAIN.items():
        made.put(path, values.get(name), (*at, name))
    for name, members in _BLOCKS.items():
        _put_block(made, (), values.get(name), members, (*at, name))
    _put_filters(made, values.get("advanced_filter"), (*at, "advanced_filter"))
    for outer, inner, identity, put in (
        ("deliveryWithResourceIdentity", "destination", "delivery_identity", _put_destination),
        ("deadLetterWithResourceIdentity", "deadLetterDestination", "dead_letter_identity", _put_dead_letter),
    ):
        given = values.get(identity)
        if given in (None, []):
            put(made, (inner,), values, at)
        else:
            _put_block(made, (outer,), given, _IDENTITY, (*at, identity))
            put(made, (outer, inner), values, at)
            made.places.setdefault((outer, "identity"), (*at, identity))
    return made


def _put_block(
    made: Translation, prefix: MemberPath, block: Any, members: Mapping[str, MemberPath], at: MemberPath
) -> None:
    """Put the members of a block, of which there is at most one."""
    if isinstance(block, Unresolved):
        made.put((*prefix, *next(iter(members.values()))), block, at)
    for each in _list(block)[:1]:
        for name, path in members.items():
            if isinstance(each, Mapping):
                made.put((*prefix, *path), each.get(name), (*at, 0, name))


def _put_filters(made: Translation, block: Any, at: MemberPath) -> None:
    written = block[0] if isinstance(block, list) and block else block
    path: MemberPath = ("filter", "advancedFilters")
    if isinstance(written, Unresolved):
        made.put(path, written, at)
        return
    conditions: list[Any] = []
    for name, operator in _OPERATORS.items():
        given = written.get(name) if isinstance(written, Mapping) else None
        if isinstance(given, Unresolved):
            made.places[*path, len(conditions)] = (*at, 0, name)
            conditions.append(given)
        for index, each in enumerate(_list(given)):
            if isinstance(each, Mapping):
                made.places[*path, len(conditions)] = (*at, 0, name, index)
                members = {member: value for member, value in each.items() if value is not None}
                conditions.append({"operatorType": operator, **members})
    made.put(path, conditions, at)


def _put_destination(made: Translation, prefix: MemberPath, values: Mapping[str, Any], at: MemberPath) -> None:
    for name, (kind, members) in _ENDPOINTS.items():
        given = values.get(name)
        if given in (None, []):
            continue
        block = given[0] if isinstance(given, list) else given
        if isinstance(block, Unresolved):
            made.put(prefix, block, (*at, name))
        elif isinstance(block, Mapping):
            made.put((*prefix, "endpointType"), kind, (*at, name))
            for own, arm in members.items():
                made.put((*prefix, arm), _place_of(block, own), (*at, name, 0, own))
    for name, kind in _IDS.items():
        if values.get(name) not in (None, ""):
            made.put((*prefix, "endpointType"), kind, (*at, name))
            made.put((*prefix, "resourceId"), values[name], (*at, name))
    attributes = values.get("delivery_property")
    if isinstance(attributes, list) and attributes:
        mappings = [_attribute(each) for each in attributes]
        made.put((*prefix, "deliveryAttributeMappings"), mappings, (*at, "delivery_property"))


def _place_of(block: Mapping[str, Any], member: str) -> Any:
    """Return a member of an endpoint; in place of a secret URL its beginning, which azurerm shows beside it."""
    value, shown = block.get(member), block.get("base_url")
    return shown if member == "url" and value is SECRET and isinstance(shown, str) and shown else value


def _attribute(written: Any) -> Any:
    if not isinstance(written, Mapping):
        return written
    named = {arm: written.get(own) for own, arm in _ATTRIBUTE.items()}
    if named.get("type") != "Static":
        named.pop("isSecret")
    return {name: value for name, value in named.items() if value not in (None, "")}


def _put_dead_letter(made: Translation, prefix: MemberPath, values: Mapping[str, Any], at: MemberPath) -> None:
    name = "storage_blob_dead_letter_destination"
    given = values.get(name)
    block = given[0] if isinstance(given, list) and given else given
    if isinstance(block, Unresolved):
        made.put(prefix, block, (*at, name))
    elif isinstance(block, Mapping):
        made.put((*prefix, "endpointType"), "StorageBlob", (*at, name))
        for own, arm in _DEAD_LETTER.items():
            made.put((*prefix, arm), block.get(own), (*at, name, 0, own))


def _first(values: Mapping[str, Any], *names: str) -> str | None:
    return next((name for name in names if values.get(name) is not None), None)


def _member(value: object, *path: str) -> Any:
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _maps(value: object) -> list[Mapping[str, Any]]:
    return [each for each in _list(value) if isinstance(each, Mapping)]


def _text(value: object) -> Text | None:
    return value if isinstance(value, (str, Unresolved)) and value != "" else None
