"""Asks all rules about all resources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from azureml_events.base.mistakes import MemberPath
from azureml_events.policy.reading import UndecidedError
from azureml_events.policy.resource import Resource, Resources
from azureml_events.policy.rule import PolicyLevel, Question, Rule, Violation


@dataclass(frozen=True)
class RuleUse:
    """How a rule is used: its level and settings, as the policy file or its defaults say.

    Attributes:
        rule: The rule.
        level: What a violation is.
        settings: The rule's settings.
    """

    rule: Rule
    level: PolicyLevel
    settings: Any

    @classmethod
    def by_default(cls, rule: Rule) -> RuleUse:
        """Use a rule as it is.

        Args:
            rule: The rule.
        """
        return cls(rule, rule.level, rule.settings())


@dataclass(frozen=True)
class Violated:
    """A rule that does not allow a resource.

    Attributes:
        use: The rule, with its level.
        resource: The resource.
        violation: What it does not allow.
    """

    use: RuleUse
    resource: Resource
    violation: Violation

    @property
    def fix(self) -> str:
        """The advice, as a part of a sentence."""
        if self.violation.fix is not None:
            return self.violation.fix
        of_rule = self.use.rule.fix
        return f"{of_rule[0].lower()}{of_rule[1:].removesuffix('.')}"


@dataclass(frozen=True)
class Undecided:
    """A rule that could not judge a resource, because it needs a member that is not known.

    Attributes:
        use: The rule, with its level.
        resource: The resource.
        member: The member's path.
    """

    use: RuleUse
    resource: Resource
    member: MemberPath


@dataclass
class Judgement:
    """What rules say of resources.

    Attributes:
        violated: The violations, rule by rule, each in the order of the resources.
        undecided: What could not be decided.
    """

    violated: list[Violated] = field(default_factory=list)
    undecided: list[Undecided] = field(default_factory=list)


def judge(resources: Resources, uses: Iterable[RuleUse], today: date) -> Judgement:
    """Ask rules about all resources that they are for; those that are off are not asked.

    Args:
        resources: The resources.
        uses: The rules, with their levels and settings.
        today: The day, UTC.
    """
    judgement = Judgement()
    for use in uses:
        if use.level == "off":
            continue
        for resource in resources.of_type(*use.rule.types):
            judge_one(use, resource, resources, today, judgement)
    return judgement


def judge_one(use: RuleUse, resource: Resource, resources: Resources, today: date, judgement: Judgement) -> None:
    """Ask one rule about one resource.

    Args:
        use: The rule, with its level and settings.
        resource: The resource, of a type that the rule is for.
        resources: All resources.
        today: The day, UTC.
        judgement: Takes what it says.
    """
    question = Question(resource, resources, use.settings, today)
    try:
        for violation in use.rule.check(question):
            judgement.violated.append(Violated(use, resource, violation))
    except UndecidedError as error:
        judgement.undecided.append(Undecided(use, resource, error.member))
