"""`azureml-events events`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from azureml_events.cli.console import unwrapped
from azureml_events.event_grid.catalogue import EVENT_TYPES, DataField, EventType

if TYPE_CHECKING:
    from rich.console import Console


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def events(*, as_json: bool) -> None:
    """Show the events of a workspace: what raises them, how often, and what they carry."""
    if as_json:
        click.echo(json.dumps([_type_json(row) for row in EVENT_TYPES.values()], indent=2))
        return
    console = unwrapped(None)
    for row in EVENT_TYPES.values():
        _print(console, row)


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


def _print(console: Console, row: EventType) -> None:
    console.print(row.short, style="bold")
    console.print(f"  raised   {row.raised}")
    console.print(f"  often    {row.often}")
    console.print(f"  subject  {row.subject}")
    if row.legacy:
        console.print(f"  legacy   {row.legacy}", style="yellow")
    for field in row.fields:
        console.print(f"  data.{field.name}: {_words(field)}")
    console.print()


def _words(field: DataField) -> str:
    words = [field.kind.value, field.description.rstrip(".")]
    if field.known:
        words.append(f"known: {', '.join(field.known)}" + ("" if field.closed else ", …"))
    if field.also:
        words.append(f"also seen as {', '.join(field.also)}")
    if field.optional:
        words.append("may be missing")
    return "; ".join(words)
