"""What Azure itself prints of event subscriptions, in ARM's members.

Read are `az eventgrid … event-subscription list` and `show`, Azure's own answers from `az rest`, the rows of Resource
Graph, and what `what-if` says a deployment would make.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

from azureml_events.base.mistakes import MemberPath, show
from azureml_events.documents.found import Found, FoundSubscription, FoundTopic, Note
from azureml_events.documents.unresolved import UNKNOWN, Text, expression, keys_of
from azureml_events.documents.values import whole_text, with_texts

EMPTY = "it holds no event subscription"
"""The note about a document without event subscriptions."""

LIST_OF_TOPIC = "az eventgrid system-topic event-subscription list -g {group} --system-topic-name {topic} -o json"
"""The command that prints the event subscriptions of a system topic."""

LIST_OF_WORKSPACE = "az eventgrid event-subscription list --source-resource-id {workspace} -o json"
"""The command that prints the event subscriptions made on a workspace itself."""

WHERE_TO_LOOK = (
    f"those of a system topic are in '{LIST_OF_TOPIC.format(group='<group>', topic='<topic>')}', those made on the"
    f" workspace itself in '{LIST_OF_WORKSPACE.format(workspace='<workspace id>')}'"
)
"""The commands that print event subscriptions."""

_OWN_MEMBERS = ("destination", "deliveryWithResourceIdentity", "filter")
_EXTENSION = "/providers/microsoft.eventgrid/eventsubscriptions/"
_SYSTEM_TOPIC = "/providers/microsoft.eventgrid/systemtopics/"
_EXTENSION_TOPIC = "/providers/microsoft.eventgrid/extensiontopics/"
_ANSWER = {"value", "nextLink"}
_GRAPH = {
    "count",
    "data",
    "skip_token",
    "skipToken",
    "$skipToken",
    "total_records",
    "totalRecords",
    "facets",
    "resultTruncated",
}
_SKIP = ("skip_token", "skipToken", "$skipToken")
_PASSED_OVER = {"delete", "ignore"}
_HALF = (
    "only a part of a list: nextLink says that more follow, and az rest does not fetch them; this prints the next part,"
    " and files given together are one list for adopt: az rest --method get --url {link}"
)
_LINK = re.compile(r"https://management\.[\w.-]+/[!-~]*")
_LARGE = "az graph query --first 1000"


def is_azure_cli(value: object) -> bool:
    """Tell whether a JSON value is such output: one object, an array, or an array under `value` or `data`."""
    if isinstance(value, list):
        return not value or any(_kind(item) for item in value)
    if isinstance(value, Mapping) and isinstance(value.get("value"), list):
        return is_page(value) and is_azure_cli(value["value"])
    if is_resource_graph(value) or is_what_if(value):
        kinds = [_kind(item) for _, item in items_in(value)]
        return any(kinds) or not kinds
    return _kind(value) is not None


def is_page(value: object) -> TypeGuard[Mapping[str, Any]]:
    """Tell whether a JSON value is an answer of ARM's that holds a list, or a page of one.

    Args:
        value: The value.
    """
    return isinstance(value, Mapping) and isinstance(value.get("value"), list) and set(value) <= _ANSWER


def is_resource_graph(value: object) -> bool:
    """Tell whether a JSON value is an answer of Azure Resource Graph."""
    return isinstance(value, Mapping) and isinstance(value.get("data"), list) and {"data"} < set(value) <= _GRAPH


def is_what_if(value: object) -> bool:
    """Tell whether a JSON value is what `az deployment … what-if --no-pretty-print` prints."""
    changes = _changes(value)[1]
    return isinstance(changes, list) and all(isinstance(each, Mapping) and "changeType" in each for each in changes)


def is_of_azure(item: object) -> bool:
    """Tell whether the type of an object is an event subscription's or a system topic's."""
    type_ = str(item.get("type")).lower() if isinstance(item, Mapping) else ""
    return type_.startswith("microsoft.") and type_.endswith(("/eventsubscriptions", "eventgrid/systemtopics"))


def read_azure_cli(value: Any) -> Found:
    """Find the system topics and event subscriptions in such output."""
    topics: list[FoundTopic] = []
    subscriptions: list[FoundSubscription] = []
    notes = list(incomplete(value))
    for path, item in items_in(value):
        kind = _kind(item)
        if kind == "subscription":
            subscriptions.append(found_subscription(path, item))
        elif kind == "topic":
            topics.append(found_topic(path, item))
        elif kind == "extension topic":
            topics.append(_extension_topic(path, item))
        else:
            notes.append(
                Note(path, f"neither an event subscription nor a system topic, but {_type(item)}; passed over")
            )
    if not subscriptions:
        notes += _where_to_look(value, topics)
    return Found(tuple(topics), tuple(subscriptions), tuple(notes))


def items_in(value: Any) -> Iterator[tuple[MemberPath, Any]]:
    """Yield what a document lists, each with its place; a document that is no list is one."""
    if isinstance(value, list):
        yield from (((index,), item) for index, item in enumerate(value))
    elif is_what_if(value):
        yield from _after(*_changes(value))
    elif isinstance(value, Mapping) and isinstance(value.get("value"), list):
        yield from ((("value", index), item) for index, item in enumerate(value["value"]))
    elif is_resource_graph(value):
        yield from ((("data", index), item) for index, item in enumerate(value["data"]))
    else:
        yield (), value


def _changes(value: object) -> tuple[MemberPath, Any]:
    """Find the changes of what-if, and where they stand: the CLI lifts `properties`."""
    if not isinstance(value, Mapping):
        return (), None
    properties = value.get("properties")
    if isinstance(properties, Mapping) and "changes" in properties:
        return ("properties", "changes"), properties["changes"]
    return ("changes",), value.get("changes")


def _after(at: MemberPath, changes: list[Any]) -> Iterator[tuple[MemberPath, Any]]:
    for index, change in enumerate(changes):
        after = change.get("after")
        if str(change["changeType"]).lower() not in _PASSED_OVER and is_of_azure(after):
            members = {name: value for name, value in after.items() if name != "apiVersion"}
            yield (*at, index, "after"), with_texts(members, _without_expression)


def _without_expression(text: str) -> Text:
    """Read a text of what-if; a template's expression in it is what only the deployment knows."""
    return expression(text[1:-1]) if text.startswith("[") and text.endswith("]") else text


