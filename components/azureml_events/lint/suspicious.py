"""Warnings: filters that work, but are likely mistakes; and notes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from azureml_events.base.arm_ids import ENVIRONMENT_KEY, is_in_other_cloud, is_other_cloud
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
from azureml_events.lint.edits import (
    add_filter,
    as_texts,
    bare_operands,
    by_name,
    replace_filter,
    replace_types,
    without_stars,
)
from azureml_events.lint.filters import filter_on, format_filter
from azureml_events.lint.redundant import begins_every_subject
from azureml_events.lint.rule import REMOVED, Change, Finding
from azureml_events.lint.rules import finding
from azureml_events.routing.conditions import operand
from azureml_events.routing.keys import Key, Reach, resolve
from azureml_events.routing.subscription import PlacedFilter, RoutedSubscription

_QUOTED = re.compile(r"""\s*(?:'.*'|".*"|\(.*\)|\[.*\])\s*""", re.DOTALL)
_ID_BEGIN = re.compile(r"[0-9a-f]{1,8}(?:-[0-9a-f]{0,4}){0,3}(?:-[0-9a-f]{0,12})?", re.IGNORECASE)
_EXACT_DIGITS = 15
_MEMBER_DEPTH = 2
_BETWEEN_WORDS = "-_."
_MONITOR_IN_ARM_WORDS = f"take RunCompleted and filter data.runTags.{MONITOR_TAG} with IsNotNull"


def find_suspicious(subscription: RoutedSubscription) -> Iterator[Finding]:
    """Yield the likely mistakes of a subscription."""
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
    location, environment = subscription.location, subscription.environment
    if is_other_cloud(environment):
        message = f"{show(environment)} is another cloud, and what is checked is known of the public one"
        yield finding("other-cloud", subscription, (ENVIRONMENT_KEY,), message, "try delivery there")
    elif location is not None and is_in_other_cloud(location):
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
            if subscription.in_arm_words and meant and meant not in EVENT_TYPES:
                fix = f"write '{EVENT_TYPES['RunStatusChanged'].name}' and filter data.runStatus with StringIn [Failed]"
            message = f"{show(name)} is not in the catalogue"
            edit = replace_types(subscription, name, EVENT_TYPES[meant].name) if meant in EVENT_TYPES else ()
            yield finding("unknown-event-type", subscription, path, message, fix, edit=edit)
        elif row is not None and row.legacy:
            message = f"'{row.short}' is legacy"
            legacy = row.legacy.replace("use when: monitorBreached", _MONITOR_IN_ARM_WORDS)
            fix = legacy if subscription.in_arm_words else row.legacy
            yield finding("legacy-event-type", subscription, path, message, fix)
        if row is not None and row.name != name:
            message = f"{show(name)} is '{row.name}' in delivered events"
            edit = replace_types(subscription, name, row.name)
            yield finding("casing", subscription, path, message, f"write '{row.name}'", edit=edit)


def _affixes(subscription: RoutedSubscription) -> Iterator[Finding]:
    for member, text in (
        ("subjectBeginsWith", subscription.filter.subject_begins_with),
        ("subjectEndsWith", subscription.filter.subject_ends_with),
    ):
        if "*" in text:
            yield _wildcard(subscription, subscription.at(member), text, *_without_star(subscription, member, text))


def _without_star(
    subscription: RoutedSubscription, member: str, text: str
) -> tuple[AdvancedFilter | None, list[Change]]:
    """Find what was meant with a star in the subject's prefix or suffix, and the changes that say it."""
    path, operator = subscription.at(member), member.replace("subject", "String")
    meant = by_name(text) if member == "subjectBeginsWith" else None
    if meant is None:
        asked = (filter_on("subject", name, [text]) for name in (operator, "StringIn"))
        meant = next(filter(None, map(without_stars, filter(None, asked))), None)
    if meant is None:
        return None, []
    if (meant.key, meant.operator_type) != ("subject", operator):
        return meant, [(path, REMOVED), *add_filter(subscription, meant)]
    (affix,) = meant.operands
    if member == "subjectBeginsWith" and begins_every_subject(subscription, affix):
        return None, [(path, REMOVED)]
    return meant, [(path, affix)]


def _wildcard(
    subscription: RoutedSubscription, path: MemberPath, text: str, meant: AdvancedFilter | None, edit: Iterable[Change]
) -> Finding:
    fix = "leave it out; a subject's prefix and suffix need none, and StringContains finds what is within a text"
    if meant is not None:
        fix = f"filter {meant.key} with {format_filter(meant)}"
        if meant.key == "subject" and f"subject{meant.operator_type.removeprefix('String')}" == path[-1]:
            fix = f"write {show(meant.operands[0])}"
    return finding("wildcard", subscription, path, f"the * of {show(text)} is taken literally", fix, edit=edit)


