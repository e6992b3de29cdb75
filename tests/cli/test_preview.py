"""`preview`: what `pulumi up` would declare."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli.conftest import HUB, STACK, Run
from cli.test_check import NEVER
from stack_texts import WORKSPACE

NEVER_PROGRAM = f"""\
from azureml_events import EventHub, Subscription, WorkspaceEvents, run_failed

to = EventHub(resource_id="{HUB}")
failed = Subscription(run_failed(), to=to, subject_begins_with="/experiments/")
WorkspaceEvents("ml", workspace_id="{WORKSPACE}", location="westeurope", subscriptions={{"failed": failed}})
"""
PROGRAM = "from azureml_events import declare_stack\n\ndeclare_stack()\n"


@pytest.fixture(autouse=True)
def program(project: Path) -> None:
    (project / "__main__.py").write_text(PROGRAM)


def test_the_tree_names_what_is_declared(run: Run) -> None:
    printed = run("preview", "stack.yaml").stdout

    for name in ("ml-a/system-topic", "ml-b/churn-models", "ml-a/failed-runs"):
        assert name in printed


def test_a_disabled_subscription_is_not_declared(run: Run) -> None:
    assert "not-yet" not in run("preview", "stack.yaml", "--json").stdout


def test_json_has_the_wire_inputs_of_each_resource(run: Run) -> None:
    printed = json.loads(run("preview", "stack.yaml", "--json").stdout)

    [churn] = [each for each in printed["resources"] if each["name"] == "ml-b/churn-models"]
    assert printed["stack"] == "stack"
    assert churn["inputs"]["filter"]["subjectBeginsWith"] == "models/churn:"
    assert churn["inputs"]["systemTopicName"] == "<unknown>"


def test_the_summary_stands_before_the_tree(run: Run) -> None:
    printed = run("preview", "stack.yaml").stdout

    assert printed.index("Workspace ml-b: ") < printed.index("model name is 'churn'") < printed.index("\nResources\n")
    assert "    disabled  the function is not there yet\n" in printed


def test_one_workspace_alone_is_shown(run: Run) -> None:
    printed = run("preview", "stack.yaml", "--workspace", "ml-b").stdout
    resources = json.loads(run("preview", "stack.yaml", "--workspace", "ml-b", "--json").stdout)["resources"]

    assert "ml-a" not in printed + json.dumps(resources)
    assert "ml-b/churn-models" in {each["name"] for each in resources}


def test_an_unknown_workspace_is_refused(run: Run) -> None:
    result = run("preview", "stack.yaml", "--workspace", "ml")

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("--workspace: there is no workspace 'ml'")


def test_json_says_which_line_of_the_program_declares_a_resource(run: Run) -> None:
    resources = json.loads(run("preview", "stack.yaml", "--json").stdout)["resources"]

    sources = [each["source"] for each in resources if each["parent"]]
    assert sources == [{"file": "__main__.py", "line": 3}] * len(sources)


def test_a_mistake_is_told_in_the_words_of_check(run: Run, project: Path) -> None:
    (project / "stack.yaml").write_text(STACK.replace("handler: archive", "handler: archiv", 1))

    checked, previewed = run("check", "stack.yaml"), run("preview", "stack.yaml")

    assert (2, checked.stderr) == (previewed.exit_code, previewed.stderr)


def test_a_filter_that_never_matches_is_refused_in_the_words_of_check(run: Run, project: Path) -> None:
    (project / "stack.yaml").write_text(NEVER)

    checked, previewed = run("check", "stack.yaml"), run("preview", "stack.yaml", "--json")

    assert (previewed.exit_code, previewed.stdout) == (1, "")
    assert previewed.stderr == "".join(line for line in checked.stdout.splitlines(keepends=True) if ": error: " in line)
    assert "(never-subject)" in previewed.stderr


def test_findings_stand_beside_the_mistakes_of_other_entries(run: Run, project: Path) -> None:
    (project / "stack.yaml").write_text(NEVER.replace("when: modelDeployed", "when: modelDeployd"))

    result = run("preview", "stack.yaml")

    assert (result.exit_code, result.stdout) == (2, "")
    assert [line.rpartition(" ")[2] for line in result.stderr.splitlines()] == ["'modelDeployed'?", "(never-subject)"]


@pytest.mark.parametrize("field", ["disabled: later", "allow: {never-subject: we know}"])
def test_a_finding_of_what_is_disabled_or_allowed_stops_nothing(run: Run, project: Path, field: str) -> None:
    (project / "stack.yaml").write_text(NEVER.replace("subjectBeginsWith", f"{field}, subjectBeginsWith"))

    assert run("preview", "stack.yaml").exit_code == 0


def test_warnings_are_said_once_and_notes_are_not(run: Run, project: Path) -> None:
    """The subscription belongs to two workspaces, and has a filter with a note beside the warning."""
    noted = "advancedFilters: [{operatorType: StringIn, key: data.RunType, values: [automl]}]"
    warned = f"includedEventTypes: [RunStatusChanged], {noted}"
    (project / "stack.yaml").write_text(STACK.replace("when: runFailed", warned))

    messages = json.loads(run("preview", "stack.yaml", "--json").stdout)["messages"]

    assert [(each["severity"], each["text"].rpartition(" ")[2]) for each in messages] == [("warning", "(every-status)")]


def test_subscriptions_are_not_compared(run: Run, project: Path) -> None:
    again = "    not-yet: {handler: archive, when: runFailed}\n"
    (project / "stack.yaml").write_text(STACK[: STACK.index("    not-yet")] + again)

    assert "(duplicate-subscription)" in run("check", "stack.yaml").stdout
    assert json.loads(run("preview", "stack.yaml", "--json").stdout)["messages"] == []


def test_another_program_is_refused_for_its_findings_too(run: Run, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    (other / "__main__.py").write_text(NEVER_PROGRAM)

    result = run("preview", "dev", "--program", str(other))

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "subscriptions.failed.subject_begins_with: no subject of RunStatusChanged begins with '/experiments/'; "
        "its subjects look like 'experiments/…/runs/…' (never-subject)\n"
    )


def test_another_program_that_uses_the_components_is_previewed_with_its_own_stack_file(
    run: Run, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other")
    (other / "Pulumi.yaml").write_text("name: other\nruntime: python\n")
    (other / "Pulumi.dev.yaml").write_text("config:\n  azure-native:location: westeurope\n")
    (other / "__main__.py").write_text("import pulumi\n\npulumi.export('seen', pulumi.get_project())\n")

    printed = json.loads(run("preview", "dev", "--program", str(other), "--json").stdout)

    assert printed["outputs"] == {"seen": "other"}


def test_an_encrypted_value_of_another_program_is_there_but_unknown(
    run: Run, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other")
    (other / "Pulumi.yaml").write_text("name: other\nruntime: python\n")
    (other / "Pulumi.dev.yaml").write_text("config:\n  other:url: {secure: v1:hush}\n")
    (other / "__main__.py").write_text(
        "import pulumi\n"
        "from azureml_events import Subscription, WebHook, WorkspaceEvents, run_failed\n\n"
        "hook = WebHook(endpoint_url=pulumi.Config('other').require_secret('url'))\n"
        f"WorkspaceEvents('ml', workspace_id='{WORKSPACE}', location='westeurope',"
        " subscriptions={'failed': Subscription(run_failed(), to=hook)})\n"
    )

    printed = json.loads(run("preview", "dev", "--program", str(other), "--json").stdout)

    [failed] = [each for each in printed["resources"] if each["name"] == "ml/failed"]
    assert failed["inputs"]["destination"]["endpointUrl"] == "<secret>"


def test_a_program_that_fails_is_told_without_a_traceback(run: Run, project: Path) -> None:
    (project / "__main__.py").write_text("raise RuntimeError('no such luck')\n")

    result = run("preview", "stack.yaml")

    assert result.exit_code == 2
    assert result.stderr == "__main__.py:1: RuntimeError: no such luck\n"
