"""Warnings: filters that work, but are likely mistakes; and notes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from azureml_events.base.arm_ids import is_in_other_cloud
from azureml_events.base.mistakes import MemberPath, likely, show
from azureml_events.event_grid.catalogue import (
    DATA_FIELDS,
    EVENT_TYPES,
    PREFIX,
    STATUSES_OF_ONE_RUN,
    DataField,
    Kind,
    event_type,
    meant_type,
)
from azureml_events.event_grid.filters import AdvancedFilter, contract_key
from azureml_events.event_grid.intents import MONITOR_TAG
from azureml_events.event_grid.operators import Operand
from azureml_events.lint.rules import Finding, finding
from azureml_events.routing.conditions import operand
from azureml_events.routing.keys import Key, Reach, resolve
from azureml_events.routing.subscription import PlacedFilter, RoutedSubscription

_QUOTED = re.compile(r"""\s*(?:'.*'|".*"|\(.*\)|\[.*\])\s*""", re.DOTALL)
_ID_BEGIN = re.compile(r"[0-9a-f]{1,8}(?:-[0-9a-f]{0,4}){0,3}(?:-[0-9a-f]{0,12})?", re.IGNORECASE)
_EXACT_DIGITS = 15
_MEMBER_DEPTH = 2


def find_suspicious(subscription: RoutedSubscription) -> Iterator[Finding]:
    """Yield the likely mistakes of a subscription.

    Args:
        subscription: The subscription.
    """
    yield from _cloud(subscription)
    yield from _types(subscription)
    yield from _affixes(subscription)
    yield from _prefix(subscription)
    yield from _statuses(subscription)
    for placed in subscription.filters:
        key = resolve(placed.filter.key, subscription.delivery_schema)
        yield from _casing(subscription, placed, key)
        if key.attribute == "data":
            yield from _data_key(subscription, placed, key)
        else:
            yield from _attribute(subscription, placed, key)
        yield from _operands(subscription, placed)


def _cloud(subscription: RoutedSubscription) -> Iterator[Finding]:
    location = subscription.location
    if location is not None and is_in_other_cloud(location):
        message = f"{show(location)} is a region of another cloud, and what is checked is known of the public one"
        fix = "set azure-native:environment for the provider, and try delivery there"
        yield finding("other-cloud", subscription, ("workspaces", subscription.workspace, "location"), message, fix)


def _types(subscription: RoutedSubscription) -> Iterator[Finding]:
    path = subscription.at("includedEventTypes")
    for name in subscription.filter.included_event_types or ():
        row = event_type(name)
        if row is None and name.startswith(PREFIX):
            meant = meant_type(name)
            fix = f"did you mean '{meant}'?" if meant else "check its spelling in Azure's documentation"
            message = f"{show(name)} is not in the catalogue"
            yield finding("unknown-event-type", subscription, path, message, fix)
        elif row is not None and row.legacy:
            message = f"'{row.short}' is legacy"
            yield finding("legacy-event-type", subscription, path, message, row.legacy)
        if row is not None and row.name != name:
            message = f"{show(name)} is '{row.name}' in delivered events"
            yield finding("casing", subscription, path, message, f"write '{row.name}'")


def _affixes(subscription: RoutedSubscription) -> Iterator[Finding]:
    for member, text in (
        ("subjectBeginsWith", subscription.filter.subject_begins_with),
        ("subjectEndsWith", subscription.filter.subject_ends_with),
    ):
        if "*" in text:
            yield _wildcard(subscription, subscription.at(member), text)


def _wildcard(subscription: RoutedSubscription, path: MemberPath, text: str) -> Finding:
    fix = "leave it out; a subject's prefix and suffix need none, and StringContains finds what is within a text"
    return finding("wildcard", subscription, path, f"the * of {show(text)} is taken literally", fix)


def _prefix(subscription: RoutedSubscription) -> Iterator[Finding]:
    prefixes = [(subscription.filter.subject_begins_with, subscription.at("subjectBeginsWith"))]
    for placed in subscription.filters:
        if placed.filter.key.lower() == "subject" and placed.filter.operator_type == "StringBeginsWith":
            prefixes += [(text, placed.path) for text in placed.filter.operands]
    for text, path in prefixes:
        root, slash, name = text.partition("/")
        if root.lower() == "models" and name and not set(name) & set(":/*"):
            message = f"{show(text)} also takes models whose longer names begin with '{name}'"
            yield finding("open-model-prefix", subscription, path, message, f"write '{text}:'")
        experiment, _, _ = name.partition("/")
        if root.lower() == "experiments" and slash and experiment and not _ID_BEGIN.fullmatch(experiment):
            message = f"{show(text)} names an experiment, but the subject carries its id, a GUID"
            fix = f"filter data.experimentName with StringIn [{experiment}]"
            yield finding("experiment-name-in-subject", subscription, path, message, fix)


def _statuses(subscription: RoutedSubscription) -> Iterator[Finding]:
    changed = EVENT_TYPES["RunStatusChanged"].name
    if subscription.all_events or changed not in subscription.event_types:
        return
    keys = {placed.filter.key.lower() for placed in subscription.filters}
    if "data.runstatus" in keys:
        return
    count = len(STATUSES_OF_ONE_RUN)
    tag = next((w for w in subscription.filters if w.filter.key.lower().endswith(f".{MONITOR_TAG}")), None)
    if tag is not None:
        message = f"a breached monitor's run changes its status up to {count} times, each an event with the tag"
        yield finding("monitor-every-status", subscription, tag.path, message, "use when: monitorBreached")
        return
    message = f"one successful run causes {count} or more deliveries, and a pipeline of n steps n + 1 times as many"
    fix = "filter data.runStatus, and data.runType where steps are not meant; or say allEvents: true"
    if subscription.filter.included_event_types is None:
        fix = "say allEvents: true, or name event types"
    yield finding("every-status", subscription, subscription.at("includedEventTypes"), message, fix)


def _casing(subscription: RoutedSubscription, placed: PlacedFilter, key: Key) -> Iterator[Finding]:
    asked = placed.filter
    path = (*placed.path, "key")
    known = contract_key(asked.key)
    if known != asked.key:
        message = f"'{asked.key}' is '{known}' in delivered events"
        yield finding("casing", subscription, path, message, f"write '{known}'")
    field = DATA_FIELDS.get(key.path[0]) if key.attribute == "data" else None
    name = asked.key.rpartition(".")[2]
    if field is not None and field.kind is Kind.TEXTS and len(key.path) == _MEMBER_DEPTH and name != name.lower():
        message = f"'{name}' arrives in another casing, as GITHUB_REPOSITORY does as githuB_REPOSITORY"
        fix = "filters find it all the same; handlers must read it ignoring case"
        yield finding("recased-name", subscription, path, message, fix)


def _data_key(subscription: RoutedSubscription, placed: PlacedFilter, key: Key) -> Iterator[Finding]:
    asked = placed.filter
    path = (*placed.path, "key")
    field = DATA_FIELDS.get(key.path[0])
    if field is None:
        names = [row.name for name in subscription.event_types if (kind := event_type(name)) for row in kind.fields]
        meant = likely(asked.key.split(".")[1], names)
        fix = f"did you mean 'data.{meant}'?" if meant else "check it against an event of yours"
        yield finding("unknown-key", subscription, path, f"'{asked.key}' is not in the catalogue", fix)
    elif len(key.path) == 1:
        yield from _value(subscription, placed, field)
    takes_numbers = asked.operator.operand in {Operand.NUMBER, Operand.RANGE}
    depth = _MEMBER_DEPTH if field is not None and field.kind is Kind.TEXTS else 1
    if field is not None and takes_numbers and field.kind is not Kind.NUMBER and len(key.path) == depth:
        message = f"'{asked.key}' is text in delivered events, which {asked.operator_type} passes over"
        yield finding("text-as-number", subscription, path, message, "use a String operator")
    lacks = field is None or field.optional
    if lacks and asked.operator.member and asked.operator.negated and asked.operator.matches_missing is False:
        message = f"{asked.operator_type} does not pass events without '{asked.key}'"
        fix = "use StringNotIn, which passes them, or add a subscription with IsNullOrUndefined"
        yield finding("drops-missing", subscription, path, message, fix)


def _value(subscription: RoutedSubscription, placed: PlacedFilter, field: DataField) -> Iterator[Finding]:
    row = placed.filter.operator
    if not field.known or row.operand is not Operand.TEXT or row.hits is None:
        return
    known = [text.lower() for text in field.known]
    for position, text in enumerate(placed.filter.operands):
        if _QUOTED.fullmatch(text) or any(row.hits(value, text.lower()) for value in known):
            continue
        meant = likely(text, field.known)
        fix = f"did you mean '{meant}'?" if meant else f"known: {', '.join(field.known)}"
        message = f"{show(text)} hits no value of '{placed.filter.key}' that the catalogue knows"
        yield finding("unknown-value", subscription, (*placed.path, "values", position), message, fix)


def _attribute(subscription: RoutedSubscription, placed: PlacedFilter, key: Key) -> Iterator[Finding]:
    asked = placed.filter
    path = (*placed.path, "key")
    if key.reach is Reach.UNSURE:
        message = f"whether filters reach '{asked.key}' is not documented"
        fix = "use includedEventTypes, subjectBeginsWith or a key that begins with 'data.'"
        yield finding("undocumented-key", subscription, path, message, fix)
    elif key.reach is Reach.YES and key.attribute in {"source", "type"}:
        instead = "includedEventTypes" if key.attribute == "type" else "the workspace of the subscription"
        message = f"'{asked.key}' has another name in the other schema"
        yield finding("envelope-key", subscription, path, message, f"use {instead}")


def _operands(subscription: RoutedSubscription, placed: PlacedFilter) -> Iterator[Finding]:
    for position, each in enumerate(_flat(placed.filter)):
        path = (*placed.path, "values", position)
        if isinstance(each, str) and _QUOTED.fullmatch(each):
            bare = each.strip().strip("()[]").strip("'\"")
            message = f"the quotes or brackets of {show(each)} belong to the operand"
            yield finding("quoted-operand", subscription, path, message, f"write {show(bare)}")
        elif isinstance(each, str) and (each.startswith("*") or each.endswith("*")):
            yield _wildcard(subscription, path, each)
        elif not isinstance(each, (str, bool)) and len(_digits(each)) > _EXACT_DIGITS:
            message = f"{show(each)} has more than {_EXACT_DIGITS} significant digits"
            yield finding("inexact-number", subscription, path, message, "compare a range in place of one number")


def _flat(asked: AdvancedFilter) -> list[object]:
    return [bound for each in asked.operands for bound in (each if isinstance(each, tuple) else (each,))]


def _digits(number: object) -> str:
    digits = Decimal(operand(number)).as_tuple().digits
    return "".join(map(str, digits)).strip("0")
