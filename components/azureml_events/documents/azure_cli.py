"""The output of `az eventgrid … event-subscription list` and `show`, and Azure's own answers, from `az rest`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from azureml_events.base.mistakes import MemberPath, show
from azureml_events.documents.found import Found, FoundSubscription, FoundTopic, Note
from azureml_events.documents.unresolved import UNKNOWN

_OWN_MEMBERS = ("destination", "deliveryWithResourceIdentity", "filter")
_EXTENSION = "/providers/microsoft.eventgrid/eventsubscriptions/"
_SYSTEM_TOPIC = "/providers/microsoft.eventgrid/systemtopics/"


def is_azure_cli(value: object) -> bool:
    """Tell whether a JSON value is such output: one object, an array, or an array under `value`."""
    if isinstance(value, list):
        return not value or any(_kind(item) for item in value)
    if isinstance(value, Mapping) and isinstance(value.get("value"), list):
        return set(value) <= {"value", "nextLink"} and is_azure_cli(value["value"])
    return _kind(value) is not None


def read_azure_cli(value: Any) -> Found:
    """Find the system topics and event subscriptions in such output.

    Args:
        value: The output.
    """
    topics, subscriptions, notes = [], [], []
    for path, item in _items(value):
        kind = _kind(item)
        if kind == "subscription":
            subscriptions.append(_subscription(path, item))
        elif kind == "topic":
            topics.append(_topic(item))
        else:
            notes.append(
                Note(path, f"neither an event subscription nor a system topic, but {_type(item)}; passed over")
            )
    if not subscriptions:
        notes.append(Note((), "it holds no event subscription"))
    return Found(tuple(topics), tuple(subscriptions), tuple(notes))


def _items(value: Any) -> Iterator[tuple[MemberPath, Any]]:
    if isinstance(value, list):
        yield from (((index,), item) for index, item in enumerate(value))
    elif isinstance(value, Mapping) and isinstance(value.get("value"), list):
        yield from ((("value", index), item) for index, item in enumerate(value["value"]))
    else:
        yield (), value


def _kind(item: object) -> str | None:
    if not isinstance(item, Mapping):
        return None
    type_ = str(item.get("type")).lower()
    if type_.startswith("microsoft.") and type_.endswith("/eventsubscriptions"):
        return "subscription"
    if type_ == "microsoft.eventgrid/systemtopics":
        return "topic"
    members = _members(item)
    own = any(isinstance(members.get(name), Mapping) for name in _OWN_MEMBERS)
    return "subscription" if own and "type" not in item else None


def _type(item: object) -> str:
    return show(item.get("type")) if isinstance(item, Mapping) else show(item)


def _members(item: Mapping[str, Any]) -> Mapping[str, Any]:
    properties = item.get("properties")
    return {**item, **properties} if isinstance(properties, Mapping) else item


def _topic(item: Mapping[str, Any]) -> FoundTopic:
    members = _members(item)
    name, id_, source, topic_type = (_text(members.get(key)) for key in ("name", "id", "source", "topicType"))
    return FoundTopic(_keys(id_, name), name or UNKNOWN, source, topic_type)


def _subscription(path: MemberPath, item: Mapping[str, Any]) -> FoundSubscription:
    members = _members(item)
    id_, topic = _text(members.get("id")) or "", _text(members.get("topic")) or ""
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
        name=_text(members.get("name")) or id_.rpartition("/")[2] or UNKNOWN,
        name_path=(*path, "name"),
        body=members,
        printed=True,
        source=source,
        topics=_keys(topic_id, topic_name),
        topic_name=topic_name,
        other=other,
    )


def _cut(text: str, separator: str) -> tuple[str, str, str]:
    """Cut a text in three as `str.partition`, ignoring case."""
    at = text.lower().find(separator)
    if at < 0:
        return text, "", ""
    end = at + len(separator)
    return text[:at], text[at:end], text[end:]


def _keys(*names: str | None) -> tuple[str, ...]:
    return tuple(name.lower() for name in names if name)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
