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
every rule, the policy pack all but those that a review alone knows. This page is made from the rules.

## The policy file

`policy.json` beside the stack files, or `review --policy FILE`, is what Pulumi's CLI takes as `--policy-pack-config`:

```json
{
  "webhook-tls": "mandatory",
  "expiring": {"enforcementLevel": "mandatory", "days": 60},
  "webhook-host": {
    "allowed": ["*.contoso.com"],
    "exempt": [
      {"resource": "ml-prod/legacy-hook", "reason": "The vendor moves in March, accepted in RISK-112",
       "until": "2027-03-31", "by": "security@contoso.com"}
    ]
  },
  "exemption-too-long": {"maxDays": 365}
}
```

*Levels.* `mandatory` makes a violation an error, `advisory` a warning (a note where the severity is low), `disabled`
nothing. The rule's own level wins, then that of `all`, then the one below. A rule that is `off` below is turned on by
a level, its own or that of `all`, or by one of its settings, which makes it advisory. `"all": "advisory"` lowers every
error.

*Settings* are listed with each rule; those that are left out keep their defaults.

*Exemptions.* `resource` is the Pulumi name that a review shows, of ours `workspace/subscription`; `*` stands for any
text. `reason` has at least 10 characters, `until` is the last day, UTC. `by` says who accepts it. `finding` narrows it
to the one of several findings with this `detail`, as a role's or an attribute's name. What is exempt is listed by
`review` and does not count; the day after `until` it is back. Exemptions that have ended, end soon, let nothing pass or
hold too long are found themselves: [exemption-expired](#exemption-expired) and those after it. `never-matches` exempts
from what `check` finds as `never-…`.

## The rules
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
