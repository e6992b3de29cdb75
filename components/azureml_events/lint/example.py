"""Finds an event that reaches a subscription: a sample whose values are changed until every condition is met.

The search proposes values from the operands of the filters; what it returns is what the matcher takes, so that a wrong
proposal finds nothing, and never something wrong.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from azureml_events.base.mistakes import DeclarationError
from azureml_events.event_grid.catalogue import EventType, event_type
from azureml_events.event_grid.delivery import DEFAULT_SCHEMA, EventDeliverySchema
from azureml_events.event_grid.filters import AdvancedFilter
from azureml_events.event_grid.operators import Operand
from azureml_events.event_grid.samples import SAMPLE_WORKSPACE, as_cloud_event, sample
from azureml_events.lint.values import SubjectForm, Value, domain_of, operands, telling_numbers
from azureml_events.routing.conditions import Comparison, Outcome, comparable, judge_value
from azureml_events.routing.event import Event
from azureml_events.routing.keys import Key
from azureml_events.routing.match import match, subject_conditions
from azureml_events.routing.subscription import PlacedFilter, RoutedSubscription

_MOST_PROPOSALS = 20_000
_MOST_COMBINATIONS = 64
_SETTABLE = {"id": "id", "subject": "subject", "dataversion": "dataVersion"}
_FILLERS = ("example", "x", "0")


@dataclass(frozen=True)
class NoExample:
    """The reason why no event of a type was found.

    Attributes:
        event_type: The event type, short.
        text: The condition that stops the last one tried, and why.
    """

    event_type: str
    text: str


def find_example(
    subscription: RoutedSubscription,
    event_types: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
    schema: EventDeliverySchema = DEFAULT_SCHEMA,
) -> dict[str, Any] | list[NoExample]:
    """Find an event that reaches a subscription.

    Args:
        subscription: The subscription.
        event_types: Full names of the event types to try; default those that the subscription wants.
        settings: Values by dotted path that the event has, as `sample` takes them; default none.
        schema: The form of the event; default the Event Grid schema.

    Returns:
        The event, or for each event type why there is none.

    Raises:
        DeclarationError: None of the event types has such values.
    """
    none: list[NoExample] = []
    refused: DeclarationError | None = None
    for name in event_types or subscription.event_types:
        row = event_type(name)
        if row is None:
            none.append(NoExample(name, "eventType: the catalogue has no sample of this type"))
            continue
        try:
            example = _Search(subscription, row, settings or {}).find()
        except DeclarationError as error:
            refused = error
            continue
        given = example if schema == DEFAULT_SCHEMA else as_cloud_event(example)
        verdict = match(subscription, given, subscription.workspace)
        if verdict.outcome is Outcome.MATCH:
            return given
        doubt = "perhaps: " if verdict.outcome is Outcome.UNCERTAIN else ""
        none.append(NoExample(row.short, f"{doubt}{verdict.because.where}: {verdict.because.text}"))
    if refused and not none:
        raise refused
    return none


class _Search:
    """The search for an event of one type."""

    def __init__(self, subscription: RoutedSubscription, row: EventType, settings: Mapping[str, Any]) -> None:
        self.subscription = subscription
        self.row = row
        self.fixed = {path.lower() for path in settings}
        self.settings = dict(settings)
        self.workspace_id = subscription.workspace_id or SAMPLE_WORKSPACE
        self.event = sample(row.name, set=self.settings, workspace_id=self.workspace_id)

    def find(self) -> dict[str, Any]:
        """Return the event that comes closest."""
        keys = self.subscription.filters_by_key()
        for key, placed in keys.items():
            if not key.is_subject:
                self._settle(key, placed)
        if "subject" not in self.fixed:
            self.event["subject"] = self.row.subject.format_map(_Texts(self.event["data"]))
            self._settle_subject([each for key, placed in keys.items() if key.is_subject for each in placed], keys)
        return self.event

    def _settle(self, key: Key, placed: Sequence[PlacedFilter]) -> None:
        """Give a key a value that its filters take, where one is found."""
        path = ".".join((key.attribute, *key.path))
        if self._passes(placed, key) or any(f"{path}.".startswith(f"{fixed}.") for fixed in self.fixed):
            return
        before = self.event
        for value in self._proposals(key, [each.filter for each in placed]):
            self.event = self._with(key, value)
            if self._passes(placed, key):
                return
        self.event = before

    def _passes(self, placed: Iterable[PlacedFilter], key: Key) -> bool:
        found = key.find(Event(self.event))
        on_arrays = self.subscription.filter.enable_advanced_filtering_on_arrays
        return all(_takes(each.filter, value, on_arrays=on_arrays) for each in placed for value in found)

    def _proposals(self, key: Key, filters: Sequence[AdvancedFilter]) -> Iterator[Any]:
        """Yield values that the key can have, those of a filter's own operands first."""
        domain = domain_of(key, self.row, self.workspace_id)
        if Value.TEXT in domain.values and domain.text is None:
            present = next((each for each in key.find(Event(self.event)) if isinstance(each, str)), "")
            yield from itertools.islice(_texts(_parts(filters), [present, *_FILLERS]), _MOST_PROPOSALS)
        if Value.NUMBER in domain.values:
            numeric = [each for each in filters if each.operator.operand in {Operand.NUMBER, Operand.RANGE}]
            yield from map(_plain_number, telling_numbers(map(operands, numeric)))
        if Value.BOOLEAN in domain.values:
            yield from (True, False)
        if Value.NOTHING in domain.values:
            yield None

    def _with(self, key: Key, value: Any) -> dict[str, Any]:
        """Return the event with another value; None takes away a member of a map."""
        if key.attribute != "data":
            name = _SETTABLE.get(key.attribute)
            return {**self.event, name: value} if name and not key.path and isinstance(value, str) else self.event
        return {**self.event, "data": _replaced(self.event["data"], key.path, value)}

    def _settle_subject(self, placed: Sequence[PlacedFilter], keys: Mapping[Key, Sequence[PlacedFilter]]) -> None:
        """Find a subject, and let the data say the same where no filter says otherwise."""
        conditions = list(subject_conditions(self.subscription.filter))
        filters = [each.filter for each in placed]
        form = SubjectForm.of(self.row)

        def fits(subject: str) -> bool:
            return (
                form.fits(subject)
                and all(judge_value(row, (row.fold(text),), subject) is Outcome.MATCH for row, text in conditions)
                and all(_takes(each, subject) for each in filters)
            )

        if fits(self.event["subject"]):
            return
        parts = [*((row.row.name, (text,)) for row, text in conditions), *_parts(filters)]
        whole = _pieces(self.event["subject"])
        for subject in itertools.islice(_texts(parts, whole), _MOST_PROPOSALS):
            if fits(subject) and self._says(subject, keys):
                return

    def _says(self, subject: str, keys: Mapping[Key, Sequence[PlacedFilter]]) -> bool:
        """Let the event have a subject, with data that agree; false where filters or settings forbid them."""
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(self.row.subject))
        found = re.fullmatch(pattern, subject, re.DOTALL)
        if found is None:
            return False
        before = self.event
        agreeing = found.groupdict()
        if any(
            f"data.{name}".lower() in self.fixed and before["data"][name] != text for name, text in agreeing.items()
        ):
            return False
        self.event = {**before, "subject": subject, "data": {**before["data"], **agreeing}}
        concerned = [(key, placed) for key, placed in keys.items() if key.attribute == "data"]
        if all(self._passes(placed, key) for key, placed in concerned):
            return True
        self.event = before
        return False


