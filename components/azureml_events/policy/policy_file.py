"""The policy file: levels, settings and exemptions of policy rules, in the form of Pulumi's `--policy-pack-config`.

Pulumi's engine reads the same bytes (`pkg/resource/analyzer/config.go`): plain JSON; a level as text, or a map with
`enforcementLevel` and settings; `all` for every rule that has no level of its own. What it would pass over in silence,
as the name of no rule, is refused here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from azureml_events.base.mistakes import (
    START,
    DeclarationError,
    MemberPath,
    Mistake,
    Names,
    Position,
    choices,
    show,
    unknown,
)
from azureml_events.base.model import json_names, requires
from azureml_events.documents.json_text import JsonText, read_json
from azureml_events.lint.rules import RULES as LINT_RULES
from azureml_events.policy.exemption import Exemption
from azureml_events.policy.judge import RuleUse, Violated
from azureml_events.policy.rule import PolicyLevel, Rule, Settings
from azureml_events.policy.rules import RULES
from azureml_events.policy.settings_schema import ENFORCEMENT_LEVELS
from azureml_events.stackfile.input_error import InputError, reading

_UNKNOWN_RULE, _UNKNOWN_SETTING = "unknown-rule", "unknown-setting"

POLICY_FILE = Path("policy.json")
"""The name of a policy file beside stack files."""

LARGEST = 256 * 1024
"""Bytes of a policy file, some thousand exemptions; a larger one is refused."""

_LEVELS: Mapping[str, PolicyLevel] = dict(zip(ENFORCEMENT_LEVELS, ("error", "warning", "off"), strict=True))
_MEANT = {"error": "mandatory", "warning": "advisory", "note": "advisory", "off": "disabled"}
_ALL, _LEVEL, _EXEMPT = "all", "enforcementLevel", "exempt"
_RULE_NAMES = Names((*RULES, _ALL))


@dataclass(frozen=True)
class PolicyMistake(Mistake):
    """One thing wrong with a policy file.

    Attributes:
        rule: What reports call it; None for what is merely invalid.
    """

    rule: str | None = None


class PolicyFileError(InputError):
    """A policy file that is refused.

    Args:
        path: The file.
        mistakes: Its mistakes.
    """

    mistakes: tuple[PolicyMistake, ...]

    def __init__(self, path: Path, mistakes: Iterable[PolicyMistake]) -> None:
        in_order = sorted(mistakes, key=lambda each: each.position or START)
        super().__init__(InputError.at(path, in_order).lines, in_order, path)


@dataclass(frozen=True)
class Granted:
    """An exemption in its place.

    Attributes:
        use: The rule that it is for.
        exemption: The exemption.
        path: Its path in the file.
        position: Its place in the file, by the member; that of the whole where a member is not written.
    """

    use: RuleUse
    exemption: Exemption
    path: MemberPath
    position: Mapping[str, Position]


@dataclass(frozen=True)
class Policy:
    """How the rules are used.

    Attributes:
        uses: The rules with their levels and settings.
        exemptions: What is let pass.
        path: The file; None for the rules' own levels and settings.
    """

    uses: Sequence[RuleUse]
    exemptions: Sequence[Granted] = ()
    path: Path | None = None

    def exemptions_for(self, violated: Violated) -> Iterator[Granted]:
        """Yield the exemptions that are for a violation, whatever the day.

        Args:
            violated: The violation.
        """
        rule, name = violated.use.rule.name, violated.resource.name
        for each in (*self._by_name.get((rule, name), ()), *self._by_name.get((rule, "*"), ())):
            if each.exemption.is_for(violated):
                yield each

    def exempt(self, violated: Violated, today: date) -> Exemption | None:
        """Find what lets a violation pass on a day; None where nothing does.

        Args:
            violated: The violation.
            today: The day, UTC.
        """
        found = (each.exemption for each in self.exemptions_for(violated))
        return next((each for each in found if each.holds(today)), None)

    def message(self, violated: Violated, today: date) -> str:
        """Return the message of a violation, with the day on which its exemption ended.

        Args:
            violated: The violation.
            today: The day, UTC.
        """
        message = violated.violation.message
        ended = [each.exemption.until for each in self.exemptions_for(violated)]
        if not ended or max(ended) >= today:
            return message
        return f"{message} (its exemption ended on {max(ended)})"

    @cached_property
    def _by_name(self) -> Mapping[tuple[str, str], Sequence[Granted]]:
        """The exemptions by rule and resource; those with a wildcard by `*`."""
        found: dict[tuple[str, str], list[Granted]] = {}
        for each in self.exemptions:
            name = "*" if "*" in each.exemption.resource else each.exemption.resource
            found.setdefault((each.use.rule.name, name), []).append(each)
        return found


def load_policy(path: Path | None) -> Policy:
    """Read a policy file.

    Args:
        path: The file; None for the rules' own levels and settings.

    Raises:
        PolicyFileError: It is refused; with every mistake.
        InputError: It cannot be read.
    """
    if path is None:
        return Policy([RuleUse.by_default(rule) for rule in RULES.values()])
    with reading(path), path.open("rb") as file:
        data = file.read(LARGEST + 1)
    try:
        text = _text(data)
    except DeclarationError as error:
        mistakes = [PolicyMistake(each.path, each.message, each.position) for each in error.mistakes]
        raise PolicyFileError(path, mistakes) from None
    return _Reader(text).read(path)


def policy_of(given: Mapping[str, Any]) -> Policy:
    """Read a policy file that somebody else has read: Pulumi's engine hands each rule its own part.

    Args:
        given: What the file says, by rule; whole numbers may be floats.

    Raises:
        PolicyFileError: It is refused; with every mistake.
    """
    return _Reader(read_json(json.dumps(given))).read(None)


def _text(data: bytes) -> JsonText:
    """Read the JSON as Pulumi's CLI does: no comments, no byte order mark; nothing stands there twice."""
    if len(data) > LARGEST:
        raise _refusal(f"too large; allowed: {LARGEST:,} bytes")
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        raise _refusal("it begins with a byte order mark, which Pulumi's CLI refuses; save it as UTF-8 without one")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise _refusal(f"not text in UTF-8: byte {error.start:,} is none of it; save it as UTF-8") from None
    if not text.strip():
        raise _refusal('there is nothing in it; expected a map of rules, as {"webhook-https": "mandatory"}')
    found = read_json(text)
    found.locate(())
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        what, at = _what_is_at(text, error)
        place = Position(text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
        message = f"not JSON: {what}, which Pulumi's CLI refuses; take it out"
        raise DeclarationError([Mistake((), message, place)]) from None
    if found.notes:
        twice = "stands here twice; keep one"
        raise DeclarationError([Mistake(each.path, twice, found.locate(each.path)) for each in found.notes])
    return found


def _refusal(message: str) -> DeclarationError:
    return DeclarationError([Mistake((), message, START)])


def _what_is_at(text: str, error: json.JSONDecodeError) -> tuple[str, int]:
    """Name what only a tolerant reader takes, and where it begins; of a comma Pythons differ, before 3.13 behind it."""
    if text.startswith(("//", "/*"), error.pos):
        return "a comment", error.pos
    if "control" in error.msg:
        return "a text over several lines, or with another control character", error.pos
    return "a comma before a closing bracket", max(text.rfind(",", 0, error.pos + 1), 0)


class _Reader:
    """Reads what the file says of each rule, collecting the mistakes."""

    def __init__(self, text: JsonText) -> None:
        self._text = text
        self._mistakes: list[PolicyMistake] = []
        self._levels: dict[str, PolicyLevel] = {}
        self._settings: dict[str, Settings] = {}
        self._exempt: dict[str, list[tuple[int, Exemption]]] = {}

    def read(self, path: Path | None) -> Policy:
        """Return what the file says, of which `path` is None where somebody else has read it."""
        value = self._text.value
        if isinstance(value, dict):
            for name, given in value.items():
                self._entry(name, given)
        else:
            self._refuse((), f"expected a map of rules, got {show(value)}")
        if self._mistakes:
            placed = [replace(each, position=self._text.locate(each.path)) for each in self._mistakes]
            raise PolicyFileError(path or POLICY_FILE, placed)
        uses = {name: self._use(rule) for name, rule in RULES.items()}
        return Policy(list(uses.values()), list(self._granted(uses)), path)

    def _use(self, rule: Rule) -> RuleUse:
        """Put together how a rule is used: the nearest level wins; a setting turns a rule on that nothing else does."""
        is_set = rule.name in self._settings
        level: PolicyLevel = "warning" if rule.level == "off" and is_set else rule.level
        if is_set or not rule.needs_setting:
            level = self._levels.get(_ALL, level)
        level = self._levels.get(rule.name, level)
        return RuleUse(rule, level, self._settings.get(rule.name) or rule.settings())

    def _granted(self, uses: Mapping[str, RuleUse]) -> Iterator[Granted]:
        for name, exemptions in self._exempt.items():
            for index, each in exemptions:
                path = (name, _EXEMPT, index)
                position = {member: self._text.locate((*path, member)) for member in json_names(Exemption)}
                yield Granted(uses[name], each, path, position)

    def _refuse(self, path: MemberPath, message: str, rule: str | None = None) -> None:
        self._mistakes.append(PolicyMistake(path, message, rule=rule))

    def _entry(self, name: str, given: object) -> None:
        if name not in _RULE_NAMES:
            self._refuse((name,), _no_rule(name), _UNKNOWN_RULE)
        elif isinstance(given, str):
            self._level(name, (name,), given)
        elif isinstance(given, dict):
            self._members(name, given)
        else:
            fix = "; write 'disabled'" if given is False else f"; allowed levels: {choices(ENFORCEMENT_LEVELS)}"
            self._refuse((name,), f"expected a level, or a map with a level and settings, got {show(given)}{fix}")

    def _members(self, name: str, given: Mapping[str, object]) -> None:
        if _LEVEL in given:
            self._level(name, (name, _LEVEL), given[_LEVEL])
        if name != _ALL and _EXEMPT in given:
            self._exemptions(name, given[_EXEMPT])
        known = [] if name == _ALL else json_names(RULES[name].settings)
        allowed = [*known, _LEVEL, *([] if name == _ALL else [_EXEMPT])]
        for each in given:
            if each not in allowed:
                self._refuse((name, each), unknown("setting", each, allowed), _UNKNOWN_SETTING)
        settings = {each: _whole(given[each]) for each in known if each in given}
        if settings:
            with self._refusing(name):
                self._settings[name] = RULES[name].settings.parse(settings)

    @contextmanager
    def _refusing(self, *path: str | int) -> Iterator[None]:
        """Collect the mistakes of what is read inside, below a path."""
        try:
            yield
        except DeclarationError as error:
            for each in error.mistakes:
                self._refuse((*path, *each.path), each.message)

    def _level(self, name: str, path: MemberPath, given: object) -> None:
        if isinstance(given, str) and given in _LEVELS:
            self._levels[name] = _LEVELS[given]
        else:
            self._refuse(path, _no_level(given))

    def _exemptions(self, name: str, given: object) -> None:
        path = (name, _EXEMPT)
        if not isinstance(given, list):
            fix = "; write [{…}]" if isinstance(given, dict) else ""
            self._refuse(path, f"expected a list of exemptions, got {show(given)}{fix}")
            return
        for index, each in enumerate(given):
            if not isinstance(each, dict):
                self._refuse((*path, index), f"expected a map with {choices(requires(Exemption))}, got {show(each)}")
                continue
            with self._refusing(*path, index):
                self._exempt.setdefault(name, []).append((index, Exemption.parse(each)))


def _no_rule(name: str) -> str:
    """Write the message for the name of no policy rule."""
    rule = LINT_RULES.get(name)
    if rule is None:
        return unknown("rule", name, _RULE_NAMES)
    of = f"{show(name)} is a rule of check, not of policy"
    if name.startswith("never-") and rule.level == "error":
        return f"{of}; 'never-matches' is what rules the never-… findings here"
    return f"{of}; a subscription's 'allow' is what silences it"


def _no_level(given: object) -> str:
    """Write the message for what is no level."""
    if given == "remediate":
        return "'remediate' is refused, for no rule changes what is declared; write 'mandatory' or 'advisory'"
    meant = _MEANT.get(given.lower()) if isinstance(given, str) else "disabled" if given is False else None
    if meant:
        return f"unknown level {show(given)}; did you mean '{meant}'?"
    return unknown("level", given, ENFORCEMENT_LEVELS)


def _whole(value: Any) -> Any:
    """Write every whole number as one: JSON, and Pulumi's CLI, have 30 and 30.0 alike."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: _whole(each) for name, each in value.items()}
    return [_whole(each) for each in value] if isinstance(value, list) else value
