"""Prints a recording for people: a tree with the settings that matter, then outputs and messages."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import IO, Any

import click

from azureml_events.cli.settings import Roles, settings_of
from azureml_events.offline.recording import Message, Recording, Registration, in_dependency_order
from azureml_events.offline.wire import shown

STYLES: Mapping[str, Mapping[str, Any]] = {
    "info": {},
    "warning": {"fg": "yellow"},
    "error": {"fg": "red", "bold": True},
}
"""The styles of messages on a terminal, by severity."""

NO_ROLES: Roles = MappingProxyType({})


def print_preview(recording: Recording, *, file: IO[str] | None = None, roles: Roles = NO_ROLES) -> None:
    """Print a recording as a tree with the settings that matter, then outputs and messages.

    Lines are never wrapped, so that an id can be copied; colours only where a terminal reads.

    Args:
        recording: What a program registered.
        file: Where to; by default standard output.
        roles: The roles whose names are known.
    """
    colour = False if os.environ.get("NO_COLOR") else None
    for line in _lines(recording, roles):
        click.echo(line, file=file, color=colour)


def _lines(recording: Recording, roles: Roles) -> Iterator[str]:
    yield f"Preview of {recording.stack}: {_count(recording)}"
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
    settings = settings_of(registration.type, registration.inputs, roles)
    shown_settings = [f"  {click.style(f'{name}: ', dim=True)}{text}" for name, text in settings]
    return "\n".join([title + _marks(registration), *shown_settings]).split("\n")


def _marks(registration: Registration) -> str:
    marks = {
        "protected": registration.protect,
        f"import {registration.import_id}": registration.import_id,
        f"read {registration.read_id}": registration.read_id,
    }
    return "".join(f"  ({mark})" for mark, holds in marks.items() if holds)


def _line(message: Message) -> str:
    about = f"{message.urn.rpartition('::')[2]}: " if message.urn else ""
    text = message.text.replace("\n", "\n    ")
    return f"{message.severity}: {about}{text}"


def _json(value: Any) -> str:
    if isinstance(value, Mapping | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
