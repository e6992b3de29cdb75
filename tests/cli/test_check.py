"""`check`: mistakes and findings, in three formats."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli.conftest import HUB, STACK, Run

NEVER = STACK.replace("when: runFailed", "includedEventTypes: [RunCompleted], subjectBeginsWith: /experiments/")
SUSPICIOUS = STACK.replace("when: runFailed", "includedEventTypes: [RunStatusChanged]")


def test_a_stack_file_without_findings_is_fine(run: Run) -> None:
    result = run("check", "stack.yaml")

    assert (result.exit_code, result.stdout, result.stderr) == (0, "stack.yaml: no findings\n", "")


def test_a_filter_that_never_matches_is_an_error_with_its_place_and_fix(run: Run, project: Path) -> None:
    (project / "stack.yaml").write_text(NEVER)

    result = run("check", "stack.yaml")

    assert result.exit_code == 1
    [line] = [line for line in result.stdout.splitlines() if "error" in line]
    place, _, rest = line.partition(": error: ")
    assert place[: len("stack.yaml:9:")] == "stack.yaml:9:"
    assert rest[: rest.index(":") + 2] == "subscriptions.failed-runs.subjectBeginsWith: "
    assert line.endswith("(never-subject)")


def test_a_warning_leaves_the_exit_status_0(run: Run, project: Path) -> None:
    (project / "stack.yaml").write_text(SUSPICIOUS)

    result = run("check", "stack.yaml")

    assert result.exit_code == 0
    assert ": warning: subscriptions.failed-runs" in result.stdout


def test_a_silenced_rule_is_silent(run: Run, project: Path) -> None:
    silenced = SUSPICIOUS.replace("[RunStatusChanged]", "[RunStatusChanged], allow: {every-status: we count them}")
    (project / "stack.yaml").write_text(silenced)

    assert "no findings" in run("check", "stack.yaml").stdout


def test_json_has_all_of_each_finding(run: Run, project: Path) -> None:
    (project / "stack.yaml").write_text(NEVER)

    printed = json.loads(run("check", "stack.yaml", "--format", "json").stdout)

    assert printed["stack"] == "stack"
    [finding] = [each for each in printed["findings"] if each["level"] == "error"]
    told = {"rule", "level", "path", "message", "fix", "workspace", "subscription", "file", "line", "column", "edit"}
    assert told == set(finding)
    assert (finding["workspace"], finding["subscription"]) == ("ml-a", "failed-runs")
    assert (finding["file"], finding["line"], finding["column"]) == ("stack.yaml", 9, 92)
    assert (finding["rule"], finding["path"]) == ("never-subject", "subscriptions.failed-runs.subjectBeginsWith")


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_invalid_input_is_findings_too_and_keeps_status_2(run: Run, project: Path, form: str) -> None:
    (project / "stack.yaml").write_text(STACK.replace("handler: archive", "handler: archiv"))

    result = run("check", "stack.yaml", "--format", form)

    printed = json.loads(result.stdout)
    rules = (
        [each["rule"] for each in printed["findings"]]
        if form == "json"
        else [each["ruleId"] for each in printed["runs"][0]["results"]]
    )
    assert result.exit_code == 2
    assert {"invalid"} == set(rules)
    assert result.stderr == run("check", "stack.yaml").stderr


def test_sarif_points_to_line_and_column(run: Run, project: Path) -> None:
    (project / "stack.yaml").write_text(NEVER)

    [sarif_run] = json.loads(run("check", "stack.yaml", "--format", "sarif").stdout)["runs"]

    [result] = [each for each in sarif_run["results"] if each["level"] == "error"]
    location = result["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "stack.yaml"
    assert location["region"]["startLine"] == 9
    assert result["ruleId"] == sarif_run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"]


def test_mistakes_hide_no_findings_of_other_entries(run: Run, project: Path) -> None:
    both = NEVER.replace("when: modelDeployed", "when: modelDeployd")
    (project / "stack.yaml").write_text(both)

    result = run("check", "stack.yaml")
    printed = json.loads(run("check", "stack.yaml", "--format", "json").stdout)

    assert result.exit_code == 2
    assert [line.partition(": ")[2].partition(":")[0] for line in result.stderr.splitlines()] == [
        "subscriptions.not-yet.when"
    ]
    assert [line for line in result.stdout.splitlines() if "(never-subject)" in line]
    assert [each["rule"] for each in printed["findings"]] == ["invalid", "never-subject"]


@pytest.mark.parametrize("wrong", [("handlers", HUB, "/hub"), ("workspaces", "westeurope", "west!")])
def test_a_wrong_handler_or_workspace_hides_no_finding_of_its_subscriptions(
    run: Run, project: Path, wrong: tuple[str, str, str]
) -> None:
    section, right, replacement = wrong
    (project / "stack.yaml").write_text(NEVER.replace(right, replacement))

    result = run("check", "stack.yaml")

    assert (result.exit_code, section in result.stderr) == (2, True)
    assert "(never-subject)" in result.stdout


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("handler: archive", "handler: archve"),
        ("handler: archive", "handler: [archive]"),
        ("handler: archive", "hander: archive"),
        ("handler: archive", "handler: archive, workspaces: [nowhere]"),
        ("handler: archive", "handler: archive, workspaces: 5"),
        ("subjectBeginsWith:", "label: x, subjectBeginsWith:"),
        ("subjectBeginsWith:", "subjectEndWith: x, retryPolicy: 5, subjectBeginsWith:"),
        ("subjectBeginsWith:", "advancedFilters: [{operatorType: StringIs}], subjectBeginsWith:"),
    ],
)
def test_a_mistake_in_a_subscription_hides_no_proof_about_the_rest_of_it(
    run: Run, project: Path, right: str, wrong: str
) -> None:
    text = NEVER.replace(right, wrong)
    (project / "stack.yaml").write_text(text)

    result = run("check", "stack.yaml")

    assert result.exit_code == 2
    assert [line for line in result.stdout.splitlines() if ": subscriptions.failed-runs.subjectBeginsWith: " in line]


def test_a_filter_that_is_half_read_is_not_doubted(run: Run, project: Path) -> None:
    half = STACK.replace(
        "when: runFailed",
        "includedEventTypes: [RunStatusChanged], advancedFilters: "
        "[{operatorType: StringIs, key: data.runStatus, values: [Failed]},"
        " {operatorType: NumberIn, key: data.runId, values: [1]}]",
    )
    (project / "stack.yaml").write_text(half)

    result = run("check", "stack.yaml")

    assert [line.split(": ")[2] for line in result.stdout.splitlines()] == [
        "subscriptions.failed-runs.advancedFilters[1].key"
    ]


def test_what_is_allowed_stays_allowed_beside_a_mistake(run: Run, project: Path) -> None:
    allowed = NEVER.replace("subjectBeginsWith:", "allow: {never-subject: 5}, subjectBeginsWith:")
    (project / "stack.yaml").write_text(allowed)

    assert (result := run("check", "stack.yaml")).exit_code == 2
    assert "never-subject" not in result.stdout


def test_a_wrong_handler_does_not_hide_that_the_workspace_lies_in_another_cloud(run: Run, project: Path) -> None:
    (project / "stack.yaml").write_text(STACK.replace(HUB, "/hub").replace("westeurope", "usgovvirginia"))

    assert "(other-cloud)" in run("check", "stack.yaml").stdout


def test_an_end_that_has_passed_is_an_error_which_allow_silences(run: Run, project: Path) -> None:
    ended = STACK.replace("when: runFailed", "when: runFailed, expirationTimeUtc: '2020-01-01T00:00:00Z'")
    (project / "stack.yaml").write_text(ended)
    (project / "kept.yaml").write_text(ended.replace("runFailed,", "runFailed, allow: {not-delivering: kept},"))

    result = run("check", "stack.yaml")

    assert (result.exit_code, "(not-delivering)" in result.stdout) == (1, True)
    assert run("check", "kept.yaml").exit_code == 0


def test_a_stack_that_is_not_there_is_named_with_the_likely_one(run: Run, project: Path) -> None:
    (project / "stacks").mkdir()
    (project / "stacks" / "Pulumi.prod.yaml").write_text(STACK)

    result = run("check", "prd")

    assert result.exit_code == 2
    assert result.stderr == "there is no stack 'prd' in stacks; did you mean 'prod'?\n"


def test_sarif_says_of_a_broken_file_only_what_is_wrong(run: Run, project: Path) -> None:
    (project / "stack.yaml").write_text("config: [")

    [sarif_run] = json.loads(run("check", "stack.yaml", "--format", "sarif").stdout)["runs"]

    assert sarif_run["results"][0]["message"]["text"].startswith("not YAML")


def test_a_silenced_rule_that_does_not_exist_is_a_warning_with_its_place(run: Run, project: Path) -> None:
    silenced = SUSPICIOUS.replace("[RunStatusChanged]", "[RunStatusChanged], allow: {every-statuss: we count them}")
    (project / "stack.yaml").write_text(silenced)

    [line] = [line for line in run("check", "stack.yaml").stdout.splitlines() if "unknown-rule" in line]

    assert "warning: subscriptions.failed-runs.allow.every-statuss: unknown rule" in line
    assert "did you mean 'every-status'?" in line
