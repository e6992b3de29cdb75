"""The page of all policy rules, made from their rows; `make golden` rewrites it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from azureml_events.policy.rule import Rule
from azureml_events.policy.rules import RULES

POLICY_PAGE = Path(__file__).parent.parent / "components" / "azureml_events" / "policy" / "README.md"

HEAD = """\
# Policy rules

What must hold of event subscriptions, of their topics and of what receives the events. `azureml-events review` asks
every rule, the policy pack all but those that a review alone knows. A level is `error` (mandatory), `warning`
(advisory; of low severity a note) or `off` until somebody sets the rule. The policy file changes levels and settings,
and exempts resources. This page is made from the rules.
"""


def policy_page() -> str:
    """The page: a table of all rules, then each with its anchor."""
    rows = [
        "| rule | what must hold | severity | level |",
        "| --- | --- | --- | --- |",
        *(
            f"| [`{each.name}`](#{each.name}) | {_cell(each.text)} | {each.severity} | {each.level} |"
            for each in RULES.values()
        ),
    ]
    return "\n".join([HEAD, *rows, *(line for each in RULES.values() for line in _section(each))]) + "\n"


def _section(rule: Rule) -> Iterator[str]:
    yield from ("", f"## {rule.name}", "", f"{rule.text} {rule.why}", "")
    yield f"Severity {rule.severity}, level {rule.level}." + (" Known to a review alone." if rule.review_only else "")
    fields = rule.settings.model_fields
    if fields:
        yield from ("", "| setting | is |", "| --- | --- |")
        for name, field in fields.items():
            yield f"| `{field.alias or name}` | {_cell(field.description or '')} |"
    yield from ("", "Not allowed:", "", "```yaml", *rule.example.wrong.splitlines(), "```")
    yield from ("", rule.fix, "", "```yaml", *rule.example.right.splitlines(), "```")


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", r"\|")
