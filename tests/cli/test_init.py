"""`init`: a repository of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from azureml_events import __version__
from cli.conftest import WORKSPACE, Run

NAMED = ("--workspace", f"{WORKSPACE}/ml_a-1")
FILES = {
    ".gitignore",
    "Pulumi.yaml",
    "__main__.py",
    "requirements.txt",
    "stacks/Pulumi.dev.yaml",
    "stacks/routes.dev.yaml",
}
WORKFLOWS = {
    "github": {f".github/workflows/events-{name}.yml" for name in ("review", "deploy", "drift")},
    "azure": {"azure-pipelines.yml"},
}


def files(directory: Path) -> set[str]:
    """The files of the repository, beside the stack that every test finds."""
    there = {path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file()}
    return there - {"stack.yaml"}


@pytest.mark.parametrize("options", [(), NAMED], ids=["to fill in", "named"])
def test_what_is_written_passes_as_it_is(run: Run, options: tuple[str, ...]) -> None:
    assert run("init", *options).exit_code == 0

    for command in (
        ("check", "dev", "--fail-on", "warning"),
        ("preview", "dev"),
        ("review", "dev"),
        ("route", "dev", "--expect", "stacks/routes.dev.yaml"),
    ):
        result = run(*command)
        assert result.exit_code == 0, result.output


@pytest.mark.parametrize(("ci", "workflows"), WORKFLOWS.items())
def test_the_workflows_of_a_service_are_written(run: Run, project: Path, ci: str, workflows: set[str]) -> None:
    result = run("init", "--ci", ci)

    assert files(project) == FILES | workflows
    assert {line for line in result.stdout.splitlines() if line.startswith("wrote")} == {
        f"wrote {path}" for path in FILES | workflows
    }


def test_without_a_service_no_workflow_is_written_and_it_is_said(run: Run, project: Path) -> None:
    assert "azureml-events init --ci github|azure adds workflows" in run("init").stdout
    assert files(project) == FILES


def test_a_directory_is_made(run: Run, project: Path) -> None:
    result = run("init", "new/shop")

    assert files(project) == {f"new/shop/{path}" for path in FILES}
    assert "Next, in new/shop:" in result.stdout


def test_a_second_time_everything_is_kept_and_named(run: Run, project: Path) -> None:
    run("init", *NAMED)
    before = {path: (project / path).read_text() for path in FILES}

    result = run("init", "--package", "other")

    assert result.exit_code == 0
    assert result.stdout.count("kept ") == len(FILES)
    assert "kept  requirements.txt: it exists; it must hold other" in result.stdout
    assert {path: (project / path).read_text() for path in FILES} == before


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--workspace", "ml-dev"), "--workspace: 'ml-dev' is not the id of a resource"),
        (("--workspace", ""), "--workspace: '' is not the id of a resource"),
        (("--ci", "gitlab"), "'gitlab' is not one of 'github', 'azure'"),
        (("--package", ""), "--package: '' is no line"),
    ],
)
def test_what_is_refused_writes_nothing(run: Run, project: Path, options: tuple[str, ...], said: str) -> None:
    result = run("init", *options)

    assert (result.exit_code, result.stdout, files(project)) == (2, "", set())
    assert said in result.stderr


def test_a_bad_end_leaves_nothing_half_done(run: Run, project: Path) -> None:
    (project / "stacks").touch()

    result = run("init", "--ci", "github")

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines() == ["stacks: cannot be written: Not a directory", "nothing was written"]
    assert sorted(path.name for path in project.iterdir()) == ["stack.yaml", "stacks"]


def test_the_default_package_is_this_version_and_said_to_be_on_no_index(run: Run, project: Path) -> None:
    result = run("init")

    assert (project / "requirements.txt").read_text().splitlines()[-1] == f"azureml-events=={__version__}"
    assert f"azureml-events=={__version__} is on no public index yet" in result.stdout


def test_another_package_is_named_as_it_is_found_from_the_repository(run: Run, project: Path) -> None:
    (project / "x.whl").touch()

    result = run("init", "shop", "--package", "x.whl")

    assert (project / "shop" / "requirements.txt").read_text().splitlines()[-1] == "../x.whl"
    assert "on no public index" not in result.stdout


@pytest.mark.parametrize(
    ("package", "ci", "said"),
    [("x.whl", ("--ci", "github"), True), ("x.whl", (), False), ("shop/x.whl", ("--ci", "github"), False)],
)
def test_a_package_that_no_workflow_finds_is_said(
    run: Run, project: Path, package: str, ci: tuple[str, ...], said: bool
) -> None:
    (project / "shop").mkdir()
    (project / package).touch()

    assert ("where no workflow finds it" in run("init", "shop", "--package", package, *ci).stdout) == said


@pytest.mark.parametrize(("options", "filled"), [((), "the workspace's id"), (NAMED, "write the region")])
def test_what_is_to_be_filled_in_is_said(run: Run, options: tuple[str, ...], filled: str) -> None:
    assert filled in run("init", *options).stdout


def test_the_page_that_it_names_is_there(run: Run) -> None:
    (line,) = [line for line in run("init").stdout.splitlines() if "state, key, login and roles" in line]

    assert Path(line.rpartition(": ")[2]).is_file()
