"""Reading one event subscription of a document: its mistakes, and its routing as far as it is known."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from azureml_events.base.mistakes import MemberPath, Mistake, show
from azureml_events.base.model import json_names
from azureml_events.base.names import EVENT_SUBSCRIPTION
from azureml_events.documents.body import Body
from azureml_events.documents.found import FoundSubscription, Note
from azureml_events.documents.handler import destination_of, handler_text
from azureml_events.documents.members import MEMBERS
from azureml_events.documents.origin import FoundWorkspace
from azureml_events.documents.values import member_at
from azureml_events.event_grid.delivery import DEFAULT_SCHEMA
from azureml_events.event_grid.filters import EventFilter
from azureml_events.routing.subscription import RoutedSubscription

_ONE_ELEMENT = re.compile(r"(?<='); write \[([^\[\]\"]*)\]$")


@dataclass(frozen=True)
class ReadSubscription:
    """An event subscription, read.

    Attributes:
        routed: It, as far as it is known.
        body: Its body.
        place: Gives the place in the document of a path below the body.
        mistakes: What is wrong with it, with paths into the document.
        notes: What is not known of it.
    """

    routed: RoutedSubscription
    body: Body
    place: Callable[[MemberPath], MemberPath]
    mistakes: tuple[Mistake, ...]
    notes: tuple[Note, ...]


def read_subscription(document: Any, found: FoundSubscription, workspace: FoundWorkspace) -> ReadSubscription:
    """Read an event subscription.

    Args:
        document: The document that it is in.
        found: It, as found there.
        workspace: The workspace whose events it takes.
    """
    place = place_of(document, found)
    body = Body(found.body, nested=found.nested, printed=found.printed, place=place)
    mistakes = [Mistake(place(mistake.path), _in_json(mistake.message)) for mistake in body.mistakes]
    mistakes += _misplaced_beside(document, found)
    named = isinstance(found.name, str) and found.name_path
    problem = EVENT_SUBSCRIPTION.problem(str(found.name)) if named else None
    if problem:
        mistakes.append(Mistake(found.name_path, problem))
    routed = RoutedSubscription(
        workspace=workspace.name,
        name=str(found.name),
        filter=body.filter.filter,
        workspace_id=workspace.id,
        handler=handler_text(body.members, owner=f"{workspace.name}/{found.name}"),
        delivery_schema=body.schema or DEFAULT_SCHEMA,
        path=found.path,
        paths={
            **{name: place(("filter", name)) for name in json_names(EventFilter)},
            "expirationTimeUtc": place(("expirationTimeUtc",)),
            "provisioningState": place(("provisioningState",)),
        },
        placed_filters=body.filter.written,
        unknown=body.filter.unknown,
        destination=destination_of(body.members, place),
        expires=body.settings.expiration_time_utc if body.settings else None,
        provisioning_state=found.state,
        in_arm_words=True,
    )
    notes = [Note(place(note.path), note.text) for note in body.notes]
    return ReadSubscription(routed, body, place, tuple(mistakes), tuple(notes))


def place_of(document: Any, found: FoundSubscription) -> Callable[[MemberPath], MemberPath]:
    """Make the function that gives the place in the document of a path below an event subscription's body.

    Args:
        document: The document that it is in.
        found: It, as found there.
    """
    return partial(_renamed, found) if found.places else partial(_place, document, found.members)


def _renamed(found: FoundSubscription, path: MemberPath) -> MemberPath:
    """Find the place of a path below a body that the document has under other names."""
    for known in range(len(path), 0, -1):
        if path[:known] in found.places:
            return (*found.places[path[:known]], *path[known:])
    return (*found.members, *path)


def _in_json(message: str) -> str:
    """Quote the element of a list that a message says to write, as JSON has it."""
    return _ONE_ELEMENT.sub(lambda match: f'; write ["{match[1]}"]', message)


def _misplaced_beside(document: Any, found: FoundSubscription) -> list[Mistake]:
    """Find members of a template's resource that stand beside its `properties`."""
    resource = member_at(document, found.path)
    if not found.nested or not isinstance(resource, Mapping):
        return []
    return [
        Mistake((*found.path, name), f"ARM reads {show(name)} inside 'properties' only; move it there")
        for name in resource
        if name in MEMBERS
    ]


def _place(document: Any, members: MemberPath, path: MemberPath) -> MemberPath:
    """Find the place in the document of a path below the lifted body."""
    placed, value = members, member_at(document, members)
    for step in path:
        inner = value.get("properties") if isinstance(value, Mapping) else None
        if isinstance(value, Mapping) and step not in value and isinstance(inner, Mapping):
            placed, value = (*placed, "properties"), inner
        placed, value = (*placed, step), member_at(value, (step,))
    return placed
