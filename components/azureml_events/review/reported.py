"""Findings as they are reported, whatever found them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePath as File
from typing import TYPE_CHECKING, Literal

from azureml_events.base.mistakes import MemberPath, Mistake, Position, dotted
from azureml_events.lint.rule import Finding, Level
from azureml_events.review.edits import NO_EDITS, Edit, Edits
from azureml_events.review.rules import IGNORED_BY_ARM, INVALID
from azureml_events.stackfile.input_error import InputError

if TYPE_CHECKING:  # the policy rules are only for those who ask them
    from azureml_events.policy.exemption import Exemption
    from azureml_events.policy.rule import Severity

Locate = Callable[[MemberPath], Position | None]
"""Finds the place of a path in a text; None where the text has no lines that mean something."""


FailOn = Literal["error", "warning", "never"]
FAILS: Mapping[FailOn, frozenset[Level]] = {
    "error": frozenset({"error"}),
    "warning": frozenset({"error", "warning"}),
    "never": frozenset(),
}
"""The levels of findings that make a command fail, by the least one."""


@dataclass(frozen=True)
class Reported:
    """A finding with its place.

    Attributes:
        rule: The rule's name.
        level: The severity.
        path: The path, as people write it.
        message: The reason, in one sentence.
        fix: The advice, or None where the message gives it.
        workspace: The workspace of the subscription, or None.
        subscription: The subscription's name, or None.
        file: The file.
        line: The line, from 1, or None.
        column: The character in the line, from 1, or None.
        edit: The change that follows the advice, or None.
        of: The subscription as `workspace/subscription`, where neither path nor place names it.
        severity: How bad a violation of a policy rule is; None for other findings.
        resource: The Pulumi name of the resource that `review` reports it of, or None.
        detail: Which of several findings of one rule about a resource it is, or None.
        exempt: What lets it pass, or None.
        is_mistake: Whether it makes the input, or the policy file, invalid.
    """

    rule: str
    level: Level
    path: str
    message: str
    fix: str | None
    workspace: str | None = None
    subscription: str | None = None
    file: File = field(default_factory=File)
    line: int | None = None
    column: int | None = None
    edit: Edit | None = None
    of: str | None = None
    severity: Severity | None = None
    resource: str | None = None
    detail: str | None = None
    exempt: Exemption | None = None
    is_mistake: bool = False

    @property
    def place(self) -> str:
        """The file, and the line and column where they are known: `stacks/Pulumi.dev.yaml:3:5`."""
        return ":".join(str(each) for each in (self.file, self.line, self.column) if each is not None)


Owner = tuple[str | None, str | None]
"""A workspace's and a subscription's name."""


@dataclass(frozen=True)
class Reporter:
    """Reports what is found in one input, with places and edits.

    Attributes:
        file: The file that it is about, unless a place names another.
        locate: Finds the place of a path.
        edits: Writes the edits.
        has_columns: Whether places have columns.
        owners: The subscriptions by their paths.
        is_document: Whether paths do not name subscriptions, and several, as a loop's, may have one path.
    """

    file: File
    locate: Locate
    edits: Edits = NO_EDITS
    has_columns: bool = True
    owners: Mapping[MemberPath, Owner] = field(default_factory=dict)
    is_document: bool = False

    def findings(self, findings: Iterable[Finding]) -> list[Reported]:
        """Report lint's findings in the order of the text, each once however many workspaces share what is written.

        Args:
            findings: The findings.
        """
        return self._sorted(self.finding(each) for each in self.once(findings))

    def once(self, findings: Iterable[Finding]) -> Iterable[Finding]:
        """Give each of lint's findings once, however many workspaces share what is written.

        Args:
            findings: The findings.
        """
        found: dict[tuple[object, ...], Finding] = {}
        for each in findings:
            owner = (each.workspace, each.subscription) if self.is_document else ()
            found.setdefault((each.rule.name, each.path, each.message, *owner), each)
        return found.values()

    def invalid(self, error: InputError) -> list[Reported]:
        """Report the mistakes that make the input invalid as findings.

        Args:
            error: The mistakes.
        """
        if not error.mistakes:
            found = [Reported(INVALID, "error", "", line, None, file=self.file) for line in error.lines]
        else:
            found = [self._mistake(INVALID, each, each.position) for each in error.mistakes]
        return [replace(each, is_mistake=True) for each in found]

    def ignored_by_arm(self, mistakes: Iterable[Mistake]) -> list[Reported]:
        """Report the members that ARM ignores as findings in the order of the text.

        Args:
            mistakes: The mistakes.
        """
        return self._sorted(self._mistake(IGNORED_BY_ARM, each, self.locate(each.path)) for each in mistakes)

    def of_policy(self, path: MemberPath, rule: str, level: Level, message: str, fix: str) -> Reported:
        """Report what a policy rule finds.

        Args:
            path: Where it is.
            rule: The rule's name.
            level: The level.
            message: The reason.
            fix: The advice.
        """
        workspace, subscription = self._owner(path)
        file, line, column = self._place(self.locate(path))
        return Reported(rule, level, dotted(path), message, fix or None, workspace, subscription, file, line, column)

    def finding(self, finding: Finding) -> Reported:
        """Report one of lint's findings.

        Args:
            finding: The finding.
        """
        file, line, column = self._place(self.locate(finding.path))
        return Reported(
            finding.rule.name,
            finding.level,
            dotted(finding.path),
            finding.message,
            finding.fix or None,
            finding.workspace or None,
            finding.subscription or None,
            file,
            line,
            column,
            edit=self.edits.of_finding(finding.edit, finding.rule.name) if finding.edit else None,
            of=self._of(finding.path, finding.workspace, finding.subscription),
        )

    def _mistake(self, rule: str, mistake: Mistake, position: Position | None) -> Reported:
        workspace, subscription = self._owner(mistake.path)
        file, line, column = self._place(position)
        return Reported(
            rule,
            "error",
            dotted(mistake.path),
            mistake.message,
            None,
            workspace,
            subscription,
            file,
            line,
            column,
            edit=self.edits.of_mistake(mistake),
            of=self._of(mistake.path, workspace, subscription),
        )

    def _of(self, path: MemberPath, workspace: str | None, subscription: str | None) -> str | None:
        of = "/".join(filter(None, (workspace, subscription)))
        return of if self.is_document and subscription and not {of, subscription} & set(path) else None

    def _owner(self, path: MemberPath) -> Owner:
        """Name the subscription that a path leads into, or the workspace of a stack file."""
        ends = range(len(path), 0, -1)
        known = next((self.owners[path[:end]] for end in ends if path[:end] in self.owners), None)
        if known is not None:
            return known
        section, key = (*path, None, None)[:2]
        name = str(key) if key is not None else None
        return name if section == "workspaces" else None, name if section == "subscriptions" else None

    def _place(self, position: Position | None) -> tuple[File, int | None, int | None]:
        if position is None:
            return self.file, None, None
        return position.file or self.file, position.line, position.column if self.has_columns else None

    def _sorted(self, reported: Iterable[Reported]) -> list[Reported]:
        return sorted(reported, key=lambda each: (each.line or 0, each.column or 0))
