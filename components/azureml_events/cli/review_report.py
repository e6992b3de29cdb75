"""A review for people."""

from __future__ import annotations

import textwrap
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import starmap
from typing import IO

from azureml_events.base.mistakes import dotted, show
from azureml_events.cli.console import Span, many, print_line, shown
from azureml_events.cli.formats import finding_line
from azureml_events.event_grid.catalogue import short_name
from azureml_events.lint.rule import Level
from azureml_events.policy.exemption import Exemption
from azureml_events.policy.grants import Grant
from azureml_events.review.changes.change import Change
from azureml_events.review.reported import FailOn, Reported
from azureml_events.review.review import Review
from azureml_events.review.seen import Seen
from azureml_events.routing.conditions import Outcome

_WIDTH = 80
_GROUPS: Mapping[Level, tuple[str, str]] = {
    "error": ("Errors", "bad"),
    "warning": ("Warnings", "doubt"),
    "note": ("Notes", "faint"),
}


def print_review(review: Review, fail_on: FailOn, *, verbose: bool = False, file: IO[str] | None = None) -> None:
    """Print a review, the verdict last; mistakes of the input are printed apart.

    Args:
        review: The review.
        fail_on: The least level of a finding that makes it fail.
        verbose: Whether what could not be decided is listed one by one, and the fields that handlers see; default
            false.
        file: Where to; default standard output.
    """
    report = _Report(file)
    report.group("Changes", "strong", (line for each in review.changes for line in _change(each)))
    for level, (title, style) in _GROUPS.items():
        found = [each for each in review.counted if each.level == level and not each.is_mistake]
        report.group(title, style, map(finding_line, found))
    _undecided(report, review, verbose=verbose)
    report.group("Exempt", "faint", starmap(_exempt, review.exempt))
    report.group("Routes of the samples", "strong", _routes(review))
    report.group("Grants", "strong", map(_grant, review.grants))
    if verbose:
        report.group("Fields that handlers see, * free-form", "strong", map(_seen, review.seen))
    report.group("Expectations", "strong", _expectations(review))
    verdict: Span = ("fail", "bad") if review.fails(fail_on) else ("pass", "good")
    print_line(verdict, f": {counts(review)}", file=file)


class _Report:
    """Prints groups of lines, wrapped."""

    def __init__(self, file: IO[str] | None) -> None:
        self._file = file

    def group(self, title: str, style: str, lines: Iterable[str]) -> None:
        lines = list(lines)
        if not lines:
            return
        print_line((title, style), file=self._file)
        for line in lines:
            for part in _wrapped(line):
                print_line(part, file=self._file)
        print_line(file=self._file)


def _wrapped(line: str) -> list[str]:
    """Wrap a line to the width; a word that is longer, as an id, stays whole."""
    return textwrap.wrap(
        shown(line),
        _WIDTH,
        initial_indent="  ",
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _change(change: Change) -> Iterable[str]:
    yield f"{change.level}: {change.because} [{change.kind}]"
    for each in change.events:
        deciding = [f"{key}: {show(value)}" for key, value in (each.deciding or {}).items()]
        told = ", ".join([f"{each.type} {each.event.get('subject')}", *deciding])
        yield f"  for example {told}" + (", which no document knows" if each.outside else "")


def _undecided(report: _Report, review: Review, *, verbose: bool) -> None:
    lines = [
        f"{each.use.rule.name}: {each.resource.name}: {dotted(each.member)} is unknown" for each in review.undecided
    ]
    if lines and not verbose:
        members = len({(each.resource.name, each.member) for each in review.undecided})
        rules = len({each.use.rule.name for each in review.undecided})
        need = "needs" if rules == 1 else "need"
        known = f"{many(rules, 'rule')} {need} {many(members, 'value')} that only the deployment knows"
        lines = [f"{known}; --verbose lists them"]
    report.group("Undecided", "doubt", lines)


def _exempt(finding: Reported, exempt: Exemption) -> str:
    by = f", by {exempt.by}" if exempt.by else ""
    return f"{finding_line(finding)}: until {exempt.until.isoformat()}{by}: {exempt.reason}"


def reached_by_samples(review: Review) -> Mapping[str, Iterable[str]]:
    """Return the subscriptions that the samples of each event type reach, whatever the workspace.

    Args:
        review: The review.
    """
    reached: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for each in review.routes:
        names = reached[short_name(each.event.type or "")]
        for subscription, verdict in each.verdicts:
            if verdict.outcome is Outcome.MATCH:
                names[f"{subscription.name} (disabled)" if subscription.disabled else subscription.name] = None
            elif verdict.outcome is Outcome.UNCERTAIN:
                names[f"perhaps {subscription.name}"] = None
    return reached


def _routes(review: Review) -> Iterable[str]:
    for type_, names in reached_by_samples(review).items():
        yield f"{type_}: {', '.join(names) or 'reaches nothing'}"


def _grant(grant: Grant) -> str:
    because = f", for {', '.join(grant.because)}" if grant.because else ""
    return f"{grant.status}: {grant.principal}: {grant.role} on {grant.place}{because}"


def _seen(seen: Seen) -> str:
    fields = ", ".join(f"{each.path}*" if each.is_free_form else each.path for each in seen.fields)
    unknown = "" if seen.is_known else " and what else the type has, which the catalogue lacks"
    return f"{seen.handler}: {short_name(seen.event_type)}: {fields}{unknown}"


def _expectations(review: Review) -> Iterable[str]:
    for _, outcome in review.expectations:
        failures = "; ".join(outcome.failures)
        yield f"{'holds' if outcome.holds else 'FAILS'}: {outcome.name}" + (f": {failures}" if failures else "")


def counts(review: Review, *, with_changes: bool = True) -> str:
    """Count what a review found, in words.

    Args:
        review: The review.
        with_changes: Whether changes are counted too; default true.
    """
    levels = [each.level for each in review.counted]
    counts = [many(levels.count(level), level) for level in _GROUPS if level in levels]
    unmet = sum(not outcome.holds for _, outcome in review.expectations)
    counts += [many(len(review.changes), "change")] if with_changes and review.changes else []
    if not review.changes and review.compared is not None:
        counts = [
            *(counts or ["no findings"]),
            "no change for events" if review.compared else "not compared with its base",
        ]
    counts += [f"{len(review.undecided):,} undecided"] if review.undecided else []
    counts += [f"{len(review.exempt):,} exempt"] if review.exempt else []
    counts += [many(unmet, "expectation") + " not met"] if unmet else []
    return ", ".join(counts) or "no findings"
