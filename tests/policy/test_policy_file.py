"""The policy file: what it may hold, how its levels and settings are used, and each mistake with its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from azureml_events.lint.rules import RULES as LINT_RULES
from azureml_events.policy.judge import RuleUse
from azureml_events.policy.policy_file import LARGEST, PolicyFileError, load_policy
from azureml_events.policy.rules import RULES
from azureml_events.policy.settings_schema import policy_schema
from azureml_events.stackfile.input_error import InputError
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

ENTRY = {"resource": "ml-prod/hook", "reason": "the vendor moves in March", "until": "2027-03-31"}


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a policy file is, in the working directory."""
    monkeypatch.chdir(tmp_path)
    return Path("policy.json")


def refusal(file: Path) -> PolicyFileError | None:
    """Why a file is refused; None where it is not."""
    try:
        load_policy(file)
    except PolicyFileError as error:
        return error
    return None


def uses(file: Path, written: Any) -> dict[str, RuleUse]:
    """How a file uses the rules."""
    file.write_text(json.dumps(written), encoding="utf-8")
    return {use.rule.name: use for use in load_policy(file).uses}


LEVELS: list[tuple[str, Any, str, str]] = [
    ("a level", {"webhook-tls": "mandatory"}, "webhook-tls", "error"),
    ("a level in a map", {"webhook-tls": {"enforcementLevel": "mandatory"}}, "webhook-tls", "error"),
    ("advisory", {"webhook-https": "advisory"}, "webhook-https", "warning"),
    ("disabled", {"webhook-https": "disabled"}, "webhook-https", "off"),
    ("nothing said", {}, "webhook-https", "error"),
    ("an empty map", {"webhook-https": {}}, "webhook-https", "error"),
    ("only exemptions", {"webhook-https": {"exempt": [ENTRY]}}, "webhook-https", "error"),
    ("all", {"all": "advisory"}, "webhook-https", "warning"),
    ("all in a map", {"all": {"enforcementLevel": "disabled"}}, "webhook-https", "off"),
    ("the own level before all", {"all": "disabled", "webhook-https": "mandatory"}, "webhook-https", "error"),
    ("the own level before all, before it", {"webhook-tls": "advisory", "all": "mandatory"}, "webhook-tls", "warning"),
    ("settings keep the level", {"expiring": {"days": 60}}, "expiring", "warning"),
    ("settings keep that of all", {"all": "mandatory", "expiring": {"days": 60}}, "expiring", "error"),
    ("off", {}, "webhook-host", "off"),
    ("a setting turns on", {"webhook-host": {"allowed": ["*.contoso.com"]}}, "webhook-host", "warning"),
    ("exemptions do not turn on", {"webhook-host": {"exempt": [ENTRY]}}, "webhook-host", "off"),
    ("a level turns on", {"handler-open-network": "advisory"}, "handler-open-network", "warning"),
    ("all turns on", {"all": "mandatory"}, "handler-open-network", "error"),
    ("all turns on nothing that needs a setting", {"all": "mandatory"}, "destination-kind", "off"),
    (
        "all and a setting",
        {"all": "mandatory", "destination-kind": {"allowed": ["EventHub"]}},
        "destination-kind",
        "error",
    ),
    ("a level turns on what needs a setting", {"webhook-host": "mandatory"}, "webhook-host", "error"),
    ("all keeps off", {"all": "disabled", "webhook-host": {"allowed": ["*"]}}, "webhook-host", "off"),
    (
        "disabled wins over a setting",
        {"webhook-host": {"enforcementLevel": "disabled", "allowed": ["*"]}},
        "webhook-host",
        "off",
    ),
    ("a rule of a review alone", {"webhook-url-secret": "advisory"}, "webhook-url-secret", "warning"),
    ("a rule on exemptions", {"exemption-unused": "mandatory"}, "exemption-unused", "error"),
]


@pytest.mark.parametrize(("why", "written", "rule", "level"), LEVELS, ids=[each[0] for each in LEVELS])
def test_a_rule_has_the_level_of_the_nearest_word(file: Path, why: str, written: Any, rule: str, level: str) -> None:
    assert uses(file, written)[rule].level == level, why


