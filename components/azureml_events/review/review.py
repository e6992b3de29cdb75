"""The review of an input: what breaks rules, what could not be decided, what is exempt, and what reaches whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePath

from azureml_events.base.mistakes import MemberPath, Names
from azureml_events.event_grid.delivery import on_day
from azureml_events.lint.rule import Finding, Level
from azureml_events.lint.rules import RULES as LINT_RULES
from azureml_events.policy.exemption import Exemption
from azureml_events.policy.grants import Grant, grants_of
from azureml_events.policy.judge import Judgement, RuleUse, Undecided, Violated, judge
from azureml_events.policy.policy_file import Policy, PolicyFileError
from azureml_events.policy.resource import Resource
from azureml_events.policy.rule import Violation, level_of
from azureml_events.review.changes.base import Base
from azureml_events.review.changes.change import Change
from azureml_events.review.changes.find import find_changes
from azureml_events.review.changes.version import Version
from azureml_events.review.changes.watching import watching_notes
from azureml_events.review.checked import check_refused
from azureml_events.review.exemptions import Asked, Exemptions
from azureml_events.review.input import STDIN, Input, input_name
from azureml_events.review.judged import Judged
from azureml_events.review.reported import FAILS, FailOn, Reported, Reporter
from azureml_events.review.rules import ALLOW_NOT_EXEMPT, REVIEW_RULES
from azureml_events.review.seen import Seen, seen_by_handlers
from azureml_events.routing.event import Event
from azureml_events.routing.expectations import Outcomes, check_expectation, load_expectations
from azureml_events.routing.match import Verdict, match
from azureml_events.routing.reading.events import read_files
from azureml_events.routing.reading.streams import Refusal, files_in
from azureml_events.routing.sample_events import sample_events
from azureml_events.routing.subscription import RoutedSubscription
from azureml_events.stackfile.input_error import InputError
from azureml_events.stackfile.project import find_project

NEVER_MATCHES = "never-matches"
"""The policy rule that says in the pack what lint's `never-…` errors say here."""

_OF_THE_PACK = {NEVER_MATCHES, "never-matches-by-topic"}
_ORDER: Mapping[Level, int] = {"error": 0, "warning": 1, "note": 2}


@dataclass(frozen=True)
class Routes:
    """What one event of one workspace reaches.

    Attributes:
        workspace: The workspace.
        event: The event.
        verdicts: The workspace's subscriptions, each with whether it gets the event.
    """

    workspace: str
    event: Event
    verdicts: Sequence[tuple[RoutedSubscription, Verdict]]


@dataclass(frozen=True)
class Review:
    """The review of one input.

    Attributes:
        stack: The stack's or document's name; None for standard input.
        findings: What is found, exempt findings included, errors first.
        undecided: What could not be decided.
        routes: What the catalogue's samples reach.
        grants: The role assignments, each with what needs it.
        expectations: The expectations that belong to it, each with its line.
        seen: What each handler gets to see.
        notes: What was passed over, each with its file.
        refused: Its mistakes as lines; none where it is valid.
        changes: What it changes against its base; none without one.
        compared: Whether it was compared with a base; False where the base is refused, None where none was given.
    """

    stack: str | None
    findings: Sequence[Reported]
    undecided: Sequence[Undecided] = ()
    routes: Sequence[Routes] = ()
    grants: Sequence[Grant] = ()
    expectations: Sequence[tuple[int, Outcomes]] = ()
    seen: Sequence[Seen] = ()
    notes: Sequence[str] = ()
    refused: Sequence[str] = ()
    changes: Sequence[Change] = ()
    compared: bool | None = None

    @property
    def counted(self) -> list[Reported]:
        """The findings that nothing lets pass."""
        return [each for each in self.findings if each.exempt is None]

    @property
    def exempt(self) -> list[tuple[Reported, Exemption]]:
        """The others, each with what lets it pass."""
        return [(each, each.exempt) for each in self.findings if each.exempt is not None]

    def fails(self, fail_on: FailOn) -> bool:
        """Tell whether it must not be deployed as it is.

        Args:
            fail_on: The least level of a finding that makes it fail; with `never` nothing does but mistakes.
        """
        unmet = fail_on != "never" and any(not outcome.holds for _, outcome in self.expectations)
        levels = {*(each.level for each in self.counted), *(each.level for each in self.changes if each.exempt is None)}
        return bool(self.refused) or unmet or bool(levels & FAILS[fail_on])


@dataclass(frozen=True)
class Against:
    """What an input is compared with.

    Attributes:
        base: The base.
        events: The names of files of recorded events, or of folders of them; default none.
    """

    base: Base
    events: Sequence[str] = ()


