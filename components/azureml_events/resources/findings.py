"""What lint finds in the subscriptions that a program declares: errors stop it, warnings are logged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

import pulumi
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.settings import get_monitor

from azureml_events.base.mistakes import MemberPath
from azureml_events.base.model import noting_lines
from azureml_events.lint.entries import find_many_alerts, find_unknown_locations
from azureml_events.lint.refusal import FindingsError, beside, find_refused
from azureml_events.lint.rule import Finding
from azureml_events.resources.program import once
from azureml_events.routing.of_stack import routed, routed_entries
from azureml_events.routing.subscription import RoutedSubscription
from azureml_events.stack.parse import StackError
from azureml_events.stack.stack import Stack

_DECLARED: ContextVar[list[RoutedSubscription] | None] = ContextVar("declared", default=None)


@contextmanager
def leaving_findings() -> Iterator[list[RoutedSubscription]]:
    """Leave findings to the caller: while it lasts, none stops a program or is logged.

    Yields:
        The subscriptions that the program declares through the components, as it goes on.
    """
    declared: list[RoutedSubscription] = []
    token = _DECLARED.set(declared)
    try:
        with noting_lines():
            yield declared
    finally:
        _DECLARED.reset(token)


@dataclass(frozen=True)
class Spelling:
    """How fields are written for the one who reads a message.

    Attributes:
        path: Writes a path.
        text: Writes a message, in which fields are named.
    """

    path: Callable[[MemberPath], MemberPath]
    text: Callable[[str], str]


STACK_FILE = Spelling(lambda path: path, str)


def heed_findings(stack: Stack, spelling: Spelling = STACK_FILE) -> None:
    """Refuse a stack that has findings at level error, and log its warnings, each once a program.

    Args:
        stack: The stack, without mistakes.
        spelling: How fields are written.

    Raises:
        FindingsError: It has some; with every one.
    """
    subscriptions = routed(stack)
    declared = _DECLARED.get()
    if declared is not None:
        declared += subscriptions
        return
    errors, warnings = find_refused(subscriptions)
    if errors:
        raise FindingsError([_spelt(each, spelling) for each in errors])
    if isinstance(get_monitor(), MockMonitor):
        return
    said = once(set, "warnings", set[str])
    alert_rules = once(Counter, "alert rules", Counter[str])
    for each in (*warnings, *find_unknown_locations(stack), *find_many_alerts(stack, alert_rules)):
        warning = str(_spelt(each, spelling))
        if warning not in said:
            said.add(warning)
            pulumi.log.warn(warning)


def with_findings(error: StackError, spelling: Spelling = STACK_FILE) -> StackError | FindingsError:
    """Add to mistakes the findings at level error, of every entry as far as it can be read.

    Args:
        error: The mistakes.
        spelling: How fields are written.
    """
    found, _ = find_refused(routed_entries(error.readable))
    errors = beside(found, error.mistakes)
    mistakes = [
        replace(each, path=spelling.path(each.path), message=spelling.text(each.message)) for each in error.mistakes
    ]
    if errors:
        return FindingsError([_spelt(each, spelling) for each in errors], mistakes)
    return StackError(mistakes, error.entries)


def _spelt(finding: Finding, spelling: Spelling) -> Finding:
    message, fix = spelling.text(finding.message), spelling.text(finding.fix)
    return replace(finding, path=spelling.path(finding.path), message=message, fix=fix)
