"""The rules as policies of Pulumi's SDK, for the pack: `pulumi preview --policy-pack`.

The SDK asks a policy about every resource, and deserialises the resource anew for each policy; what a policy raises
ends the whole run with a message that says nothing (`pulumi_policy/policy.py`). So values are read once for all
policies, and nothing is raised: what is not known, and what fails, is said.
"""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Generic, TypeVar

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyConfigSchema,
    PolicyProviderResource,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UnknownValueError

from azureml_events.base.mistakes import dotted
from azureml_events.documents.pulumi_resources import text_on_the_wire
from azureml_events.documents.unresolved import UNKNOWN
from azureml_events.event_grid.delivery import on_day
from azureml_events.policy.judge import Judgement, RuleUse, Undecided, Violated, judge_one
from azureml_events.policy.policy_file import Policy as PolicyFile
from azureml_events.policy.policy_file import PolicyFileError, policy_of
from azureml_events.policy.resource import STACK, Resource, Resources, type_without_version
from azureml_events.policy.rule import PolicyLevel, Rule
from azureml_events.policy.rules import RULES
from azureml_events.policy.settings_schema import rule_schema

UNDECIDED = "undecided"
"""The policy that lists what the rules could not decide."""

_LEVELS: Mapping[PolicyLevel, EnforcementLevel] = {
    "error": EnforcementLevel.MANDATORY,
    "warning": EnforcementLevel.ADVISORY,
    "off": EnforcementLevel.DISABLED,
}

T = TypeVar("T")


def policies(today: date, rules: Iterable[Rule] = RULES.values()) -> list[Policy]:
    """Make the policies of the pack: one for each rule, and `undecided` at the end.

    Those that a review alone knows are disabled and report nothing. They are there because the policy file may hold
    them: Pulumi's CLI (3.260) refuses an entry without a level for a policy that the pack lacks, as `invalid
    enforcement level ""`.

    Args:
        today: The day, UTC.
        rules: The rules; default all.
    """
    run = _Run(today)
    in_pack = list(rules)
    made: list[Policy] = [_policy(number, rule, run) for number, rule in enumerate(in_pack)]
    return [
        *made,
        StackValidationPolicy(
            UNDECIDED,
            "A rule needs a value that only the deployment knows.",
            partial(run.say_undecided, in_pack),
            EnforcementLevel.ADVISORY,
            remediation_steps="Give the value as plain text, or look at what the rule says of what is deployed.",
        ),
    ]


def _policy(number: int, rule: Rule, run: _Run) -> Policy:
    check = _Check(number, rule, run)
    schema = rule_schema(rule)["properties"]
    del schema["enforcementLevel"]
    about: dict[str, Any] = {
        "name": rule.name,
        "description": rule.text,
        "enforcement_level": EnforcementLevel.DISABLED if rule.review_only else _level(rule),
        "config_schema": PolicyConfigSchema(schema),
        "severity": Severity(rule.severity),
        "url": rule.url,
        "remediation_steps": rule.fix,
    }
    if rule.review_only:
        return StackValidationPolicy(validate=_say_nothing, **about)
    if rule.reads_others:
        return StackValidationPolicy(validate=check.of_stack, **about)
    return ResourceValidationPolicy(validate=check.of_resource, **about)


def _say_nothing(args: StackValidationArgs, report: ReportViolation) -> None:
    """Report nothing: what the rule reads, a pack never sees."""
    del args, report


def _level(rule: Rule) -> EnforcementLevel:
    """Return a rule's own level; one that a setting turns on cannot be disabled, for then the engine never asks it."""
    return EnforcementLevel.ADVISORY if rule.needs_setting else _LEVELS[rule.level]


