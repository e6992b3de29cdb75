"""Decides whether an event reaches a subscription, and by which condition."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from azureml_events.base.mistakes import show
from azureml_events.event_grid.catalogue import PREFIX, is_catalogued, short_name
from azureml_events.event_grid.filters import EventFilter
from azureml_events.event_grid.operators import OPERATORS
from azureml_events.routing.conditions import (
    Absence,
    Comparison,
    Outcome,
    SubjectComparison,
    comparable,
    judge_value,
)
from azureml_events.routing.event import Event
from azureml_events.routing.keys import Key, Reach, resolve
from azureml_events.routing.subscription import PlacedFilter, RoutedSubscription

_LONGEST_LIST = 3


@dataclass(frozen=True)
class Because:
    """The condition that decided.

    Attributes:
        where: `source`, `eventType`, `subject` or `advancedFilters[i]`, `i` being the author's position.
        key: The attribute or key that was looked at.
        saw: The value there, as JSON has it; None for null and for nothing.
        text: The reason, in one sentence without its period.
    """

    where: str
    key: str
    saw: Any
    text: str


class Judgement(NamedTuple):
    """The decision whether an event meets one condition.

    Attributes:
        outcome: Match, no match or uncertain.
        text: The reason where it does not match, in one sentence without its period.
    """

    outcome: Outcome
    text: str


_MET = Judgement(Outcome.MATCH, "")


@dataclass(frozen=True)
class Verdict:
    """The decision whether an event reaches a subscription.

    Attributes:
        outcome: Match, no match or uncertain.
        because: The first condition that decides: the first that fails, else the first that is uncertain, else the
            event type.
    """

    outcome: Outcome
    because: Because


def match(subscription: RoutedSubscription, event: Event | Mapping[str, Any], workspace: str | None = None) -> Verdict:
    """Decide whether an event reaches a subscription.

    Args:
        subscription: The subscription.
        event: The event, in either schema.
        workspace: The workspace whose event it is taken to be; default the one that its `topic` or `source` names.
    """
    if not isinstance(event, Event):
        event = Event(event)
    doubt: Verdict | None = None
    for verdict in _conditions(subscription, event, workspace):
        if verdict.outcome is Outcome.NO_MATCH:
            return verdict
        if verdict.outcome is Outcome.UNCERTAIN and doubt is None:
            doubt = verdict
    return doubt or _matched(subscription, event)


def judge_source(
    owner: tuple[str, str | None], source: str | None, workspace: str | None, key: str = "source"
) -> Judgement:
    """Decide whether an event of a source is one of a workspace's.

    Args:
        owner: The subscription's workspace: its name, and its ARM id or None where only the deployment knows it.
        source: The event's source, None where it has none.
        workspace: The workspace whose event it is taken to be; None for the one that it names.
        key: The member that holds the source in the event's schema.
    """
    name, workspace_id = owner
    if workspace == name or (workspace is None and source and workspace_id and source.lower() == workspace_id.lower()):
        return _MET
    if workspace is not None:
        return Judgement(Outcome.NO_MATCH, f"the event is taken as one of workspace '{workspace}'")
    if source is None:
        return Judgement(Outcome.NO_MATCH, f"the event names no {key}, so no workspace")
    if workspace_id is None:
        return Judgement(Outcome.UNCERTAIN, f"the id of workspace '{name}' is known only to the deployment")
    return Judgement(Outcome.NO_MATCH, f"the event comes from another source than workspace '{name}'")


def judge_event_type(included: Sequence[str] | None, event_type: str | None) -> Judgement:
    """Decide whether a subscription wants events of a type.

    Args:
        included: The types that it names, None for all.
        event_type: The event's type, None where it has none.
    """
    name = (event_type or "").lower()
    if name in map(str.lower, included or ()) or (included is None and is_catalogued(name)):
        return _MET
    if included is not None:
        return Judgement(Outcome.NO_MATCH, f"the event type is not {_listed(included)}")
    if not name.startswith(PREFIX.lower()):
        return Judgement(Outcome.NO_MATCH, "a workspace raises no event of this type")
    text = "the event type is not in the catalogue, so whether a filter without types lets it pass is unknown"
    return Judgement(Outcome.UNCERTAIN, text)


def subject_conditions(filter_: EventFilter) -> Iterator[tuple[SubjectComparison, str]]:
    """Yield the conditions on the subject: how it is compared, and the prefix or suffix."""
    for operator, text in (
        (OPERATORS["StringBeginsWith"], filter_.subject_begins_with),
        (OPERATORS["StringEndsWith"], filter_.subject_ends_with),
    ):
        if text:
            yield SubjectComparison(operator, filter_.is_subject_case_sensitive), text


def _conditions(subscription: RoutedSubscription, event: Event, workspace: str | None) -> Iterator[Verdict]:
    key = "topic" if event.schema == "EventGridSchema" else "source"
    owner = (subscription.workspace, subscription.workspace_id)
    yield _verdict("source", key, event.source, judge_source(owner, event.source, workspace, key))
    wants = judge_event_type(subscription.filter.included_event_types, event.type)
    yield _verdict("eventType", "eventType", event.type, wants)
    for comparison, text in subject_conditions(subscription.filter):
        yield _verdict("subject", "subject", event.subject, _judge_subject(comparison, text, event.subject))
    for placed in subscription.filters:
        yield _advanced(subscription, placed, event)
    for unknown in subscription.unknown:
        yield Verdict(Outcome.UNCERTAIN, Because(unknown.where, "", None, unknown.text))


def _verdict(where: str, key: str, saw: Any, judgement: Judgement) -> Verdict:
    return Verdict(judgement.outcome, Because(where, key, saw, judgement.text))


def _judge_subject(comparison: SubjectComparison, affix: str, subject: str | None) -> Judgement:
    outcome = judge_value(comparison, (comparison.fold(affix),), subject)
    does = "begin" if comparison.row is OPERATORS["StringBeginsWith"] else "end"
    if outcome is Outcome.UNCERTAIN:
        return Judgement(outcome, "the event has no subject; the documents do not say what subject filters do then")
    return _MET if outcome is Outcome.MATCH else Judgement(outcome, f"the subject does not {does} with {show(affix)}")


def _advanced(subscription: RoutedSubscription, placed: PlacedFilter, event: Event) -> Verdict:
    asked = placed.filter
    key = resolve(asked.key, subscription.delivery_schema)
    found = key.find(event)
    comparison = Comparison(asked.operator, subscription.filter.enable_advanced_filtering_on_arrays)
    outcomes = [judge_value(comparison, comparable(asked.operands), value) for value in found]
    outcome = outcomes[0] if len(set(outcomes)) == 1 else Outcome.UNCERTAIN
    where = f"advancedFilters[{placed.index}]"
    text = _reason(placed, key, found, outcome)
    return Verdict(outcome, Because(where, asked.key, plain(found[0]), text))


def _reason(placed: PlacedFilter, key: Key, found: tuple[Any, ...], outcome: Outcome) -> str:
    asked = placed.filter
    wanted: str = asked.operator_type
    if asked.operands:
        wanted += f" {_listed(asked.operands)}"
    if outcome is Outcome.NO_MATCH:
        return f"{wanted} is not met: {_sight(found[0])}"
    if outcome is Outcome.MATCH:
        return f"{wanted} is met: {_sight(found[0])}"
    if key.reach is Reach.UNSURE:
        return f"whether filters reach '{asked.key}' under this delivery schema is not documented"
    if len(found) > 1:
        return f"the event has '{asked.key}' in several casings; which one counts is not documented"
    return f"what {asked.operator_type} does is not documented where {_sight(found[0])}"


def _sight(value: Any) -> str:
    if isinstance(value, Absence):
        return value.text
    if value is None:
        return "the value is null"
    if isinstance(value, Mapping):
        return "the value is an object"
    if isinstance(value, (list, tuple)):
        return "the value is an array"
    kind = "text" if isinstance(value, str) else "boolean" if isinstance(value, bool) else "number"
    return f"the value is the {kind} {show(value)}"


def _matched(subscription: RoutedSubscription, event: Event) -> Verdict:
    parts = ["the event type"]
    if subscription.filter.subject_begins_with or subscription.filter.subject_ends_with:
        parts.append("the subject")
    if count := len(subscription.filters):
        parts.append("the advanced filter" if count == 1 else f"all {count} advanced filters")
    *first, last = parts
    text = f"{', '.join(first)} and {last} match" if first else f"{last} matches"
    return Verdict(Outcome.MATCH, Because("eventType", "eventType", event.type, text))


def _listed(values: Iterable[Any]) -> str:
    texts = [_short(value) for value in values]
    if len(texts) <= _LONGEST_LIST:
        return " or ".join(texts)
    return f"{' or '.join(texts[:_LONGEST_LIST])} or {len(texts) - _LONGEST_LIST} more"


def _short(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(show(bound) for bound in value)}]"
    return show(short_name(value) if isinstance(value, str) else value)


def plain(value: Any, depth: int = 4) -> Any:
    """Return a value of an event as JSON can hold it.

    Args:
        value: The value.
        depth: The levels of objects and arrays that are kept; default 4.
    """
    if isinstance(value, Absence):
        return None
    if isinstance(value, Decimal):
        return float(value) if math.isfinite(value) else str(value)
    if not depth and isinstance(value, (Mapping, list, tuple)):
        return "…"
    if isinstance(value, Mapping):
        return {name: plain(member, depth - 1) for name, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(element, depth - 1) for element in value]
    return value