def _prefix(subscription: RoutedSubscription) -> Iterator[Finding]:
    own = subscription.at("subjectBeginsWith")
    prefixes: list[tuple[str, MemberPath, PlacedFilter | None, MemberPath]] = [
        (subscription.filter.subject_begins_with, own, None, own)
    ]
    for placed in subscription.filters:
        if placed.filter.key.lower() == "subject" and placed.filter.operator_type == "StringBeginsWith":
            operands = enumerate(placed.filter.operands)
            prefixes += [(text, placed.path, placed, placed.value_path(position)) for position, text in operands]
    for text, path, holder, place in prefixes:
        root, slash, name = text.partition("/")
        if root.lower() == "models" and name and not set(name) & set(":/*") and name[-1] not in _BETWEEN_WORDS:
            message = f"{show(text)} also takes models whose longer names begin with '{name}'"
            yield finding(
                "open-model-prefix", subscription, path, message, f"write '{text}:'", edit=[(place, f"{text}:")]
            )
        experiment, _, _ = name.partition("/")
        if root.lower() == "experiments" and slash and experiment and not _ID_BEGIN.fullmatch(experiment):
            message = f"{show(text)} names an experiment, but the subject carries its id, a GUID"
            named = by_name(text)
            wanted = f"StringIn [{experiment}]" if named is None else format_filter(named)
            fix = f"filter data.experimentName with {wanted}"
            yield finding(
                "experiment-name-in-subject", subscription, path, message, fix, edit=_rename(subscription, holder)
            )


def _rename(subscription: RoutedSubscription, holder: PlacedFilter | None) -> Iterator[Change]:
    """Filter experiments by name where their names stand in the subject's prefix or in a filter on the subject."""
    texts = [subscription.filter.subject_begins_with] if holder is None else list(holder.filter.operands)
    named = [by_name(text) for text in texts]
    whole = [each for each in named if each is not None and each.key == "data.experimentName"]
    operators = {each.operator_type for each in whole}
    if len(whole) < len(texts) or len(operators) != 1:
        return
    meant = whole[0].model_copy(update={"values": tuple(text for each in whole for text in each.operands)})
    if holder is not None:
        yield from replace_filter(subscription, holder, meant)
    else:
        yield subscription.at("subjectBeginsWith"), REMOVED
        yield from add_filter(subscription, meant)


def _statuses(subscription: RoutedSubscription) -> Iterator[Finding]:
    changed = EVENT_TYPES["RunStatusChanged"].name
    if subscription.all_events or changed not in subscription.event_types:
        return
    keys = {placed.filter.key.lower() for placed in subscription.filters}
    if "data.runstatus" in keys or any(each.where != "subject" for each in subscription.unknown):
        return
    count, in_arm = len(STATUSES_OF_ONE_RUN), subscription.in_arm_words
    tag = next((w for w in subscription.filters if w.filter.key.lower().endswith(f".{MONITOR_TAG}")), None)
    if tag is not None:
        message = f"a breached monitor's run changes its status up to {count} times, each an event with the tag"
        fix = _MONITOR_IN_ARM_WORDS if in_arm else "use when: monitorBreached"
        yield finding("monitor-every-status", subscription, tag.path, message, fix)
        return
    message = f"one successful run causes {count} or more deliveries, and a pipeline of n steps n + 1 times as many"
    fix = "filter data.runStatus, and data.runType where steps are not meant"
    if subscription.filter.included_event_types is None:
        fix = "name event types in includedEventTypes" if in_arm else "say allEvents: true, or name event types"
    elif not in_arm:
        fix = f"{fix}; or say allEvents: true"
    yield finding("every-status", subscription, subscription.at("includedEventTypes"), message, fix)


def _casing(subscription: RoutedSubscription, placed: PlacedFilter, key: Key) -> Iterator[Finding]:
    asked = placed.filter
    path = placed.key_path
    known = contract_key(asked.key)
    if known != asked.key:
        message = f"'{asked.key}' is '{known}' in delivered events"
        yield finding("casing", subscription, path, message, f"write '{known}'", edit=[(path, known)])
    field = DATA_FIELDS.get(key.path[0]) if key.attribute == "data" else None
    name = asked.key.rpartition(".")[2]
    if field is not None and field.kind is Kind.TEXTS and len(key.path) == _MEMBER_DEPTH and name != name.lower():
        message = f"'{name}' arrives in another casing, as GITHUB_REPOSITORY does as githuB_REPOSITORY"
        fix = "filters find it all the same; handlers must read it ignoring case"
        yield finding("recased-name", subscription, path, message, fix)


