"""The exemptions of a policy file in a review: what each lets pass, and what is wrong with itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Any

from azureml_events.base.mistakes import MemberPath, Names, dotted, show
from azureml_events.policy.exemption import Exemption
from azureml_events.policy.judge import RuleUse, Undecided, Violated, judge
from azureml_events.policy.policy_file import Granted, Policy
from azureml_events.policy.resource import Resource, Resources
from azureml_events.policy.rule import level_of
from azureml_events.policy.rules.exemptions import EXEMPTION, EXEMPTION_UNUSED
from azureml_events.review.reported import Reported


@dataclass(frozen=True)
class Asked:
    """What a review has asked.

    Attributes:
        rules: The names of the rules.
        resources: The names of the resources that they judged.
        undecided: What they could not decide.
        is_one_of_several: Whether the policy file is that of other stacks too, which have other resources.
    """

    rules: Collection[str]
    resources: Names
    undecided: Sequence[Undecided]
    is_one_of_several: bool


class Exemptions:
    """Finds what is exempt on a day, and remembers which exemptions have been of use.

    Args:
        policy: How the rules are used.
        today: The day, UTC.
    """

    def __init__(self, policy: Policy, today: date) -> None:
        self._policy = policy
        self._today = today
        self._used: set[int] = set()

    def of(self, violated: Violated) -> Exemption | None:
        """Return what lets a violation pass; None where nothing does.

        Args:
            violated: The violation.
        """
        self._used.update(id(each) for each in self._policy.exemptions_for(violated))
        return self._policy.exempt(violated, self._today)

    def message(self, violated: Violated) -> str:
        """Return the message of a violation, with the day on which its exemption ended.

        Args:
            violated: The violation.
        """
        return self._policy.message(violated, self._today)

    def reported(self, asked: Asked) -> Iterator[Reported]:
        """Yield what is wrong with the exemptions; to be asked when everything else has been looked up.

        Args:
            asked: What the review has asked.
        """
        own = [use for use in self._policy.uses if use.rule.types == (EXEMPTION,)]
        yield from self._judged([use for use in own if use.rule.name != EXEMPTION_UNUSED], {})
        # Only now is it known which exemptions are of use to these rules themselves.
        unused = {each.path: self._use(each, asked) for each in self._policy.exemptions}
        yield from self._judged([use for use in own if use.rule.name == EXEMPTION_UNUSED], unused)

    def _use(self, granted: Granted, asked: Asked) -> dict[str, Any]:
        """Say that an exemption silences nothing, and why; nothing where it silences something, or nobody can tell."""
        rule, exemption = granted.use.rule.name, granted.exemption
        if id(granted) in self._used or not exemption.holds(self._today):
            return {}
        if granted.use.level == "off":
            return {"silences": 0, "because": f"{rule} is off"}
        undecided = [each.resource.name for each in asked.undecided if each.use.rule.name == rule]
        if rule not in asked.rules or any(map(exemption.names, undecided)):
            return {}
        if any(map(exemption.names, asked.resources)):
            return {"silences": 0}
        because = f"there is no resource {show(exemption.resource)} in what is reviewed"
        if asked.is_one_of_several:
            return {"silences": 0, "because": because, "elsewhere": True}
        return {"silences": 0, "because": because, "likely": asked.resources.likely(exemption.resource)}

    def _judged(self, uses: Sequence[RuleUse], more: Mapping[MemberPath, dict[str, Any]]) -> Iterator[Reported]:
        granted = {each.path: each for each in self._policy.exemptions}
        resources = Resources(_resource(each, more.get(path, {})) for path, each in granted.items())
        for violated in judge(resources, uses, self._today).violated:
            yield self._reported(violated, granted[violated.resource.path])

    def _reported(self, violated: Violated, granted: Granted) -> Reported:
        use, violation = violated.use, violated.violation
        is_elsewhere = "elsewhere" in violated.resource.inputs
        position = granted.position[str(violation.member[0])]
        return Reported(
            use.rule.name,
            "note" if is_elsewhere else level_of(use.rule, use.level),
            dotted((*granted.path, *violation.member)),
            self.message(violated),
            violated.fix,
            file=self._policy.path or PurePath(),
            line=position.line,
            column=position.column,
            severity=use.rule.severity,
            resource=violated.resource.name,
            detail=violation.detail,
            exempt=self.of(violated),
        )


def _resource(granted: Granted, more: Mapping[str, Any]) -> Resource:
    """Make the resource that rules on exemptions judge."""
    exemption = granted.exemption
    inputs = {"rule": granted.use.rule.name, "until": exemption.until.isoformat(), **more}
    return Resource(exemption.resource, EXEMPTION, inputs, path=granted.path)