def test_no_file_is_the_rules_own_levels() -> None:
    policy = load_policy(None)

    assert [(use.rule.name, use.level) for use in policy.uses] == [(each.name, each.level) for each in RULES.values()]
    assert (policy.exemptions, policy.path) == ((), None)


def test_settings_are_the_rules_own_and_whole_numbers_may_have_a_point(file: Path) -> None:
    found = uses(file, {"expiring": {"days": 60.0}, "retry-bounds": {"minAttempts": 5}})

    assert (found["expiring"].settings.days, type(found["expiring"].settings.days)) == (60, int)
    assert (found["retry-bounds"].settings.min_attempts, found["retry-bounds"].settings.max_attempts) == (5, 30)


ALLOWED = "enforcementLevel, exempt"
MISTAKES: list[tuple[str, str, list[str]]] = [
    (
        "an unknown rule",
        '{"webhok-https": "mandatory"}',
        ["1:18: webhok-https: unknown rule 'webhok-https'; did you mean 'webhook-https'?"],
    ),
    (
        "a lint rule",
        '{"every-status": "disabled"}',
        [
            (
                "1:18: every-status: 'every-status' is a rule of check, not of policy; "
                "a subscription's 'allow' is what silences it"
            )
        ],
    ),
    (
        "a never rule",
        '{"never-subject": {"exempt": []}}',
        [
            (
                "1:2: never-subject: 'never-subject' is a rule of check, not of policy; "
                "'never-matches' is what rules the never-… findings here"
            )
        ],
    ),
    (
        "an unknown setting",
        '{"webhook-host": {"allow": ["x"]}}',
        ["1:19: webhook-host.allow: unknown setting 'allow'; did you mean 'allowed'?"],
    ),
    (
        "a setting of a rule without",
        '{"webhook-https": {"days": 3}}',
        [f"1:28: webhook-https.days: unknown setting 'days'; allowed: {ALLOWED}"],
    ),
    (
        "a setting of all",
        '{"all": {"exempt": []}}',
        ["1:10: all.exempt: unknown setting 'exempt'; allowed: enforcementLevel"],
    ),
    (
        "a wrong setting",
        '{"expiring": {"days": "30"}}',
        ["1:23: expiring.days: expected a whole number, got '30'; write 30"],
    ),
    ("half a day", '{"expiring": {"days": 30.5}}', ["1:23: expiring.days: expected a whole number, got 30.5"]),
    (
        "a setting out of range",
        '{"expiring": {"days": 1e6}}',
        ["1:23: expiring.days: 1000000 is out of range; allowed: 1 to 3650"],
    ),
    (
        "a setting without a value",
        '{"expiring": {"days": null}}',
        ["1:23: expiring.days: got nothing; write a value, or leave the field out"],
    ),
    (
        "an unknown level",
        '{"expiring": "error"}',
        ["1:14: expiring: unknown level 'error'; did you mean 'mandatory'?"],
    ),
    (
        "a level in other letters",
        '{"all": "Mandatory"}',
        ["1:9: all: unknown level 'Mandatory'; did you mean 'mandatory'?"],
    ),
    (
        "remediate",
        '{"expiring": {"enforcementLevel": "remediate"}}',
        [
            (
                "1:35: expiring.enforcementLevel: 'remediate' is refused, for no rule changes what is declared; "
                "write 'mandatory' or 'advisory'"
            )
        ],
    ),
    (
        "a level that is no text",
        '{"expiring": {"enforcementLevel": 3}}',
        ["1:35: expiring.enforcementLevel: unknown level 3; allowed: mandatory, advisory, disabled"],
    ),
    (
        "false",
        '{"expiring": false}',
        ["1:14: expiring: expected a level, or a map with a level and settings, got false; write 'disabled'"],
    ),
    (
        "null",
        '{"expiring": null}',
        [
            (
                "1:14: expiring: expected a level, or a map with a level and settings, got nothing; "
                "allowed levels: mandatory, advisory, disabled"
            )
        ],
    ),
    (
        "a list",
        '{"expiring": ["mandatory"]}',
        [
            (
                "1:2: expiring: expected a level, or a map with a level and settings, got a list; "
                "allowed levels: mandatory, advisory, disabled"
            )
        ],
    ),
    ("a list of rules", "[]", ["1:1: expected a map of rules, got a list"]),
    (
        "one exemption",
        '{"expired": {"exempt": {}}}',
        ["1:14: expired.exempt: expected a list of exemptions, got a map; write [{…}]"],
    ),
    (
        "an exemption that is text",
        '{"expired": {"exempt": ["ml-prod/hook"]}}',
        ["1:25: expired.exempt[0]: expected a map with resource, reason, until, got 'ml-prod/hook'"],
    ),
    (
        "an empty exemption",
        '{"expired": {"exempt": [{}]}}',
        [f"1:25: expired.exempt[0].{name}: required, but missing" for name in ("resource", "reason", "until")],
    ),
    (
        "a wrong exemption",
        '{"expired": {"exempt": [\n{"resource": "", "reason": "short    ",\n "until": "2027-02-30", "owner": "me"}]}}',
        [
            "2:14: expired.exempt[0].resource: '' names nothing; write a name, or take it out",
            "2:28: expired.exempt[0].reason: 'short    ' is no reason; say why in at least 10 characters",
            "3:11: expired.exempt[0].until: '2027-02-30' is no date; expected one as '2027-03-31'",
            "3:34: expired.exempt[0].owner: unknown field 'owner'; who accepts it is 'by'",
        ],
    ),
    (
        "all at once, in the order of the text",
        '{\n "webhook-hots": "mandatory",\n "expiring": {"dys": 3, "enforcementLevel": "warn"},\n "expired": 1\n}',
        [
            "2:18: webhook-hots: unknown rule 'webhook-hots'; did you mean 'webhook-host'?",
            "3:22: expiring.dys: unknown setting 'dys'; did you mean 'days'?",
            "3:45: expiring.enforcementLevel: unknown level 'warn'; allowed: mandatory, advisory, disabled",
            (
                "4:13: expired: expected a level, or a map with a level and settings, got 1; "
                "allowed levels: mandatory, advisory, disabled"
            ),
        ],
    ),
    ("nothing", " \n", ['1:1: there is nothing in it; expected a map of rules, as {"webhook-https": "mandatory"}']),
    ("no JSON", '{"expired": mandatory}', ["1:13: not JSON: expected a value, got 'mandatory'"]),
    ("not to its end", '{"expired": ', ["1:13: not JSON: expected a value, got the end of the file"]),
    (
        "a comment",
        '{\n // why\n "expired": "advisory"}',
        ["2:2: not JSON: a comment, which Pulumi's CLI refuses; take it out"],
    ),
    (
        "a last comma",
        '{"expired": "advisory",}',
        ["1:23: not JSON: a comma before a closing bracket, which Pulumi's CLI refuses; take it out"],
    ),
    (
        "a rule that stands there twice",
        '{"expired": "advisory",\n "expired": "mandatory"}',
        ["2:13: expired: stands here twice; keep one"],
    ),
    (
        "a member that stands there twice",
        '{"expiring": {"days": 3, "days": 4}}',
        ["1:34: expiring.days: stands here twice; keep one"],
    ),
    ("no number", '{"expiring": {"days": NaN}}', ["1:23: not JSON: expected a value, got 'NaN'"]),
]


