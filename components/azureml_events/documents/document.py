"""Reading another tool's JSON document: the event subscriptions on workspaces in it, and the mistakes in them.

Documents that can be read: the output of Azure CLI, ARM templates, Pulumi's states and previews, and our own preview.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from azureml_events.base.mistakes import DeclarationError, Mistake
from azureml_events.documents.azure_cli import is_azure_cli, read_azure_cli
from azureml_events.documents.found import Found, FoundSubscription, Note
from azureml_events.documents.origin import (
    FoundWorkspace,
    Origins,
    OtherOrigin,
    UnknownOrigin,
    distinct_names,
    scoped_to_topic,
)
from azureml_events.documents.pulumi import is_pulumi, read_pulumi
from azureml_events.documents.subscription import read_subscription
from azureml_events.documents.template.template import is_template, read_template
from azureml_events.routing.subscription import RoutedSubscription
from azureml_events.stack.subscription import EVENT_SUBSCRIPTION_TYPE

_READERS = ((is_pulumi, read_pulumi), (is_azure_cli, read_azure_cli))

_NONE_OF_THESE = (
    "not a document that can be read; expected what 'az eventgrid system-topic event-subscription list -o json' "
    "prints, an ARM template, 'pulumi stack export', 'pulumi preview --json' or 'azureml-events preview --json'"
)
_TOO_DEEP = "nested too deeply to be one of the documents that can be read"

T = TypeVar("T")


@dataclass(frozen=True)
class Document:
    """A document, read.

    Attributes:
        subscriptions: The event subscriptions on workspaces, each routed as far as it is known.
        mistakes: The mistakes in these, with paths into the document.
        notes: Remarks about what was passed over, and what is not known.
    """

    subscriptions: tuple[RoutedSubscription, ...]
    mistakes: tuple[Mistake, ...]
    notes: tuple[Note, ...]


def find(value: Any, parameters: Mapping[str, Any] | None = None) -> Found:
    """Find the system topics and event subscriptions of a document, of any source, as written.

    Args:
        value: The document, as `json.loads` gives it.
        parameters: Values of a template's parameters by name in lower case; default none: its default values hold.

    Raises:
        DeclarationError: It is none of the documents that can be read.
    """
    if is_template(value):
        return _bounded(partial(read_template, given=parameters), value)
    for recognises, read in _READERS:
        if recognises(value):
            return _bounded(read, value)
    raise DeclarationError([Mistake((), _NONE_OF_THESE)])


def read_document(value: Any, parameters: Mapping[str, Any] | None = None) -> Document:
    """Read another tool's document.

    Args:
        value: The document, as `json.loads` gives it.
        parameters: Values of a template's parameters by name in lower case; default none: its default values hold.

    Raises:
        DeclarationError: It is none of the documents that can be read.
    """
    return _bounded(partial(_read, parameters=parameters), value)


def _bounded(read: Callable[[Any], T], value: Any) -> T:
    """Read a document, or refuse one that is nested too deeply."""
    try:
        return read(value)
    except RecursionError:
        raise DeclarationError([Mistake((), _TOO_DEEP)]) from None


def _read(value: Any, parameters: Mapping[str, Any] | None) -> Document:
    found = find(value, parameters)
    origins = Origins(found)
    notes = list(found.notes)
    mistakes: list[Mistake] = []
    chosen: list[tuple[FoundSubscription, FoundWorkspace]] = []
    for written in found.subscriptions:
        subscription = scoped_to_topic(written) or written
        origin = origins.origin_of(subscription)
        if isinstance(origin, OtherOrigin):
            notes.append(Note(subscription.path, f"{subscription.name} takes the events of {origin.text}; passed over"))
            continue
        if isinstance(origin, UnknownOrigin):
            notes.append(
                Note(subscription.path, f"nothing says whose events {subscription.name} takes; read as a workspace's")
            )
            origin = FoundWorkspace(origin.name)
        if subscription is not written:
            mistakes.append(_wrong_scope(written))
        chosen.append((subscription, origin))
    names = distinct_names(workspace for _, workspace in chosen)
    named = [(each, FoundWorkspace(names[workspace], workspace.id)) for each, workspace in chosen]
    subscriptions = []
    for subscription, workspace in named:
        read = read_subscription(value, subscription, workspace)
        subscriptions.append(read.routed)
        mistakes += read.mistakes
        notes += read.notes
    for workspace in dict.fromkeys(workspace for _, workspace in named):
        if workspace.id is None:
            notes.append(Note((), f"the id of workspace '{workspace.name}' is not in it; --workspace names it"))
    return Document(tuple(subscriptions), tuple(dict.fromkeys(mistakes)), tuple(dict.fromkeys(notes)))


def _wrong_scope(subscription: FoundSubscription) -> Mistake:
    at = subscription.path if subscription.nested else subscription.members
    return Mistake(
        (*at, "scope"),
        f"a system topic is no scope; use the resource type {EVENT_SUBSCRIPTION_TYPE}, or the workspace's id as scope",
    )
