"""One event subscription of a document: judged by the codec, routed as far as it is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, get_args

from azureml_events.arm.event_subscription import MEMBERS, from_arm
from azureml_events.base.mistakes import DeclarationError, Mistake, Path, show
from azureml_events.base.model import json_names
from azureml_events.base.names import EVENT_SUBSCRIPTION
from azureml_events.base.values import Deferred, Secret
from azureml_events.documents.filters import read_filter
from azureml_events.documents.found import Note, Subscription
from azureml_events.documents.handler import handler_text
from azureml_events.documents.members import Members
from azureml_events.documents.source import Workspace
from azureml_events.documents.unresolved import SECRET, Unresolved, unresolved_in
from azureml_events.event_grid.delivery import DEFAULT_SCHEMA, EventDeliverySchema
from azureml_events.event_grid.filters import EventFilter
from azureml_events.routing.subscription import RoutedSubscription


@dataclass(frozen=True)
class ReadSubscription:
    """An event subscription, read.

    Attributes:
        routed: It, as far as it is known.
        mistakes: What is wrong with it, with paths into the document.
        notes: What is not known of it.
    """

    routed: RoutedSubscription
    mistakes: tuple[Mistake, ...]
    notes: tuple[Note, ...]


def read_subscription(document: Any, found: Subscription, workspace: Workspace) -> ReadSubscription:
    """Read an event subscription.

    Args:
        document: The document that it is in.
        found: It, as found there.
        workspace: The workspace whose events it takes.
    """
    place = partial(_place, document, found.members)
    members = Members(nested=found.nested, printed=found.printed)
    written = found.body if isinstance(found.body, Mapping) else {}
    body = members.body(written)
    if isinstance(found.body, Unresolved):
        body = {"filter": found.body, "destination": found.body}
    if found.printed:
        body = _with_hidden_urls(body, written)
    schema = _schema(body.get("eventDeliverySchema", DEFAULT_SCHEMA))
    filter_ = read_filter(body, schema=schema, printed=found.printed, doubtful=members.doubtful, place=place)
    mistakes = [*members.mistakes, *filter_.mistakes, *_refused(body, printed=found.printed)]
    own = [Mistake(place(mistake.path), mistake.message) for mistake in mistakes]
    own += _misplaced_beside(document, found)
    if isinstance(found.name, str):
        problem = EVENT_SUBSCRIPTION.problem(found.name)
        own += [Mistake(found.name_path, problem)] if problem else []
    routed = RoutedSubscription(
        workspace=workspace.name,
        name=str(found.name),
        filter=filter_.filter,
        workspace_id=workspace.id,
        handler=handler_text(body, owner=f"{workspace.name}/{found.name}"),
        delivery_schema=schema or DEFAULT_SCHEMA,
        path=found.path,
        paths={name: place(("filter", name)) for name in json_names(EventFilter)},
        placed_filters=filter_.written,
        unknown=filter_.unknown,
    )
    notes = [Note(place(note.path), note.text) for note in members.notes]
    return ReadSubscription(routed, tuple(own), tuple(notes))


def _schema(value: object) -> EventDeliverySchema | None:
    return next((schema for schema in get_args(EventDeliverySchema) if schema == value), None)


def _refused(body: Mapping[str, Any], *, printed: bool) -> list[Mistake]:
    """What the codec says about everything but the filter, except where Azure or the deployment knows better."""
    given = {name: value for name, value in body.items() if name != "filter"}
    try:
        from_arm(_deferred(given))
    except DeclarationError as error:
        return [
            mistake
            for mistake in error.mistakes
            if not _is_open(given, mistake.path) and not (printed and mistake.path[-1:] == ("endpointType",))
        ]
    return []


def _deferred(value: Any) -> Any:
    """A value as the codec takes it: what is not known is deferred, a secret is one."""
    if isinstance(value, Unresolved):
        return Secret(None) if value is SECRET else Deferred(value)
    if isinstance(value, Mapping):
        return {name: _deferred(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_deferred(element) for element in value]
    return value


def _is_open(value: Any, path: Path) -> bool:
    """Whether something unresolved is at a path or above it, or is all that is wrong at it."""
    for step in path:
        if isinstance(value, Unresolved):
            return True
        value = _at(value, (step,))
    return any(unresolved_in(value))


def _with_hidden_urls(body: dict[str, Any], written: Mapping[str, Any]) -> dict[str, Any]:
    """A body that Azure printed without a webhook's query, with what it shows of the URL."""
    outer = body.get("deliveryWithResourceIdentity")
    if isinstance(outer, Mapping):
        shown = written["deliveryWithResourceIdentity"].get("destination")
        return {**body, "deliveryWithResourceIdentity": {**outer, **_with_hidden_url(outer, shown)}}
    return {**body, **_with_hidden_url(body, written.get("destination"))}


def _with_hidden_url(holder: Mapping[str, Any], written: object) -> dict[str, Any]:
    destination = holder.get("destination")
    if not isinstance(destination, Mapping) or destination.get("endpointType") != "WebHook":
        return {}
    if destination.get("endpointUrl") is not None or not isinstance(written, Mapping):
        return {}
    properties = written.get("properties")
    shown = {**written, **(properties if isinstance(properties, Mapping) else {})}.get("endpointBaseUrl")
    return {"destination": {**destination, "endpointUrl": shown if isinstance(shown, str) else SECRET}}


def _misplaced_beside(document: Any, found: Subscription) -> list[Mistake]:
    """Members of a template's resource that stand beside its `properties`."""
    resource = _at(document, found.path)
    if not found.nested or not isinstance(resource, Mapping):
        return []
    return [
        Mistake((*found.path, name), f"ARM reads {show(name)} inside 'properties' only; move it there")
        for name in resource
        if name in MEMBERS
    ]


def _place(document: Any, members: Path, path: Path) -> Path:
    """Where in the document a path below the lifted body is."""
    placed, value = members, _at(document, members)
    for step in path:
        inner = value.get("properties") if isinstance(value, Mapping) else None
        if isinstance(value, Mapping) and step not in value and isinstance(inner, Mapping):
            placed, value = (*placed, "properties"), inner
        placed, value = (*placed, step), _at(value, (step,))
    return placed


def _at(value: Any, path: Path) -> Any:
    for step in path:
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value
