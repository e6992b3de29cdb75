"""`azureml-events events`."""

from __future__ import annotations

from typing import Any

import click

from azureml_events.cli.console import print_json, print_line
from azureml_events.event_grid.catalogue import EVENT_TYPES, DataField, EventType


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def events(*, as_json: bool) -> None:
    """Show the events of a workspace: what raises them, how often, and what they carry."""
    if as_json:
        print_json([_type_json(row) for row in EVENT_TYPES.values()])
        return
    for row in EVENT_TYPES.values():
        _print(row)


def _type_json(row: EventType) -> dict[str, Any]:
    return {
        "type": row.name,
        "raised": row.raised,
        "often": row.often,
        "subject": row.subject,
        "legacy": row.legacy,
        "data": [_field_json(field) for field in row.fields],
    }


def _field_json(field: DataField) -> dict[str, Any]:
    return {
        "name": field.name,
        "kind": field.kind.value,
        "description": field.description,
        "example": field.example,
        "known": list(field.known),
        "closed": field.closed,
        "also": list(field.also),
        "optional": field.optional,
    }


def _print(row: EventType) -> None:
    print_line((row.short, "strong"))
    print_line(f"  raised   {row.raised}")
    print_line(f"  often    {row.often}")
    print_line(f"  subject  {row.subject}")
    if row.legacy:
        print_line((f"  legacy   {row.legacy}", "doubt"))
    for field in row.fields:
        print_line(f"  data.{field.name}: {_words(field)}")
    print_line()


def _words(field: DataField) -> str:
    words = [field.kind.value, field.description.rstrip(".")]
    if field.known:
        words.append(f"known: {', '.join(field.known)}" + ("" if field.closed else ", …"))
    words.append(f"also seen as {', '.join(field.also)}")
    if field.optional:
        words.append("may be missing")
    return "; ".join(words)