def review(
    given: Input, policy: Policy, today: date, *, with_edits: bool = True, against: Against | None = None
) -> Review:
    """Review an input.

    Args:
        given: The input.
        policy: How the policy rules are used.
        today: The day, UTC, on which it is asked.
        with_edits: Whether findings carry edits, which cost a check each; default true.
        against: What it is compared with; default nothing.

    Raises:
        InputError: The program that declares it does not run to its end, or its expectations are wrong.
    """
    with on_day(today):
        return _review(given, policy, today, with_edits=with_edits, against=against)


def review_of_refused(error: InputError, argument: str, of_policy: InputError | None = None) -> Review:
    """Collect what is found beside the mistakes of an input, or of the policy file; policy rules are not asked.

    Args:
        error: The mistakes.
        argument: The input as it was named.
        of_policy: Those of the policy file, where the input has some as well; default none.
    """
    if of_policy is not None:
        of_input, own = review_of_refused(error, argument), review_of_refused(of_policy, argument)
        return replace(
            of_input,
            findings=[*of_input.findings, *own.findings],
            refused=[*of_input.refused, *own.refused],
        )
    if isinstance(error, PolicyFileError):
        invalid = Reporter(error.path or Path(argument), lambda _: None).invalid(error)
        mistakes = [
            replace(each, rule=mistake.rule or each.rule) for each, mistake in zip(invalid, error.mistakes, strict=True)
        ]
        return Review(input_name(STDIN if argument == "-" else Path(argument)), mistakes, refused=error.lines)
    checked = check_refused(error, argument, with_edits=True)
    return Review(checked.name, checked.findings, notes=checked.notes, refused=checked.refused)


def _review(given: Input, policy: Policy, today: date, *, with_edits: bool, against: Against | None) -> Review:
    judged = given.judge() if given.judge is not None else None
    judgement, exemptions = Judgement(), Exemptions(policy, today)
    uses = [use for use in policy.uses if use.rule.name not in _OF_THE_PACK]
    if judged is not None:
        judgement = _without_lints(judge(judged.resources, policy.uses, today))
    reporter = given.reporter(with_edits=with_edits)
    lint = _Lint(given.subscriptions, policy, exemptions, judged.names if judged else lambda _: ())
    findings = [
        *reporter.ignored_by_arm(given.ignored_by_arm),
        *_violations(judgement, judged, reporter, exemptions),
        *lint.reported(reporter, given.found()),
        *lint.reported(reporter, lint.not_exempt()),
    ]
    if judged is not None:
        rules = {NEVER_MATCHES, *(use.rule.name for use in uses if use.rule.types)}
        names = Names(each.name for each in judged.resources.all)
        findings += exemptions.reported(Asked(rules, names, judgement.undecided, _is_of_several(policy, given)))
    findings = [replace(each, file=_shown(each.file)) for each in findings]
    expected = load_expectations(given.expectations, given.subscriptions) if given.expectations else ()
    changes, notes, refused = _changes(given, judged, policy, today, against)
    return Review(
        stack=given.name,
        findings=sorted(findings, key=_key),
        undecided=judgement.undecided,
        routes=list(_routes(given.subscriptions)),
        grants=list(grants_of(judged.resources).rows()) if judged is not None else (),
        expectations=[(line, check_expectation(each, given.subscriptions)) for line, each in expected],
        seen=seen_by_handlers(judged, given.subscriptions) if judged is not None else (),
        notes=[*given.notes, *notes],
        refused=refused,
        changes=changes,
        compared=None if against is None else against.base.version is not None,
    )


def _without_lints(judgement: Judgement) -> Judgement:
    """Leave out what lint says itself, with its own rule; a filter that is not known stays undecided."""
    return Judgement(
        [each for each in judgement.violated if each.use.rule.name not in _OF_THE_PACK],
        [
            each
            for each in judgement.undecided
            if each.use.rule.name not in _OF_THE_PACK or each.member[:1] == ("filter",)
        ],
    )


def _changes(
    given: Input, judged: Judged | None, policy: Policy, today: date, against: Against | None
) -> tuple[Sequence[Change], Sequence[str], Sequence[str]]:
    """Find the changes, what there is to say of them, and what of the recorded events is refused."""
    if against is None or against.base.version is None:
        return (), against.base.notes if against else (), ()
    version = Version(given.subscriptions, judged, policy, given.sealed)
    refused: list[str] = []

    def recorded() -> Iterator[Event]:
        for read in read_files(files_in(against.events)):
            if isinstance(read, Refusal):
                refused.append(str(read))
            else:
                yield read.event

    changes = find_changes(against.base.version, version, recorded() if against.events else None, today)
    watched = watching_notes(against.base.version, version)
    return changes, (*against.base.notes, *watched), refused


def _is_of_several(policy: Policy, given: Input) -> bool:
    """Tell whether the policy file lies beside several stack files."""
    if policy.path is None or given.stacks is None or policy.path.parent.resolve() != given.stacks.resolve():
        return False
    return len(find_project(given.stacks).stack_names()) > 1


