"""`review` with a policy file: levels, settings, exemptions, and what is wrong with these."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cli.conftest import STACK, Run
from cli.test_review import DEAD, RAW, WITH_HOOK, places, reviewed

REASON = "the vendor moves in March"


def exempting(rule: str, *entries: dict[str, Any], **members: Any) -> dict[str, Any]:
    """A policy file that exempts resources from one rule."""
    exempt = [{"resource": "plain", "reason": REASON, "until": "2027-03-31", **each} for each in entries]
    return {rule: {**members, "exempt": exempt}}


@pytest.fixture
def program(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A directory with a program of azure-native's own resources: `plain`, `kept` and `late`."""
    directory = tmp_path_factory.mktemp("program")
    (directory / "__main__.py").write_text(RAW, encoding="utf-8")
    return str(directory)


@pytest.fixture
def policy(project: Path) -> Any:
    """Writes a policy file, one member of an entry a line; gives its name."""

    def write(*entries: dict[str, Any]) -> str:
        written = json.dumps({name: value for each in entries for name, value in each.items()}, indent=1)
        (project / "policy.json").write_text(written, encoding="utf-8")
        return "policy.json"

    return write


UNTIL, RESOURCE = "webhook-https.exempt[0].until", "webhook-https.exempt[0].resource"
TOO_LONG = "the exemption holds until 2027-03-31, allowed: 99 days from today"
KEPT = exempting("webhook-https", {"resource": "kept"})
OWN: list[tuple[str, list[dict[str, Any]], list[str]]] = [
    ("in use", [exempting("webhook-https", {})], []),
    (
        "ended",
        [exempting("webhook-https", {"until": "2026-11-25"})],
        [f"7: warning: {UNTIL}: the exemption ended on 2026-11-25 (exemption-expired)"],
    ),
    (
        "on its last day",
        [exempting("webhook-https", {"until": "2026-11-26"})],
        [f"7: warning: {UNTIL}: the exemption ends on 2026-11-26 (exemption-expiring)"],
    ),
    (
        "too long",
        [exempting("webhook-https", {}), {"exemption-too-long": {"maxDays": 99}}],
        [f"7: warning: {UNTIL}: {TOO_LONG} (exemption-too-long)"],
    ),
    ("needed by nothing", [KEPT], [f"5: warning: {RESOURCE}: the exemption silences nothing (exemption-unused)"]),
    (
        "of no resource",
        [exempting("webhook-https", {"resource": "plan"})],
        [
            (
                f"5: warning: {RESOURCE}: the exemption silences nothing: "
                "there is no resource 'plan' in what is reviewed (exemption-unused)"
            )
        ],
    ),
    (
        "of another finding",
        [exempting("webhook-https", {"finding": "Owner"})],
        [f"5: warning: {RESOURCE}: the exemption silences nothing (exemption-unused)"],
    ),
    (
        "of a rule that is off",
        [exempting("webhook-https", {}, enforcementLevel="disabled")],
        [f"6: warning: {RESOURCE}: the exemption silences nothing: webhook-https is off (exemption-unused)"],
    ),
    ("of what is undecided", [exempting("webhook-https", {"resource": "late"})], []),
    ("of what the pack alone says", [exempting("never-matches-by-topic", {})], []),
    (
        "of an exemption",
        [
            exempting("webhook-https", {"until": "2026-12-01"}),
            exempting("exemption-expiring", {"finding": "webhook-https"}),
        ],
        [],
    ),
    (
        "at a level of its own",
        [KEPT, {"exemption-unused": "mandatory"}],
        [f"5: error: {RESOURCE}: the exemption silences nothing (exemption-unused)"],
    ),
    ("at no level", [KEPT, {"exemption-unused": "disabled"}], []),
]


@pytest.mark.parametrize("case", OWN, ids=[each[0] for each in OWN])
def test_an_exemption_is_found_itself(run: Run, policy: Any, program: str, case: Any) -> None:
    why, written, expected = case

    printed = reviewed(run, "dev", "--program", program, "--policy", policy(*written))

    found = [each for each in printed["findings"] if each["file"] == "policy.json" and each["exempt"] is None]
    lines = [f"{each['line']}: {each['level']}: {each['path']}: {each['message']} ({each['rule']})" for each in found]
    assert lines == expected, why
    assert all(each["column"] > 1 for each in found)