@pytest.mark.parametrize(("why", "written", "lines"), MISTAKES, ids=[each[0] for each in MISTAKES])
def test_a_mistake_is_refused_with_its_place(file: Path, why: str, written: str, lines: list[str]) -> None:
    file.write_text(written, encoding="utf-8")

    with pytest.raises(PolicyFileError) as refused:
        load_policy(file)

    assert list(refused.value.lines) == [f"policy.json:{line}" for line in lines], why


@pytest.mark.parametrize("name", LINT_RULES)
def test_no_lint_rule_may_stand_in_the_file(file: Path, name: str) -> None:
    assert name not in RULES
    with pytest.raises(PolicyFileError):
        uses(file, {name: "disabled"})


DATES = ["2027-3-31", "20270331", "2027-03-31T00:00:00Z", " 2027-03-31", "31.03.2027", "never", "", 2027, None, True]


@pytest.mark.parametrize("date", DATES, ids=repr)
def test_a_day_is_written_in_one_way(file: Path, date: object) -> None:
    with pytest.raises(PolicyFileError) as refused:
        uses(file, {"expired": {"exempt": [{**ENTRY, "until": date}]}})

    assert "expired.exempt[0].until: " in str(refused.value)


ENCODINGS = [
    ("utf-16", "it begins with a byte order mark, which Pulumi's CLI refuses; save it as UTF-8 without one"),
    ("utf-8-sig", "it begins with a byte order mark, which Pulumi's CLI refuses; save it as UTF-8 without one"),
    ("latin-1", "not text in UTF-8: byte 18 is none of it; save it as UTF-8"),
]


