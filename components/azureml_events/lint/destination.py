"""Warnings about where a subscription delivers: a handshake that nobody answers, attributes from fields not there."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_events.event_grid.catalogue import DATA_FIELDS, EVENT_TYPES, DataField, Kind, event_type
from azureml_events.lint.rule import Finding
from azureml_events.lint.rules import finding
from azureml_events.lint.suspicious import meant_key
from azureml_events.routing.keys import Reach, resolve
from azureml_events.routing.subscription import DynamicAttribute, RoutedSubscription

_SESSION = "sessionid"


def find_in_destination(subscription: RoutedSubscription) -> Iterator[Finding]:
    """Yield the likely mistakes in where a subscription delivers."""
    destination = subscription.destination
    if destination is None:
        return
    unanswered = destination.unanswered
    if unanswered:
        fix = unanswered.fix_in_arm if subscription.in_arm_words else unanswered.fix
        yield finding("no-handshake", subscription, destination.url_path, unanswered.message, fix)
    for attribute in destination.attributes:
        yield from _attribute(subscription, attribute)


def _attribute(subscription: RoutedSubscription, attribute: DynamicAttribute) -> Iterator[Finding]:
    """Yield that events lack what an attribute is read from, or have a map there."""
    key = resolve(attribute.source_field, subscription.delivery_schema)
    if key.reach is not Reach.YES or key.attribute != "data":
        return
    field = DATA_FIELDS.get(key.path[0])
    if field is None:
        yield _unknown_field(subscription, attribute)
        return
    name = f"'data.{field.name}'"
    types = [] if any(each.where == "eventType" for each in subscription.unknown) else subscription.event_types
    rows = [row for row in map(event_type, types) if row is not None]
    lacking = [row.short for row in rows if not row.field(field.name)]
    # Of all events some always lack a field; only a queue with sessions refuses those.
    chosen = subscription.filter.included_event_types is not None or attribute.name.lower() == _SESSION
    if lacking and (chosen or len(lacking) == len(rows)):
        fix = "leave the attribute out, or take a field that they carry"
        yield finding("attribute-missing-key", subscription, attribute.path, _carried(field, lacking), fix)
    elif field.kind is Kind.TEXTS and len(key.path) == 1:
        fix = f"name a member of it, as in 'data.{field.name}.stage'"
        message = f"{name} is a map, and an attribute is a text, a number or a boolean"
        yield finding("attribute-missing-key", subscription, attribute.path, message, fix)
    elif field.kind is not Kind.TEXTS and len(key.path) > 1:
        message = f"{name} is no map, so there is never a '{attribute.source_field}'"
        yield finding("attribute-missing-key", subscription, attribute.path, message, f"write {name}")


def _unknown_field(subscription: RoutedSubscription, attribute: DynamicAttribute) -> Finding:
    meant = meant_key(subscription, attribute.source_field)
    message = f"'{attribute.source_field}' is not in the catalogue"
    fix = f"did you mean '{meant}'?" if meant else "check it against an event of yours"
    edit = [(attribute.path, meant)] if meant else []
    return finding("attribute-missing-key", subscription, attribute.path, message, fix, edit=edit)


def _carried(field: DataField, lacking: list[str]) -> str:
    holders = [row.short for row in EVENT_TYPES.values() if row.field(field.name)]
    return f"data.{field.name} is carried by {' and '.join(holders)}, not by {' or '.join(lacking)}"