def test_what_was_exempt_is_back_after_its_end_and_says_so(run: Run, policy: Any, program: str) -> None:
    file = policy(exempting("webhook-https", {"until": "2026-11-25"}))

    printed = reviewed(run, "dev", "--program", program, "--policy", file)

    [found] = [each for each in printed["findings"] if each["rule"] == "webhook-https"]
    assert (found["level"], found["exempt"]) == ("error", None)
    assert found["message"].endswith(", allowed: https (its exemption ended on 2026-11-25)")


def test_without_exemptions_everything_is_shown(run: Run, policy: Any, program: str) -> None:
    file = policy(exempting("webhook-https", {}, {"resource": "kept", "until": "2026-01-31"}))
    arguments = ("dev", "--program", program, "--policy", file)

    shown, hidden = reviewed(run, *arguments, "--no-exemptions"), reviewed(run, *arguments)

    assert [each["exempt"] for each in shown["findings"] if each["exempt"]] == []
    assert {each["rule"] for each in hidden["findings"]} - {each["rule"] for each in shown["findings"]} == {
        "exemption-expired"
    }


def test_where_one_workspace_is_exempt_the_finding_of_the_others_counts(run: Run, project: Path, policy: Any) -> None:
    (project / "stack.yaml").write_text(WITH_HOOK, encoding="utf-8")
    file = policy(exempting("webhook-tls", {"resource": "ml-b/hooked"}))

    printed = reviewed(run, "stack.yaml", "--policy", file)

    found = [each for each in printed["findings"] if each["rule"] == "webhook-tls"]
    assert [(each["resource"], each["exempt"] is None) for each in found] == [
        ("ml-a/hooked", True),
        ("ml-b/hooked", False),
    ]
    assert {each["line"] for each in found} == {7}


NEVER: list[tuple[str, dict[str, Any], list[tuple[str, str, bool]]]] = [
    ("none", {}, [("ml-a/failed-runs", "error", False)]),
    ("a level", {"never-matches": "advisory"}, [("ml-a/failed-runs", "warning", False)]),
    ("off", {"never-matches": "disabled"}, []),
    ("every workspace", exempting("never-matches", {"resource": "*"}), [("ml-a/failed-runs", "error", True)]),
    (
        "one workspace",
        exempting("never-matches", {"resource": "ml-a/*", "finding": "never-subject"}),
        [("ml-a/failed-runs", "error", True), ("ml-b/failed-runs", "error", False)],
    ),
    (
        "another rule of lint",
        exempting("never-matches", {"resource": "*", "finding": "never-type"}),
        [("ml-a/failed-runs", "error", False)],
    ),
]


@pytest.mark.parametrize("case", NEVER, ids=[each[0] for each in NEVER])
def test_never_matches_rules_what_lint_finds(run: Run, project: Path, policy: Any, case: Any) -> None:
    why, written, expected = case
    (project / "stack.yaml").write_text(DEAD % "", encoding="utf-8")

    printed = reviewed(run, "stack.yaml", "--policy", policy(written))

    found = [each for each in printed["findings"] if each["rule"] == "never-subject"]
    assert sorted((each["resource"], each["level"], each["exempt"] is not None) for each in found) == expected, why


def test_an_allow_beside_an_exemption_reaches_the_pack(run: Run, project: Path, policy: Any) -> None:
    (project / "stack.yaml").write_text(DEAD % ", allow: {never-subject: it is a test}", encoding="utf-8")

    printed = reviewed(run, "stack.yaml", "--policy", policy(exempting("never-matches", {"resource": "*"})))

    assert {"allow-not-exempt", "exemption-unused"} & {each["rule"] for each in printed["findings"]} == set()


@pytest.fixture
def stacks(project: Path) -> Path:
    """A project with two stacks."""
    (project / "Pulumi.yaml").write_text("name: p\nruntime: python\nstackConfigDir: stacks\n", encoding="utf-8")
    (project / "stacks").mkdir()
    for name in ("dev", "prod"):
        (project / "stacks" / f"Pulumi.{name}.yaml").write_text(WITH_HOOK, encoding="utf-8")
    return project / "stacks"


def test_the_policy_file_beside_the_stack_files_is_read(run: Run, stacks: Path) -> None:
    (stacks / "policy.json").write_text('{"webhook-tls": "mandatory"}')

    printed = reviewed(run, "stacks/Pulumi.dev.yaml")

    assert {each["level"] for each in printed["findings"] if each["rule"] == "webhook-tls"} == {"error"}


