"""Mistakes in an input: all of them at once, each with its path and the likely fix."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import PurePath

from pydantic_core import ErrorDetails

from azureml_events.base.values import Applicable

MemberPath = tuple[str | int, ...]
"""A place in an input: keys of maps and indexes of lists, outermost first."""

LONGEST_SHOWN = 60
"""Characters of a value that an error shows."""

MOST_LISTED = 24
"""Allowed values that an error lists."""


@dataclass(frozen=True, order=True, slots=True)
class Position:
    """A place in a text.

    Attributes:
        line: The line, from 1.
        column: The character in the line, from 1.
        file: The file; None for the input itself.
    """

    line: int
    column: int
    file: PurePath | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"{self.line}:{self.column}"


START = Position(1, 1)
"""The place of what is wrong with a text as a whole."""


@dataclass(frozen=True)
class Mistake:
    """One thing wrong with an input.

    Attributes:
        path: Where it is, outermost key first; empty for the input as a whole.
        message: What was got, what is allowed and the likely fix; lower case, no final period.
        position: Where it is in the text; None where there is no text, or until its place is looked up.
    """

    path: MemberPath
    message: str
    position: Position | None = None

    def below(self, *prefix: str | int) -> Mistake:
        """Return the same mistake, seen from an outer level."""
        return replace(self, path=(*prefix, *self.path))

    def __str__(self) -> str:
        text = f"{dotted(self.path)}: {self.message}" if self.path else self.message
        return f"{self.position}: {text}" if self.position else text


def sort_by_position(mistakes: Iterable[Mistake]) -> list[Mistake]:
    """Sort mistakes into the order of the text, those in another file last.

    Args:
        mistakes: The mistakes; those at one place keep their order.
    """
    return sorted(mistakes, key=lambda mistake: _in_order(mistake.position or START))


def _in_order(position: Position) -> tuple[str, Position]:
    return str(position.file or ""), position


class DeclarationError(ValueError):
    """An input that is refused.

    Args:
        mistakes: Everything that is wrong with it, at least one.
    """

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


def dotted(path: Sequence[str | int]) -> str:
    """Write a path as people do: `subscriptions.failed.advancedFilters[0].key`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{_cut(step)}" if text else _cut(step)
    return text


def show(value: object) -> str:
    """Write a value for an error: quoted, typed and short, whatever its size, without keys of URLs and tokens."""
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, Mapping):
        return "a map"
    if isinstance(value, (list, tuple, set)):
        return "a list"
    if isinstance(value, Applicable):
        return "an output, which only the deployment knows; write a plain value"
    if value is None or isinstance(value, bool):
        return {None: "nothing", True: "true", False: "false"}[value]
    return f"the class {value.__name__}" if isinstance(value, type) else _cut(str(value))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


_HOST = re.compile(r"([\w.+=-]{1,40}://)(?:[^/?#@;\s]{0,200}@)?([\w.:-]{0,60})")
_KEY = re.compile(
    r"(?:key|code|sig|signature|token|password|pwd|secret)\w{0,10}=|\bgh[a-z]_|\bgithub_pat_", re.IGNORECASE
)


def _quoted(text: str) -> str:
    beginning = text[:LONGEST_SHOWN]
    host, key = _HOST.match(text), _KEY.search(beginning)
    if host:
        return f"'{host[1]}{host[2]}'…"
    if key:
        return f"{beginning[: key.end()]!r}…"
    if len(text) > LONGEST_SHOWN:
        return f"{beginning!r}… ({len(text):,} characters)"
    return repr(text)


def is_shown(text: str) -> bool:
    """Tell whether an error shows a text whole, so that a likely fix may repeat it."""
    return _quoted(text) == repr(text)


def choices(allowed: Iterable[str]) -> str:
    """List the allowed values for an error, each once."""
    names = list(dict.fromkeys(allowed))
    more = len(names) - MOST_LISTED
    listed = ", ".join(map(_cut, names[:MOST_LISTED]))
    return f"{listed} and {more} more" if more > 0 else listed


