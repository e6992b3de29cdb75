"""What a shell completes: stacks, event types, rules, workspaces and subscriptions.

A file that is refused completes to nothing: a shell shows no messages.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import click
from click.shell_completion import CompletionItem, split_arg_string

from azureml_events.review.input import load_input, load_rest
from azureml_events.routing.subscription import RoutedSubscription
from azureml_events.stackfile.input_error import InputError
from azureml_events.stackfile.project import find_project
from azureml_events.stackfile.stack_file import StackFileError


def complete_stack(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete a stack's name, or the path of a file, which goes first: in bash it takes away what came before it."""
    del ctx, param
    return [CompletionItem(incomplete, type="file"), *_beginning_with(incomplete, _stacks())]


def complete_event_type(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete an event type's short name."""
    from azureml_events.event_grid.catalogue import EVENT_TYPES

    del ctx, param
    return _beginning_with(incomplete, EVENT_TYPES)


def complete_rule(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the name of a rule."""
    from azureml_events.lint.rules import RULES
    from azureml_events.policy.rules import RULES as POLICY_RULES

    del ctx, param
    return _beginning_with(incomplete, [*RULES, *POLICY_RULES])


def complete_workspace(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete a workspace of the stack that the command names."""
    del param
    return _beginning_with(incomplete, (each.workspace for each in _subscriptions(_stack_of(ctx))))


def complete_target(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete a stack, and after it one of its subscriptions."""
    words = _target_words()
    if words in ([], [incomplete]):
        return complete_stack(ctx, param, incomplete)
    return _beginning_with(incomplete, (each.name for each in _subscriptions(words[0])))


def _stack_of(ctx: click.Context) -> str:
    """Return the stack that the line names so far; where an option still lacks its value, click has not placed it."""
    stack = ctx.params.get("stack") or next(iter(ctx.args), None) or next(iter(_target_words()), "")
    return str(stack)


def _target_words() -> list[str]:
    """Return the words after `--for`, which click does not hand over until both are there."""
    words = split_arg_string(os.environ.get("COMP_WORDS", ""))
    return words[words.index("--for") + 1 :][:2] if "--for" in words else []


def _stacks() -> list[str]:
    try:
        return find_project(Path.cwd()).stack_names()
    except (InputError, OSError):
        return []


def _subscriptions(stack: str) -> tuple[RoutedSubscription, ...]:
    try:
        return load_input(stack).subscriptions
    except StackFileError as error:
        return load_rest(error).subscriptions
    except (InputError, OSError):
        return ()


def _beginning_with(incomplete: str, names: Iterable[str]) -> list[CompletionItem]:
    return [CompletionItem(name) for name in dict.fromkeys(names) if name.startswith(incomplete)]