def test_an_exemption_that_may_be_another_stacks_is_a_note(run: Run, stacks: Path) -> None:
    (stacks / "policy.json").write_text(json.dumps(exempting("webhook-tls", {"resource": "ml-x/hooked"})))

    printed = reviewed(run, "stacks/Pulumi.dev.yaml")

    assert [each["level"] for each in printed["findings"] if each["rule"] == "exemption-unused"] == ["note"]
    (stacks / "Pulumi.prod.yaml").unlink()
    printed = reviewed(run, "stacks/Pulumi.dev.yaml")
    assert [each["level"] for each in printed["findings"] if each["rule"] == "exemption-unused"] == ["warning"]


def test_a_directory_in_place_of_the_file_is_refused(run: Run, stacks: Path) -> None:
    (stacks / "policy.json").mkdir()

    result = run("review", "stacks/Pulumi.dev.yaml")

    assert (result.exit_code, result.stderr) == (2, "stacks/policy.json: cannot be read: Is a directory\n")


WRONG_POLICY, WRONG_INPUT = '{"expired": {"days": 3}}', "config:\n  azureml-events:handlers: 7\n"
BOTH = [
    ("stacks/Pulumi.dev.yaml", "stacks/policy.json", []),
    ("stacks/Pulumi.dev.yaml", "own.json", ["--policy", "own.json"]),
    ("document.json", "own.json", ["--policy", "own.json"]),
]


@pytest.mark.usefixtures("stacks")
@pytest.mark.parametrize(("given", "policy_file", "options"), BOTH)
def test_mistakes_of_the_input_and_of_the_policy_file_are_told_at_once(
    run: Run, project: Path, given: str, policy_file: str, options: list[str]
) -> None:
    (project / given).write_text(WRONG_INPUT)
    (project / policy_file).write_text(WRONG_POLICY)

    printed, result = reviewed(run, given, *options), run("review", given, *options)

    *of_input, of_policy = result.stderr.splitlines()
    assert of_input
    assert all(line.startswith(given) for line in of_input)
    assert of_policy.startswith(f"{policy_file}:1:22: expired.days: unknown setting")
    assert [each["rule"] for each in printed["findings"]] == [*["invalid"] * len(of_input), "unknown-setting"]
    assert result.exit_code == 2


def test_mistakes_are_findings_of_their_own_rules(run: Run, project: Path) -> None:
    (project / "wrong.json").write_text('{"webhok-tls": "mandatory",\n "expired": {"days": 3, "exempt": 4}}')
    arguments = ("stack.yaml", "--policy", "wrong.json")

    printed, result = reviewed(run, *arguments), run("review", *arguments)

    expected = [("unknown-rule", 1), ("unknown-setting", 2), ("invalid", 2)]
    assert [(each["rule"], each["line"]) for each in printed["findings"]] == expected
    assert printed["stack"] == "stack"
    assert (result.exit_code, result.stdout) == (2, "fail: 3 errors\n")
    assert [line.partition(" ")[0] for line in result.stderr.splitlines()] == [
        "wrong.json:1:16:",
        "wrong.json:2:22:",
        "wrong.json:2:35:",
    ]
    sarif = json.loads(run("review", *arguments, "--format", "sarif").stdout)
    assert [each["ruleId"] for each in sarif["runs"][0]["results"]] == [rule for rule, _ in expected]


def test_an_exemption_is_in_sarif_at_its_line_of_the_policy_file(run: Run, policy: Any, program: str) -> None:
    file = policy(exempting("webhook-https", {"resource": "kept"}))
    arguments = ("dev", "--program", program, "--policy", file, "--today", "2026-11-26")

    sarif = json.loads(run("review", *arguments, "--format", "sarif").stdout)

    [found] = [each for each in sarif["runs"][0]["results"] if each["ruleId"] == "exemption-unused"]
    place = found["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("policy.json", 5)


def test_a_setting_reaches_its_rule(run: Run, project: Path, policy: Any) -> None:
    (project / "stack.yaml").write_text(STACK, encoding="utf-8")

    printed = reviewed(run, "stack.yaml", "--policy", policy({"name-pattern": {"subscription": "evg-.+"}}))

    assert {each[0] for each in places(printed, "name-pattern")} == {"ml-a/failed-runs", "ml-b/churn-models"}
