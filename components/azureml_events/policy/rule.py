"""A policy rule: one row, which the pack, `review`, `explain` and the rules' page all read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

from azureml_events.base.mistakes import MemberPath
from azureml_events.base.model import Declaration
from azureml_events.lint.rule import Example, Level
from azureml_events.policy.resource import Resource, Resources

_PAGE = Path(__file__).resolve().with_name("README.md")
"""The page of all rules, which lies in the installed package."""

Severity = Literal["low", "medium", "high", "critical"]
PolicyLevel = Literal["error", "warning", "off"]
"""What a violation is; `off` until somebody sets the rule's settings or level."""


class Settings(Declaration):
    """The settings of a rule that has none; those of others derive from it, each with its default."""


@dataclass(frozen=True)
class Violation:
    """One thing that a rule does not allow.

    Attributes:
        member: The path of the member in the resource.
        message: What was seen and what is allowed; never a value that may be secret: hosts, kinds, role names.
        fix: The advice; default the rule's.
        detail: Which of several findings about the resource it is, as an attribute's or a role's name; None for the
            only one.
    """

    member: MemberPath
    message: str
    fix: str | None = None
    detail: str | None = None


@dataclass(frozen=True)
class Question:
    """What a rule is asked: whether it allows a resource.

    Attributes:
        resource: The resource.
        resources: All resources of the program or document.
        settings: The rule's settings.
        today: The day on which it is asked, UTC.
    """

    resource: Resource
    resources: Resources
    settings: Any
    today: date


@dataclass(frozen=True)
class Rule:
    """One policy rule.

    Attributes:
        name: Its name.
        text: What must hold, in one sentence.
        why: What happens otherwise, in one or two sentences.
        severity: How bad a violation is.
        level: What a violation is by default.
        types: The types of resource that it judges.
        check: Yields what it does not allow; raises `UndecidedError` where it needs a value that is not known.
        fix: What to do, in one sentence.
        example: The wire inputs of a resource that it does not allow, as YAML, and the same mended.
        settings: The class of its settings.
        reads_others: Whether it needs other resources than the one that it judges: a stack policy in the pack.
        review_only: Whether a pack cannot know what it reads.
        example_settings: The settings under which the example is not allowed, as the policy file has them; default
            none.
    """

    name: str
    text: str
    why: str
    severity: Severity
    level: PolicyLevel
    types: tuple[str, ...]
    check: Callable[[Question], Iterable[Violation]]
    fix: str
    example: Example
    settings: type[Settings] = Settings
    reads_others: bool = False
    review_only: bool = False
    example_settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def needs_setting(self) -> bool:
        """Whether it is off and means little without a setting, as a list of what is allowed: `all` leaves it off."""
        return self.level == "off" and bool(self.example_settings)

    @property
    def url(self) -> str:
        """Where the installed package explains it."""
        return f"{_PAGE.as_uri()}#{self.name}"


def level_of(rule: Rule, level: PolicyLevel) -> Level:
    """Return the level of what a rule finds: one of low severity that stops nothing only notes.

    Args:
        rule: The rule.
        level: What a violation is; for one that is off, that of what it would find.
    """
    if level == "error":
        return "error"
    return "note" if rule.severity == "low" else "warning"