@pytest.mark.parametrize(("encoding", "message"), ENCODINGS, ids=[each[0] for each in ENCODINGS])
def test_another_encoding_is_refused(file: Path, encoding: str, message: str) -> None:
    file.write_bytes('{"name-pattern": "ü"}'.encode(encoding))

    with pytest.raises(PolicyFileError) as refused:
        load_policy(file)

    assert refused.value.lines == (f"policy.json:1:1: {message}",)


def test_what_is_too_large_or_too_deep_is_refused(file: Path) -> None:
    for written, message in (
        (" " * (LARGEST + 1), "too large; allowed: 262,144 bytes"),
        (
            '{"expired": ' + "[" * 5000 + "]" * 5000 + "}",
            "nested too deeply; allowed: 300 maps and lists in each other",
        ),
        ('{"expired": ' + "[" * 400 + "]" * 400 + "}", "nested too deeply; allowed: 300 maps and lists in each other"),
    ):
        file.write_text(written)
        with pytest.raises(PolicyFileError) as refused:
            load_policy(file)
        assert str(refused.value).endswith(message)


def test_a_file_that_cannot_be_read_is_refused(file: Path, tmp_path: Path) -> None:
    for path, message in ((file, "No such file or directory"), (tmp_path, "Is a directory")):
        with pytest.raises(InputError) as refused:
            load_policy(path)
        assert refused.value.lines == (f"{path}: cannot be read: {message}",)


def test_no_key_of_a_url_is_repeated(file: Path) -> None:
    url = "https://hooks.contoso.com/in?code=planted-key"
    with pytest.raises(PolicyFileError) as refused:
        uses(file, {"webhook-host": {"allowed": [url], "enforcementLevel": url}, "expired": {"exempt": [url]}})

    assert len(refused.value.lines) == 3
    assert "planted-key" not in str(refused.value)


_NAMES = st.one_of(
    st.sampled_from(
        [*RULES, "all", "never-subject", "enforcementLevel", "exempt", "days", "allowed", "tags", "labels"]
    ),
    st.sampled_from(["resource", "reason", "until", "by", "finding"]),
    st.text(max_size=6),
)
_LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12),
    st.sampled_from(["mandatory", "advisory", "disabled", "2027-03-31", "*", "ml-prod/hook", "same"]),
)
_JSON = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=4), max_leaves=12
)
_ENTRIES = st.lists(st.dictionaries(_NAMES, _LEAVES, max_size=5) | st.just(ENTRY), max_size=3)
_POLICIES = st.dictionaries(
    st.sampled_from([*RULES, "all"]), st.fixed_dictionaries({}, optional={"exempt": _ENTRIES, "days": _LEAVES}) | _JSON
)
SCHEMA = Draft202012Validator(policy_schema(), format_checker=Draft202012Validator.FORMAT_CHECKER)


@given(_JSON | _POLICIES)
@example({"expiring": {"days": 1e300}})
@example({"required-tags": {"tags": {"\x00": "\ud800"}}})
@example({"*": "x" * 100_000})
def test_any_json_is_a_policy_or_refused_and_the_schema_takes_every_policy(
    tmp_path_factory: pytest.TempPathFactory, written: Any
) -> None:
    file = tmp_path_factory.getbasetemp() / "any-policy.json"
    file.write_text(json.dumps(written), encoding="utf-8")

    error = refusal(file)

    if error is None:
        SCHEMA.validate(written)
    else:
        assert all(each.position for each in error.mistakes)
        assert all(line.isprintable() for line in error.lines)


@given(st.binary(max_size=40) | st.text(max_size=40).map(str.encode))
def test_any_bytes_are_a_policy_or_refused(tmp_path_factory: pytest.TempPathFactory, written: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "any-bytes.json"
    file.write_bytes(written)

    error = refusal(file)

    assert error is None or error.lines
