"""Our reader of stack files beside the CLI's own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from azureml_events.stackfile.reader import parse_stack_file
from azureml_events.stackfile.yaml_document import EncryptedNode
from e2e.engine import Project

CASES = json.loads((Path(__file__).parents[1] / "cases" / "scalars.json").read_text("utf-8"))
NESTED = "\n    "


def test_every_scalar_reads_as_the_cli_reads_it(start: Callable[..., Project]) -> None:
    """Also after `pulumi config set` rewrote the file, and with an encrypted value in it."""
    project = start(
        "config:\n  azureml-events:scalars:\n"
        + "".join(f"    case-{at}: {case['yaml'].replace(chr(10), NESTED)}\n" for at, case in enumerate(CASES))
    )
    expected = {f"case-{at}": case["value"] for at, case in enumerate(CASES)}

    assert project.shown_config()["azureml-events:scalars"]["objectValue"] == expected
    written = parse_stack_file(project.stack_file.read_bytes())
    assert written.config["azureml-events:scalars"] == expected

    project.succeed("config", "set", "--path", "azureml-events:other.number", "007")
    project.succeed("config", "set", "--path", "--secret", "azureml-events:other.url", "https://x")
    assert project.shown_config()["azureml-events:scalars"]["objectValue"] == expected
    rewritten = parse_stack_file(project.stack_file.read_bytes())
    assert rewritten.config["azureml-events:scalars"] == expected
    other = rewritten.config["azureml-events:other"]
    assert isinstance(other, dict)
    assert other["number"] == "007"
    assert isinstance(other["url"], EncryptedNode)
