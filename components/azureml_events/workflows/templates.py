"""Texts with places for event fields: `{data.experimentName} failed`; a brace of its own is doubled."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from azureml_events.base.mistakes import Mistake, show
from azureml_events.workflows.event_fields import EventFields, Field, parse_field, read_field, value_as_text
from azureml_events.workflows.expressions import Text

Template = tuple[str | Field, ...]
"""A text's pieces: literal texts, and the fields whose values stand between them."""

_PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+")


def parse_template(source: str, event_types: Sequence[str]) -> Template:
    """Read a text with places.

    Args:
        source: The text.
        event_types: The full names of the event types that the subscription takes.

    Raises:
        ValueError: A brace that opens or closes nothing, or a place that names no field.
    """
    return tuple(_piece(match, event_types) for match in _PIECE.finditer(source))


def template_mistakes(source: object, event_types: Sequence[str]) -> Iterator[Mistake]:
    """Yield the mistakes of each place of a text.

    Args:
        source: The text as written.
        event_types: The full names of the event types that the subscription takes.
    """
    for match in _PIECE.finditer(source) if isinstance(source, str) else ():
        try:
            _piece(match, event_types)
        except ValueError as error:
            yield Mistake((), str(error))


def template_text(template: Template, fields: EventFields) -> Text:
    """Write the text as the workflow makes it."""
    return Text(tuple(fields.text(piece) if isinstance(piece, Field) else piece for piece in template))


def fill(template: Template, event: Mapping[str, Any]) -> str:
    """Fill in the text for one event.

    Args:
        template: The text's pieces.
        event: An event in the Event Grid schema.
    """
    return "".join(value_as_text(read_field(event, piece)) if isinstance(piece, Field) else piece for piece in template)


def _piece(match: re.Match[str], event_types: Sequence[str]) -> str | Field:
    piece = match.group()
    if match.group(1) is not None:
        return parse_field(match.group(1).strip(), event_types)
    if piece in {"{", "}"}:
        raise ValueError(f"a single {show(piece)}; write {show(piece * 2)} for the sign itself")
    return piece[0] if piece in {"{{", "}}"} else piece
