"""The steps of the workflows that `init` writes, run with stand-ins for what they call."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tarfile
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml
from azureml_events.start.repository import plan_files, write_files
from tools.running import ROOT

WORKFLOWS = ROOT / "components" / "azureml_events" / "start" / "templates" / "github"
WORKSPACE = (
    "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-ml/providers/"
    "Microsoft.MachineLearningServices/workspaces/ml-dev"
)
TOPIC = WORKSPACE.split("/providers/", maxsplit=1)[0] + "/providers/Microsoft.EventGrid/systemTopics/ml-dev-events"
pytestmark = pytest.mark.needs("bash", "jq")


def script(workflow: str, job: str, step: str) -> str:
    """The script of a step."""
    steps = yaml.safe_load((WORKFLOWS / workflow).read_text("utf-8"))["jobs"][job]["steps"]
    (found,) = [each["run"] for each in steps if each.get("name") == step]
    return str(found)


class Runner:
    """A machine that runs steps: a directory, with programs of its own before those on PATH.

    Args:
        directory: The directory.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.bin = directory / "bin"
        self.bin.mkdir()

    def program(self, name: str, text: str) -> None:
        """Put a program on PATH, a shell script that also notes how it was called."""
        path = self.bin / name
        path.write_text(f'#!/usr/bin/env bash\necho "{name} $*" >> "{self.directory}/calls.txt"\n{text}\n', "utf-8")
        path.chmod(0o755)

    def run(self, step: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a script as GitHub does."""
        given = {"STACK": "dev", "GITHUB_OUTPUT": "output.txt", "GITHUB_STEP_SUMMARY": "summary.md", **variables}
        path = f"{self.bin}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step],
            cwd=self.directory,
            env={**os.environ, **given, "PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )

    def calls(self) -> list[str]:
        """The calls of the programs so far."""
        path = self.directory / "calls.txt"
        return path.read_text("utf-8").splitlines() if path.exists() else []


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    """A machine with the dev stack of a new repository."""
    done = Runner(tmp_path)
    write_files(tmp_path, plan_files(WORKSPACE, None, "azureml-events"))
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    return done


@pytest.mark.parametrize("workflow", ["review.yml", "deploy.yml", "drift.yml"])
def test_the_stacks_are_those_that_have_a_file(runner: Runner, workflow: str) -> None:
    (runner.directory / "stacks" / "Pulumi.prod-weu.yaml").touch()
    (runner.directory / "stacks" / "Pulumi.$(id) `id`.yaml").touch()

    runner.run(script(workflow, "stacks", "List the stacks that have a file"))

    name, _, value = (runner.directory / "output.txt").read_text("utf-8").partition("=")
    assert (name, sorted(json.loads(value))) == ("names", ["$(id) `id`", "dev", "prod-weu"])


def comment(number: int, body: str, kind: str = "Bot") -> dict[str, Any]:
    """A comment, as GitHub answers it."""
    return {"id": number, "user": {"type": kind}, "body": body}


KEY = "<!-- azureml-events review: dev -->"
COMMENTS = {
    "none": ([[]], "POST repos/o/r/issues/7/comments"),
    "its own, on the second page": (
        [[comment(1, "hello")], [comment(2, f"{KEY}\n### old")]],
        "PATCH repos/o/r/issues/comments/2",
    ),
    "another stack's": ([[comment(1, f"{KEY.replace('dev', 'dev2')}\n")]], "POST repos/o/r/issues/7/comments"),
    "a person's with its key": ([[comment(1, KEY, "User")]], "POST repos/o/r/issues/7/comments"),
    "one that quotes it": ([[comment(1, f"see {KEY}")]], "POST repos/o/r/issues/7/comments"),
}


@pytest.mark.parametrize(("pages", "expected"), COMMENTS.values(), ids=COMMENTS)
def test_the_comment_is_found_by_its_key(runner: Runner, pages: list[Any], expected: str) -> None:
    (runner.directory / "pages.json").write_text("".join(map(json.dumps, pages)), "utf-8")
    runner.program("gh", 'case "$*" in *--paginate*) cat pages.json ;; esac')

    done = runner.run(
        script("review.yml", "comment", "Write the comment, or the one that is there anew"),
        GH_REPO="o/r",
        NUMBER="7",
        GITHUB_RUN_ID="1",
    )

    assert done.returncode == 0, done.stderr
    assert runner.calls()[0] == "gh run download 1 --name review-dev"
    assert runner.calls()[-1] == f"gh api --silent --method {expected} --field body=@review.md"


@pytest.mark.parametrize("on_base", [True, False])
def test_the_review_compares_with_the_base_where_the_stack_was_there(runner: Runner, on_base: bool) -> None:
    runner.program("git", f"exit {0 if on_base else 128}")
    runner.program("azureml-events", 'case "$*" in *markdown*) exit 1 ;; esac; exit 2')

    done = runner.run(script("review.yml", "review", "Review"), BASE="abc")

    base = " --base abc" if on_base else ""
    assert done.returncode == 1
    assert runner.calls()[1:] == [
        f"azureml-events review dev{base} --format sarif --output review.sarif --fail-on never",
        f"azureml-events review dev{base} --format markdown --output review.md",
    ]


@pytest.mark.parametrize("status", [0, 6])
def test_a_preview_ends_as_pulumi_does_and_is_shown(runner: Runner, status: int) -> None:
    runner.program("pulumi", f"echo planned; exit {status}")

    done = runner.run(script("review.yml", "preview", "Preview"))

    assert done.returncode == status
    assert "planned" in (runner.directory / "summary.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("client", "backend", "ready"), [("id", "azblob://x", True), ("", "azblob://x", False), ("id", "", False)]
)
def test_nothing_is_deployed_before_the_variables_are_there(
    runner: Runner, client: str, backend: str, ready: bool
) -> None:
    done = runner.run(
        script("deploy.yml", "up", "Look for the variables"), ARM_CLIENT_ID=client, PULUMI_BACKEND_URL=backend
    )

    assert done.returncode == 0
    assert (runner.directory / "output.txt").exists() == ready
    assert ("is not deployed" in done.stdout) == (not ready)


@pytest.mark.parametrize(
    ("status", "ends", "drift"), [(0, 0, False), (7, 0, True), (1, 1, False), (6, 6, False), (255, 255, False)]
)
def test_drift_is_told_from_a_preview_that_is_broken(runner: Runner, status: int, ends: int, drift: bool) -> None:
    runner.program("pulumi", f"exit {status}")

    done = runner.run(script("drift.yml", "look", "Compare what is declared with Azure"))

    assert done.returncode == ends
    assert (runner.directory / "drift.txt").exists() == drift


AZ = """
case "$*" in
  *extension-topic*) if [ -n "$NO_TOPIC" ]; then exit "$NO_TOPIC"; fi; echo "$TOPIC" ;;
  *systemTopics/ml-dev-events/eventSubscriptions*page2*) echo '{"value": [2], "nextLink": null}' ;;
  *systemTopics/ml-dev-events/eventSubscriptions*)
    echo '{"value": [1], "nextLink": "https://host'"$TOPIC"'/eventSubscriptions?page2"}' ;;
  *workspaces/ml-dev/providers*) echo '{"value": []}' ;;
  *) echo '{"id": "'"$TOPIC"'"}' ;;