def incomplete(value: Any) -> Iterator[Note]:
    """Yield what is said where only a part of an answer is in the document."""
    if not isinstance(value, Mapping):
        return
    link = value.get("nextLink")
    if link:
        whole = isinstance(link, str) and _LINK.fullmatch(link)
        yield Note(("nextLink",), _HALF.format(link=shlex.quote(link if whole else "<nextLink>")))
    if is_resource_graph(value):
        count, total = value.get("count"), value.get("total_records", value.get("totalRecords"))
        more = isinstance(count, int) and isinstance(total, int) and count < total
        more = more or str(value.get("resultTruncated")).lower() == "true"
        if more or any(value.get(name) for name in _SKIP):
            yield Note((), f"only the first part of what Resource Graph has; print more with '{_LARGE}'")


def _where_to_look(value: Any, topics: list[FoundTopic]) -> Iterator[Note]:
    """Yield where the event subscriptions are that a document does not hold."""
    why = f"{EMPTY}, for Azure Resource Graph knows none" if is_resource_graph(value) else EMPTY
    commands = [command for topic in topics if (command := _list_of(topic))]
    if commands:
        listed = ", ".join(f"'{command}'" for command in commands)
        yield Note((), f"{why}; its topics' are in {listed}")
    else:
        yield Note((), f"{why}; {WHERE_TO_LOOK}")


