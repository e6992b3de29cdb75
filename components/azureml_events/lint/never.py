"""Errors: filters that can never match."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from os.path import commonprefix

from azureml_events.base.mistakes import show
from azureml_events.event_grid.catalogue import EVENT_TYPES, PREFIX, EventType, event_type, short_name
from azureml_events.event_grid.delivery import EventDeliverySchema
from azureml_events.event_grid.filters import AdvancedFilter
from azureml_events.event_grid.intents import MONITOR_TAG
from azureml_events.event_grid.operators import OPERATORS
from azureml_events.lint.filters import format_filter, subject_filters
from azureml_events.lint.rule import Finding
from azureml_events.lint.rules import finding
from azureml_events.lint.values import Domain, Obstacle, SubjectForm, Value, domain_of, find_obstacle, passes
from azureml_events.routing.keys import Key
from azureml_events.routing.subscription import PlacedFilter, RoutedSubscription


def find_never_matching(subscription: RoutedSubscription) -> Iterator[Finding]:
    """Yield the filters that can never match: errors where that holds for all event types, else warnings."""
    takes_all = subscription.filter.included_event_types is None
    if takes_all and any(next(_proofs(subscription, name), None) is None for name in subscription.event_types):
        return
    proofs = {name: list(_proofs(subscription, name)) for name in subscription.event_types}
    disputed = {
        name: doubt for name, found in proofs.items() if found and (doubt := _disputed(subscription, name, found[0]))
    }
    yield from disputed.values()
    dead = [name for name, found in proofs.items() if found and name not in disputed]
    if len(dead) == len(proofs):
        for proof, names in _grouped(proofs).items():
            yield replace(proof, message=proof.message.replace("{types}", _listed(names)))
    elif not takes_all:
        for proof, names in _grouped({name: proofs[name][:1] for name in dead}).items():
            message = f"never delivers {_listed(names)}: {proof.message.replace('{types}', 'such an event')}"
            fix = "leave the event type out, or give it a subscription of its own"
            yield finding("dead-event-type", subscription, proof.path, message, fix)


def _grouped(proofs: dict[str, list[Finding]]) -> dict[Finding, list[str]]:
    groups: dict[Finding, list[str]] = {}
    for name, found in proofs.items():
        for proof in found:
            groups.setdefault(proof, []).append(name)
    return groups


def _proofs(subscription: RoutedSubscription, name: str) -> Iterator[Finding]:
    """Yield the proofs that no event of a type passes; in messages `{types}` stands for the types they hold for."""
    if not name.lower().startswith(PREFIX.lower()):
        path = subscription.at("includedEventTypes")
        fix = f"choose from {', '.join(EVENT_TYPES)}"
        yield finding("never-event-type", subscription, path, f"a workspace raises no {show(name)}", fix)
        return
    yield from _proofs_of(subscription, event_type(name))


def _disputed(subscription: RoutedSubscription, name: str, proof: Finding) -> Finding | None:
    """Word that one form of the subject passes, and the recorded one does not; None where neither does."""
    row = event_type(name)
    if row is None or row.disputed_subject is None:
        return None
    of_page = replace(row, subject=row.disputed_subject)
    if any(_proofs_of(subscription, of_page)):
        return None
    page, recorded = (SubjectForm.of(each).text for each in (of_page, row))
    message = f"subjects look like '{page}' on Microsoft's page, but like '{recorded}' in recorded events"
    both = commonprefix([page, recorded])  # noqa: RUF071 - the characters count
    fix = f"write '{both}', with which both begin, or leave it out"
    return finding("disputed-subject", subscription, proof.path, message, fix)


def _proofs_of(subscription: RoutedSubscription, row: EventType | None) -> Iterator[Finding]:
    form = SubjectForm.of(row) if row else None
    yield from _subject(subscription, form)
    for key, group in subscription.filters_by_key().items():
        yield from _key(subscription, row, key, group)
    if row is EVENT_TYPES["RunStatusChanged"]:
        yield from _monitor(subscription)


def _subject(subscription: RoutedSubscription, form: SubjectForm | None) -> Iterator[Finding]:
    filter_ = subscription.filter
    if form is None:
        return
    cased = filter_.is_subject_case_sensitive
    for member, does, text, possible in (
        ("subjectBeginsWith", "begins", filter_.subject_begins_with, form.can_begin),
        ("subjectEndsWith", "ends", filter_.subject_ends_with, form.can_end),
    ):
        if not possible(text if cased else text.lower()):
            message = f"no subject of {{types}} {does} with {show(text)}"
            yield finding("never-subject", subscription, subscription.at(member), message, _looks_like(form))


def _key(
    subscription: RoutedSubscription, row: EventType | None, key: Key, group: Sequence[PlacedFilter]
) -> Iterator[Finding]:
    domain = domain_of(key, row, subscription.workspace_id)
    on_arrays = subscription.filter.enable_advanced_filtering_on_arrays
    outer = subject_filters(subscription) if key.is_subject else []
    alone = [(item, why) for item in group if (why := find_obstacle([item.filter], domain, on_arrays))]
    for item, why in alone:
        yield _impossible(subscription, item, key, domain, why)
    filters = [item.filter for item in group]
    if not alone and len(filters) + len(outer) > 1 and find_obstacle([*filters, *outer], domain, on_arrays):
        last = group[-1]
        together = " and ".join(format_filter(item) for item in [*filters, *outer])
        message = f"no value of '{last.filter.key}' passes {together} together"
        fix = "filters are ANDed; put alternatives into one filter's values, or into subscriptions of their own"
        yield finding("never-contradiction", subscription, last.path, message, fix)


def _impossible(
    subscription: RoutedSubscription, placed: PlacedFilter, key: Key, domain: Domain, why: Obstacle
) -> Finding:
    """Word the proof that one filter alone can never match."""
    asked = placed.filter
    path = placed.key_path
    if why is Obstacle.LACK:
        message, fix = _lacking(asked, key, domain.lack, subscription.delivery_schema)
        return finding(domain.lack, subscription, path, message, fix)
    if why is Obstacle.FORM and domain.form is not None:
        message = f"no subject of {{types}} passes {format_filter(asked)}"
        return finding("never-subject", subscription, placed.path, message, _looks_like(domain.form))
    if why is Obstacle.TEXT:
        message = f"'{asked.key}' never passes {format_filter(asked)}: it is always {show(domain.text)}"
        return finding("never-value", subscription, placed.path, message, "leave the filter out")
    if why is Obstacle.TYPE:
        kinds = " or ".join(sorted(kind.value for kind in domain.values - {Value.NOTHING}))
        message = f"'{asked.key}' holds {kinds}, which {asked.operator_type} never matches"
        return finding(
            "never-value-type", subscription, path, message, "use an operator for what the key holds, or another key"
        )
    message = f"no value of '{asked.key}' passes {format_filter(asked)}"
    return finding("never-contradiction", subscription, placed.path, message, "correct its operands")


def _lacking(asked: AdvancedFilter, key: Key, rule: str, schema: EventDeliverySchema) -> tuple[str, str]:
    """Explain why there is never a value under a key, and advise another."""
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


def _looks_like(form: SubjectForm) -> str:
    """Advise the form that subjects have."""
    return f"its subjects look like '{form.text}'"


def _instead(key: Key) -> str:
    if key.path[:1] in {("runtags",), ("runproperties",)}:
        return "use data.runType, data.experimentName or a tag of your own without a dot"
    return "use a tag of your own without a dot"


def _monitor(subscription: RoutedSubscription) -> Iterator[Finding]:
    tag, status = f"data.runtags.{MONITOR_TAG}", "data.runstatus"
    tags = [item for item in subscription.filters if item.filter.key.lower() == tag]
    asked = [item for item in subscription.filters if item.filter.key.lower() == status]
    if not any(item.filter.operator.matches_missing is False for item in tags) or not asked:
        return
    if _left([item.filter for item in asked]) == {"failed"}:
        message = "the run with a monitor's tag ends normally, so its status is never Failed"
        fix = (
            "take RunCompleted, and leave the status out" if subscription.in_arm_words else "use when: monitorBreached"
        )
        yield finding("never-monitor-failed", subscription, asked[-1].path, message, fix)


def _left(filters: Sequence[AdvancedFilter]) -> set[str]:
    """Return the statuses that filters on the status let pass; none where they name none: Azure may add some."""
    named = [item for item in filters if item.operator is OPERATORS["StringIn"]]
    texts = {text.lower() for item in named for text in item.operands}
    texting = [item for item in filters if item.operator.operand is OPERATORS["StringIn"].operand]
    return {text for text in texts if all(passes(item, text) for item in texting)}


def _listed(names: Sequence[str]) -> str:
    return " or ".join(map(short_name, names))