esac
"""
LIST = script("drift.yml", "look", "List what exists and is not declared")


def look(runner: Runner, adopt_status: int, no_topic: str = "") -> subprocess.CompletedProcess[str]:
    """List what exists, where `adopt` ends with a status; `preview` is the package's own."""
    runner.program("az", AZ)
    path = runner.directory / ".venv" / "bin" / "azureml-events"
    preview = f'if [ "$1" = preview ]; then exec "{sys.executable}" -m azureml_events "$@"; fi'
    adopt = f'echo "$*" >> calls.txt\necho extra\nexit {adopt_status}'
    path.write_text(f"#!/usr/bin/env bash\n{preview}\n{adopt}\n", "utf-8")
    path.chmod(0o755)
    return runner.run(LIST, API="api-version=1", TOPIC=TOPIC, NO_TOPIC=no_topic)


@pytest.mark.parametrize(("status", "ends", "found"), [(0, 0, False), (1, 0, True), (2, 2, True)])
def test_what_nobody_declares_is_listed_from_all_pages(runner: Runner, status: int, ends: int, found: bool) -> None:
    done = look(runner, status)

    assert done.returncode == ends, done.stderr
    assert (runner.directory / "undeclared.txt").exists() == found
    subscriptions = json.loads((runner.directory / "found" / "of-topic-1.json").read_text("utf-8"))
    assert subscriptions == {"value": [1, 2]}
    files = "found/of-topic-1.json found/of-workspace-1.json found/topic-1.json"
    assert runner.calls()[-1] == f"adopt {files} --against dev"
    assert f"az eventgrid extension-topic show --scope {WORKSPACE} --query systemTopic --output tsv" in runner.calls()


