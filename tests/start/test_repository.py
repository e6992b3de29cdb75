"""The files of a repository of one's own."""

from __future__ import annotations

import json
import re
from errno import EACCES, ENOSPC
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from azureml_events import start
from azureml_events.routing.of_stack import routed_entries
from azureml_events.stackfile.input_error import InputError
from azureml_events.stackfile.project import Project
from azureml_events.stackfile.stack_file import load_stack_file
from azureml_events.start.repository import (
    STACK_FILE,
    WORKFLOWS,
    Ci,
    Outcome,
    Planned,
    plan_files,
    relative_package,
    write_files,
)
from golden import ROOT
from hypothesis import given
from hypothesis import strategies as st
from stack_texts import GROUP, ML_DEV

TEMPLATES = Path(next(iter(start.__path__))) / "templates"
SPEC = "azureml-events==1.0"

ACTIONS = {
    "actions/checkout": "3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1",
    "actions/setup-python": "5fda3b95a4ea91299a34e894583c3862153e4b97 # v7.0.0",
    "actions/upload-artifact": "bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0",
    "azure/login": "f5d393ae46f8fde4be8b75f32e3fc50e654ad0ca # v3.0.1",
    "github/codeql-action/upload-sarif": "8aad20d150bbac5944a9f9d289da16a4b0d87c1e # v4.36.2",
    "pulumi/actions": "8e5e406f4007fca908480587cb9893c07090f58d # v7.0.0",
}
"""The actions that workflows may use, each by the commit of its version's tag, read from the action's repository."""

GITHUB = [*sorted((TEMPLATES / "github").iterdir()), *sorted((ROOT / ".github" / "workflows").glob("*.yml"))]


def texts(*, workspace: str | None = ML_DEV, ci: Ci | None = None, package: str = SPEC) -> dict[str, str]:
    """The texts of the planned files by their paths."""
    return {each.path: each.text for each in plan_files(workspace, ci, package)}


def refusal(**given: Any) -> str:
    """What the refusal of a plan says."""
    with pytest.raises(InputError) as refused:
        texts(**given)
    return str(refused.value)


def test_project_and_program_are_those_of_this_repository() -> None:
    planned = texts()

    assert {path: planned[path] for path in ("Pulumi.yaml", "__main__.py")} == {
        path: (ROOT / path).read_text("utf-8") for path in ("Pulumi.yaml", "__main__.py")
    }


def test_the_package_stands_in_the_requirements() -> None:
    assert texts()["requirements.txt"].splitlines()[1:] == [SPEC]


def test_every_template_is_written_by_somebody() -> None:
    written = {name for files in WORKFLOWS.values() for name in files.values()}
    rest = {"project.yaml", "program.txt", "requirements.txt", "stack.yaml", "routes.yaml", "gitignore.txt"}

    assert {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.*")} == written | rest
    assert set(WORKFLOWS) == set(get_args(Ci))


@given(
    st.from_regex(r"[A-Za-z0-9_-]{1,33}", fullmatch=True),
    st.from_regex(r"[A-Za-z0-9_.()-]{0,20}[A-Za-z0-9_()-]", fullmatch=True),
)
def test_a_stack_file_of_any_workspace_is_read_as_that_workspace(
    tmp_path_factory: pytest.TempPathFactory, name: str, group: str
) -> None:
    workspace = ML_DEV.removesuffix("ml-dev").replace("/rg-ml/", f"/{group}/") + name
    directory = tmp_path_factory.mktemp("repository")
    write_files(directory, plan_files(workspace, None, SPEC))

    file = load_stack_file(directory / STACK_FILE, Project(directory, "azureml-events", directory / "stacks"))

    assert {key: each.resource_id for key, each in file.stack.workspaces.items()} == {name: workspace}
    assert len(routed_entries(file.stack)) == 2


def test_what_the_stack_file_says_of_alerts_can_be_used_as_it_stands(tmp_path: Path) -> None:
    write_files(tmp_path, plan_files(ML_DEV, None, SPEC))
    path = tmp_path / STACK_FILE
    head, mark, watched = path.read_text("utf-8").partition("  # azureml-events:defaults:")
    used = (mark + watched).replace("  # ", "  ").replace("/subscriptions/…", f"{GROUP}-watch")
    path.write_text(head + used, encoding="utf-8")

    stack = load_stack_file(path, Project(tmp_path, "azureml-events", tmp_path / "stacks")).stack

    assert [len(alerts) for alerts in stack.alerts.values()] == [3]
    assert stack.defaults.diagnostics


@pytest.mark.parametrize(
    ("workspace", "said"),
    [
        ("ml-dev", "--workspace: 'ml-dev' is not the id of a resource; expected /subscriptions/<GUID>/"),
        (ML_DEV.replace("workspaces", "registries"), "--workspace: the id is of type"),
        (ML_DEV + "x" * 40, "allowed: 1 to 33 letters"),
        (ML_DEV.replace("rg-ml", "rg."), "no . at the end"),
    ],
)
def test_a_bad_workspace_is_refused(workspace: str, said: str) -> None:
    assert said in refusal(workspace=workspace)


@pytest.mark.parametrize("package", ["", " ", "a\nb", "a\x1b", "./a #b.whl", "#b.whl", "./a\\"])
def test_what_is_no_line_of_requirements_is_refused(package: str) -> None:
    assert "is no line of a requirements.txt" in refusal(package=package)


@pytest.mark.parametrize(
    ("package", "holds_key"),
    [
        ("azureml-events @ git+https://hunter2@host/x.git", True),
        ("git+https://me:hunter2@host/x.git@v1", True),
        ("https://host/x.whl?sig=hunter2", True),
        ("git+ssh://git@host/x.git@v1", False),
        ("azureml-events @ https://host/x-1-py3-none-any.whl", False),
    ],
)
def test_a_key_in_the_url_of_the_package_is_refused_and_not_repeated(package: str, holds_key: bool) -> None:
    if holds_key:
        assert "may hold a key" in refusal(package=package)
        assert "hunter2" not in refusal(package=package)
    else:
        assert package in texts(package=package)["requirements.txt"]


def test_a_relative_package_is_found_from_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "x.whl").touch()
    monkeypatch.chdir(tmp_path)

    assert relative_package("dist/x.whl", Path("shop")) == "../dist/x.whl"
    assert relative_package("dist", Path()) == "./dist"
    assert relative_package(str(tmp_path / "dist"), Path("shop")) == str(tmp_path / "dist")
    assert relative_package(SPEC, Path("shop")) == SPEC


