"""What a rule of lint is, and its findings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from azureml_events.base.mistakes import MemberPath, dotted

Level = Literal["error", "warning", "note"]


@dataclass(frozen=True)
class Example:
    """What a rule finds, and the same mended.

    Attributes:
        wrong: YAML: the members of a subscription, whole sections of a stack file, or another tool's document.
        right: The same, mended.
    """

    wrong: str
    right: str


@dataclass(frozen=True)
class Rule:
    """One lint rule.

    Attributes:
        name: Its name, by which a subscription's `allow` silences it.
        level: The severity of its findings.
        text: The reason for a finding, in one sentence.
        fact: What an error is proven from, and where that stands: Event Grid's contract, or a fact on which Microsoft's
            documents and recorded events agree.
        why: What comes of it, in one sentence; default that nothing is delivered.
        fix: What to do, in one sentence.
        example: What it finds, and the same mended.
    """

    name: str
    level: Level
    text: str
    fact: str = ""
    why: str = "No event reaches the handler."
    fix: str = field(kw_only=True)
    example: Example = field(kw_only=True)


class Removed:
    """What is written in place of a value that is taken out."""

    def __repr__(self) -> str:
        return "REMOVED"


REMOVED = Removed()
"""Takes a value out; with the last element of a list also the list."""

Change = tuple[MemberPath, object]
"""A path and what stands there afterwards; below a list that is not there yet, `NEXT` makes one."""

NEXT = "+"
"""The place behind a list's last element."""


@dataclass(frozen=True)
class Finding:
    """One rule's finding in one place.

    Attributes:
        rule: The rule.
        workspace: The workspace of the subscription.
        subscription: The subscription's name.
        path: The place in the document.
        message: The reason, in one sentence.
        fix: The advice.
        edit: The changes of the document that follow the advice, where it is mechanical.
    """

    rule: Rule
    workspace: str
    subscription: str
    path: MemberPath
    message: str
    fix: str
    edit: tuple[Change, ...] = field(default=(), compare=False)

    @property
    def level(self) -> Level:
        """The severity."""
        return self.rule.level

    def __str__(self) -> str:
        return f"{dotted(self.path)}: {self.message}; {self.fix} ({self.rule.name})"
