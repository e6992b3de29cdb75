"""Each rule on resources as wire values, the cases as data."""

from __future__ import annotations

import pytest
import yaml
from azureml_events.base.mistakes import dotted
from azureml_events.policy.judge import RuleUse, judge
from azureml_events.policy.resource import Resource, Resources
from azureml_events.policy.rule import Rule
from azureml_events.policy.rules import RULES
from policy_cases import TODAY, Case, cases, resource


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case['rule']}: {case['name']}")
def test_a_rule_says(case: Case) -> None:
    rule = RULES[case["rule"]]
    resources = Resources([resource(each) for each in case["resources"]])
    use = RuleUse(rule, "error", rule.settings.parse(case.get("settings", {})))

    judgement = judge(resources, [use], TODAY)

    found = [
        f"{each.resource.name}: {dotted(each.violation.member)}: {each.violation.message}"
        for each in judgement.violated
    ]
    assert found == case.get("violations", [])
    undecided = [f"{each.resource.name}: {dotted(each.member)}" for each in judgement.undecided]
    assert undecided == case.get("undecided", [])


@pytest.mark.parametrize("rule", [each for each in RULES.values() if each.types], ids=lambda rule: rule.name)
def test_a_rule_has_cases_of_each_kind(rule: Rule) -> None:
    own = [case for case in cases() if case["rule"] == rule.name]
    assert any(case.get("violations") for case in own)
    assert any(not case.get("violations") and not case.get("undecided") for case in own)
    assert all(case["why"] for case in own)


def found_in(rule: Rule, example: str) -> list[str]:
    """What a rule says of an example: wire inputs, and options, of its first type of resource."""
    inputs = yaml.safe_load(example)
    protect = inputs.pop("options", {}).get("protect", False)
    one = Resource("example", rule.types[0], inputs, protect=protect)
    judgement = judge(Resources([one]), [RuleUse(rule, "error", rule.settings.parse(rule.example_settings))], TODAY)
    return [each.violation.message for each in judgement.violated]


@pytest.mark.parametrize("rule", [each for each in RULES.values() if not each.reads_others], ids=lambda rule: rule.name)
def test_a_rules_example_is_not_allowed_and_the_mended_one_is(rule: Rule) -> None:
    assert found_in(rule, rule.example.wrong)
    assert not found_in(rule, rule.example.right)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_a_rule_says_what_must_hold_and_why_and_what_to_do(rule: Rule) -> None:
    assert all(text.endswith(".") for text in (rule.text, rule.why, rule.fix))
