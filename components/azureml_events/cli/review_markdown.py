"""A review as the comment of a pull request.

What an input says stands in code spans alone: no name mentions somebody, links something, or ends a section. Limits:
GitHub takes 65,536 characters; tables, code spans and `details` as GitHub Flavored Markdown has them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from azureml_events.base.mistakes import dotted
from azureml_events.cli.console import many, shown
from azureml_events.cli.review_report import counts, reached_by_samples
from azureml_events.policy.exemption import Exemption
from azureml_events.policy.grants import Grant
from azureml_events.review.changes.change import Change, ChangeKind, Example
from azureml_events.review.reported import Reported
from azureml_events.review.review import Review

LONGEST = 60_000
"""Characters and bytes that a comment has at most."""

SIGNS: Mapping[ChangeKind, str] = {
    "change-newly-delivered": "+",
    "change-no-longer-delivered": "−",
    "change-new-grant": "+",
    "change-removed-grant": "−",
    "change-dead-letter-removed": "−",
    "change-exemption": "+",
    "change-level-lowered": "−",
}
"""The sign of a change; `~` for every other kind."""
_OF_ROLES = ("change-new-grant", "change-removed-grant")
_OF_POLICY = ("change-exemption", "change-level-lowered")
_RUN = re.compile("`+")
_BEFORE_PIPE = re.compile(r"\\(?=\\*\|)")


@dataclass(frozen=True)
class _Section:
    """A part of the comment; `title` holds no text of the input."""

    title: str
    rows: Sequence[str]
    head: tuple[str, ...] = ()
    folded: bool = False

    def text(self, most: int | None = None) -> str:
        """Write it with its first rows, and how many more there are."""
        rows = self.rows[:most]
        left = len(self.rows) - len(rows)
        more = ["", f"and {left:,} more in the HTML report"] if left else []
        body = [*self.head, *rows, *more]
        if self.folded:
            return "\n".join([f"<details><summary>{self.title}</summary>", "", *body, "", "</details>"])
        return "\n".join([f"**{self.title}**", "", *body])


def review_markdown(review: Review) -> str:
    """Write a review as Markdown, at most 60,000 characters and bytes long.

    What is folded is left out whole, from the last section on, each with its count; then rows of the rest.

    Args:
        review: The review.
    """
    sections = [section for section in _sections(review) if section.rows]
    head = f"<!-- azureml-events review: {_key(review.stack)} -->\n### Events of {code(review.stack or 'stdin')}: "
    head += _headline(review)
    shown_whole = [each for each in sections if not each.folded]
    for kept in range(len(sections), len(shown_whole) - 1, -1):
        text = _joined(head, [each.text() for each in sections[:kept]], sections[kept:])
        if _fits(text):
            return text
    for index in range(len(shown_whole) - 1, -1, -1):
        before = [each.text() for each in sections[:index]]
        most = _most_rows(head, before, sections[index:])
        if most or not index:
            return _joined(head, [*before, sections[index].text(most)], sections[index + 1 :])
    return _joined(head, [], sections)


def _most_rows(head: str, before: list[str], sections: Sequence[_Section]) -> int:
    """Find how many rows of the first of some sections fit where the others are left out."""
    low, high = 0, len(sections[0].rows)
    while low < high:
        middle = (low + high + 1) // 2
        fits = _fits(_joined(head, [*before, sections[0].text(middle)], sections[1:]))
        low, high = (middle, high) if fits else (low, middle - 1)
    return low


def code(text: str, *, in_table: bool = False) -> str:
    """Write a text as a code span in which nothing is obeyed.

    Args:
        text: The text, of any content.
        in_table: Whether it stands in a table's cell, where `|` would end that; default false.
    """
    plain = shown(text)
    if in_table:
        plain = _BEFORE_PIPE.sub(r"\\x5c", plain).replace("|", r"\|")
    fence = "`" * (max((len(run) for run in _RUN.findall(plain)), default=0) + 1)
    pad = " " if not plain.strip() or plain[0] in "` " or plain[-1] in "` " else ""
    return f"{fence}{pad}{plain}{pad}{fence}"


def _key(stack: str | None) -> str:
    """Write the stack's name so that it cannot end the comment that holds it."""
    return shown(stack or "stdin").replace("-->", "--\\x3e").replace("--!>", "--!\\x3e")


def _joined(head: str, texts: list[str], left: Sequence[_Section]) -> str:
    parts = [head, *texts]
    if left:
        titles = ", ".join(f"{each.title} ({len(each.rows):,})" for each in left)
        parts.append(f"Left out here, and in the HTML report: {titles}.")
    return "\n\n".join(parts) + "\n"


def _fits(text: str) -> bool:
    return len(text.encode()) <= LONGEST  # never fewer than characters