class Names:
    """The names of one kind that exist, among which a likely one is found fast however many they are.

    Args:
        names: The names.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = dict.fromkeys(names)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def likely(self, name: str) -> str | None:
        """Find the name that was probably meant, or None.

        Args:
            name: What was written.
        """
        if len(name) > LONGEST_SHOWN:
            return None
        wanted = name.lower()
        near = self._spelt if len(self._spelt) <= _MOST_COMPARED else self._sharing_pairs(wanted)
        close = difflib.get_close_matches(wanted, near, n=1, cutoff=0.6)
        return self._spelt[close[0]] if close else None

    def _sharing_pairs(self, wanted: str) -> list[str]:
        """List the few names that share most of the rarest pairs of letters with one."""
        shared = Counter[str]()
        for having in sorted((self._by_pair.get(pair, []) for pair in _pairs(wanted)), key=len):
            if shared.total() + len(having) > _MOST_LOOKED_AT and shared:
                break
            shared.update(having[:_MOST_LOOKED_AT])
        return [name for name, _ in shared.most_common(_MOST_SHARING)]

    @cached_property
    def _spelt(self) -> dict[str, str]:
        return {name.lower(): name for name in self._names if len(name) <= LONGEST_SHOWN}

    @cached_property
    def _by_pair(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in self._spelt:
            for pair in _pairs(name):
                found.setdefault(pair, []).append(name)
        return found


_MOST_COMPARED = 64
"""Names that are all compared with one; of more, only those that share pairs of letters with it."""

_MOST_LOOKED_AT, _MOST_SHARING = 512, 8


def _pairs(name: str) -> set[str]:
    marked = f" {name} "
    return {marked[at : at + 2] for at in range(len(marked) - 1)}


def likely(name: str, allowed: Iterable[str]) -> str | None:
    """Find the allowed name that was probably meant, or None.

    Args:
        name: What was written.
        allowed: The names that exist; where many are asked for, `Names`.
    """
    return (allowed if isinstance(allowed, Names) else Names(allowed)).likely(name)


def unknown(kind: str, name: object, allowed: Iterable[str]) -> str:
    """Write the message for a name that does not exist.

    Args:
        kind: What the name should name: `operator`, `field`.
        name: What was written, of any type.
        allowed: The names that exist.
    """
    names = list(allowed)
    close = likely(name, names) if isinstance(name, str) else None
    fix = f"did you mean '{close}'?" if close else f"allowed: {choices(names) or 'none'}"
    return f"unknown {kind} {show(name)}; {fix}"


def no_such(kind: str, name: str, there: Collection[str], which: str = "") -> str:
    """Write the message for a name that nothing declared has.

    Args:
        kind: What the name should name: `workspace`, `subscription`.
        name: The name.
        there: The names that there are.
        which: What stands behind the name, as where it is missing; default nothing.
    """
    close = likely(name, there)
    fix = f"did you mean '{close}'?" if close else f"there are: {choices(there) or 'none'}"
    return f"there is no {kind} {show(name)}{which}; {fix}"


_MEANT = re.compile(r"; did you mean '([^']+)'\?$")


def meant_in(message: str) -> str | None:
    """Find the likely name in the message of a mistake.

    Args:
        message: The message, as `unknown` writes it.
    """
    found = _MEANT.search(message)
    return found[1] if found else None


OURS = "azureml_events"
"""The type of the errors whose message is ours already."""

_EXPECTED: dict[str, str] = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false, without quotes",
    "tuple_type": "a list",
    "dict_type": "a map",
    "model_type": "a map",
}

_PHRASES: dict[str, Callable[[ErrorDetails], str]] = {
    OURS: lambda problem: problem["msg"],
    "value_error": lambda problem: str(problem["ctx"]["error"]),
    "missing": lambda _: "required, but missing",
    "literal_error": lambda problem: unknown("value", problem["input"], _literals(problem["ctx"]["expected"])),
    "string_too_short": lambda _: "an empty text says nothing; write one, or leave the field out",
    "too_short": lambda _: "an empty list says nothing; fill it, or leave the field out",
    "string_too_long": lambda problem: (
        f"{show(problem['input'])} is too long; allowed: {problem['ctx']['max_length']} characters"
    ),
}


def explain(problem: ErrorDetails, fields: Iterable[str], hints: Mapping[str, str], *, in_python: bool = False) -> str:
    """Write the message for one of pydantic's errors.

    Args:
        problem: The error.
        fields: The fields that exist.
        hints: Fields that belong somewhere else, and what to do with each.
        in_python: Whether a program gives the value, not a document.
    """
    kind, given = problem["type"], problem["input"]
    if kind == "model_type" and in_python:
        return f"expected {problem['ctx']['class_name']}(…), got {show(given)}"
    if kind in _PHRASES:
        return _PHRASES[kind](problem)
    if kind == "extra_forbidden":
        name = str(problem["loc"][-1])
        if name in hints:
            return f"unknown field {show(name)}; {hints[name]}"
        names = list(fields)
        return "given twice, in two spellings; give it once" if name in names else unknown("field", name, names)
    if kind in _EXPECTED:
        return f"expected {_EXPECTED[kind]}, got {show(given)}{_fix(kind, given)}"
    message = problem["msg"]
    return message[0].lower() + message[1:]


_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_TRUTH = {"true": "true", "yes": "true", "on": "true", "false": "false", "no": "false", "off": "false"}


def _fix(kind: str, given: object) -> str:
    if kind == "string_type" and isinstance(given, (int, float)):
        return "; quote it"
    if not isinstance(given, str) or not given.isascii() or len(given) > LONGEST_SHOWN:
        return ""
    if kind == "bool_type" and given.lower() in _TRUTH:
        return f"; write {_TRUTH[given.lower()]}"
    if kind in {"int_type", "float_type"} and _NUMBER.fullmatch(given):
        return f"; write {given}"
    if kind == "tuple_type" and given.isprintable() and show(given) == repr(given):
        return f"; write [{given}]"
    return ""


def _literals(expected: str) -> list[str]:
    return re.findall("'([^']*)'", expected) or [expected.lower()]
