"""The files that other tools read: GitHub's, pre-commit's."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from tools.running import ROOT, run

GITHUB = ROOT / ".github"
FORMS = {path for path in GITHUB.glob("ISSUE_TEMPLATE/*.yml") if path.name != "config.yml"}
SCHEMAS = {
    "dependabot": {GITHUB / "dependabot.yml"},
    "github-issue-config": {GITHUB / "ISSUE_TEMPLATE" / "config.yml"},
    "github-issue-forms": FORMS,
    "github-workflows": set(GITHUB.glob("workflows/*.yml")),
}
FILES = [pytest.param(schema, path, id=path.name) for schema, paths in SCHEMAS.items() for path in sorted(paths)]


def test_every_file_for_github_is_checked() -> None:
    checked = {path for paths in SCHEMAS.values() for path in paths}
    assert {path for path in GITHUB.rglob("*") if path.is_file() and path.suffix != ".md"} == checked
    assert FORMS


@pytest.mark.needs("check-jsonschema")
@pytest.mark.parametrize(("schema", "path"), FILES)
def test_a_file_for_github_has_the_form_that_github_reads(schema: str, path: Path) -> None:
    run("check-jsonschema", "--builtin-schema", f"vendor.{schema}", path)


@pytest.mark.needs("pre-commit")
def test_the_hooks_configuration_is_valid() -> None:
    run("pre-commit", "validate-config", ROOT / ".pre-commit-config.yaml")


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