class _OncePerCall(threading.local, Generic[T]):
    """Makes something once for all policies of one call of the engine's.

    In a call the SDK asks the policies one after the other, in their order and in one thread: whoever is asked and does
    not come after the last one belongs to another call.
    """

    def __init__(self) -> None:
        self._number = -1
        self._key: str | None = None
        self._made: T | None = None

    def get(self, number: int, key: str | None, make: Callable[[], T]) -> T:
        """Return it: `number` is the policy's place among all, `key` what the call is about."""
        if self._made is None or self._key != key or number <= self._number:
            self._made, self._key = make(), key
        self._number = number
        return self._made


class _Run:
    """What the policies share while the engine runs."""

    def __init__(self, today: date) -> None:
        self.today = today
        self._undecided: dict[tuple[str, str], Undecided] = {}
        self._checked: dict[str, Mapping[str, Any]] = {}
        self._resource = _OncePerCall[Resource]()
        self._resources = _OncePerCall[Resources]()

    def resource(self, number: int, args: ResourceValidationArgs) -> Resource:
        """Read the resource of a call, and remember its inputs."""

        def read() -> Resource:
            resource = _resource(args.resource_type, args)
            self._checked[resource.urn] = resource.inputs
            return resource

        return self._resource.get(number, args.urn, read)

    def resources(self, number: int, args: StackValidationArgs) -> Resources:
        """Read all resources of a call.

        Its properties are outputs, in a preview unknown where nobody wrote them, later what Azure returns; so the
        inputs are those that were checked before. The engine gives the resources in any order.
        """

        def read() -> Resources:
            return Resources(self._of_stack(each) for each in sorted(args.resources, key=lambda each: each.urn))

        return self._resources.get(number, None, read)

    def note(self, rule: Rule, urn: str, judgement: Judgement) -> None:
        """Remember what a rule could not decide about a resource, in place of what it could not before."""
        self._undecided.pop((rule.name, urn), None)
        for each in judgement.undecided:
            self._undecided[rule.name, urn] = each

    def say_undecided(self, rules: Iterable[Rule], args: StackValidationArgs, report: ReportViolation) -> None:
        """Report what rules could not decide, in their order; asked after all of them."""
        with _saying_failures(UNDECIDED, "the stack", "", report):
            urns = sorted(each.urn for each in args.resources)
            for rule in rules:
                for urn in urns:
                    each = self._undecided.get((rule.name, urn))
                    if each is not None:
                        report(f"{rule.name}: {each.resource.name}: {dotted(each.member)} is unknown", urn)

    def _of_stack(self, written: PolicyResource) -> Resource:
        resource = _resource(written.resource_type, written)
        return replace(
            resource,
            inputs=self._checked.get(resource.urn, resource.inputs) if resource.type != STACK else {},
            outputs=resource.inputs,
            sources={member: tuple(each.urn for each in of) for member, of in written.property_dependencies.items()},
        )


def _resource(token: str, written: ResourceValidationArgs | PolicyResource) -> Resource:
    properties = _plain(written.props)
    return Resource(
        name=written.name,
        type=type_without_version(token) or token,
        inputs=properties if isinstance(properties, dict) else {},
        urn=written.urn,
        protect=bool(written.opts.protect),
        azure_subscription=_azure_subscription(written.provider),
    )


def _azure_subscription(provider: PolicyProviderResource | None) -> str | None:
    if provider is None:
        return None
    try:
        value = provider.props.get("subscriptionId")
    except UnknownValueError:
        return None
    known = text_on_the_wire(value) if isinstance(value, str) else None
    return known if isinstance(known, str) else None


def _plain(value: Any) -> Any:
    """Read a value of the SDK's, which raises where something unknown is touched."""
    if isinstance(value, str):
        return text_on_the_wire(value)
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, Mapping):
        return {name: _member(value, name) for name in value}
    if isinstance(value, Sequence):
        return [_member(value, index) for index in range(len(value))]
    return UNKNOWN


def _member(holder: Any, key: str | int) -> Any:
    try:
        value = holder[key]
    except UnknownValueError:
        return UNKNOWN
    return _plain(value)


