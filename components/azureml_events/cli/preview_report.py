"""Prints a recording for people: a tree with the settings that matter, then outputs and messages."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import IO, Any

from azureml_events.cli.console import Span, many, print_line
from azureml_events.cli.preview_summary import DEAD_LETTER, WorkspaceSummary
from azureml_events.cli.settings import Setting, settings_of
from azureml_events.offline.options import options_of
from azureml_events.offline.recording import Message, Recording, Registration, in_dependency_order
from azureml_events.offline.wire import shown

_STYLES: Mapping[str, str] = {"info": "", "warning": "doubt", "error": "bad"}
"""The styles of messages, by severity."""

Line = tuple[Span, ...]

_SHOWN_OTHERWISE = ("protect", "import", "providers")
"""Options that stand beside a resource's name, or in the lines of what it holds."""


def print_preview(recording: Recording, summary: Sequence[WorkspaceSummary], *, file: IO[str] | None = None) -> None:
    """Print what is delivered where, then a recording as a tree with the settings that matter, outputs and messages.

    Lines are never wrapped, so that an id can be copied; colours only where a terminal reads.

    Args:
        recording: What a program registered.
        summary: What it delivers where.
        file: Where to; by default standard output.
    """
    for line in _lines(recording, summary):
        print_line(*line, file=file)


def _lines(recording: Recording, summary: Sequence[WorkspaceSummary]) -> Iterator[Line]:
    yield (f"Preview of {recording.stack}: {_count(recording)}",)
    for workspace in summary:
        yield ()
        yield from _summary(workspace)
    if summary:
        yield ()
        yield from _types(recording)
        yield ()
        yield ("Resources",)
    yield from _trees(recording)
    if recording.outputs:
        yield ("Outputs",)
        for name, value in shown(recording.outputs).items():
            yield (f"  {name}: {_json(value)}",)
    if recording.messages:
        yield ("Messages",)
        for message in recording.messages:
            yield from _message(message)


def _count(recording: Recording) -> str:
    """Count what there is, without the root stack."""
    custom = sum(each.custom for each in recording.resources)
    components = sum(not each.custom and each.parent is not None for each in recording.resources)
    return f"{many(custom, 'resource')} in {many(components, 'component')}"


def _summary(workspace: WorkspaceSummary) -> Iterator[Line]:
    """Say what happens to a workspace's events; dead letters once, and again where a subscription differs."""
    disabled = sum(each.disabled for each in workspace.subscriptions)
    count = many(len(workspace.subscriptions), "subscription")
    yield (f"Workspace {workspace.name}", "strong"), f": {count}" + (f", {disabled} disabled" if disabled else "")
    yield (f"  system topic: {workspace.topic}",)
    usual = (DEAD_LETTER, workspace.dead_letter)
    if workspace.dead_letter:
        yield (f"  dead letters: {workspace.dead_letter}",)
    yield from ((f"  {label}: {text}" if label else f"    {text}",) for label, text in workspace.watched)
    for each in workspace.subscriptions:
        yield "  ", (each.name, "strong")
        facts = [fact for fact in each.facts if fact != usual]
        width = max((len(label) for label, _ in facts), default=0)
        for (before, _), (label, text) in pairwise([("", ""), *facts]):
            again = "and" if label == before == "if" else label
            yield "    ", (f"{again:{width}}", "faint"), f"  {text}"


def _types(recording: Recording) -> Iterator[Line]:
    yield ("Types",)
    counts = Counter(each.type for each in recording.resources if each.parent is not None)
    width = len(str(max(counts.values(), default=0)))
    for type_, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        yield f"  {count:{width}}  ", (type_, "name")


def _trees(recording: Recording) -> Iterator[Line]:
    """Draw a tree for each resource without a parent: as a rule the one of the root stack."""
    children = defaultdict(list)
    for each in in_dependency_order(recording.resources):
        children[each.parent].append(each)

    def below(parent: str, indent: str) -> Iterator[Line]:
        for each in children[parent]:
            last = each is children[parent][-1]
            first, *rest = _label(each)
            yield (indent + ("└── " if last else "├── "), "faint"), *first
            deeper = indent + ("    " if last else "│   ")
            yield from (((deeper, "faint"), *line) for line in rest)
            yield from below(each.urn, deeper)

    for root in children[None]:
        yield from _label(root)
        yield from below(root.urn, "")


def _label(registration: Registration) -> list[Line]:
    """Give the lines of a resource: name, type and marks, then a line for each setting."""
    title = ((registration.name, "strong"), "  ", (registration.type, "name"), _marks(registration))
    settings = [*settings_of(registration.type, registration.inputs), *_options(registration)]
    return [title, *(((f"  {name}: ", "faint"), text) for name, text in settings)]


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
            return many(len(several), "alias", "aliases")
        case [*names]:
            return f"{name} {' '.join(map(str, names))}"
        case Mapping():
            return f"{name} {' '.join(f'{key}={_name(str(each))}' for key, each in value.items())}"
        case _:
            return f"{name} {_name(str(value))}"


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]


def _message(message: Message) -> Iterator[Line]:
    """Give the lines of a message, in one style."""
    about = f"{_name(message.urn)}: " if message.urn else ""
    style = _STYLES[message.severity]
    first, *rest = message.text.split("\n")
    for line in (f"  {message.severity}: {about}{first}", *(f"    {each}" for each in rest)):
        yield ((line, style) if style else line,)


def _json(value: Any) -> str:
    if isinstance(value, Mapping | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
