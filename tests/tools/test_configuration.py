"""The files that other tools read: GitHub's, Azure Pipelines', pre-commit's; and those that `init` writes for them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from azureml_events.start.repository import plan_files, write_files
from tools.running import ROOT, run

GITHUB = ROOT / ".github"
TEMPLATES = ROOT / "components" / "azureml_events" / "start" / "templates"
WORKFLOWS = sorted([*GITHUB.glob("workflows/*.yml"), *TEMPLATES.glob("github/*.yml")])
FORMS = {path for path in GITHUB.glob("ISSUE_TEMPLATE/*.yml") if path.name != "config.yml"}
SCHEMAS = {
    "dependabot": {GITHUB / "dependabot.yml"},
    "github-issue-config": {GITHUB / "ISSUE_TEMPLATE" / "config.yml"},
    "github-issue-forms": FORMS,
    "github-workflows": set(WORKFLOWS),
}
FILES = [pytest.param(schema, path, id=path.name) for schema, paths in SCHEMAS.items() for path in sorted(paths)]


def test_every_file_for_github_is_checked() -> None:
    checked = {path for paths in SCHEMAS.values() for path in paths}
    assert {path for path in GITHUB.rglob("*") if path.is_file() and path.suffix != ".md"} <= checked
    assert FORMS


@pytest.mark.needs("check-jsonschema")
@pytest.mark.parametrize(("schema", "path"), FILES)
def test_a_file_for_github_has_the_form_that_github_reads(schema: str, path: Path) -> None:
    run("check-jsonschema", "--builtin-schema", f"vendor.{schema}", path)


@pytest.mark.needs("check-jsonschema")
@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_job_ends_some_time(path: Path) -> None:
    run("check-jsonschema", "--builtin-schema", "custom.github-workflows-require-timeout", path)


@pytest.mark.needs("check-jsonschema")
def test_the_pipeline_has_the_form_that_azure_reads() -> None:
    schema = ("--builtin-schema", "vendor.azure-pipelines", "--data-transform", "azure-pipelines")
    run("check-jsonschema", *schema, "--regex-variant", "nonunicode", TEMPLATES / "azure" / "azure-pipelines.yml")


@pytest.mark.needs("actionlint", "shellcheck")
def test_the_workflows_and_the_shell_in_them_have_no_mistake() -> None:
    run("actionlint", *WORKFLOWS)


@pytest.mark.needs("shellcheck")
def test_the_shell_in_the_pipeline_has_no_mistake(tmp_path: Path) -> None:
    scripts = list(shell(yaml.safe_load((TEMPLATES / "azure" / "azure-pipelines.yml").read_text("utf-8"))))

    assert len(scripts) > len(["install", "check", "review", "preview", "up"])
    for number, script in enumerate(scripts):
        path = tmp_path / f"{number}.sh"
        path.write_text(f"#!/usr/bin/env bash\n{script}", encoding="utf-8")
        run("shellcheck", "--exclude", "SC2154", path)  # the task sets variables in small letters


def shell(node: object) -> Iterator[str]:
    """Yield the shell scripts of a pipeline."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in {"bash", "inlineScript"}:
                yield value
            else:
                yield from shell(value)
    if isinstance(node, list):
        for each in node:
            yield from shell(each)


@pytest.mark.needs("zizmor")
def test_the_workflows_have_no_weakness() -> None:
    others = (GITHUB / "dependabot.yml", ROOT / ".pre-commit-config.yaml", ROOT / ".pre-commit-hooks.yaml")
    run("zizmor", "--offline", "--persona", "pedantic", *WORKFLOWS, *others)


@pytest.mark.needs("pre-commit")
def test_the_hooks_configuration_is_valid() -> None:
    run("pre-commit", "validate-config", ROOT / ".pre-commit-config.yaml")
    run("pre-commit", "validate-manifest", ROOT / ".pre-commit-hooks.yaml")


@pytest.fixture
def users_repository(tmp_path: Path) -> Path:
    """Another repository, as `init` would begin it, with a stack in another place that is none of ours."""
    directory = tmp_path / "users"
    (directory / "other").mkdir(parents=True)
    (directory / "other" / "Pulumi.dev.yaml").write_text("config: {}\n", encoding="utf-8")
    write_files(directory, plan_files(None, None, "azureml-events"))
    run("git", "init", "--quiet", directory)
    run("git", "add", "--all", directory=directory)
    return directory


@pytest.mark.needs("pre-commit", "git")
@pytest.mark.parametrize("hook", [each["id"] for each in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())])
def test_a_hook_checks_the_stack_files_of_another_repository(
    clone: Path, users_repository: Path, tmp_path: Path, hook: str
) -> None:
    """The one installs the package and all that it needs; the other finds the command on PATH."""
    variables = {"PRE_COMMIT_HOME": str(tmp_path / "home")}
    if hook.endswith("-local"):
        variables["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    attempt = ("pre-commit", "try-repo", clone, hook, "--all-files", "--verbose")

    assert "stacks/Pulumi.dev.yaml: no findings" in run(*attempt, directory=users_repository, **variables)

    stack = users_repository / "stacks" / "Pulumi.dev.yaml"
    stack.write_text(stack.read_text("utf-8").replace("runFailed", "runFaild"), encoding="utf-8")
    failing = ("bash", "-c", '! "$@"', "bash", *attempt)
    assert "did you mean 'runFailed'?" in run(*failing, directory=users_repository, **variables)


@pytest.mark.needs("pre-commit", "git")
def test_every_hook_passes_on_a_clean_clone(clone: Path, tmp_path: Path) -> None:
    """With the environment of `make test`; types are left out, `make test` has just checked them."""
    repositories = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
    hooks = {hook["id"] for repository in repositories for hook in repository["hooks"]} - {"types"}
    environment = clone / ".venv"
    environment.symlink_to(ROOT / ".venv", target_is_directory=True)

    printed = {
        hook: run("pre-commit", "run", hook, "--all-files", directory=clone, PRE_COMMIT_HOME=str(tmp_path))
        for hook in hooks
    }

    environment.unlink()
    assert [hook for hook, text in printed.items() if "Passed" not in text] == []
