"""`azureml-events explain`."""

from __future__ import annotations

import click

from azureml_events.base.descriptions import descriptions
from azureml_events.base.mistakes import unknown
from azureml_events.cli.completion import complete_rule
from azureml_events.cli.console import print_line
from azureml_events.lint.rule import Example, Rule
from azureml_events.lint.rules import RULES
from azureml_events.policy.rule import Rule as PolicyRule
from azureml_events.policy.rules import RULES as POLICY_RULES
from azureml_events.review.rules import REVIEW_RULES
from azureml_events.stackfile.input_error import InputError


@click.command()
@click.argument("rule", shell_complete=complete_rule)
def explain(rule: str) -> None:
    """Explain a rule of check or review: why it is there, an example that it finds, and the same mended.

    RULE is the name that stands in brackets behind a finding, as never-subject.
    """
    rules: dict[str, Rule | PolicyRule] = {**RULES, **REVIEW_RULES, **POLICY_RULES}
    row = rules.get(rule)
    if row is None:
        raise InputError([unknown("rule", rule, rules)])
    for line in _lines(row) if isinstance(row, Rule) else _policy_lines(row):
        print_line(line)


def _lines(rule: Rule) -> list[str]:
    proven = [f"Proven from: {rule.fact}"] if rule.fact else []
    return [
        f"{rule.name} ({rule.level})",
        "",
        f"{rule.text} {rule.why}",
        *proven,
        "",
        *_example(rule.example, rule.fix),
    ]


def _policy_lines(rule: PolicyRule) -> list[str]:
    says = descriptions(rule.settings)
    settings = [f"    {field.alias or name}: {says[name]}" for name, field in rule.settings.model_fields.items()]
    return [
        f"{rule.name} (policy, {rule.level}, severity {rule.severity})",
        "",
        f"{rule.text} {rule.why}",
        *(["Known to review alone, not to the policy pack."] if rule.review_only else []),
        "",
        *(["Settings:", *settings, ""] if settings else []),
        *_example(rule.example, rule.fix),
    ]


def _example(example: Example, fix: str) -> list[str]:
    return ["Found:", *_indented(example.wrong), "", f"Fix: {fix}", *_indented(example.right)]


def _indented(text: str) -> list[str]:
    return [f"    {line}" for line in text.splitlines()]