def _takes(item: AdvancedFilter, value: object, *, on_arrays: bool = False) -> bool:
    return judge_value(Comparison(item.operator, on_arrays), comparable(item.operands), value) is Outcome.MATCH


class _Texts(dict[str, Any]):
    """The data of an event as a subject shows them."""

    def __missing__(self, name: str) -> str:
        return name


def _replaced(holder: Any, path: Sequence[str], value: Any) -> dict[str, Any]:
    """Return an object with another value at a path, whose names are found ignoring case."""
    members = dict(holder) if isinstance(holder, Mapping) else {}
    first, *rest = path
    name = next((each for each in members if each.lower() == first), first)
    if value is None and not rest:
        members.pop(name, None)
    else:
        members[name] = _replaced(members.get(name), rest, value) if rest else value
    return members


def _parts(filters: Iterable[AdvancedFilter]) -> list[tuple[str, tuple[str, ...]]]:
    """Return what filters on texts ask for: an operator's name and its operands."""
    return [
        (each.operator.name, tuple(text for text in each.operands if isinstance(text, str)))
        for each in filters
        if each.operator.operand is Operand.TEXT and not each.operator.negated
    ]


def _texts(parts: Sequence[tuple[str, tuple[str, ...]]], fillers: Sequence[str]) -> Iterator[str]:
    """Yield texts that have one of each filter's operands where it asks for it, and something of the rest."""
    for chosen in itertools.islice(itertools.product(*(values for _, values in parts)), _MOST_COMBINATIONS):
        named = list(zip((name for name, _ in parts), chosen, strict=True))
        yield from (text for name, text in named if name == "StringIn")
        begin = max((text for name, text in named if name == "StringBeginsWith"), key=len, default="")
        end = max((text for name, text in named if name == "StringEndsWith"), key=len, default="")
        inside = "-".join(text for name, text in named if name == "StringContains")
        yield begin + inside + end
        yield from _overlapping(begin, end)
        for filler in fillers:
            yield from (begin + filler + inside + end, begin + inside + filler + end)


def _overlapping(begin: str, end: str) -> Iterator[str]:
    for shared in range(1, 1 + min(len(begin), len(end))):
        if begin.endswith(end[:shared]):
            yield begin[:-shared] + end


def _pieces(text: str) -> list[str]:
    """Return every part of a text, the shorter ones first."""
    return [text[at : at + length] for length in range(1, len(text) + 1) for at in range(len(text) - length + 1)]


def _plain_number(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)