@dataclass(frozen=True)
class _Configured:
    """How a rule is configured.

    Attributes:
        given: What the engine gave.
        file: The same as a policy file, with the exemptions.
        use: The rule with its settings; None where it judges nothing.
        refused: Why it is refused, a line each.
    """

    given: Mapping[str, Any]
    file: PolicyFile
    use: RuleUse | None = None
    refused: Sequence[str] = ()


class _Check:
    """Asks one rule, the one of this number among all, and reports what it does not allow."""

    def __init__(self, number: int, rule: Rule, run: _Run) -> None:
        self._number = number
        self._rule = rule
        self._run = run
        self._configured = self._read({})

    def of_resource(self, args: ResourceValidationArgs, report: ReportViolation) -> None:
        """Ask the rule about one resource."""
        with _saying_failures(self._rule.name, args.name, args.urn, report):
            resource = self._run.resource(self._number, args)
            configured = self._configure(args.get_config())
            if resource.type == STACK:
                _refuse(configured, report)
            elif configured.use is not None and resource.type in self._rule.types:
                self._ask(configured.use, configured.file, resource, Resources([resource]), report)

    def of_stack(self, args: StackValidationArgs, report: ReportViolation) -> None:
        """Ask the rule about every resource that it is for."""
        with _saying_failures(self._rule.name, "the stack", "", report):
            resources = self._run.resources(self._number, args)
            configured = self._configure(args.get_config())
            _refuse(configured, report)
            if configured.use is None:
                return
            for resource in resources.of_type(*self._rule.types):
                with _saying_failures(self._rule.name, resource.name, resource.urn, report):
                    self._ask(configured.use, configured.file, resource, resources, report)

    def _ask(
        self, use: RuleUse, file: PolicyFile, resource: Resource, resources: Resources, report: ReportViolation
    ) -> None:
        judgement, today = Judgement(), self._run.today
        try:
            with on_day(today):
                judge_one(use, resource, resources, today, judgement)
        finally:
            self._run.note(self._rule, resource.urn, judgement)
            for each in judgement.violated:
                if file.exempt(each, today) is None:
                    report(_message(each, file, today), resource.urn)

    def _configure(self, given: Mapping[str, Any]) -> _Configured:
        if self._configured.given != given:
            self._configured = self._read(given)
        return self._configured

    def _read(self, given: Mapping[str, Any]) -> _Configured:
        try:
            file = policy_of({self._rule.name: dict(given)})
        except PolicyFileError as error:
            refused = [f"{dotted(each.path)}: {each.message}" for each in error.mistakes]
            return _Configured(given, PolicyFile(()), refused=refused)
        use = next(use for use in file.uses if use.rule.name == self._rule.name)
        is_idle = use.level == "off" and self._rule.needs_setting
        return _Configured(given, file, None if is_idle else replace(use, rule=self._rule))


def _refuse(configured: _Configured, report: ReportViolation) -> None:
    for line in configured.refused:
        report(f"{line}; the rule judges nothing until this is corrected", None)


def _message(violated: Violated, file: PolicyFile, today: date) -> str:
    member = dotted(violated.violation.member)
    where = f"{violated.resource.name}: {member}" if member else violated.resource.name
    return f"{where}: {file.message(violated, today)}; {violated.fix}"


@contextmanager
def _saying_failures(rule: str, name: str, urn: str, report: ReportViolation) -> Iterator[None]:
    """Report what fails inside: raised, it would end the run without saying which rule and resource it was.

    The error's own text is left out, for it may hold a value that is secret.
    """
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever it is, it must be said and not end the run
        *_, last = traceback.extract_tb(error.__traceback__)
        place = f"{type(error).__name__} in {Path(last.filename).name}, line {last.lineno}"
        report(f"{name}: {rule} failed and did not judge it ({place}); this is a mistake of the pack's", urn)
