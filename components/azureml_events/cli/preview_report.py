"""A recording for people and for programs."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from types import MappingProxyType
from typing import IO, Any

from rich.text import Text
from rich.tree import Tree

from azureml_events.cli.console import unwrapped
from azureml_events.cli.settings import Roles, settings_of
from azureml_events.offline.recording import Message, Recording, Registration, in_dependency_order
from azureml_events.offline.wire import shown

STYLES = {"info": "", "warning": "yellow", "error": "bold red"}
"""How messages look on a terminal, by severity."""

NO_ROLES: Roles = MappingProxyType({})


def print_preview(recording: Recording, *, file: IO[str] | None = None, roles: Roles = NO_ROLES) -> None:
    """Prints a recording as a tree with the settings that matter, then outputs and messages.

    Lines are never wrapped, so that an id can be copied; colours only where a terminal reads.

    Args:
        recording: What a program registered.
        file: Where to; by default standard output.
        roles: The roles whose names are known.
    """
    console = unwrapped(file)
    console.print(f"Preview of {recording.stack}: {_count(recording)}")
    for tree in _trees(recording, roles):
        console.print(tree)
    if recording.outputs:
        console.print("Outputs")
        for name, value in shown(recording.outputs).items():
            console.print(f"  {name}: {_json(value)}")
    if recording.messages:
        console.print("Messages")
        for message in recording.messages:
            console.print(f"  {_line(message)}", style=STYLES[message.severity])


def _count(recording: Recording) -> str:
    """How much there is, without the root stack."""
    custom = sum(each.custom for each in recording.resources)
    components = sum(not each.custom and each.parent is not None for each in recording.resources)
    return f"{_many(custom, 'resource')} in {_many(components, 'component')}"


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _trees(recording: Recording, roles: Roles) -> list[Tree]:
    """A tree for each resource without a parent: as a rule the one of the root stack."""
    trees = {}
    children = defaultdict(list)
    for each in in_dependency_order(recording.resources):
        trees[each.urn] = Tree(_label(each, roles), guide_style="dim")
        children[each.parent].append(trees[each.urn])
    for urn, tree in trees.items():
        tree.children.extend(children[urn])
    return children[None]


def _label(registration: Registration, roles: Roles) -> Text:
    label = Text.assemble((registration.name, "bold"), "  ", (registration.type, "cyan"), _marks(registration))
    for name, text in settings_of(registration.type, registration.inputs, roles):
        label.append_text(Text.assemble("\n  ", (f"{name}: ", "dim"), text))
    return label


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
