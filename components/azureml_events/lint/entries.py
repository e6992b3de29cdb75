"""Warnings about the entries of a stack file beside subscriptions: unused ones, secrets to fill in, regions, alerts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from azureml_events.base.arm_ids import Region
from azureml_events.base.locations import LOCATIONS
from azureml_events.base.mistakes import MemberPath, likely, show
from azureml_events.base.model import Declaration
from azureml_events.base.values import FillIn
from azureml_events.event_grid.delivery_attributes import DeliveryAttributeMapping
from azureml_events.event_grid.metrics import MOST_ALERT_RULES
from azureml_events.handlers.handler import Handler
from azureml_events.lint.rule import Finding
from azureml_events.lint.rules import RULES
from azureml_events.stack.stack import Stack
from azureml_events.stackfile.secrets import command_for

_UNUSED = {
    "workspaces": ("unused-workspace", "no subscription chooses it, so only its system topic is declared"),
    "handlers": ("unused-handler", "no subscription delivers to it"),
}


def find_in_entries(stack: Stack) -> Iterator[Finding]:
    """Yield the findings about workspaces, handlers and defaults."""
    for path in stack.unused:
        section, key = map(str, path)
        rule, message = _UNUSED[section]
        fix = "name it in one, or leave it out"
        yield Finding(RULES[rule], key if section == "workspaces" else "", "", path, message, fix)
    yield from _fill_ins(stack)
    yield from find_unknown_locations(stack)
    yield from find_many_alerts(stack, Counter())


def find_many_alerts(stack: Stack, counts: Counter[str]) -> Iterator[Finding]:
    """Yield the workspaces with whose alerts the stack has as many rules as an Azure subscription may have.

    Args:
        stack: The stack, or the part of it that is declared now.
        counts: The rules that it has already, by Azure subscription; those found here are added.
    """
    for key, alerts in stack.alerts.items():
        place = stack.topics[key].subscription_id
        if place is None:
            continue
        before, counts[place] = counts[place], counts[place] + len(alerts)
        if before < MOST_ALERT_RULES <= counts[place]:
            path: MemberPath = ("workspaces", key)
            message = (
                f"with its alerts the stack has {MOST_ALERT_RULES:,} rules or more in Azure subscription {place}, "
                "which has no room for others"
            )
            fix = "switch some off with false, or move workspaces to another Azure subscription"
            yield Finding(RULES["many-alerts"], key, "", path, message, fix)


def _fill_ins(stack: Stack) -> Iterator[Finding]:
    for key, handler in stack.handlers.items():
        for path in _secrets_to_fill_in(handler):
            place: MemberPath = ("handlers", key, *path)
            message = "a secret that is still to be filled in"
            yield Finding(RULES["fill-in"], "", "", place, message, f"run: {command_for(place)}")


def _secrets_to_fill_in(handler: Handler) -> Iterator[MemberPath]:
    for name, value in handler.given().items():
        if isinstance(value, FillIn):
            yield (name,)
        for index, each in enumerate(value if isinstance(value, tuple) else ()):
            if isinstance(each, DeliveryAttributeMapping) and isinstance(each.value, FillIn):
                yield name, index, "value"


def find_unknown_locations(stack: Stack) -> Iterator[Finding]:
    """Yield the locations that are no known region."""
    for path, location in _locations(stack):
        if location not in LOCATIONS:
            workspace = str(path[1]) if path[0] == "workspaces" else ""
            written = location.written if isinstance(location, Region) else location
            yield unknown_location(workspace, path, location, written)


def unknown_location(workspace: str, path: MemberPath, name: str, written: object) -> Finding:
    """Make the finding of a location that is no known region.

    Args:
        workspace: The name of the workspace whose it is; empty for none.
        path: Its place in the document.
        name: The region's name, in lower case without spaces.
        written: What was written.
    """
    meant = likely(name, LOCATIONS)
    fix = f"did you mean '{meant}'?" if meant else "Azure's list of regions has the names"
    message = f"no region of Azure that is known here is called {show(written)}"
    edit = ((path, meant),) if meant else ()
    return Finding(RULES["unknown-location"], workspace, "", path, message, fix, edit)


def _locations(stack: Stack) -> Iterator[tuple[MemberPath, str]]:
    """Yield every plain location of a stack, with its path."""
    entries: Mapping[str, Mapping[str, object]] = {"workspaces": stack.workspaces, "handlers": stack.handlers}
    for section, declared in entries.items():
        for key, entry in declared.items():
            yield from _below((section, key), entry)
    for key, subscription in stack.subscriptions.items():
        yield from _below(("subscriptions", key, "deadLetter"), subscription.dead_letter)
    yield from _below(("defaults",), stack.defaults)


def _below(path: MemberPath, given: object) -> Iterator[tuple[MemberPath, str]]:
    for name, value in given.given().items() if isinstance(given, Declaration) else ():
        if name == "location" and isinstance(value, str):
            yield (*path, name), value
        else:
            yield from _below((*path, name), value)
