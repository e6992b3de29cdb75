"""The project that a command works on, and the file that a stack's name means."""

from __future__ import annotations

from pathlib import Path

import pytest
from azureml_events.stackfile.input_error import InputError
from azureml_events.stackfile.project import find_project


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a stack `dev`, which is the working directory."""
    (tmp_path / "Pulumi.yaml").write_text("name: azureml-events\nruntime: python\nstackConfigDir: stacks\n")
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "Pulumi.dev.yaml").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_project_is_found_from_a_directory_in_it(root: Path) -> None:
    inner = root / "a" / "b"
    inner.mkdir(parents=True)

    assert (find_project(inner).directory, find_project(inner).name) == (root, "azureml-events")


def test_a_stacks_name_means_its_file(root: Path) -> None:
    assert find_project(root).stack_file("dev") == Path("stacks/Pulumi.dev.yaml")


def test_stack_files_lie_beside_the_project_where_it_says_nothing(root: Path) -> None:
    (root / "Pulumi.yaml").write_text("name: other\nruntime: python\n")
    (root / "Pulumi.test.yaml").touch()

    assert find_project(root).stack_file("test") == Path("Pulumi.test.yaml")


def test_a_path_means_itself(root: Path) -> None:
    path = root / "any.yaml"
    path.touch()

    assert find_project(root).stack_file(str(path)) == path


def test_without_a_project_stack_files_lie_in_stacks(tmp_path: Path) -> None:
    assert find_project(tmp_path).stacks == tmp_path / "stacks"


@pytest.mark.parametrize(
    ("stack", "line"),
    [
        ("deb", "there is no stack 'deb' in stacks; did you mean 'dev'?"),
        ("production", "there is no stack 'production' in stacks; there are: dev"),
        ("x" * 100, f"there is no stack '{'x' * 60}'… (100 characters) in stacks; there are: dev"),
        ("missing.yaml", "missing.yaml: there is no such file"),
        ("missing.json", "missing.json: there is no such file"),
        ("stacks/", "stacks/: there is no such file"),
    ],
)
def test_a_stack_that_is_not_there_is_refused(root: Path, stack: str, line: str) -> None:
    with pytest.raises(InputError) as refused:
        find_project(root).stack_file(stack)
    assert refused.value.lines == (line,)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("name: [", "Pulumi.yaml: not a Pulumi project; expected YAML with a name and a runtime"),
        ("\x00", "Pulumi.yaml: not a Pulumi project; expected YAML with a name and a runtime"),
        ("runtime: python", "Pulumi.yaml: name: required, but missing: the project's name"),
        ("- a", "Pulumi.yaml: not a Pulumi project: a list; expected YAML with a name and a runtime"),
        ("", "Pulumi.yaml: not a Pulumi project: nothing; expected YAML with a name and a runtime"),
        ("a: 2024-13-45", "Pulumi.yaml: not a Pulumi project; expected YAML with a name and a runtime"),
        ("[" * 5000, "Pulumi.yaml: not a Pulumi project; expected YAML with a name and a runtime"),
        ("name: [a]", "Pulumi.yaml: name: expected text, got a list: the project's name"),
        ("name: a\nstackConfigDir: 3", "Pulumi.yaml: stackConfigDir: expected text, a directory, got 3"),
    ],
)
def test_a_project_file_that_is_none_is_refused(root: Path, text: str, line: str) -> None:
    (root / "Pulumi.yaml").write_text(text)

    with pytest.raises(InputError) as refused:
        find_project(root)
    assert refused.value.lines == (line,)


def test_where_there_is_no_project_a_stack_is_refused_with_that(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        find_project(tmp_path).stack_file("dev")

    fix = "run the command in a project's directory, or give the path of a stack file"
    assert refused.value.lines == (f"no Pulumi.yaml here, so no stack 'dev'; {fix}",)
