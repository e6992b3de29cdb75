"""Reads events from JSON texts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from azureml_events.base.mistakes import show
from azureml_events.routing.event import Event, type_of
from azureml_events.routing.reading.streams import Block, Refusal, blocks, open_stream
from azureml_events.routing.reading.warnings import find_warnings

_MOST_DIGITS = 400
_DEEPEST_WRAPPING = 8


@dataclass(frozen=True)
class ReadEvent:
    """An event as it was read.

    Attributes:
        event: The event.
        file: The file's name as given, `<stdin>` for standard input.
        line: The line on which its text begins, from 1.
        warnings: The differences from delivered events, in words.
    """

    event: Event
    file: str
    line: int
    warnings: tuple[str, ...]


def read_files(names: Iterable[str]) -> Iterator[ReadEvent | Refusal]:
    """Yield the events of files in their order; a text that is refused stops nothing.

    Args:
        names: Paths, `-` for standard input. A file holds JSON documents, arrays or JSON Lines, gzip or not.
    """
    for name in names:
        for block in file_blocks(name):
            if isinstance(block, Refusal):
                yield block
                continue
            for line, text in zip(block.lines, block.texts, strict=True):
                yield from read_text(text, display_name(name), line)


def file_blocks(name: str) -> Iterator[Block | Refusal]:
    """Yield the JSON texts of a file.

    Args:
        name: A path, `-` for standard input.
    """
    try:
        with open_stream(name) as stream:
            yield from blocks(stream, display_name(name))
    except OSError as error:
        yield Refusal(display_name(name), None, f"cannot be read: {error.strerror or error}")
    except ValueError as error:
        yield Refusal(display_name(name), None, f"cannot be read: {error}")


def display_name(name: str) -> str:
    """Return a file's name as messages show it."""
    return "<stdin>" if name == "-" else name


def read_text(text: bytes, file: str, line: int) -> Iterator[ReadEvent | Refusal]:
    """Yield the events in one JSON text: an object, an array, or what a Logic App's trigger received.

    Args:
        text: The text; blank gives nothing.
        file: The file's name as messages show it.
        line: The line on which the text begins, from 1.
    """
    twice: list[str] = []
    try:
        stripped = text.decode("utf-8-sig").strip()
        if not stripped:
            return
        value = _parse(stripped, twice)
    except UnicodeDecodeError:
        yield Refusal(file, line, "not UTF-8")
    except RecursionError:
        yield Refusal(file, line, "nested too deeply to be an event")
    except json.JSONDecodeError as error:
        said = error.msg[0].lower() + error.msg[1:]
        yield Refusal(file, line + error.lineno - 1, f"not JSON: {said} (column {error.colno})")
    except ValueError as error:
        yield Refusal(file, line, f"not JSON: {error}")
    else:
        repeated = tuple(f"'{name}' stands twice; the last one counts" for name in dict.fromkeys(twice))
        yield from _unwrap(value, file, line, repeated)


def _unwrap(
    value: Any, file: str, line: int, warnings: tuple[str, ...], depth: int = 0
) -> Iterator[ReadEvent | Refusal]:
    if isinstance(value, list) and depth < _DEEPEST_WRAPPING:
        for element in value:
            yield from _unwrap(element, file, line, warnings, depth + 1)
    elif not isinstance(value, dict):
        yield Refusal(file, line, f"expected an event, an object, got {show(value)}")
    elif type_of(value) is not None:
        event = Event(value)
        yield ReadEvent(event, file, line, (*warnings, *find_warnings(event)))
    elif isinstance(value.get("body"), (dict, list)) and depth < _DEEPEST_WRAPPING:
        read_from = (*warnings, "read from the body of a request")
        yield from _unwrap(value["body"], file, line, read_from, depth + 1)
    else:
        yield Refusal(file, line, "not an event: it has no eventType (CloudEvents: type)")


def _parse(text: str, twice: list[str]) -> Any:
    def build(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) < len(pairs):
            counts = Counter(name for name, _ in pairs)
            twice.extend(name for name, count in counts.items() if count > 1)
        return members

    return json.loads(text, object_pairs_hook=build, parse_float=_exact, parse_int=_whole, parse_constant=_no_number)


def _exact(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        mantissa, _, exponent = text.lower().partition("e")
        if exponent.startswith("-") or not Decimal(mantissa):
            return Decimal(0)
        return Decimal("-Infinity") if text.startswith("-") else Decimal("Infinity")


def _whole(text: str) -> int | Decimal:
    return int(text) if len(text) <= _MOST_DIGITS else _exact(text)


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