def _headline(review: Review) -> str:
    kinds = [each.kind for each in review.changes]
    of_roles, of_policy = sum(kind in _OF_ROLES for kind in kinds), sum(kind in _OF_POLICY for kind in kinds)
    counted = (
        (len(kinds) - of_roles - of_policy, "change", " in delivery"),
        (kinds.count("change-new-grant"), "new role", ""),
        (kinds.count("change-removed-grant"), "removed role", ""),
        (of_policy, "change", " of policy"),
    )
    changed = ", ".join(many(count, noun) + of for count, noun, of in counted if count)
    return "; ".join(filter(None, (counts(review, with_changes=False), changed)))


def _sections(review: Review) -> Iterator[_Section]:
    of_roles = [each for each in review.changes if each.kind in _OF_ROLES]
    of_policy = [each for each in review.changes if each.kind in _OF_POLICY]
    of_delivery = [each for each in review.changes if each.kind not in (*_OF_ROLES, *_OF_POLICY)]
    yield _table("Changes in delivery", ("", "to", "what", "from", "example"), map(_change, of_delivery))
    yield _table("Roles", ("", "what", "because"), map(_of_others, of_roles))
    yield _table("Policy", ("", "what", "because"), map(_of_others, of_policy))
    yield _Section("Errors", [_finding(each) for each in review.counted if each.level == "error"])
    unmet = [outcome for _, outcome in review.expectations if not outcome.holds]
    yield _Section("Expectations not met", [f"- {code(_because_of(each.name, each.failures))}" for each in unmet])
    for level in ("warning", "note"):
        found = [_finding(each) for each in review.counted if each.level == level]
        yield _Section(many(len(found), level), found, folded=True)
    undecided = [
        f"- {code(each.use.rule.name)}: {code(each.resource.name)}: {code(dotted(each.member))} is unknown"
        for each in review.undecided
    ]
    yield _Section(f"{len(undecided):,} undecided", undecided, folded=True)
    yield _table("Routes", ("event", "reaches"), _routes(review), folded=True)
    yield _table("Grants", ("", "who", "role", "on", "because"), map(_grant, review.grants), folded=True)
    ends = min((exempt.until.isoformat() for _, exempt in review.exempt), default="")
    first = "until" if len(review.exempt) == 1 else "the first until"
    lines = [_exempt(*each) for each in review.exempt]
    yield _Section(f"{len(lines):,} exempt, {first} {ends}", lines, folded=True)


def _table(title: str, columns: tuple[str, ...], rows: Iterable[Sequence[str]], *, folded: bool = False) -> _Section:
    head = (f"| {' | '.join(columns)} |", f"|{'-|' * len(columns)}")
    return _Section(title, [f"| {' | '.join(cells)} |" for cells in rows], head, folded)


def _cell(text: str) -> str:
    return code(text, in_table=True)


def _change(change: Change) -> Sequence[str]:
    counted = "" if change.count is None else f" ({many(change.count, 'recorded event')})"
    source = _cell(change.workspace) if change.workspace else ""
    example = _example(change.events[0]) if change.events else ""
    sign = SIGNS.get(change.kind, "~")
    return (sign, _cell(change.destination), _cell(change.because) + counted + _let_pass(change), source, example)


def _example(example: Example) -> str:
    deciding = [f"{key} {json.dumps(value, ensure_ascii=False)}" for key, value in (example.deciding or {}).items()]
    return ", ".join(map(_cell, [example.type, *deciding]))


def _of_others(change: Change) -> Sequence[str]:
    return (SIGNS[change.kind], _cell(change.destination), _cell(change.because) + _let_pass(change))


def _let_pass(change: Change) -> str:
    return f", exempt until {change.exempt.until.isoformat()}" if change.exempt else ""


def _finding(finding: Reported) -> str:
    path = f" {code(finding.path)}:" if finding.path else ""
    fix = f"; {code(finding.fix)}" if finding.fix else ""
    return f"- {code(finding.place)}: {code(finding.rule)}:{path} {code(finding.message)}{fix}"


def _exempt(finding: Reported, exempt: Exemption) -> str:
    by = f" by {code(exempt.by)}" if exempt.by else ""
    return f"{_finding(finding)} until {exempt.until.isoformat()}{by}: {code(exempt.reason)}"


def _routes(review: Review) -> Iterator[Sequence[str]]:
    for type_, names in reached_by_samples(review).items():
        yield (_cell(type_), ", ".join(map(_cell, names)) or "nothing")


def _grant(grant: Grant) -> Sequence[str]:
    return (grant.status, *map(_cell, (grant.principal, grant.role, grant.place)), ", ".join(map(_cell, grant.because)))


def _because_of(name: str, failures: Sequence[str]) -> str:
    return f"{name}: {'; '.join(failures)}" if failures else name