def test_what_exists_is_kept_and_named_with_what_it_must_hold(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (tmp_path / "__main__.py").write_text("from azureml_events import declare_stack\n\ndeclare_stack()\n")
    (tmp_path / ".gitignore").symlink_to("nowhere")
    before = (tmp_path / "Pulumi.yaml").read_text()

    outcomes = {each.path: each.kept for each in write_files(tmp_path, plan_files(ML_DEV, "azure", SPEC))}

    assert outcomes == {
        "Pulumi.yaml": "it exists; it must hold stackConfigDir: stacks",
        "__main__.py": "it exists",
        "requirements.txt": None,
        "stacks/Pulumi.dev.yaml": None,
        "stacks/routes.dev.yaml": None,
        ".gitignore": "it exists; it must hold .venv/",
        "azure-pipelines.yml": None,
    }
    assert (tmp_path / "Pulumi.yaml").read_text() == before
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("other", ["Pulumi.yml", "Pulumi.json"])
def test_a_project_of_another_ending_is_kept_and_named(tmp_path: Path, other: str) -> None:
    (tmp_path / other).write_text("{name: shop, runtime: python}\n")

    outcomes = {each.path: each.kept or "" for each in write_files(tmp_path, plan_files(ML_DEV, None, SPEC))}

    assert f"{other} is there; make it Pulumi.yaml" in outcomes["Pulumi.yaml"]
    assert not (tmp_path / "Pulumi.yaml").exists()


def test_expectations_are_not_written_beside_another_stack(tmp_path: Path) -> None:
    (tmp_path / "stacks").mkdir()
    (tmp_path / STACK_FILE).write_text("config: {}\n")

    outcomes = write_files(tmp_path, plan_files(ML_DEV, None, SPEC))

    assert (
        Outcome("stacks/routes.dev.yaml", "these are expectations of the stacks/Pulumi.dev.yaml that was not written")
        in outcomes
    )
    assert not (tmp_path / "stacks" / "routes.dev.yaml").exists()


@pytest.mark.parametrize("directory", ["file", "file/below"])
def test_a_directory_that_cannot_be_made_is_named_once(tmp_path: Path, directory: str) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(InputError) as refused:
        write_files(tmp_path / directory, plan_files(ML_DEV, None, SPEC))

    line = f"{tmp_path / 'file'}: cannot be written: Not a directory"
    assert refused.value.lines == (line, "nothing was written")


def test_what_was_written_before_a_bad_end_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A directory that refuses new files, and a disk that is full: as root the first would be written to."""
    (tmp_path / "Pulumi.yaml").write_text("name: shop\n")
    (tmp_path / "stacks").mkdir()
    may = Path.open

    def refuse(path: Path, mode: str = "r", **options: Any) -> Any:
        if path.parent.name == "stacks":
            raise PermissionError(EACCES, "Permission denied", str(path))
        file = may(path, mode, **options)
        if path.name == "azure-pipelines.yml":
            monkeypatch.setattr(file, "write", full)
        return file

    def full(_: str) -> None:
        raise OSError(ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "open", refuse)

    with pytest.raises(InputError) as refused:
        write_files(tmp_path, plan_files(ML_DEV, "azure", SPEC))

    assert refused.value.lines == (
        f"{tmp_path / 'stacks/Pulumi.dev.yaml'}: cannot be written: Permission denied",
        f"{tmp_path / 'stacks/routes.dev.yaml'}: cannot be written: Permission denied",
        f"{tmp_path / 'azure-pipelines.yml'}: cannot be written: No space left on device",
        "nothing was written",
    )
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["Pulumi.yaml", "stacks"]


def test_directories_that_were_made_before_a_bad_end_are_taken_back(tmp_path: Path) -> None:
    planned = [*plan_files(ML_DEV, None, SPEC), Planned("Pulumi.yaml/below", "")]

    with pytest.raises(InputError, match="cannot be written: Not a directory"):
        write_files(tmp_path / "new/shop", planned)

    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("path", GITHUB, ids=lambda path: path.name)
def test_actions_are_pinned_by_the_commits_of_the_table(path: Path) -> None:
    used = re.findall(r"uses: ([^@\s]+)@(.*)", path.read_text("utf-8"))

    assert used
    assert {action: pin for action, pin in used if ACTIONS.get(action) != pin} == {}


def test_every_action_of_the_table_is_used() -> None:
    assert {action for path in GITHUB for action in re.findall(r"uses: ([^@\s]+)@", path.read_text("utf-8"))} == set(
        ACTIONS
    )


def test_all_workflows_install_one_version_of_pulumi_that_the_project_takes() -> None:
    """Not the newest of a range, so that a deployment of the same commit runs the same engine."""
    written = "".join(each.read_text("utf-8") for each in sorted(TEMPLATES.glob("*/*.yml")))
    versions = re.findall(r"(?:pulumi-version|PULUMI_VERSION): (.*)", written)
    (least,) = re.findall(r'requiredPulumiVersion: ">=(.*)"', (TEMPLATES / "project.yaml").read_text("utf-8"))

    assert len(versions) == 4
    (version,) = set(versions)
    assert tuple(map(int, version.split("."))) >= tuple(map(int, least.split(".")))


WRITES = {
    "review.yml": {"comment": {"pull-requests"}, "code-scanning": {"security-events"}, "preview": {"id-token"}},
    "deploy.yml": {"up": {"id-token"}},
    "drift.yml": {"look": {"id-token"}, "report": {"issues"}},
    "test.yml": {},
}


@pytest.mark.parametrize("path", GITHUB, ids=lambda path: path.name)
def test_a_job_writes_only_what_it_must_and_one_with_the_files_of_a_pull_request_nothing(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text("utf-8"))

    writes = {
        name: {scope for scope, may in job["permissions"].items() if may == "write"}
        for name, job in workflow["jobs"].items()
    }

    assert workflow["permissions"] == {}
    assert {name: scopes for name, scopes in writes.items() if scopes} == WRITES[path.name]
    runs_files = {
        name for name, job in workflow["jobs"].items() if "requirements.txt" in str(job) or "pulumi" in str(job)
    }
    assert all(writes[name] <= {"id-token"} for name in runs_files)


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*/*.yml")), ids=lambda path: path.name)
def test_no_workflow_knows_a_secret(path: Path) -> None:
    text = path.read_text("utf-8")

    assert "secrets." not in text
    assert "CLIENT_SECRET" not in text
    assert "PASSPHRASE" not in text


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*/*.yml")), ids=lambda path: path.name)
def test_each_job_that_deploys_or_previews_logs_in_three_times(path: Path) -> None:
    text = path.read_text("utf-8")
    times = len(re.findall(r"pulumi (?:up|preview) --stack", text))

    for needed in ("ARM_USE_OIDC", "AZURE_KEYVAULT_AUTH_VIA_CLI"):
        assert text.count(f"{needed}: ") == times
    assert len(re.findall(r"azure/login@|AzureCLI@2", text)) == times


def test_the_drift_job_finds_every_workspace_in_what_preview_prints() -> None:
    (found,) = re.findall(
        r"select\(\.type == \"(.+)\"\)\.inputs\.(\w+)", (TEMPLATES / "github" / "drift.yml").read_text("utf-8")
    )
    kind, member = found
    printed = json.loads((ROOT / "tests" / "golden" / "prod.json").read_text("utf-8"))
    declared = load_stack_file(ROOT / "stacks" / "Pulumi.prod.yaml").stack.workspaces.values()

    ids = [each["inputs"][member] for each in printed["resources"] if each["type"] == kind]
    assert sorted(ids) == sorted(str(each.resource_id) for each in declared)
