"""Prints a recording for people: a tree with the settings that matter, then outputs and messages."""

from __future__ import annotations

import json
import os
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import IO, Any

import click

from azureml_events.cli.console import one_line
from azureml_events.cli.preview_summary import DEAD_LETTER, WorkspaceSummary
from azureml_events.cli.settings import Roles, Setting, settings_of
from azureml_events.offline.options import options_of
from azureml_events.offline.recording import Message, Recording, Registration, in_dependency_order
from azureml_events.offline.wire import shown

STYLES: Mapping[str, Mapping[str, Any]] = {
    "info": {},
    "warning": {"fg": "yellow"},
    "error": {"fg": "red", "bold": True},
}
"""The styles of messages on a terminal, by severity."""

_SHOWN_OTHERWISE = ("protect", "import", "providers")
"""Options that stand beside a resource's name, or in the lines of what it holds."""

NO_ROLES: Roles = MappingProxyType({})


def print_preview(
    recording: Recording,
    summary: Sequence[WorkspaceSummary] = (),
    *,
    file: IO[str] | None = None,
    roles: Roles = NO_ROLES,
) -> None:
    """Print what is delivered where, then a recording as a tree with the settings that matter, outputs and messages.

    Lines are never wrapped, so that an id can be copied; colours only where a terminal reads.

    Args:
        recording: What a program registered.
        summary: What it delivers where.
        file: Where to; by default standard output.
        roles: The roles whose names are known.
    """
    colour = False if os.environ.get("NO_COLOR") else None
    for line in _lines(recording, summary, roles):
        click.echo(line, file=file, color=colour)


def _lines(recording: Recording, summary: Sequence[WorkspaceSummary], roles: Roles) -> Iterator[str]:
    yield f"Preview of {recording.stack}: {_count(recording)}"
    for workspace in summary:
        yield ""
        yield from _summary(workspace)
    if summary:
        yield ""
        yield from _types(recording)
        yield ""
        yield "Resources"
    yield from _trees(recording, roles)
    if recording.outputs:
        yield "Outputs"
        for name, value in shown(recording.outputs).items():
            yield f"  {name}: {_json(value)}"
    if recording.messages:
        yield "Messages"
        for message in recording.messages:
            yield click.style(f"  {_line(message)}", **STYLES[message.severity])


def _count(recording: Recording) -> str:
    """Count what there is, without the root stack."""
    custom = sum(each.custom for each in recording.resources)
    components = sum(not each.custom and each.parent is not None for each in recording.resources)
    return f"{_many(custom, 'resource')} in {_many(components, 'component')}"


def _summary(workspace: WorkspaceSummary) -> Iterator[str]:
    """Say what happens to a workspace's events; dead letters once, and again where a subscription differs."""
    title = click.style(f"Workspace {one_line(workspace.name)}", bold=True)
    disabled = sum(each.disabled for each in workspace.subscriptions)
    count = _many(len(workspace.subscriptions), "subscription")
    yield f"{title}: {count}" + (f", {disabled} disabled" if disabled else "")
    yield f"  system topic: {one_line(workspace.topic)}"
    usual = (DEAD_LETTER, workspace.dead_letter)
    if workspace.dead_letter:
        yield f"  dead letters: {one_line(workspace.dead_letter)}"
    for each in workspace.subscriptions:
        yield f"  {click.style(one_line(each.name), bold=True)}"
        facts = [fact for fact in each.facts if fact != usual]
        width = max((len(label) for label, _ in facts), default=0)
        for (before, _), (label, text) in pairwise([("", ""), *facts]):
            again = "and" if label == before == "if" else label
            yield f"    {click.style(f'{again:{width}}', dim=True)}  {one_line(text)}"


def _types(recording: Recording) -> Iterator[str]:
    yield "Types"
    counts = Counter(each.type for each in recording.resources if each.parent is not None)
    width = len(str(max(counts.values(), default=0)))
    for type_, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        yield f"  {count:{width}}  {click.style(type_, fg='cyan')}"


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _trees(recording: Recording, roles: Roles) -> Iterator[str]:
    """Draw a tree for each resource without a parent: as a rule the one of the root stack."""
    children = defaultdict(list)
    for each in in_dependency_order(recording.resources):
        children[each.parent].append(each)

    def below(parent: str, indent: str) -> Iterator[str]:
        for each in children[parent]:
            last = each is children[parent][-1]
            first, *rest = _label(each, roles)
            yield click.style(indent + ("└── " if last else "├── "), dim=True) + first
            deeper = indent + ("    " if last else "│   ")
            yield from (click.style(deeper, dim=True) + line for line in rest)
            yield from below(each.urn, deeper)

    for root in children[None]:
        yield from _label(root, roles)
        yield from below(root.urn, "")


def _label(registration: Registration, roles: Roles) -> list[str]:
    """Give the lines of a resource: name, type and marks, then a line for each setting."""
    title = f"{click.style(registration.name, bold=True)}  {click.style(registration.type, fg='cyan')}"
    settings = [*settings_of(registration.type, registration.inputs, roles), *_options(registration)]
    shown_settings = [f"  {click.style(f'{name}: ', dim=True)}{text}" for name, text in settings]
    return "\n".join([title + _marks(registration), *shown_settings]).split("\n")


def _marks(registration: Registration) -> str:
    marks = {
        "protected": registration.protect,
        f"import {registration.import_id}": registration.import_id,
        f"read {registration.read_id}": registration.read_id,
    }
    return "".join(f"  ({mark})" for mark, holds in marks.items() if holds)


def _options(registration: Registration) -> Iterator[Setting]:
    """Yield the explicit provider and the options that are set, but for those that stand beside the name."""
    if registration.provider:
        yield "provider", _name(registration.provider)
    said = {name: value for name, value in options_of(registration).items() if name not in _SHOWN_OTHERWISE}
    if said:
        yield "options", ", ".join(_option(name, value) for name, value in said.items())


def _option(name: str, value: Any) -> str:
    match value:
        case True:
            return name
        case [*several] if name == "aliases":
            return f"{len(several)} aliases"
        case [*names]:
            return f"{name} {' '.join(map(str, names))}"
        case Mapping():
            return f"{name} {' '.join(f'{key}={_name(str(each))}' for key, each in value.items())}"
        case _:
            return f"{name} {_name(str(value))}"


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]


def _line(message: Message) -> str:
    about = f"{_name(message.urn)}: " if message.urn else ""
    text = message.text.replace("\n", "\n    ")
    return f"{message.severity}: {about}{text}"


def _json(value: Any) -> str:
    if isinstance(value, Mapping | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
