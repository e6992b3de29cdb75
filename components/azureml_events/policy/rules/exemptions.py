"""Rules on the exemptions of the policy file itself, which a review hands in as resources."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from azureml_events.base.mistakes import show
from azureml_events.base.model import Between
from azureml_events.lint.rule import Example
from azureml_events.policy.reading import read, read_text
from azureml_events.policy.resource import Resource
from azureml_events.policy.rule import Question, Rule, Settings, Violation

EXEMPTION = "policy:Exemption"
"""The type of an exemption: its `rule` and `until`. Where a review can tell that it lets nothing pass, `silences` is 0,
with what it is `because` of, and the `likely` resource."""

EXEMPTION_UNUSED = "exemption-unused"

_SOON = 30
"""Days before its end at which an exemption is said to end."""


def _until(resource: Resource) -> date | None:
    text = read_text(resource, "until")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _violation(question: Question, member: str, message: str, fix: str | None = None) -> Violation:
    return Violation((member,), message, fix, detail=read_text(question.resource, "rule"))


def _expired(question: Question) -> Iterator[Violation]:
    until = _until(question.resource)
    if until is not None and until < question.today:
        yield _violation(question, "until", f"the exemption ended on {until}")


def _expiring(question: Question) -> Iterator[Violation]:
    until = _until(question.resource)
    if until is not None and 0 <= (until - question.today).days <= _SOON:
        yield _violation(question, "until", f"the exemption ends on {until}")


def _unused(question: Question) -> Iterator[Violation]:
    if read(question.resource, "silences") != 0:
        return
    because, likely = (read_text(question.resource, name) for name in ("because", "likely"))
    message = "the exemption silences nothing" + (f": {because}" if because else "")
    fix = f"did you mean {show(likely)}?" if likely else "take it out, or name what it is for"
    yield _violation(question, "resource", message, fix)


class LengthSettings(Settings):
    """The settings of `exemption-too-long`."""

    max_days: Annotated[int, Between(1, 3650)] | None = None
    """The days from today within which an exemption must end, 1 to 3650; default any number."""


def _too_long(question: Question) -> Iterator[Violation]:
    until, most = _until(question.resource), question.settings.max_days
    if until is not None and most is not None and (until - question.today).days > most:
        yield _violation(question, "until", f"the exemption holds until {until}, allowed: {most} days from today")


EXEMPTION_RULES = (
    Rule(
        "exemption-expired",
        "An exemption has not ended.",
        why="What it let pass is found again.",
        severity="medium",
        level="warning",
        types=(EXEMPTION,),
        check=_expired,
        fix="Mend what it was for and take it out, or agree on a later day.",
        example=Example("until: '2026-03-31'\n", "until: '2027-03-31'\n"),
        review_only=True,
    ),
    Rule(
        "exemption-expiring",
        "An exemption does not end within 30 days.",
        why="What it lets pass is found again the day after its last.",
        severity="medium",
        level="warning",
        types=(EXEMPTION,),
        check=_expiring,
        fix="Mend what it is for, or agree on a later day.",
        example=Example("until: '2026-12-15'\n", "until: '2027-03-31'\n"),
        review_only=True,
    ),
    Rule(
        EXEMPTION_UNUSED,
        "An exemption lets something pass.",
        why="One that nothing needs hides the next finding of its rule, which nobody has agreed to.",
        severity="medium",
        level="warning",
        types=(EXEMPTION,),
        check=_unused,
        fix="Take it out, or name the resource and the finding as a review does.",
        example=Example("until: '2027-03-31'\nsilences: 0\n", "until: '2027-03-31'\nsilences: 1\n"),
        review_only=True,
    ),
    Rule(
        "exemption-too-long",
        "An exemption ends within the days that are allowed.",
        why="One that hardly ends is never looked at again.",
        severity="medium",
        level="warning",
        types=(EXEMPTION,),
        check=_too_long,
        fix="Agree on an earlier day.",
        example=Example("until: '2099-12-31'\n", "until: '2027-03-31'\n"),
        settings=LengthSettings,
        review_only=True,
        example_settings={"maxDays": 365},
    ),
)
