"""Reads events from JSON texts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from azureml_events.routing.dead_letters import DeadLetter, take_dead_letter
from azureml_events.routing.event import Event
from azureml_events.routing.reading.containers import Found, Search
from azureml_events.routing.reading.records import read_records
from azureml_events.routing.reading.streams import Block, Refusal, blocks, open_stream
from azureml_events.routing.reading.warnings import find_warnings


@dataclass(frozen=True)
class ReadEvent:
    """An event as it was read.

    Attributes:
        event: The event, without what a dead letter has beside it.
        file: The file's name as given, `<stdin>` for standard input.
        line: The line on which its text begins, or the number of its record, from 1.
        noticed: What reading noticed about its text, in words.
        place: Where in its text it was found, as `Body`; empty where nothing surrounds it.
        dead_letter: What Event Grid added because it could not deliver the event; None where it added nothing.
    """

    event: Event
    file: str
    line: int
    noticed: tuple[str, ...] = ()
    place: str = ""
    dead_letter: DeadLetter | None = None

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is odd about its text, and its differences from delivered events, in words."""
        return (*self.noticed, *find_warnings(self.event))


def read_files(names: Iterable[str]) -> Iterator[ReadEvent | Refusal]:
    """Yield the events of files in their order; a text that is refused stops nothing.

    The first event that was found inside something else carries a warning that says so, once a file.

    Args:
        names: Paths, `-` for standard input. A file holds JSON documents, arrays or JSON Lines, gzip or not; or what
            else `Search` and `read_records` find events in.
    """
    for name in names:
        said = False
        for block in file_blocks(name):
            for read in [block] if isinstance(block, Refusal) else read_block(block, display_name(name)):
                if isinstance(read, ReadEvent) and read.place and not said:
                    said = True
                    yield replace(read, noticed=(found_in(read.place), *read.noticed))
                else:
                    yield read


def found_in(place: str) -> str:
    """Return the warning that events stood inside something else.

    Args:
        place: Where, as `ReadEvent.place` says it.
    """
    return f"read from {place}"


def file_blocks(name: str) -> Iterator[Block | Refusal]:
    """Yield the JSON texts of a file.

    Args:
        name: A path, `-` for standard input.
    """
    shown = display_name(name)
    try:
        with open_stream(name) as stream:
            yield from read_records(stream, name, shown) or blocks(stream, shown)
    except OSError as error:
        yield Refusal(shown, None, f"cannot be read: {error.strerror or error}")
    except ValueError as error:
        yield Refusal(shown, None, f"cannot be read: {error}")


def display_name(name: str) -> str:
    """Return a file's name as messages show it."""
    return "<stdin>" if name == "-" else name


def read_block(block: Block, file: str) -> Iterator[ReadEvent | Refusal]:
    """Yield the events in some texts.

    Args:
        block: The texts.
        file: The file's name as messages show it.
    """
    for line, text in zip(block.lines, block.texts, strict=True):
        yield from read_text(text, file, line, block.place)


def read_text(text: bytes, file: str, line: int, place: str = "") -> Iterator[ReadEvent | Refusal]:
    """Yield the events in one text: an object, an array, what surrounds an event, or a log line.

    Args:
        text: The text; blank gives nothing.
        file: The file's name as messages show it.
        line: The line on which the text begins, from 1.
        place: Where the text stood, in words; empty where nothing surrounds it.
    """
    search = Search()
    try:
        stripped = text.decode("utf-8-sig").strip()
        if not stripped:
            return
        found = _find(search, stripped, place)
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
        repeated = tuple(f"'{name}' stands twice; the last one counts" for name in dict.fromkeys(search.twice))
        for each in found:
            yield Refusal(file, line, each) if isinstance(each, str) else _read(each, file, line, repeated)


def _find(search: Search, text: str, place: str) -> list[Found | str]:
    try:
        value = search.parse(text)
    except ValueError:
        if found := search.find_in_line(text):
            return found
        raise
    return search.find(value, place)


def _read(found: Found, file: str, line: int, repeated: tuple[str, ...]) -> ReadEvent:
    members, letter = take_dead_letter(found.members, file)
    return ReadEvent(Event(members), file, line, repeated, found.place, letter)
