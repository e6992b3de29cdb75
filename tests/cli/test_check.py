"""`check`: mistakes and findings, in three formats."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from azureml_events.lint.rules import RULES
from azureml_events.policy.rules import RULES as POLICY_RULES
from azureml_events.review.rules import REVIEW_RULES
from cli.conftest import HUB, STACK, WORKSPACE, Run

NEVER = STACK.replace("when: runFailed", "includedEventTypes: [RunCompleted], subjectBeginsWith: /experiments/")
SUSPICIOUS = STACK.replace("when: runFailed", "includedEventTypes: [RunStatusChanged]")

DOCUMENT = f"""\
[{{
  "name": "models",
  "topic": "{WORKSPACE}/ml-a",
  "destination": {{"endpointType": "EventHub", "resourceId": "{HUB}"}},
  "filter": {{"subjectBeginsWith": "/models/churn",
    "includedEventTypes": ["Microsoft.MachineLearningServices.ModelRegistered"]}}
}}]
"""


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


def test_several_inputs_are_a_list_and_one_that_is_wrong_stops_none(run: Run, project: Path) -> None:
    (project / "b.yaml").write_text(NEVER)
    (project / "wrong.yaml").write_text(STACK.replace("when: runFailed", "when: runFaild"))

    result = run("check", "stack.yaml", "wrong.yaml", "b.yaml", "--format", "json")

    printed = json.loads(result.stdout)
    assert [each["stack"] for each in printed] == ["stack", "wrong", "b"]
    assert [{one["rule"] for one in each["findings"]} for each in printed] == [set(), {"invalid"}, {"never-subject"}]
    assert (result.exit_code, result.stderr.startswith("wrong.yaml:")) == (2, True)
    assert run("check", "stack.yaml", "b.yaml").stdout.startswith("stack.yaml: no findings\nb.yaml:9:92: error: ")


def test_standard_input_has_no_name(run: Run) -> None:
    result = run("check", "-", "--format", "json", stdin=NEVER)

    printed = json.loads(result.stdout)
    assert (result.exit_code, printed["stack"]) == (1, None)
    assert {(each["file"], each["line"]) for each in printed["findings"]} == {("<stdin>", 9)}
    assert run("check", "-", stdin=STACK.replace("runFailed", "runFaild")).stderr.startswith("<stdin>:9:")


def test_standard_input_may_be_a_document(run: Run) -> None:
    result = run("check", "-", stdin=DOCUMENT)

    assert result.stdout.startswith("<stdin>:5:35: error: [0].filter.subjectBeginsWith: ")


@pytest.mark.parametrize(
    ("text", "fail_on", "status"),
    [
        (NEVER, "error", 1),
        (NEVER, "never", 0),
        (SUSPICIOUS, "error", 0),
        (SUSPICIOUS, "warning", 1),
        (SUSPICIOUS, "never", 0),
        (STACK.replace("runFailed", "runFaild"), "never", 2),
    ],
)
def test_the_least_level_that_fails_can_be_chosen(
    run: Run, project: Path, text: str, fail_on: str, status: int
) -> None:
    (project / "stack.yaml").write_text(text)

    assert run("check", "stack.yaml", "--fail-on", fail_on).exit_code == status


def test_a_finding_of_a_document_has_its_place_and_subscription(run: Run, project: Path) -> None:
    (project / "subs.json").write_text(DOCUMENT)

    [finding] = json.loads(run("check", "subs.json", "--format", "json").stdout)["findings"]

    assert (finding["file"], finding["line"], finding["column"]) == ("subs.json", 5, 35)
    assert (finding["workspace"], finding["subscription"]) == ("ml-a", "models")


def test_a_document_that_is_no_json_is_refused_with_its_place(run: Run, project: Path) -> None:
    (project / "subs.json").write_text('[\n  {"name": x}\n]')

    result = run("check", "subs.json")

    assert (result.exit_code, result.stderr.partition(" ")[0]) == (2, "subs.json:2:12:")


def test_sarif_has_every_rule_once_and_escapes_the_file(run: Run, project: Path) -> None:
    (project / "a b").mkdir()
    (project / "a b" / "stä%ck.yaml").write_text(NEVER)

    sarif = json.loads(run("check", "a b/stä%ck.yaml", "stack.yaml", "--format", "sarif").stdout)

    first, second = sarif["runs"]
    assert first["tool"] == second["tool"]
    names = [rule["id"] for rule in first["tool"]["driver"]["rules"]]
    assert names == [*REVIEW_RULES, *RULES, *POLICY_RULES]
    [result] = first["results"]
    [location] = result["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "a%20b/st%C3%A4%25ck.yaml"
    assert set(location["physicalLocation"]["region"]) == {"startLine", "startColumn", "endLine", "endColumn"}
    assert [each["automationDetails"]["id"] for each in sarif["runs"]] == [
        "azureml-events/st%C3%A4%25ck/",
        "azureml-events/stack/",
    ]


def test_a_fingerprint_does_not_depend_on_the_line(run: Run, project: Path) -> None:
    def fingerprint() -> object:
        [sarif_run] = json.loads(run("check", "stack.yaml", "--format", "sarif").stdout)["runs"]
        return sarif_run["results"][0]["partialFingerprints"]

    (project / "stack.yaml").write_text(NEVER)
    before = fingerprint()
    (project / "stack.yaml").write_text(f"# moved\n{NEVER}")

    assert fingerprint() == before


def test_a_function_addressed_as_a_webhook_is_told_before_its_key(run: Run, project: Path) -> None:
    url = "https://app1.azurewebsites.net/runtime/webhooks/EventGrid?functionName=on-model&code=Zm9vYmFyYmF6"
    hook = f"{{type: WebHook, endpointUrl: '{url}'}}"
    (project / "stack.yaml").write_text(STACK.replace(f"{{type: EventHub, resourceId: {HUB}}}", hook))

    result = run("check", "stack.yaml")

    assert result.exit_code == 2
    assert "Zm9v" not in result.stdout + result.stderr
    assert result.stderr.index("use type AzureFunction with the function's id") < result.stderr.index("pulumi config")


def test_a_functions_url_without_a_key_is_no_secret(run: Run, project: Path) -> None:
    url = "https://app1.azurewebsites.net/runtime/webhooks/EventGrid?functionName=on-model"
    hook = f"{{type: WebHook, endpointUrl: '{url}'}}"
    (project / "stack.yaml").write_text(STACK.replace(f"{{type: EventHub, resourceId: {HUB}}}", hook))

    result = run("check", "stack.yaml")

    assert (result.exit_code, result.stderr, "(no-handshake)" in result.stdout) == (0, "", True)