def _data_key(subscription: RoutedSubscription, placed: PlacedFilter, key: Key) -> Iterator[Finding]:
    asked = placed.filter
    path = placed.key_path
    field = DATA_FIELDS.get(key.path[0])
    if field is None:
        meant = meant_key(subscription, asked.key)
        fix = f"did you mean '{meant}'?" if meant else "check it against an event of yours"
        known: list[Change] = [(path, meant)] if meant else []
        yield finding("unknown-key", subscription, path, f"'{asked.key}' is not in the catalogue", fix, edit=known)
    elif len(key.path) == 1:
        yield from _value(subscription, placed, field)
    takes_numbers = asked.operator.operand in {Operand.NUMBER, Operand.RANGE}
    depth = _MEMBER_DEPTH if field is not None and field.kind is Kind.TEXTS else 1
    if field is not None and takes_numbers and field.kind is not Kind.NUMBER and len(key.path) == depth:
        message = f"'{asked.key}' is text in delivered events, which {asked.operator_type} passes over"
        texts = as_texts(asked)
        fix = f"use {format_filter(texts)}" if texts else "use a String operator"
        edit = replace_filter(subscription, placed, texts) if texts else ()
        yield finding("text-as-number", subscription, path, message, fix, edit=edit)
    lacks = field is None or field.optional
    if lacks and asked.operator.member and asked.operator.negated and asked.operator.matches_missing is False:
        message = f"{asked.operator_type} does not pass events without '{asked.key}'"
        fix = "use StringNotIn, which passes them, or add a subscription with IsNullOrUndefined"
        yield finding("drops-missing", subscription, path, message, fix)


def meant_key(subscription: RoutedSubscription, key: str) -> str | None:
    """Guess the key that was meant: a field of the event types, and for a member one that has members.

    Args:
        subscription: The subscription whose event types count.
        key: The key as written, below `data`.
    """
    _, name, *members = key.split(".")
    rows = [row for row in map(event_type, subscription.event_types) if row is not None]
    fields = [field for row in rows for field in row.fields]
    if not members:
        meant = likely(name, [field.name for field in fields])
        return f"data.{meant}" if meant else None
    maps = list(dict.fromkeys(field.name for field in fields if field.kind is Kind.TEXTS))
    kind = next((kind for kind in ("Properties", "Tags") if name.lower().endswith(kind.lower())), "")
    near = [each for each in maps if kind and each.endswith(kind)]
    meant = likely(name, maps) if not near else near[0] if len(near) == 1 else likely(name, near)
    return ".".join(["data", meant, *members]) if meant else None


def _value(subscription: RoutedSubscription, placed: PlacedFilter, field: DataField) -> Iterator[Finding]:
    row = placed.filter.operator
    if not field.known or row.operand is not Operand.TEXT or row.hits is None:
        return
    known = [text.lower() for text in field.known]
    for position, text in enumerate(placed.filter.operands):
        if _QUOTED.fullmatch(text) or any(row.hits(value, text.lower()) for value in known):
            continue
        meant = likely(text, field.known) or _holding(text, field.known)
        fix = f"did you mean '{meant}'?" if meant else f"known: {', '.join(field.known)}"
        message = f"{show(text)} hits no value of '{placed.filter.key}' that the catalogue knows"
        path = placed.value_path(position)
        yield finding("unknown-value", subscription, path, message, fix, edit=[(path, meant)] if meant else ())


def _holding(text: str, known: Sequence[str]) -> str | None:
    """Find the one known value that holds a text."""
    found = [each for each in known if len(text) > 1 and text.lower() in each.lower()]
    return found[0] if len(found) == 1 else None


def _attribute(subscription: RoutedSubscription, placed: PlacedFilter, key: Key) -> Iterator[Finding]:
    asked = placed.filter
    path = placed.key_path
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
        path = placed.value_path(position)
        if isinstance(each, str) and _QUOTED.fullmatch(each):
            yield _quoted(subscription, placed, position, each)
        elif isinstance(each, str) and (each.startswith("*") or each.endswith("*")):
            meant = without_stars(placed.filter)
            edit = replace_filter(subscription, placed, meant) if meant else ()
            yield _wildcard(subscription, path, each, meant, edit)
        elif not isinstance(each, (str, bool)) and len(_digits(each)) > _EXACT_DIGITS:
            message = f"{show(each)} has more than {_EXACT_DIGITS} significant digits"
            yield finding("inexact-number", subscription, path, message, "compare a range in place of one number")


def _quoted(subscription: RoutedSubscription, placed: PlacedFilter, position: int, text: str) -> Finding:
    path, bare = placed.value_path(position), bare_operands(text)
    message = f"the quotes or brackets of {show(text)} belong to the operand"
    edit: list[Change] = [(path, bare[0])] if len(bare) == 1 else []
    if len(bare) > 1:
        operands = placed.filter.operands
        values = [*operands[:position], *bare, *operands[position + 1 :]]
        edit = [(placed.path if placed.of_argument else (*placed.path, "values"), values)]
    fix = f"write {' and '.join(map(show, bare))}" if bare else "write it without them"
    return finding("quoted-operand", subscription, path, message, fix, edit=edit)


def _flat(asked: AdvancedFilter) -> list[object]:
    return [bound for each in asked.operands for bound in (each if isinstance(each, tuple) else (each,))]


def _digits(number: object) -> str:
    digits = Decimal(operand(number)).as_tuple().digits
    return "".join(map(str, digits)).strip("0")
