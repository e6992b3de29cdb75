"""The edits of findings: one path and what stands there afterwards, in the words of the input."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from typing import Any, Protocol

from azureml_events.base.mistakes import LONGEST_SHOWN, DeclarationError, MemberPath, Mistake, dotted, meant_in
from azureml_events.lint.lint import analyse_each
from azureml_events.lint.overlap import find_redundant_subscriptions
from azureml_events.lint.rule import NEXT, REMOVED, Change
from azureml_events.review.rules import INVALID
from azureml_events.routing.of_stack import routed_entries
from azureml_events.routing.subscription import RoutedSubscription
from azureml_events.stack.rules.names import RawEntries, address_of, naming_mistakes
from azureml_events.stack.stack import Stack
from azureml_events.stack.subscription import Subscription

_MOST_REPEATED = 100
"""Entries of a map or list that an edit repeats to take one out."""

_MOST_COMPARED = 100
"""Subscriptions with which an edited one is compared; among more, an edit may make it a duplicate."""

_EXPRESSION = re.compile(r"\[.*\]", re.DOTALL)


@dataclass(frozen=True)
class Edit:
    """A change of an input.

    Attributes:
        path: Where, as people write it.
        value: What stands there afterwards; None takes it out.
    """

    path: str
    value: object


class Edits(Protocol):
    """Writes the edits of one input's findings."""

    def of_finding(self, changes: Sequence[Change], rule: str) -> Edit | None:
        """Write the edit of a finding; None where there is none that leads to fewer findings.

        Args:
            changes: The changes that its advice asks for.
            rule: The finding's rule.
        """

    def of_mistake(self, mistake: Mistake) -> Edit | None:
        """Write the edit of a mistake whose message has a likely name; None where there is none.

        Args:
            mistake: The mistake.
        """


class _NoEdits:
    def of_finding(self, changes: Sequence[Change], rule: str) -> None:
        """Leave the edit out."""

    def of_mistake(self, mistake: Mistake) -> None:
        """Leave the edit out."""


NO_EDITS: Edits = _NoEdits()
"""For an input that has no text to edit."""


class DocumentEdits:
    """Writes the edits of findings in another tool's document.

    Args:
        written: The document, as `json.loads` gives it.
    """

    def __init__(self, written: object) -> None:
        self._written = written

    def of_finding(self, changes: Sequence[Change], rule: str) -> Edit | None:
        """Write the edit of a finding; None in place of an expression, which only its author can change."""
        del rule
        if any(_holds_expression(_at(self._written, path[:-1])) for path, _ in changes if len(path) > 1):
            return None
        return _folded(changes, self._written)

    def of_mistake(self, mistake: Mistake) -> Edit | None:
        """Write the edit of a mistake whose message has a likely name."""
        changes = _of_likely_name(mistake, self._written)
        return self.of_finding(changes, "") if changes else None


class StackEdits:
    """Writes the edits of findings in a stack file: each is tried, and left out where something else would be found.

    Args:
        stack: The entries that are right.
        written: What is written, by section.
    """

    def __init__(self, stack: Stack, written: Mapping[str, Any]) -> None:
        self._stack = stack
        self._written = written
        self._found: dict[str, Counter[str]] = {}

    def of_finding(self, changes: Sequence[Change], rule: str) -> Edit | None:
        """Write the edit of a finding."""
        edit = _folded(changes, self._written)
        return edit if edit and self._helps(changes, rule) else None

    def of_mistake(self, mistake: Mistake) -> Edit | None:
        """Write the edit of a mistake whose message has a likely name."""
        changes = _of_likely_name(mistake, self._written)
        return self.of_finding(changes, INVALID) if changes else None

    def _helps(self, changes: Sequence[Change], rule: str) -> bool:
        """Tell whether a finding is gone afterwards and no other has come, as far as a subscription tells by itself."""
        match changes[0][0]:
            case ("subscriptions", str(key), _, *_):
                written = _at(self._written, ("subscriptions", key))
            case _:
                return True
        if key not in self._found:
            self._found[key] = self._findings(key, written)
        before = self._found[key]
        below = [(path[2:], value) for path, value in changes]
        after = self._findings(key, _applied(below, written))
        return after[rule] < before[rule] and after <= before

    def _findings(self, key: str, written: object) -> Counter[str]:
        """Count by rule what is found in a subscription."""
        found = Counter[str]()
        entries = RawEntries(self._workspaces, self._handlers, {key: address_of(written)})
        found[INVALID] += sum(1 for _ in naming_mistakes(entries))
        try:
            subscription = Subscription.parse(written)
        except DeclarationError as error:
            found[INVALID] += len(error.mistakes)
            return found
        stack = Stack(self._stack.workspaces, self._stack.handlers, {key: subscription}, self._stack.defaults)
        routed = routed_entries(stack)
        found.update(each.rule.name for each in analyse_each(routed))
        if len(self._stack.subscriptions) <= _MOST_COMPARED:
            others = [each for each in self._routed if each.name != key]
            found.update(each.rule.name for each in find_redundant_subscriptions([*others, *routed]))
        return found

    @cached_property
    def _routed(self) -> tuple[RoutedSubscription, ...]:
        return routed_entries(self._stack)

    @cached_property
    def _workspaces(self) -> dict[str, object]:
        """The workspaces' keys; their ids are told apart elsewhere."""
        return dict.fromkeys(_keys(self._written.get("workspaces")))

    @cached_property
    def _handlers(self) -> list[str]:
        return _keys(self._written.get("handlers"))


