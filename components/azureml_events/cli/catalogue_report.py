"""The catalogue of events, for people and for machines."""

from __future__ import annotations

from typing import IO, Any

from rich.console import Console

from azureml_events.cli.console import unwrapped
from azureml_events.event_grid.catalogue import EVENT_TYPES, DataField, EventType


def catalogue_json() -> list[dict[str, Any]]:
    """Every event type with its data fields, as `events --json` prints them."""
    return [
        {
            "type": row.name,
            "raised": row.raised,
            "often": row.often,
            "subject": row.subject,
            "legacy": row.legacy,
            "data": [_field(field) for field in row.fields],
        }
        for row in EVENT_TYPES.values()
    ]


def print_catalogue(file: IO[str] | None = None) -> None:
    """Print every event type with its data fields.

    Args:
        file: Where to; default standard output.
    """
    console = unwrapped(file)
    for row in EVENT_TYPES.values():
        _print(console, row)


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


def _field(field: DataField) -> dict[str, Any]:
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
