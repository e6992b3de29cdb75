"""Whether an event reaches a subscription, and the first condition that decides."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from azureml_events.base.mistakes import show
from azureml_events.event_grid.catalogue import PREFIX, is_catalogued
from azureml_events.event_grid.delivery import DEFAULT_SCHEMA, EventDeliverySchema
from azureml_events.event_grid.filters import EventFilter
from azureml_events.routing.conditions import Absence, Outcome, comparable, judge
from azureml_events.routing.event import Event
from azureml_events.routing.keys import Key, Reach, resolve
from azureml_events.routing.subscription import RoutedSubscription, Written

_LONGEST_LIST = 3


@dataclass(frozen=True)
class Because:
    """The condition that decided.

    Attributes:
        where: `source`, `eventType`, `subject` or `advancedFilters[i]`, `i` being the author's position.
        key: The attribute or key that was looked at.
        saw: The value that it found there, as JSON has it; None for null and for nothing.
        text: The reason, in one sentence without its period.
    """

    where: str
    key: str
    saw: Any
    text: str


@dataclass(frozen=True)
class Verdict:
    """Whether an event reaches a subscription.

    Attributes:
        outcome: Match, no match or uncertain.
        because: The first condition that decides: the first that fails, else the first that is uncertain, else the
            event type.
    """

    outcome: Outcome
    because: Because


def match(subscription: RoutedSubscription, event: Event | Mapping[str, Any], workspace: str | None = None) -> Verdict:
    """Whether an event reaches a subscription.

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


def match_filter(
    filter_: EventFilter, event: Event | Mapping[str, Any], schema: EventDeliverySchema = DEFAULT_SCHEMA
) -> Verdict:
    """Whether an event passes a filter, whatever workspace it comes from.

    Args:
        filter_: The filter.
        event: The event, in either schema.
        schema: The schema in which the subscription delivers.
    """
    subscription = RoutedSubscription("", "", filter_, delivery_schema=schema)
    return match(subscription, event, workspace="")


def _conditions(subscription: RoutedSubscription, event: Event, workspace: str | None) -> Iterator[Verdict]:
    yield from _source(subscription, event, workspace)
    yield from _event_type(subscription.filter, event)
    yield from _subject(subscription.filter, event)
    for written in subscription.filters:
        yield _advanced(subscription, written, event)
    for unknown in subscription.unknown:
        yield Verdict(Outcome.UNCERTAIN, Because(unknown.where, "", None, unknown.text))


def _source(subscription: RoutedSubscription, event: Event, workspace: str | None) -> Iterator[Verdict]:
    key = "topic" if event.schema == "EventGridSchema" else "source"
    name = subscription.workspace
    if workspace is not None:
        if workspace != name:
            text = f"the event is taken as one of workspace '{workspace}'"
            yield Verdict(Outcome.NO_MATCH, Because("source", key, event.source, text))
    elif event.source is None:
        text = f"the event names no {key}, so no workspace"
        yield Verdict(Outcome.NO_MATCH, Because("source", key, None, text))
    elif subscription.workspace_id is None:
        text = f"the id of workspace '{name}' is known only to the deployment"
        yield Verdict(Outcome.UNCERTAIN, Because("source", key, event.source, text))
    elif event.source.lower() != subscription.workspace_id.lower():
        text = f"the event comes from another source than workspace '{name}'"
        yield Verdict(Outcome.NO_MATCH, Because("source", key, event.source, text))


def _event_type(filter_: EventFilter, event: Event) -> Iterator[Verdict]:
    said = event.type or ""
    if filter_.included_event_types is not None:
        names = [name.lower() for name in filter_.included_event_types]
        if said.lower() not in names:
            text = f"the event type is not {_listed(filter_.included_event_types)}"
            yield Verdict(Outcome.NO_MATCH, Because("eventType", "eventType", event.type, text))
    elif not said.lower().startswith(PREFIX.lower()):
        text = "a workspace raises no event of this type"
        yield Verdict(Outcome.NO_MATCH, Because("eventType", "eventType", event.type, text))
    elif not is_catalogued(said):
        text = "the event type is not in the catalogue, so whether a filter without types lets it pass is unknown"
        yield Verdict(Outcome.UNCERTAIN, Because("eventType", "eventType", event.type, text))


def _subject(filter_: EventFilter, event: Event) -> Iterator[Verdict]:
    begin, end = filter_.subject_begins_with, filter_.subject_ends_with
    if not begin and not end:
        return
    if event.subject is None:
        text = "the event has no subject; the documents do not say what subject filters do then"
        yield Verdict(Outcome.UNCERTAIN, Because("subject", "subject", None, text))
        return
    subject = event.subject
    if not filter_.is_subject_case_sensitive:
        subject, begin, end = subject.lower(), begin.lower(), end.lower()
    if not subject.startswith(begin):
        text = f"the subject does not begin with {show(filter_.subject_begins_with)}"
        yield Verdict(Outcome.NO_MATCH, Because("subject", "subject", event.subject, text))
    if not subject.endswith(end):
        text = f"the subject does not end with {show(filter_.subject_ends_with)}"
        yield Verdict(Outcome.NO_MATCH, Because("subject", "subject", event.subject, text))


def _advanced(subscription: RoutedSubscription, written: Written, event: Event) -> Verdict:
    asked = written.filter
    key = resolve(asked.key, subscription.delivery_schema)
    operands = comparable(asked.operands) if asked.operator.member else ()
    on_arrays = subscription.filter.enable_advanced_filtering_on_arrays
    found = key.find(event)
    outcomes = [judge(asked.operator, operands, value, on_arrays) for value in found]
    outcome = outcomes[0] if len(set(outcomes)) == 1 else Outcome.UNCERTAIN
    where = f"advancedFilters[{written.index}]"
    text = _reason(written, key, found, outcome)
    return Verdict(outcome, Because(where, asked.key, plain(found[0]), text))


def _reason(written: Written, key: Key, found: tuple[Any, ...], outcome: Outcome) -> str:
    asked = written.filter
    wanted = asked.operator_type
    if asked.operator.member:
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
    return show(value.removeprefix(PREFIX) if isinstance(value, str) else value)


def plain(value: Any, depth: int = 4) -> Any:
    """A value of an event as JSON can hold it.

    Args:
        value: The value.
        depth: How many levels of objects and arrays are kept; default 4.
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
