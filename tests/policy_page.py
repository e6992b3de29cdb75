"""The page of all policy rules, made from their rows; `make golden` rewrites it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from textwrap import fill

from azureml_events.base.descriptions import descriptions
from azureml_events.policy.rule import Rule
from azureml_events.policy.rules import RULES

POLICY_PAGE = Path(__file__).parent.parent / "components" / "azureml_events" / "policy" / "README.md"

HEAD = """\
# Policy rules

These rules say what must hold of event subscriptions, of their topics and of what receives the events. `azureml-events
review` asks every rule; the policy pack asks all but those that only a review can judge. `azureml-events explain RULE`
shows an example that a rule finds, and the same mended.

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

The file changes nothing of what `check` and `pulumi up` refuse. `azureml-events schema --policy` prints its JSON
Schema.

*Levels.* `mandatory` makes a violation an error, `advisory` a warning (a note if the severity is low), and `disabled`
switches the rule off. The rule's own level wins, then that of `all`, then the one below. `"all": "advisory"` lowers
every error. A rule that is `off` below is turned on by its own level, or by one of its settings, which makes it
advisory. `all` turns on only those rules that have the settings which they need.

*Settings* are listed with each rule; those that are left out keep their defaults.

*Exemptions.* `resource` is the Pulumi name that a review shows, for our components `workspace/subscription`; `*` stands
for any text. `reason` has at least 10 characters, `until` is the last day, UTC, and `by` says who accepts it. `finding`
limits the exemption to the finding with this `detail`, such as a role's or an attribute's name. `review` lists what is
exempt and does not count it (`--no-exemptions` counts it); the day after `until` it counts again.
[exemption-expired](#exemption-expired) and the rules after it find exemptions that have ended, end soon, let nothing
pass or hold too long. An exemption of `never-matches` holds for what `check` finds as `never-…`.

*The day* by which exemptions and expiry are judged is today, unless `review --today` or `SOURCE_DATE_EPOCH` sets it.

## The policy pack

`python -m azureml_events.policy` prints the folder of the pack, for `pulumi preview`, `pulumi up` and `pulumi policy
analyze --file state.json`. The package needs the extra `policy`.

- *A preview finds everything.* An update ends with the first error of a rule on one resource; rules on several
  resources are judged only after all of them are there.
- *A value that is not known yet* is judged by the resource that it comes from, if the rule reads several resources.
  Else the advisory policy `undecided` lists it: `webhook-https: ml-prod/hook: destination.endpointUrl is unknown`. The
  update judges it once it is known, before the resource is made.
- *A rule that is `off`* and can do without its settings, such as `store-retention`, needs `enforcementLevel` beside
  them here, because Pulumi asks no policy that is disabled. One that needs a setting, such as `webhook-host`, judges
  nothing until it has one.
- *A wrong name* in the policy file is passed over by Pulumi, or refused without being named (`invalid enforcement level
  ""`); `review` names it. *A wrong setting* is reported as a violation of its rule, which then judges nothing else.
- *Exempt* findings are not shown.
- Pulumi starts the pack with the `python3` that is first on PATH. `No module named 'pulumi'` and
  `policy pack not started` mean that it is not that of the package's environment: activate it.
  `No module named 'pulumi_policy'` means that the extra is missing.

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
    known = " Only a review can judge this." if rule.review_only else ""
    yield from (
        "",
        f"## {rule.name}",
        "",
        _wrapped(f"{rule.text} {rule.why}{known}"),
        "",
        _wrapped(f"*Fix:* {rule.fix}"),
    )
    settings = rule.settings.model_fields
    if settings:
        yield ""
    for name, setting in settings.items():
        meaning = descriptions(rule.settings)[name]
        yield _wrapped(f"- *Setting* `{setting.alias or name}`: {meaning}", hanging="  ")


def _wrapped(text: str, hanging: str = "") -> str:
    return fill(text, 120, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", r"\|")
