"""JSON as Azure Resource Manager and its tools take it, with the line and column of everything in it.

Beyond JSON: `//` and `/* */` comments and texts over several lines (Azure's page on the structure and syntax of ARM
templates). A comma before a closing bracket is read with a note: whether Azure takes it is not documented, and Azure
CLI, which takes comments and several lines away and then reads JSON, refuses it.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite
from typing import Any

from azureml_events.base.mistakes import DeclarationError, MemberPath, Mistake, Position, show
from azureml_events.base.text_encoding import decode_text
from azureml_events.documents.found import Note

DEEPEST = 300
"""Maps and lists in each other; a text that goes deeper is refused."""

LARGEST = 256 * 1024 * 1024
"""Bytes of a text; a larger one is refused."""

_GAP = re.compile(r"(?:[ \t\n\r]+|//[^\n\r]*|/\*.*?\*/)*", re.DOTALL)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
_TOLERANT = json.JSONDecoder(strict=False)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")
_WORD = re.compile(r"\w+")
_WORDS = {"true": True, "false": False, "null": None}
_LONGEST_NUMBER = 400
_MOST_NOTES = 50
_NOTHING: dict[str | int, _Place] = {}


class _Place:
    """The place of a value: of itself, or of its name where it is a map or list; and of what is in it."""

    __slots__ = ("inner", "offset")

    def __init__(self, offset: int, inner: dict[str | int, _Place]) -> None:
        self.offset = offset
        self.inner = inner


@dataclass(frozen=True)
class JsonText:
    """A JSON text, read.

    Attributes:
        value: What it holds, as `json.loads` gives it; of a member that stands there twice the last.
        notes: What is odd in it, with paths.
    """

    value: Any
    notes: tuple[Note, ...] = ()
    _text: str = field(default="", repr=False)

    def locate(self, path: MemberPath) -> Position:
        """Locate the value that a path leads to.

        Args:
            path: The members' names and the indexes of lists, outermost first.

        Returns:
            The place of a single value or of a list's element, or of the name of a map or list. For what is not in the
            text, the place of the nearest thing around it.
        """
        place = self._places
        for step in path:
            inner = place.inner.get(step)
            if inner is None:
                break
            place = inner
        return self._lines.position(place.offset)

    @cached_property
    def _lines(self) -> _Lines:
        return _Lines(self._text)

    @cached_property
    def _places(self) -> _Place:
        return _Scanner(self._text).scan()[1]


def read_json_bytes(data: bytes) -> JsonText:
    """Read the bytes of a JSON text: UTF-8, or UTF-16 by its mark.

    Args:
        data: The bytes, at most `LARGEST`.

    Raises:
        DeclarationError: It is no such text; with the place of the mistake.
    """
    if len(data) > LARGEST:
        raise DeclarationError([Mistake((), f"too large: {len(data):,} bytes; allowed: {LARGEST:,}")])
    try:
        text = decode_text(data)
    except UnicodeDecodeError as error:
        message = f"not text in {error.encoding.upper()}: byte {error.start:,} is none of it; save it as UTF-8"
        raise DeclarationError([Mistake((), message)]) from None
    return read_json(text)


def read_json(text: str) -> JsonText:
    """Read a JSON text.

    Args:
        text: The text.

    Raises:
        DeclarationError: It is no such text; with the place of the mistake.
    """
    try:
        _refuse_surrogates(text)
        value = json.loads(text, object_pairs_hook=_distinct, parse_constant=_refused, parse_float=_float)
    except (ValueError, RecursionError):
        scanner = _Scanner(text)
        return JsonText(scanner.scan()[0], scanner.notes, text)
    return JsonText(value, (), text)


def _distinct(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) < len(members):
        raise ValueError(members)
    return found


def _refuse_surrogates(text: str) -> None:
    """Leave halves of characters to the scanner, which replaces those that stand alone: no encoding can write them."""
    if _SURROGATE.search(text):
        raise ValueError


def _refused(word: str) -> None:
    raise ValueError(word)


def _float(digits: str) -> float:
    number = float(digits)
    if not isfinite(number):
        raise ValueError(digits)
    return number


class _Lines:
    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in re.finditer(r"\r\n|\n|\r", text))]

    def position(self, offset: int) -> Position:
        line = bisect_right(self._starts, offset)
        return Position(line, offset - self._starts[line - 1] + 1)


@dataclass
class _Open:
    """A map or list that is being read."""

    at: int
    value: dict[str, Any] | list[Any]
    places: dict[str | int, _Place]
    step: str | int = 0
    named_at: int = 0


class _Scanner:
    """Reads a text with the place of everything in it; without recursion, so that no nesting breaks it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._open: list[_Open] = []
        self._notes: dict[tuple[MemberPath, str], Note] = {}

    @cached_property
    def _lines(self) -> _Lines:
        return _Lines(self._text)

    @property
    def notes(self) -> tuple[Note, ...]:
        return tuple(self._notes.values())

    def scan(self) -> tuple[Any, _Place]:
        self._skip()
        if self._at == len(self._text):
            raise self._mistake("not JSON: there is nothing in it")
        done = self._begin(self._at)
        while done is None or self._open:
            done = self._begin_next() if done is None else self._after(*done)
        self._skip()
        if self._at < len(self._text):
            several = "; each document needs a file of its own" if self._text[self._at] in "[{" else ""
            raise self._mistake(f"not JSON: {self._next()} after the end{several}")
        return done

    def _begin_next(self) -> tuple[Any, _Place] | None:
        """Read what follows an opening bracket or a comma: the next value, or the closing bracket."""
        holder = self._open[-1]
        self._skip()
        closing = "}" if isinstance(holder.value, dict) else "]"
        if self._text.startswith(closing, self._at):
            if holder.value:
                text = f"a comma before {closing} in line {self._line(self._at)}; Azure CLI refuses it"
                self._note(self._path()[:-1], text)
            return self._close()
        holder.named_at = self._at
        if isinstance(holder.value, dict):
            self._name(holder)
            return self._begin(holder.named_at)
        holder.step = len(holder.value)
        return self._begin(self._at)

    def _name(self, holder: _Open) -> None:
        if not self._text.startswith('"', self._at):
            raise self._mistake(f"not JSON: expected a member's name in double quotes, got {self._next()}")
        name = holder.step = self._string()
        if name in holder.value:
            text = f"stands here twice, the second time in line {self._line(holder.named_at)}; the last is read"
            self._note(self._path(), text)
        self._skip()
        if not self._text.startswith(":", self._at):
            raise self._mistake(f"not JSON: expected ':' after {show(name)}, got {self._next()}")
        self._at += 1
        self._skip()

    def _begin(self, named_at: int) -> tuple[Any, _Place] | None:
        """Read a single value whole, or the opening bracket of a map or list (then None)."""
        at, sign = self._at, self._text[self._at : self._at + 1]
        if sign in {"{", "["}:
            if len(self._open) == DEEPEST:
                raise self._mistake(f"nested too deeply; allowed: {DEEPEST} maps and lists in each other")
            self._at += 1
            self._open.append(_Open(named_at, {} if sign == "{" else [], {}))
            return None
        value = self._string() if sign == '"' else self._word_or_number()
        return value, _Place(at, _NOTHING)

    def _after(self, value: Any, place: _Place) -> tuple[Any, _Place] | None:
        """Put a value into the map or list around it, and read the comma or closing bracket behind it."""
        holder = self._open[-1]
        if isinstance(holder.value, dict):
            holder.value[str(holder.step)] = value
        else:
            holder.value.append(value)
        holder.places[holder.step] = place
        self._skip()
        closing = "}" if isinstance(holder.value, dict) else "]"
        if self._text.startswith(",", self._at):
            self._at += 1
            return None
        if self._text.startswith(closing, self._at):
            return self._close()
        raise self._mistake(f"not JSON: expected ',' or '{closing}', got {self._next()}")

    def _close(self) -> tuple[Any, _Place]:
        self._at += 1
        closed = self._open.pop()
        return closed.value, _Place(closed.at, closed.places)

    def _string(self) -> str:
        try:
            value, self._at = _TOLERANT.raw_decode(self._text, self._at)
        except json.JSONDecodeError as error:
            self._at = error.pos
            raise self._mistake(f"not JSON: {error.msg[:1].lower()}{error.msg[1:]}") from None
        return str(value).encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    def _word_or_number(self) -> Any:
        number = _NUMBER.match(self._text, self._at)
        word = number or _WORD.match(self._text, self._at)
        if word is None or (not number and word[0] not in _WORDS):
            raise self._mistake(f"not JSON: expected a value, got {self._next()}")
        value = _number(number) if number else _WORDS[word[0]]
        if number and value is None:
            raise self._mistake("not JSON: a number too large for any use")
        self._at = word.end()
        return value

    def _skip(self) -> None:
        gap = _GAP.match(self._text, self._at)
        self._at = gap.end() if gap else self._at
        if self._text.startswith("/*", self._at):
            raise self._mistake("not JSON: a comment that nothing ends; expected */")

    def _path(self) -> MemberPath:
        return tuple(each.step for each in self._open)

    def _note(self, path: MemberPath, text: str) -> None:
        """Note the first of a kind at a place, and no more than `_MOST_NOTES` in all."""
        if len(self._notes) < _MOST_NOTES:
            self._notes.setdefault((path, text[:1]), Note(path, text))

    def _line(self, at: int) -> int:
        return self._lines.position(at).line

    def _next(self) -> str:
        if self._at == len(self._text):
            return "the end of the file"
        word = _WORD.match(self._text, self._at)
        return show(word[0] if word else self._text[self._at])

    def _mistake(self, message: str) -> DeclarationError:
        return DeclarationError([Mistake((), message, self._lines.position(self._at))])


def _number(match: re.Match[str]) -> int | float | None:
    """Return the number; None for one that is too large for any use."""
    if len(match[0]) > _LONGEST_NUMBER:
        return None
    number = float(match[0]) if match[1] or match[2] else int(match[0])
    return number if isfinite(number) else None
