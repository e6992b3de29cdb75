"""The filter of a document's event subscription, condition by condition: one that is wrong leaves the others known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from azureml_events.base.mistakes import DeclarationError, MemberPath, Mistake, dotted, show
from azureml_events.documents.unresolved import Unresolved, unresolved_in
from azureml_events.event_grid.catalogue import EVENT_TYPES, PREFIX, full_name
from azureml_events.event_grid.delivery import EventDeliverySchema
from azureml_events.event_grid.filters import AdvancedFilter, EventFilter, limits
from azureml_events.routing.subscription import PlacedFilter, UnknownCondition

_WHERE = {
    "includedEventTypes": "eventType",
    "subjectBeginsWith": "subject",
    "subjectEndsWith": "subject",
    "isSubjectCaseSensitive": "subject",
    "enableAdvancedFilteringOnArrays": "advancedFilters",
}
"""The condition that each plain member of a filter is part of."""

SAME_IN_EVERY_SCHEMA = ("data", "id", "subject")
"""The roots of keys that reach the same value under every delivery schema."""


@dataclass(frozen=True)
class ReadFilter:
    """A filter as far as it is known.

    Attributes:
        filter: Its known part.
        written: Its advanced filters that are known, where they stand.
        unknown: Its conditions that are not known, or wrong.
        mistakes: The mistakes in it, with paths below the body.
        open: What to say of each member that only the deployment knows, by its path below the body.
    """

    filter: EventFilter
    written: tuple[PlacedFilter, ...]
    unknown: tuple[UnknownCondition, ...]
    mistakes: tuple[Mistake, ...]
    open: Mapping[MemberPath, str]


def open_text(path: MemberPath, value: Unresolved) -> str:
    """Say that only the deployment knows a member of an event subscription's body.

    Args:
        path: Its path below the body.
        value: What the document has there.
    """
    return f"{dotted(path)} is {value}, which only the deployment knows"


def read_filter(
    body: Mapping[str, Any],
    *,
    schema: EventDeliverySchema | None,
    printed: bool,
    doubtful: Iterable[str],
    place: Callable[[MemberPath], MemberPath],
) -> ReadFilter:
    """Read the `filter` of a body.

    Args:
        body: The body, in azure-native's form.
        schema: The delivery schema; None where it is not known.
        printed: Whether Azure printed the body.
        doubtful: Members of the filter that stand there in another casing.
        place: Gives the place in the document of a path below the body.
    """
    reader = _FilterReader(schema, printed=printed, place=place)
    given = body.get("filter", {})
    if isinstance(given, Unresolved):
        reader.leave_open("eventType", (), given)
    elif not isinstance(given, Mapping):
        reader.refuse("eventType", (), Mistake((), f"expected a map, got {show(given)}"))
    else:
        reader.read(given)
    for name in doubtful:
        reader.doubt(_where(name), f"whether ARM reads '{name}' in another casing is not documented")
    return reader.done()


class _FilterReader:
    def __init__(
        self, schema: EventDeliverySchema | None, *, printed: bool, place: Callable[[MemberPath], MemberPath]
    ) -> None:
        self._schema = schema
        self._printed = printed
        self._place = place
        self._plain: dict[str, Any] = {}
        self._written: list[PlacedFilter] = []
        self._unknown: list[UnknownCondition] = []
        self._mistakes: list[Mistake] = []
        self._open: dict[MemberPath, str] = {}

    def read(self, given: Mapping[str, Any]) -> None:
        for name in _WHERE:
            if name in given:
                self._read_plain(name, given[name])
        filters = given.get("advancedFilters", [])
        if isinstance(filters, Unresolved):
            self.leave_open("advancedFilters[0]", ("advancedFilters",), filters)
        elif not isinstance(filters, list):
            self.refuse(
                "advancedFilters[0]", ("advancedFilters",), Mistake((), f"expected a list, got {show(filters)}")
            )
        else:
            for index, item in enumerate(filters):
                self._read_condition(index, item)
            known = [item for item in filters if isinstance(item, Mapping)]
            self._mistakes += [Mistake(("filter", "advancedFilters"), message) for message in limits(known)]

    def _read_plain(self, name: str, value: Any) -> None:
        where = _where(name)
        for unresolved in unresolved_in(value):
            self.leave_open(where, (name,), unresolved)
            return
        if name == "includedEventTypes" and isinstance(value, list):
            value = self._event_types(value)
            if value is None:
                return
        try:
            EventFilter.parse({name: value})
        except DeclarationError as error:
            self.refuse(where, (), *error.mistakes)
        else:
            self._plain[name] = value

    def _event_types(self, names: list[Any]) -> list[Any] | None:
        """Check the event types; None for all, and where they are wrong."""
        if not names or (names == ["All"] and not self._printed):
            got = "'All' is refused by today's Event Grid" if names else "an empty list is refused"
            self.refuse("eventType", ("includedEventTypes",), Mistake((), f"{got}; leave it out for every event type"))
            return None
        if names == ["All"]:
            return None
        wrong = [
            Mistake((index,), problem)
            for index, name in enumerate(names)
            if isinstance(name, str) and (problem := _event_type_problem(name))
        ]
        if wrong:
            self.refuse("eventType", ("includedEventTypes",), *wrong)
            return None
        return names

    def _read_condition(self, index: int, item: Any) -> None:
        where, path = f"advancedFilters[{index}]", ("advancedFilters", index)
        if any(unresolved_in(item)):
            members = item if isinstance(item, Mapping) else {}
            for name, value in members.items():
                for unresolved in islice(unresolved_in(value), 1):
                    self.leave_open(where, (*path, name), unresolved)
            if isinstance(item, Unresolved):
                self.leave_open(where, path, item)
            return
        try:
            read = AdvancedFilter.parse(item)
        except DeclarationError as error:
            self.refuse(where, path, *error.mistakes)
            return
        if self._schema is None and read.key.partition(".")[0].lower() not in SAME_IN_EVERY_SCHEMA:
            self.doubt(where, f"what '{read.key}' reaches depends on the delivery schema, which is not known")
            return
        self._written.append(PlacedFilter(read, index, self._place(("filter", *path))))

    def leave_open(self, where: str, path: MemberPath, value: Unresolved) -> None:
        """Keep a member of the filter as one that only the deployment knows."""
        text = open_text(("filter", *path), value)
        self._open[("filter", *path)] = text
        self.doubt(where, text)

    def doubt(self, where: str, text: str) -> None:
        self._unknown.append(UnknownCondition(where, text))

    def refuse(self, where: str, path: MemberPath, *mistakes: Mistake) -> None:
        placed = [mistake.below("filter", *path) for mistake in mistakes]
        self._mistakes += placed
        self.doubt(where, f"it is wrong: {placed[0]}")

    def done(self) -> ReadFilter:
        conditions = tuple(written.filter for written in self._written)
        known = EventFilter.parse({**self._plain, "advancedFilters": conditions})
        return ReadFilter(known, tuple(self._written), tuple(self._unknown), tuple(self._mistakes), self._open)


def _where(name: str) -> str:
    where = _WHERE.get(name, "advancedFilters")
    return "advancedFilters[0]" if where == "advancedFilters" else where


def _event_type_problem(name: str) -> str | None:
    if name in EVENT_TYPES:
        return f"Event Grid takes full names only; write {PREFIX}{name}"
    if name == "All":
        return "'All' is refused by today's Event Grid; leave includedEventTypes out for every event type"
    try:
        full_name(name)
    except ValueError as error:
        return _IN_ARM_WORDS.get(name) or str(error)
    return None


_IN_ARM_WORDS = {
    "RunFailed": "unknown event type 'RunFailed'; write Microsoft.MachineLearningServices.RunStatusChanged, with an"
    " advanced filter StringIn of data.runStatus: Failed"
}
"""What to write for event types whose repair a stack file has a word of its own for."""
