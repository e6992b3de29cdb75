"""Lint that proves: filters that no event can pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from azureml_events.base.mistakes import Path, show
from azureml_events.event_grid.catalogue import EVENT_TYPES, PREFIX, RUN_STATUSES, EventType, event_type
from azureml_events.event_grid.delivery import EventDeliverySchema
from azureml_events.event_grid.filters import AdvancedFilter
from azureml_events.event_grid.intents import MONITOR_TAG
from azureml_events.event_grid.operators import OPERATORS
from azureml_events.lint.rules import RULES, Finding
from azureml_events.lint.values import Domain, SubjectForm, Value, domain_of, holds, possible
from azureml_events.routing.keys import Key, resolve
from azureml_events.routing.subscription import RoutedSubscription, Written


@dataclass(frozen=True)
class Proof:
    """Why no event of one type passes.

    Attributes:
        rule: The rule's name.
        path: Where the filter is.
        message: The reason; `{types}` stands for the event types that it holds for.
        fix: What to do about it.
    """

    rule: str
    path: Path
    message: str
    fix: str


def never(subscription: RoutedSubscription) -> Iterator[Finding]:
    """What can never match: errors where it holds for all event types, else a warning.

    Args:
        subscription: The subscription.
    """
    proofs = {name: list(_proofs(subscription, name)) for name in wanted(subscription)}
    dead = [name for name, found in proofs.items() if found]
    if len(dead) == len(proofs):
        for proof, names in _grouped(proofs).items():
            message = proof.message.replace("{types}", _listed(names))
            yield finding(proof.rule, subscription, proof.path, message, proof.fix)
    elif subscription.filter.included_event_types is not None:
        for proof, names in _grouped({name: proofs[name][:1] for name in dead}).items():
            message = f"never delivers {_listed(names)}: {proof.message.replace('{types}', 'such an event')}"
            fix = "leave the event type out, or give it a subscription of its own"
            yield finding("dead-event-type", subscription, proof.path, message, fix)


def wanted(subscription: RoutedSubscription) -> Sequence[str]:
    """The full names of the event types that a subscription wants."""
    names = subscription.filter.included_event_types
    return tuple(row.name for row in EVENT_TYPES.values()) if names is None else names


def finding(rule: str, subscription: RoutedSubscription, path: Path, message: str, fix: str) -> Finding:
    """A finding of a rule about a subscription.

    Args:
        rule: The rule's name.
        subscription: The subscription.
        path: Where it is.
        message: The reason.
        fix: What to do.
    """
    return Finding(RULES[rule], subscription.workspace, subscription.name, path, message, fix)


def by_key(subscription: RoutedSubscription) -> dict[Key, list[Written]]:
    """A subscription's advanced filters by what they look at."""
    groups: dict[Key, list[Written]] = {}
    for written in subscription.filters:
        key = resolve(written.filter.key, subscription.delivery_schema)
        groups.setdefault(key, []).append(written)
    return groups


def _grouped(proofs: dict[str, list[Proof]]) -> dict[Proof, list[str]]:
    groups: dict[Proof, list[str]] = {}
    for name, found in proofs.items():
        for proof in found:
            groups.setdefault(proof, []).append(name)
    return groups


def _proofs(subscription: RoutedSubscription, name: str) -> Iterator[Proof]:
    row = event_type(name)
    if not name.lower().startswith(PREFIX.lower()):
        path = subscription.at("includedEventTypes")
        fix = f"choose from {', '.join(EVENT_TYPES)}"
        yield Proof("never-event-type", path, f"a workspace raises no {show(name)}", fix)
        return
    form = SubjectForm.of(row) if row else None
    yield from _subject(subscription, form)
    for key, group in by_key(subscription).items():
        yield from _key(subscription, row, key, group)
    if row is EVENT_TYPES["RunStatusChanged"]:
        yield from _monitor(subscription)


def _subject(subscription: RoutedSubscription, form: SubjectForm | None) -> Iterator[Proof]:
    filter_ = subscription.filter
    if form is None:
        return
    cased = filter_.is_subject_case_sensitive
    begin, end = filter_.subject_begins_with, filter_.subject_ends_with
    if not form.can_begin(begin if cased else begin.lower()):
        message = f"no subject of {{types}} begins with {show(begin)}"
        path = subscription.at("subjectBeginsWith")
        yield Proof("never-subject", path, message, looks_like(form))
    if not form.can_end(end if cased else end.lower()):
        message = f"no subject of {{types}} ends with {show(end)}"
        path = subscription.at("subjectEndsWith")
        yield Proof("never-subject", path, message, looks_like(form))


def _key(
    subscription: RoutedSubscription, row: EventType | None, key: Key, group: Sequence[Written]
) -> Iterator[Proof]:
    domain = domain_of(key, row, subscription.workspace_id)
    on_arrays = subscription.filter.enable_advanced_filtering_on_arrays
    outer = affixes(subscription) if key.attribute == "subject" and not key.path else []
    alone = [item for item in group if not possible([item.filter], domain, on_arrays)]
    for written in alone:
        yield _impossible(written, key, domain, subscription.delivery_schema)
    filters = [item.filter for item in group]
    if not alone and not possible([*filters, *outer], domain, on_arrays):
        last = group[-1]
        together = " and ".join(said(item) for item in [*filters, *outer])
        message = f"no value of '{last.filter.key}' passes {together} together"
        fix = "filters are ANDed; put alternatives into one filter's values, or into subscriptions of their own"
        yield Proof("never-contradiction", last.path, message, fix)


