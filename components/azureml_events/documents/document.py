"""Reading another tool's JSON document: the event subscriptions on workspaces in it, and the mistakes in them.

Documents that can be read: those of `documents/README.md`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from azureml_events.base.mistakes import DeclarationError, Mistake
from azureml_events.documents.az_powershell import is_az_powershell, read_az_powershell
from azureml_events.documents.azure_cli import is_azure_cli, read_azure_cli
from azureml_events.documents.findings import find_in_document, wrong_topics
from azureml_events.documents.found import Found, FoundSubscription, Note
from azureml_events.documents.logic_app import is_logic_app, read_logic_app
from azureml_events.documents.neighbours import refusal
from azureml_events.documents.origin import (
    FoundWorkspace,
    Origins,
    OtherOrigin,
    UnknownOrigin,
    distinct_names,
    scoped_to_topic,
)
from azureml_events.documents.pulumi import read_pulumi
from azureml_events.documents.pulumi_resources import is_pulumi
from azureml_events.documents.sources import Sources
from azureml_events.documents.subscription import ReadSubscription, read_subscription
from azureml_events.documents.template.template import is_template, read_template
from azureml_events.documents.terraform import is_terraform, read_terraform
from azureml_events.lint.rule import Finding
from azureml_events.routing.subscription import RoutedSubscription

_READERS = (
    (is_pulumi, read_pulumi),
    (is_terraform, read_terraform),
    (is_logic_app, read_logic_app),
    (is_az_powershell, read_az_powershell),
    (is_azure_cli, read_azure_cli),
)

_NONE_OF_THESE = (
    "not a document that can be read; expected what 'az eventgrid system-topic event-subscription list -o json' "
    "prints, an ARM template, 'pulumi stack export', 'pulumi preview --json', 'terraform show -json' or "
    "'azureml-events preview --json'"
)
_TOO_DEEP = "nested too deeply to be one of the documents that can be read"


@dataclass(frozen=True)
class Document:
    """A document, read.

    Attributes:
        subscriptions: The event subscriptions on workspaces, each routed as far as it is known.
        mistakes: The mistakes in these, with paths into the document.
        notes: Remarks about what was passed over, and what is not known.
        findings: What lint's rules say of it beside the filters.
    """

    subscriptions: tuple[RoutedSubscription, ...]
    mistakes: tuple[Mistake, ...]
    notes: tuple[Note, ...]
    findings: tuple[Finding, ...] = ()


def find(value: Any, parameters: Mapping[str, Any] | None = None) -> Found:
    """Find the system topics and event subscriptions of a document, of any source, as written.

    Args:
        value: The document, as `json.loads` gives it.
        parameters: Values of a template's parameters by name in lower case; default none: its default values hold.

    Raises:
        DeclarationError: It is none of the documents that can be read.
    """
    if is_template(value):
        return read_template(value, parameters)
    for recognises, read in _READERS:
        if recognises(value):
            return read(value)
    raise DeclarationError([Mistake((), refusal(value) or _NONE_OF_THESE)])


def read_document(value: Any, *, parameters: Mapping[str, Any] | None = None, sources: Sequence[str] = ()) -> Document:
    """Read another tool's document.

    Args:
        value: The document, as `json.loads` gives it.
        parameters: Values of a template's parameters by name in lower case; default none: its default values hold.
        sources: Which workspaces its system topics belong to: `TOPIC=WORKSPACE_ID`, or with one topic `WORKSPACE_ID`;
            default what the document says.

    Raises:
        DeclarationError: It is none of the documents that can be read, or the sources are wrong.
    """
    try:
        return _read(value, parameters, sources)
    except RecursionError:
        raise DeclarationError([Mistake((), _TOO_DEEP)]) from None


def _read(value: Any, parameters: Mapping[str, Any] | None, sources: Sequence[str]) -> Document:
    found = find(value, parameters)
    origins = Origins(found)
    scoped = [(written, scoped_to_topic(written) or written) for written in found.subscriptions]
    said = Sources(sources, [(subscription, origins.origin_of(subscription)) for _, subscription in scoped])
    notes = list(found.notes)
    mistakes: list[Mistake] = []
    chosen: list[tuple[FoundSubscription, FoundWorkspace]] = []
    for written, subscription in scoped:
        origin = said.origin_of(subscription, origins.origin_of(subscription))
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
    pairs: list[tuple[FoundSubscription, ReadSubscription]] = []
    for subscription, workspace in named:
        read = read_subscription(value, subscription, workspace)
        pairs.append((subscription, read))
        mistakes += read.mistakes
        notes += read.notes
    for workspace in dict.fromkeys(workspace for _, workspace in named):
        if workspace.id is None:
            notes.append(Note((), f"the id of workspace '{workspace.name}' is not in it; --source names it"))
    mistakes += wrong_topics(value, found.topics, origins)
    return Document(
        tuple(read.routed for _, read in pairs),
        tuple(dict.fromkeys(mistakes)),
        tuple(dict.fromkeys(notes)),
        tuple(find_in_document(value, found.topics, pairs, origins)),
    )


def _wrong_scope(subscription: FoundSubscription) -> Mistake:
    at = subscription.path if subscription.nested else subscription.members
    return Mistake(
        (*at, "scope"),
        f"a system topic is no scope; use the resource type {subscription.child_type}, or the workspace's id as scope",
    )
