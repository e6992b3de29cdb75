"""`azureml-events explain`."""

from __future__ import annotations

import click

from azureml_events.base.mistakes import unknown
from azureml_events.cli.completion import complete_rule
from azureml_events.cli.console import print_line
from azureml_events.lint.rules import RULES, Rule
from azureml_events.stackfile.input_error import InputError


@click.command()
@click.argument("rule", shell_complete=complete_rule)
def explain(rule: str) -> None:
    """Explain a rule of check: why it is there, an example that it finds, and the same mended.

    RULE is the name that stands in brackets behind a finding, as never-subject.
    """
    row = RULES.get(rule)
    if row is None:
        raise InputError([unknown("rule", rule, RULES)])
    for line in _lines(row):
        print_line(line)


def _lines(rule: Rule) -> list[str]:
    proven = [f"Proven from: {rule.fact}"] if rule.fact else []
    return [
        f"{rule.name} ({rule.level})",
        "",
        f"{rule.text} {rule.why}",
        *proven,
        "",
        "Found:",
        *_indented(rule.example.wrong),
        "",
        f"Fix: {rule.fix}",
        *_indented(rule.example.right),
    ]


def _indented(text: str) -> list[str]:
    return [f"    {line}" for line in text.splitlines()]
