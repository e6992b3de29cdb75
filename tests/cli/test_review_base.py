"""`review --base`: a file, a git revision, recorded events."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from azureml_events.event_grid.samples import sample
from cli.conftest import Run
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

ID = (
    "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-ml/providers/"
    "Microsoft.MachineLearningServices/workspaces/ml-prod"
)
STACK = f"""\
config:
  azureml-events:workspaces:
    ml-prod: {{resourceId: {ID}, location: westeurope}}
  azureml-events:handlers:
    hook: {{type: WebHook, endpointUrl: https://hooks.contoso.com/events}}
  azureml-events:subscriptions:
    failed: {{handler: hook, when: {{runFailed: {{experimentName: train-churn}}}}}}
"""
WIDER = STACK.replace("runFailed: {experimentName: train-churn}", "runFailed: {}")

pytestmark = pytest.mark.needs("git")


def git(directory: Path, *arguments: str) -> None:
    """Run git in a directory, as nobody in particular."""
    named = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(directory), *named, *arguments], check=True, capture_output=True)  # noqa: S603, S607 ours


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose stack has one revision, and is wider now."""
    (tmp_path / "Pulumi.yaml").write_text("name: azureml-events\nruntime: python\n", encoding="utf-8")
    (tmp_path / "Pulumi.prod.yaml").write_text(STACK, encoding="utf-8")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    (tmp_path / "Pulumi.prod.yaml").write_text(WIDER, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def changed(run: Run, *arguments: str) -> dict[str, Any]:
    """What `review --format json` prints, which its schema allows."""
    printed: dict[str, Any] = json.loads(run("review", "prod", *arguments, "--format", "json").stdout)
    Draft202012Validator(json.loads(run("review", "--schema").stdout)).validate(printed)
    return printed


def test_a_revision_is_compared_with(run: Run, project: Path) -> None:
    assert project.is_dir()
    (change,) = changed(run, "--base", "HEAD")["changes"]

    assert (change["kind"], change["workspace"]) == ("change-newly-delivered", "ml-prod")
    assert (change["destination"], change["subscriptions"]) == ("hook (WebHook hooks.contoso.com)", ["failed"])
    (example,) = change["events"]
    assert (example["before"]["verdict"], example["after"]["verdict"]) == ("no match", "match")
    assert example["before"]["because"]["key"] == "data.experimentName"
    assert change["count"] is None


def test_a_file_is_compared_with(run: Run, project: Path) -> None:
    (project / "Pulumi.old.yaml").write_text(STACK, encoding="utf-8")
    assert [each["kind"] for each in changed(run, "--base", "Pulumi.old.yaml")["changes"]] == ["change-newly-delivered"]


def test_what_watches_a_topic_is_no_change_for_events_and_is_said(run: Run, project: Path) -> None:
    group = ID.replace("Microsoft.MachineLearningServices/workspaces/ml-prod", "Microsoft.Insights/actionGroups/ag")
    watched = STACK.replace("location: westeurope", f"location: westeurope, alerts: {{actionGroupId: {group}}}")
    (project / "Pulumi.prod.yaml").write_text(watched, encoding="utf-8")

    result = run("review", "prod", "--base", "HEAD")

    assert "--base: what watches the topics changed too" in result.stderr
    assert "ml-prod/alert-dropped" in result.stderr
    assert "no change for events" in result.stdout
    (project / "Pulumi.prod.yaml").write_text(STACK, encoding="utf-8")
    assert "watches" not in run("review", "prod", "--base", "HEAD").stderr


def test_a_workspaces_other_key_changes_nothing_that_watches_its_topic(run: Run, project: Path) -> None:
    group = ID.replace("Microsoft.MachineLearningServices/workspaces/ml-prod", "Microsoft.Insights/actionGroups/ag")
    watched = STACK.replace(
        "location: westeurope",
        f"location: westeurope, systemTopic: {{name: ml-events}}, alerts: {{actionGroupId: {group}}}",
    )
    (project / "Pulumi.old.yaml").write_text(watched, encoding="utf-8")
    (project / "Pulumi.prod.yaml").write_text(watched.replace("    ml-prod:", "    renamed:"), encoding="utf-8")

    result = run("review", "prod", "--base", "Pulumi.old.yaml")

    assert "renamed/failed" in result.stdout
    assert "watches" not in result.stderr


def test_a_change_at_level_error_is_a_gate(run: Run, project: Path) -> None:
    gate = {"change-newly-delivered": {"enforcementLevel": "mandatory", "kinds": ["WebHook"]}}
    (project / "policy.json").write_text(json.dumps(gate), encoding="utf-8")
    result = run("review", "prod", "--base", "HEAD")
    assert result.exit_code == 1
    assert "error: hook (hooks.contoso.com) newly receives RunStatusChanged" in " ".join(result.stdout.split())


def test_an_exempt_change_is_no_gate(run: Run, project: Path) -> None:
    exempt = {"resource": "ml-prod/failed", "reason": "agreed with the owner", "until": "2099-03-31"}
    gate = {"change-newly-delivered": {"enforcementLevel": "mandatory", "exempt": [exempt]}}
    (project / "policy.json").write_text(json.dumps(gate), encoding="utf-8")
    result = run("review", "prod", "--base", "HEAD")
    assert (result.exit_code, "exempt until 2099-03-31: agreed with the owner" in " ".join(result.stdout.split())) == (
        0,
        True,
    )


def test_a_gate_for_hubs_lets_a_webhook_be(run: Run, project: Path) -> None:
    gate = {"change-newly-delivered": {"enforcementLevel": "mandatory", "kinds": ["EventHub"]}}
    (project / "policy.json").write_text(json.dumps(gate), encoding="utf-8")
    assert run("review", "prod", "--base", "HEAD").exit_code == 0


def test_the_policy_file_of_the_revision_counts(run: Run, project: Path) -> None:
    (project / "policy.json").write_text('{"webhook-https": "mandatory"}', encoding="utf-8")
    git(project, "add", ".")
    git(project, "commit", "-qm", "second")
    exempt = {"resource": "ml-prod/failed", "reason": "moves in March", "until": "2099-03-31"}
    lower = {"webhook-https": {"enforcementLevel": "advisory", "exempt": [exempt]}}
    (project / "policy.json").write_text(json.dumps(lower), encoding="utf-8")

    kinds = [each["kind"] for each in changed(run, "--base", "HEAD")["changes"]]

    assert kinds == ["change-exemption", "change-level-lowered"]


@pytest.mark.parametrize("given", ["recorded/events.jsonl", "recorded"])
def test_recorded_events_are_counted_and_shown_by_their_deciding_data(run: Run, project: Path, given: str) -> None:
    of_other = {"data.runStatus": "Failed", "data.experimentName": "other", "data.runTags.owner": "somebody"}
    events = [
        sample("RunStatusChanged", set=of_other, workspace_id=ID),
        sample("RunStatusChanged", set={"data.runStatus": "Failed"}, workspace_id=ID),
        sample("ModelRegistered", workspace_id=ID),
    ]
    (project / "recorded").mkdir()
    (project / "recorded" / "events.jsonl").write_text("\n".join(map(json.dumps, events)), encoding="utf-8")

    (change,) = changed(run, "--base", "HEAD", "--events", given)["changes"]

    assert change["count"] == 1
    assert "1 of 3 recorded events" in change["because"]
    assert change["events"][0]["event"] == {
        "eventType": events[0]["eventType"],
        "subject": events[0]["subject"],
        "data": {"runStatus": "Failed", "experimentName": "other"},
    }


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--base", "nowhere"], "--base: 'nowhere' is no file, and no revision of the git repository"),
        (["--base=--help"], "--base: '--help' is no file, and no revision of the git repository"),
        (["--events", "x.jsonl"], "--events: says something of changes; give what to compare with as --base"),
    ],
)
def test_a_wrong_base_is_refused(run: Run, project: Path, arguments: list[str], text: str) -> None:
    assert project.is_dir()
    result = run("review", "prod", *arguments)
    assert (result.exit_code, text in result.stderr) == (2, True)


def test_outside_a_repository_there_are_no_revisions(
    run: Run, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = tmp_path_factory.mktemp("plain")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(directory.parent))
    (directory / "Pulumi.prod.yaml").write_text(STACK, encoding="utf-8")
    result = run("review", str(directory / "Pulumi.prod.yaml"), "--base", "main")
    assert (result.exit_code, "in no git repository" in result.stderr) == (2, True)


def test_what_is_not_there_at_the_revision_is_all_new(run: Run, project: Path) -> None:
    (project / "Pulumi.new.yaml").write_text(STACK, encoding="utf-8")
    result = run("review", "new", "--base", "HEAD")
    assert "there is no Pulumi.new.yaml at 'HEAD', so everything in it is new" in result.stderr
    assert "newly receives RunStatusChanged" in " ".join(result.stdout.split())


def test_a_base_that_is_refused_is_said_and_nothing_is_compared(run: Run, project: Path) -> None:
    (project / "Pulumi.old.yaml").write_text(STACK.replace("runFailed", "runFaild"), encoding="utf-8")
    result = run("review", "prod", "--base", "Pulumi.old.yaml")
    assert (result.exit_code, "is not valid by today's rules" in result.stderr) == (0, True)
    assert "Changes" not in result.stdout


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_every_report_says_that_nothing_changes(project: Path, run: Run, form: str) -> None:
    (project / "Pulumi.prod.yaml").write_text(STACK, encoding="utf-8")

    assert "no change" in run("review", "Pulumi.prod.yaml", "--base", "HEAD", "--format", form).stdout
    assert "no change" not in run("review", "Pulumi.prod.yaml", "--format", form).stdout


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_every_report_says_that_nothing_could_be_compared(project: Path, run: Run, form: str) -> None:
    (project / "old.yaml").write_text("config: {azureml-events:workspaces: 1}\n", encoding="utf-8")

    told = run("review", "Pulumi.prod.yaml", "--base", "old.yaml", "--format", form).stdout

    assert "not compared with its base" in told
    assert "no change" not in told.replace("no changes are shown", "")