def _keys(section: object) -> list[str]:
    return [key for key in section if isinstance(key, str)] if isinstance(section, Mapping) else []


def _of_likely_name(mistake: Mistake, written: object) -> list[Change]:
    """Write the likely name of a mistake's message where the wrong one stands: as a value, or as a member's name."""
    meant = meant_in(mistake.message)
    if meant is None or not mistake.path:
        return []
    *outer, last = mistake.path
    holder = _at(written, tuple(outer))
    if not isinstance(holder, Mapping) or last not in holder:
        return [(mistake.path, meant)] if isinstance(_at(written, mistake.path), str) else []
    if isinstance(last, str) and mistake.message.startswith((f"unknown field {last!r}", f"unknown key {last!r}")):
        # A handler may hold a secret, which no edit repeats.
        renamed = mistake.path[0] != "handlers" and meant not in holder
        return [(mistake.path, REMOVED), ((*outer, meant), holder[last])] if renamed else []
    return [(mistake.path, meant)] if isinstance(holder[last], str) else []


def _folded(changes: Sequence[Change], written: object) -> Edit | None:
    """Write changes as one: at the path that they have in common, or at its own where there is one."""
    if not changes or any(isinstance(step, str) and len(step) > LONGEST_SHOWN for path, _ in changes for step in path):
        return None
    [(path, value), *others] = changes
    if not others and value is not REMOVED and path[-1] != NEXT:
        return Edit(dotted(path), value)
    if not others and value is REMOVED and (len(path) == 1 or len(_at(written, path[:-1]) or ()) > _MOST_REPEATED):
        return Edit(dotted(path), None)
    prefix = _common([path[:-1] for path, _ in changes])
    held = _at(written, prefix)
    if not prefix or held is _MISSING:
        return None
    after = _applied([(path[len(prefix) :], value) for path, value in changes], held)
    if isinstance(after, (list, dict)) and not after and isinstance(held, list):
        return _folded([(prefix, REMOVED)], written)
    return Edit(dotted(prefix), after)


def _common(paths: Sequence[MemberPath]) -> MemberPath:
    """Return the steps with which all paths begin."""
    steps = takewhile(lambda step: all(each == step[0] for each in step), zip(*paths, strict=False))
    return tuple(step[0] for step in steps)


class _Missing:
    def __len__(self) -> int:
        return 0


_MISSING = _Missing()


def _at(written: Any, path: MemberPath) -> Any:
    for step in path:
        inner: Any = written
        if isinstance(written, list):
            written = inner[step] if isinstance(step, int) and step < len(written) else _MISSING
        else:
            written = inner[step] if isinstance(written, Mapping) and step in written else _MISSING
    return written


def _applied(changes: Sequence[Change], held: object) -> Any:
    """Apply changes to a copy of what is written.

    Args:
        changes: The changes, with paths below what is written.
        held: What is written.
    """
    root = {"": deepcopy(held)}
    for path, value in changes:
        _apply(root, ("", *path), value)
    return root[""]


def _apply(holder: Any, path: Sequence[Any], value: object) -> None:
    """Apply one change in place."""
    step, *rest = path
    if rest == [NEXT]:
        held = holder.get(step)
        holder[step] = [*(held if isinstance(held, list) else []), value]
    elif rest:
        if isinstance(holder, dict) and not isinstance(holder.get(step), (dict, list)):
            holder[step] = {}
        _apply(holder[step], rest, value)
    elif value is REMOVED:
        del holder[step]
    else:
        holder[step] = value


def _holds_expression(value: object) -> bool:
    """Tell whether a value, or one directly in it, is a template's expression."""
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else [value]
    return any(isinstance(each, str) and _EXPRESSION.fullmatch(each) for each in (value, *inner))