def affixes(subscription: RoutedSubscription) -> list[AdvancedFilter]:
    """The subject's prefix and suffix as advanced filters, which heed case less."""
    filter_ = subscription.filter
    named = (
        ("StringBeginsWith", filter_.subject_begins_with),
        ("StringEndsWith", filter_.subject_ends_with),
    )
    return [
        AdvancedFilter.model_construct(operator_type=operator, key="subject", values=(text,))
        for operator, text in named
        if text
    ]


def _impossible(written: Written, key: Key, domain: Domain, schema: EventDeliverySchema) -> Proof:
    """Why one filter alone can never match."""
    asked = written.filter
    path = (*written.path, "key")
    if domain.lack:
        message, fix = _lacking(asked, key, domain.lack, schema)
        return Proof(domain.lack, path, message, fix)
    if domain.form is not None:
        message = f"no subject of {{types}} passes {said(asked)}"
        return Proof("never-subject", written.path, message, looks_like(domain.form))
    if domain.text is not None:
        message = f"'{asked.key}' never passes {said(asked)}: it is always {show(domain.text)}"
        return Proof("never-value", written.path, message, "leave the filter out")
    if _other_type(asked, domain):
        kinds = " or ".join(sorted(kind.value for kind in domain.values - {Value.NOTHING}))
        message = f"'{asked.key}' holds {kinds}, which {asked.operator_type} never matches"
        return Proof("never-value-type", path, message, "use an operator for what the key holds, or another key")
    message = f"no value of '{asked.key}' passes {said(asked)}"
    return Proof("never-contradiction", written.path, message, "correct its operands")


def _lacking(asked: AdvancedFilter, key: Key, rule: str, schema: EventDeliverySchema) -> tuple[str, str]:
    """Why there is never anything under a key, and what to use instead."""
    if rule == "never-missing-key":
        holders = [row.short for row in EVENT_TYPES.values() if row.field(key.path[0])]
        return (
            f"{{types}} has no '{asked.key}', and {asked.operator_type} does not pass a missing key",
            f"'{asked.key}' is carried by {' and '.join(holders)}",
        )
    if rule == "never-dotted-name":
        return (
            f"'{asked.key}' cannot be reached: a dot steps into a map, and there is no map at that place",
            _instead(key),
        )
    return (
        f"filters cannot reach '{asked.key}' where {schema} is delivered",
        "use includedEventTypes, subjectBeginsWith or a key that begins with 'data.'",
    )


def looks_like(form: SubjectForm) -> str:
    """The fix for a subject of another form."""
    return f"its subjects look like '{'/'.join(form.segments).replace('*', '…')}'"


def _other_type(asked: AdvancedFilter, domain: Domain) -> bool:
    return possible([asked], Domain(), on_arrays=False) and domain.values != Domain().values


def _instead(key: Key) -> str:
    if key.path[:1] in {("runtags",), ("runproperties",)}:
        return "use data.runType, data.experimentName or a tag of your own without a dot"
    return "use a tag of your own without a dot"


def _monitor(subscription: RoutedSubscription) -> Iterator[Proof]:
    tag, status = f"data.runtags.{MONITOR_TAG}", "data.runstatus"
    tags = [item for item in subscription.filters if item.filter.key.lower() == tag]
    asked = [item for item in subscription.filters if item.filter.key.lower() == status]
    if not any(item.filter.operator.matches_missing is False for item in tags) or not asked:
        return
    if _left([item.filter for item in asked]) == {"failed"}:
        message = "the run with a monitor's tag ends normally, so its status is never Failed"
        yield Proof("never-monitor-failed", asked[-1].path, message, "use when: monitorBreached")


def _left(filters: Sequence[AdvancedFilter]) -> set[str]:
    """The statuses that filters on the status leave."""
    named = [item for item in filters if item.operator is OPERATORS["StringIn"]]
    texts = {text.lower() for item in named for text in item.operands} or {s.lower() for s in RUN_STATUSES}
    texting = [item for item in filters if item.operator.operand is OPERATORS["StringIn"].operand]
    return {text for text in texts if all(holds(item, text) for item in texting)}


def said(item: AdvancedFilter) -> str:
    """A filter as messages show it, without its key."""
    operands = ", ".join(_shown(each) for each in _operands(item))
    return f"{item.operator_type} [{operands}]" if operands else item.operator_type


def _shown(each: object) -> str:
    return f"[{', '.join(map(show, each))}]" if isinstance(each, tuple) else show(each)


def _operands(item: AdvancedFilter) -> tuple[object, ...]:
    return item.operands if item.operator.member else ()


def _listed(names: Sequence[str]) -> str:
    return " or ".join(name.removeprefix(PREFIX) for name in names)
