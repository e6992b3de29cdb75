"""What lint finds in the subscriptions that a program declares: errors stop it, warnings are logged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import pulumi
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.settings import get_monitor

from azureml_events.base.model import noting_lines
from azureml_events.lint.entries import find_unknown_locations
from azureml_events.lint.refusal import FindingsError, find_refused
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


def heed_findings(stack: Stack) -> None:
    """Refuse a stack that has findings at level error, and log its warnings, each once a program.

    Args:
        stack: The stack, without mistakes.

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
        raise FindingsError(errors)
    if isinstance(get_monitor(), MockMonitor):
        return
    said = once(set, "warnings", set[str])
    for warning in map(str, [*warnings, *find_unknown_locations(stack)]):
        if warning not in said:
            said.add(warning)
            pulumi.log.warn(warning)


def with_findings(error: StackError) -> StackError | FindingsError:
    """Add to the mistakes of some entries the findings at level error of the others.

    Args:
        error: The mistakes.
    """
    errors, _ = find_refused(routed_entries(error.right))
    return FindingsError(errors, error.mistakes) if errors else error