def test_a_workspace_without_a_topic_has_nothing_undeclared(runner: Runner) -> None:
    assert look(runner, 0, no_topic="3").returncode == 0
    assert [call for call in runner.calls() if call.startswith("adopt")] == []


def test_a_topic_that_cannot_be_looked_up_ends_the_job(runner: Runner) -> None:
    assert look(runner, 0, no_topic="1").returncode == 1


PIPELINE = WORKFLOWS.parent / "azure" / "azure-pipelines.yml"


@pytest.mark.parametrize(("genuine", "ends"), [(True, 0), (False, 1)])
def test_pulumi_is_installed_only_with_its_checksum(runner: Runner, genuine: bool, ends: int) -> None:
    steps = PIPELINE.read_text("utf-8").split("- bash: |\n")
    name = "displayName: Install Pulumi"
    installs = [textwrap.dedent(step.partition(name)[0]) for step in steps if name in step]
    archive = runner.directory / "served.tar.gz"
    tarfile.open(archive, "w:gz").close()
    runner.program("curl", f"cp {archive} pulumi.tar.gz")
    pinned = hashlib.sha256(archive.read_bytes()).hexdigest() if genuine else "0" * 64

    assert len(set(installs)) == 1
    done = runner.run(installs[0], AGENT_TEMPDIRECTORY=str(runner.directory), PULUMI_SHA256=pinned)

    assert done.returncode == ends
    assert ("task.prependpath" in done.stdout) == genuine


def issue(number: int, body: str | None, kind: str = "Bot") -> dict[str, Any]:
    """An issue, as GitHub answers it."""
    return {"number": number, "user": {"type": kind}, "body": body}


DRIFT = "<!-- azureml-events drift: dev -->"
ISSUES = [issue(1, None), issue(2, f"{DRIFT}\n", "User"), issue(3, f"{DRIFT}\nold"), issue(4, "other")]
REPORTS = {
    "no drift, no issue": (False, ISSUES[:2], None),
    "no drift, an issue": (False, ISSUES, "gh issue close 3 --comment No drift any more."),
    "drift, no issue": (True, ISSUES[:2], "gh issue create --title Drift of dev --body-file report.md"),
    "drift, an issue": (True, ISSUES, "gh issue edit 3 --body-file report.md"),
}


@pytest.mark.parametrize(("drift", "issues", "expected"), REPORTS.values(), ids=REPORTS)
def test_an_issue_says_so_while_drift_lasts(
    runner: Runner, drift: bool, issues: list[Any], expected: str | None
) -> None:
    (runner.directory / "issues.json").write_text(json.dumps(issues), "utf-8")
    runner.program("gh", 'case "$*" in *--paginate*) cat issues.json ;; esac')
    if drift:
        (runner.directory / "drift.txt").touch()
        (runner.directory / "preview.txt").write_text("~ update", "utf-8")
    runner.run(script("drift.yml", "look", "Write the report"))

    done = runner.run(
        script("drift.yml", "report", "Open, update or close the issue"), GH_REPO="o/r", GITHUB_RUN_ID="1"
    )

    assert done.returncode == 0, done.stderr
    assert runner.calls()[2:] == ([expected] if expected else [])
    assert ("~ update" in (runner.directory / "report.md").read_text("utf-8")) == drift


def test_without_a_look_the_issue_stays(runner: Runner) -> None:
    runner.program("gh", "exit 1")

    done = runner.run(
        script("drift.yml", "report", "Open, update or close the issue"), GH_REPO="o/r", GITHUB_RUN_ID="1"
    )

    assert done.returncode == 0
    assert len(runner.calls()) == 1
