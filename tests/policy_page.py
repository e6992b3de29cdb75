"""The page of all policy rules, made from their rows; `make golden` rewrites it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from azureml_events.base.descriptions import descriptions
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
nothing. The rule's own level wins, then that of `all`, then the one below. `"all": "advisory"` lowers every error. A
rule that is `off` below is turned on by its own level or by one of its settings, which makes it advisory. What it
allows stands in its settings: `all` turns it on only where one is given, or where it has none that it needs.

*Settings* are listed with each rule; those that are left out keep their defaults.

*Exemptions.* `resource` is the Pulumi name that a review shows, of ours `workspace/subscription`; `*` stands for any
text. `reason` has at least 10 characters, `until` is the last day, UTC. `by` says who accepts it. `finding` narrows it
to the one of several findings with this `detail`, as a role's or an attribute's name. What is exempt is listed by
`review` and does not count; the day after `until` it is back. Exemptions that have ended, end soon, let nothing pass or
hold too long are found themselves: [exemption-expired](#exemption-expired) and those after it. `never-matches` exempts
from what `check` finds as `never-…`.

## The policy pack

`python -m azureml_events.policy` prints the folder of the pack, for `pulumi preview`, `pulumi up` and `pulumi policy
analyze --file state.json`. The package needs the extra `policy`.

- *Preview is the moment at which it says everything.* An update ends with the first error of a rule on one resource;
  what several resources say together is judged after all of them are there.
- *What is not known yet* is judged by the resource that it comes from where the rule reads several resources. Else it
  stands under `undecided`, an advisory policy: `webhook-https: ml-prod/hook: destination.endpointUrl is unknown`. The
  update judges it once it is known, before the resource is made.
- *A rule that is `off`* and has settings that it can do without, as `store-retention`, needs `enforcementLevel` beside
  them here: Pulumi asks no policy that is disabled. One that cannot do without, as `webhook-host`, judges nothing until
  a setting is given.
- *Wrong names and settings*: a name that no rule has is passed over by Pulumi, or refused without its name (`invalid
  enforcement level ""`); `review` names it. A setting that a rule does not have is said as its violation, and the rule
  judges nothing else.
- *Exempt* findings are silent. `SOURCE_DATE_EPOCH` fixes the day, as in a review.
- `No module named 'pulumi'` and `policy pack not started` mean that the `python3` that is first on PATH is another than
  the environment's: activate it. `No module named 'pulumi_policy'` means that the extra is missing.

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
    known = " Known to a review alone." if rule.review_only else ""
    yield from ("", f"## {rule.name}", "", f"{rule.text} {rule.why}{known}")
    fields, says = rule.settings.model_fields, descriptions(rule.settings)
    if fields:
        yield from ("", "| setting | is |", "| --- | --- |")
        for name, field in fields.items():
            yield f"| `{field.alias or name}` | {_cell(says[name])} |"
    yield from ("", "Not allowed:", "", "```yaml", *rule.example.wrong.splitlines(), "```")
    yield from ("", rule.fix, "", "```yaml", *rule.example.right.splitlines(), "```")


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", r"\|")