def _shown(file: PurePath) -> PurePath:
    """Return a file's path below the working directory, else below its project: no report has an absolute one."""
    if not file.is_absolute():
        return file
    if file.is_relative_to(Path.cwd()):
        return file.relative_to(Path.cwd())
    project = find_project(Path(file).parent).directory
    return file.relative_to(project) if file.is_relative_to(project) else PurePath(file.name)


def _key(finding: Reported) -> tuple[object, ...]:
    place = (str(finding.file), finding.line or 0, finding.column or 0)
    return (_ORDER[finding.level], *place, finding.rule, finding.resource or "", finding.path, finding.message)


def _violations(
    judgement: Judgement, judged: Judged | None, reporter: Reporter, exemptions: Exemptions
) -> Iterator[Reported]:
    """Yield the violations, one for each rule and declaration: several workspaces' that stand in one place are one."""
    if judged is None:
        return
    same: defaultdict[tuple[object, ...], list[Reported]] = defaultdict(list)
    for each in judgement.violated:
        path = judged.place(each.resource, each.violation.member)
        use, violation = each.use, each.violation
        message = exemptions.message(each)
        found = reporter.of_policy(path, use.rule.name, level_of(use.rule, use.level), message, each.fix)
        found = replace(
            found,
            severity=use.rule.severity,
            resource=each.resource.name,
            detail=violation.detail,
            exempt=exemptions.of(each),
        )
        # Whatever the SDK names no line for stands in the project's first, as does all of a file without line breaks.
        is_placed = found.line and (found.line > 1 or each.resource.source)
        place = (found.file, found.line, found.column) if is_placed else path
        same[use.rule.name, place, message, violation.detail, found.exempt].append(found)
    for alike in same.values():
        yield _counted(alike[0], len(alike))


def _counted(first: Reported, count: int) -> Reported:
    if count == 1:
        return first
    more = "1 more resource" if count == 2 else f"{count - 1:,} more resources"  # noqa: PLR2004 the first and another
    return replace(first, message=f"{first.message} (and {more})")


class _Lint:
    """Reports lint's findings; those that `never-matches` rules, as the policy says."""

    def __init__(
        self,
        subscriptions: Sequence[RoutedSubscription],
        policy: Policy,
        exemptions: Exemptions,
        names: Callable[[MemberPath], tuple[str, ...]],
    ) -> None:
        self._subscriptions = subscriptions
        self._exemptions = exemptions
        self._names = names
        self._never = next((use for use in policy.uses if use.rule.name == NEVER_MATCHES), None)

    def reported(self, reporter: Reporter, findings: Iterable[Finding]) -> Iterator[Reported]:
        for each in reporter.once(findings):
            yield from self._one(reporter.finding(each), each)

    def not_exempt(self) -> Iterator[Finding]:
        """Yield what `allow` silences here and not in the pack."""
        for each in self._subscriptions:
            for name in each.allow:
                rule = LINT_RULES.get(name)
                if rule is None or not (name.startswith("never-") and rule.level == "error"):
                    continue
                at = (*each.at("allow"), name)
                owners = self._names(each.path) or (each.full_name,)
                finding = Finding(REVIEW_RULES[ALLOW_NOT_EXEMPT], each.workspace, each.name, at, "", "")
                if self._never is None or self._never.level == "off":
                    continue
                if all(self._exemptions.of(_never_matching(self._never, owner, finding, name)) for owner in owners):
                    continue
                message = "the policy pack does not read 'allow', and finds it there as never-matches"
                fix = "exempt the subscription from never-matches in the policy file too"
                yield replace(finding, message=message, fix=fix)

    def _one(self, reported: Reported, finding: Finding) -> Iterator[Reported]:
        names = self._names(finding.path) or (None,)
        use = self._never
        if use is None or not (finding.rule.name.startswith("never-") and finding.level == "error"):
            yield replace(reported, resource=names[0])
            return
        if use.level == "off":
            return
        reported = replace(reported, level=level_of(use.rule, use.level))
        alike: dict[tuple[str, Exemption | None], str | None] = {}
        for name in names:
            violated = _never_matching(use, name, finding, finding.rule.name)
            alike.setdefault((self._exemptions.message(violated), self._exemptions.of(violated)), name)
        for (message, exempt), name in alike.items():
            yield replace(reported, message=message, resource=name, detail=finding.rule.name, exempt=exempt)


def _never_matching(use: RuleUse, resource: str | None, finding: Finding, rule: str) -> Violated:
    """Say as a violation of `never-matches` what a rule of lint finds."""
    violation = Violation(finding.path, finding.message, finding.fix, detail=rule)
    return Violated(use, Resource(resource or "", "", {}), violation)


def _routes(subscriptions: Sequence[RoutedSubscription]) -> Iterator[Routes]:
    own: defaultdict[str, list[RoutedSubscription]] = defaultdict(list)
    for each in subscriptions:
        own[each.workspace].append(each)
    for workspace, event in sample_events(subscriptions):
        yield Routes(workspace, event, [(each, match(each, event, workspace)) for each in own[workspace]])