def _list_of(topic: FoundTopic) -> str | None:
    id_ = next((key for key in topic.keys if _cut(key, _SYSTEM_TOPIC)[1]), "")
    group = _cut(_cut(id_, _SYSTEM_TOPIC)[0], "/resourcegroups/")[2]
    return LIST_OF_TOPIC.format(group=group, topic=topic.name) if group and isinstance(topic.name, str) else None


def _kind(item: object) -> str | None:
    if not isinstance(item, Mapping):
        return None
    type_ = str(item.get("type")).lower()
    if is_of_azure(item):
        return "topic" if type_.endswith("/systemtopics") else "subscription"
    if type_ == "microsoft.eventgrid/extensiontopics":
        return "extension topic"
    members = _members(item)
    own = any(isinstance(members.get(name), Mapping) for name in _OWN_MEMBERS)
    return "subscription" if own and "type" not in item else None


def _type(item: object) -> str:
    return show(item.get("type")) if isinstance(item, Mapping) else show(item)


def _members(item: Mapping[str, Any]) -> Mapping[str, Any]:
    properties = item.get("properties")
    return {**item, **properties} if isinstance(properties, Mapping) else item


def found_topic(path: MemberPath, item: Mapping[str, Any]) -> FoundTopic:
    """Find a system topic in what Azure prints of it.

    Args:
        path: Its place in the document.
        item: Its members.
    """
    members = _members(item)
    name, id_, source, topic_type = (whole_text(members.get(key)) for key in ("name", "id", "source", "topicType"))
    return FoundTopic(
        keys_of(id_, name),
        name or UNKNOWN,
        source,
        topic_type,
        path,
        location=whole_text(members.get("location")),
        identity=members.get("identity", UNKNOWN),
        tags=members.get("tags", UNKNOWN),
        id=id_,
    )


def _extension_topic(path: MemberPath, item: Mapping[str, Any]) -> FoundTopic:
    """Find the system topic that `az eventgrid extension-topic show` names, with the workspace that it is shown of."""
    members = _members(item)
    topic = whole_text(members.get("systemTopic")) or ""
    source, of, _ = _cut(whole_text(members.get("id")) or "", _EXTENSION_TOPIC)
    name = topic.rpartition("/")[2]
    return FoundTopic(keys_of(topic, name), name or UNKNOWN, source if of else None, None, path, id=topic or None)


def found_subscription(path: MemberPath, item: Mapping[str, Any]) -> FoundSubscription:
    """Find an event subscription in what Azure prints of it.

    Args:
        path: Its place in the document.
        item: Its members, `properties` lifted or not.
    """
    members = _members(item)
    id_, topic = whole_text(members.get("id")) or "", whole_text(members.get("topic")) or ""
    source = topic_id = other = None
    before, extension, _ = _cut(id_, _EXTENSION)
    home, child, rest = _cut(id_, _SYSTEM_TOPIC)
    if child:
        topic_id = home + child + rest.split("/")[0]
    elif extension and before:
        source = before
    elif _cut(topic, _SYSTEM_TOPIC)[1]:
        topic_id = topic
    elif topic:
        source = topic
    elif id_:
        other = f"the resource of {show(id_)}"
    if topic_id and topic and not _cut(topic, _SYSTEM_TOPIC)[1]:
        source = topic
    topic_name = topic_id.rpartition("/")[2] if topic_id else None
    return FoundSubscription(
        path=path,
        members=path,
        name=whole_text(members.get("name")) or id_.rpartition("/")[2] or UNKNOWN,
        name_path=(*path, "name"),
        body=members,
        printed=True,
        source=source,
        topics=keys_of(topic_id, topic_name),
        topic_name=topic_name,
        other=other,
        state=whole_text(members.get("provisioningState")),
        id=id_ or None,
        flattened="properties" not in item,
    )


def _cut(text: str, separator: str) -> tuple[str, str, str]:
    """Cut a text in three as `str.partition`, ignoring case."""
    at = text.lower().find(separator)
    if at < 0:
        return text, "", ""
    end = at + len(separator)
    return text[:at], text[at:end], text[end:]
