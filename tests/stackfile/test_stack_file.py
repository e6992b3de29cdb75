"""Whole stack files through the command `check`: what is refused, where and in which words."""

from __future__ import annotations

from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from azureml_events.cli import main
from azureml_events.stackfile.stack_file import load_stack_file
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from stack_texts import cases, filled

LONG = 10_000_000
FRAGMENTS = st.sampled_from(
    [
        *("config:\n", "  azureml-events:", "workspaces", "handlers", "subscriptions", "defaults", "secure", "<<"),
        *(
            ": ",
            ":\n",
            "\n",
            "  ",
            "- ",
            "{",
            "}",
            "[",
            "]",
            ", ",
            "'",
            '"',
            "|",
            "&a",
            "*a",
            "!!",
            "~",
            "#",
            "?",
            "\t",
        ),
        *("$workspaces", "$handlers", "hub", "handler", "when", "runFailed", "endpointUrl", "2030-01-01", "1e400"),
    ]
)


def checked(text: str | bytes) -> Result:
    """Run `check` on a stack file, which it knows as `stack.yaml`."""
    with TemporaryDirectory() as directory, chdir(directory):
        Path("stack.yaml").write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
        return CliRunner().invoke(main, ["check", "stack.yaml"], catch_exceptions=False)


@pytest.mark.parametrize("case", cases("malformed/*.yaml"))
def test_every_mistake_is_printed_with_its_place(case: dict[str, Any]) -> None:
    result = checked(filled(case["text"]))

    assert result.stderr.splitlines() == [f"stack.yaml:{line}" for line in case["expected"]]
    assert not [line for line in result.stdout.splitlines() if ": error: " in line]
    assert result.exit_code == 2


@pytest.mark.parametrize("case", cases("malformed/secrets.yaml"))
def test_no_secret_is_printed(case: dict[str, Any]) -> None:
    assert "hush" not in checked(filled(case["text"])).output


@pytest.mark.parametrize("case", cases("accepted.yaml"))
def test_what_is_allowed_is_not_refused(case: dict[str, Any]) -> None:
    result = checked(filled(case["text"]))

    assert result.stderr == ""
    assert result.exit_code in {0, 1}


@pytest.mark.parametrize(
    "text",
    [
        f"config:\n  workspaces:\n    ml: {{resourceId: {'x' * LONG}}}\n",
        f"config:\n  workspaces:\n    {'x' * LONG}: {{resourceId: y}}\n",
        f"config:\n  $workspaces\n  handlers:\n    hub: {{type: {'x' * LONG}}}\n",
        f"config:\n  $workspaces\n  $handlers\n  subscriptions:\n    failed: {{handler: {'x' * LONG}}}\n",
        f"config:\n  $workspaces\n  $handlers\n  subscriptions:\n    failed: {{{'x' * LONG}: hub}}\n",
    ],
    ids=["an id", "a key", "a type", "a name", "a field"],
)
def test_a_value_of_10_mb_is_not_repeated(text: str) -> None:
    result = checked(filled(text))

    assert result.exit_code == 2
    assert len(result.output) < 2000


def test_a_file_that_is_not_there_is_named() -> None:
    result = CliRunner().invoke(main, ["check", "missing.yaml"])

    assert (result.stderr, result.exit_code) == ("missing.yaml: there is no such file\n", 2)


def test_control_characters_are_printed_as_escapes() -> None:
    result = checked('config:\n  $workspaces\n  "\\e[31m\\n": {}\n'.replace("$workspaces", filled("$workspaces")))

    assert result.stderr.startswith("stack.yaml:3:3: \\x1b[31m\\n: unknown key ")


def test_a_map_may_be_one_text_of_json(tmp_path: Path) -> None:
    path = tmp_path / "Pulumi.dev.yaml"
    path.write_text(filled("""config: {workspaces: '{"ml": {"resourceId": "$workspace"}}'}"""))

    assert list(load_stack_file(path).stack.workspaces) == ["ml"]


@given(st.text() | st.lists(FRAGMENTS, max_size=40).map("".join) | st.binary())
def test_whatever_a_file_holds_check_does_not_fail(text: str | bytes) -> None:
    known = text if isinstance(text, bytes) else text.replace("$workspaces", filled("$workspaces"))

    assert checked(known).exit_code in {0, 1, 2}
