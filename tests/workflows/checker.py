"""What is wrong with a workflow definition: a check of what the builder made, before anything is deployed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from azureml_events.workflows.expressions import FUNCTIONS
from workflows.grammar import Call, calls, expressions

KINDS = {
    "Compose",
    "Foreach",
    "Http",
    "If",
    "IncrementVariable",
    "InitializeVariable",
    "Response",
    "Terminate",
}
STATUSES = {"Succeeded", "Failed", "Skipped", "TimedOut"}
LONGEST_EXPRESSION = 8192
DEEPEST_NESTING = 8
"""Levels of actions in actions: Azure Logic Apps' page on limits."""


def problems(definition: Mapping[str, Any]) -> list[str]:
    """Everything that is wrong with a workflow definition; empty where nothing is.

    Checked are the kinds of actions, what they wait for (siblings that exist, no cycle), their nesting, and every
    expression: that it parses, is not too long, and names functions, actions that have run before, variables and
    parameters that exist.

    Args:
        definition: The workflow definition.
    """
    trigger = definition["triggers"]["manual"]
    found = list(_in_expressions(trigger, "triggers.manual", definition, set()))
    return [*found, *_in_actions(definition["actions"], "actions", definition, set(), 1)]


def _in_actions(
    actions: Mapping[str, Any],
    path: str,
    definition: Mapping[str, Any],
    before: set[str],
    depth: int,
) -> Iterator[str]:
    if depth > DEEPEST_NESTING:
        yield f"{path}: nested more than {DEEPEST_NESTING} levels deep"
    for name, action in actions.items():
        where = f"{path}.{name}"
        if action["type"] not in KINDS:
            yield f"{where}: unknown kind {action['type']!r}"
        yield from _in_run_after(name, actions, where)
        inner = ("actions", "else", "runAfter")
        own = {key: value for key, value in action.items() if key not in inner}
        known = before | _ancestors(name, actions)
        yield from _in_expressions(own, where, definition, known)
        within = known | {name}
        for branch in (action.get("actions", {}), action.get("else", {}).get("actions", {})):
            yield from _in_actions(branch, where, definition, within, depth + 1)


def _in_run_after(name: str, actions: Mapping[str, Any], where: str) -> Iterator[str]:
    for awaited, statuses in actions[name]["runAfter"].items():
        if awaited not in actions:
            yield f"{where}: waits for {awaited!r}, which is no action beside it"
        if not statuses or not set(statuses) <= STATUSES:
            yield f"{where}: waits for {awaited!r} to end in an unknown way"
    if name in _ancestors(name, actions):
        yield f"{where}: waits for itself"


def _ancestors(name: str, actions: Mapping[str, Any]) -> set[str]:
    """The actions beside one that it waits for, directly or through others."""
    found: set[str] = set()
    left = list(actions[name]["runAfter"])
    while left:
        awaited = left.pop()
        if awaited not in found and awaited in actions:
            found.add(awaited)
            left.extend(actions[awaited]["runAfter"])
    return found


def _in_expressions(value: object, where: str, definition: Mapping[str, Any], before: set[str]) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, member in value.items():
            yield from _in_expressions(member, f"{where}.{key}", definition, before)
    elif isinstance(value, list):
        for index, element in enumerate(value):
            yield from _in_expressions(element, f"{where}[{index}]", definition, before)
    elif isinstance(value, str):
        try:
            for expression in expressions(value):
                if len(expression) > LONGEST_EXPRESSION:
                    yield f"{where}: an expression of {len(expression):,} characters"
                for call in calls(expression):
                    yield from _in_call(call, where, definition, before)
        except ValueError as error:
            yield f"{where}: {error}"


def _in_call(call: Call, where: str, definition: Mapping[str, Any], before: set[str]) -> Iterator[str]:
    arity = FUNCTIONS.get(call.function)
    if arity is None or not arity.takes(len(call.arguments)):
        yield f"{where}: {call.function}() does not exist with {len(call.arguments)} arguments"
        return
    names: Mapping[str, set[str]] = {
        "outputs": before,
        "body": before,
        "items": before,
        "parameters": set(definition["parameters"]),
        "variables": _variables(definition),
    }
    if call.function in names and call.arguments[0] not in names[call.function]:
        yield f"{where}: {call.function}({call.arguments[0]!r}) names nothing that is there by then"


def _variables(definition: Mapping[str, Any]) -> set[str]:
    return {
        variable["name"]
        for action in definition["actions"].values()
        if action["type"] == "InitializeVariable"
        for variable in action["inputs"]["variables"]
    }
