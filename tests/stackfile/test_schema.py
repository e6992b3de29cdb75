"""The JSON Schema of stack files: as fresh as the code, and of one mind with the parser as far as a schema can be."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from azureml_events.base.mistakes import DeclarationError
from azureml_events.cli import main
from azureml_events.stackfile.reader import parse_stack_file
from azureml_events.stackfile.schema import stack_file_schema
from azureml_events.stackfile.yaml_document import EncryptedNode
from click.testing import CliRunner
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from stack_texts import cases, filled

STACKS = Path(__file__).parents[2] / "stacks"
FIRST_LINE = "# yaml-language-server: $schema=schema.json"


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    return Draft202012Validator(stack_file_schema())


def plain(value: object) -> object:
    """A stack file's value as an editor sees it."""
    if isinstance(value, EncryptedNode):
        return {"secure": value.ciphertext}
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


def configurations(pattern: str) -> list[Any]:
    """Parameters: the cases of files whose text is read, each with its configuration as `config`."""
    parameters = cases(pattern)
    for parameter in parameters:
        [case] = parameter.values
        with suppress(DeclarationError):
            document = parse_stack_file(filled(case["text"]))
            if not document.mistakes:
                case["config"] = plain(document.config)
    return [parameter for parameter in parameters if "config" in parameter.values[0]]


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(stack_file_schema())


def test_the_kept_schema_is_not_stale() -> None:
    kept = json.loads((STACKS / "schema.json").read_text("utf-8"))

    assert kept == stack_file_schema(), "stacks/schema.json is stale: run `make golden`"


def test_the_command_prints_it() -> None:
    assert json.loads(CliRunner().invoke(main, ["schema"]).stdout) == stack_file_schema()


@pytest.mark.parametrize("path", sorted(STACKS.glob("Pulumi.*.yaml")), ids=lambda path: path.name)
def test_a_stack_file_names_it_for_editors_and_passes_it(path: Path, validator: Draft202012Validator) -> None:
    text = path.read_text("utf-8")

    assert text.splitlines()[0] == FIRST_LINE
    assert not list(validator.iter_errors({"config": plain(parse_stack_file(text).config)}))


@pytest.mark.parametrize("case", configurations("accepted.yaml"))
def test_it_accepts_what_check_accepts(case: dict[str, Any], validator: Draft202012Validator) -> None:
    assert not [error.message for error in validator.iter_errors({"config": case["config"]})]


@pytest.mark.parametrize("case", configurations("malformed/*.yaml"))
def test_it_refuses_what_check_refuses_where_it_can_tell(case: dict[str, Any], validator: Draft202012Validator) -> None:
    refused = not validator.is_valid({"config": case["config"]})

    assert refused is ("schema" not in case)


def test_every_field_says_what_it_is() -> None:
    models = {name: form for name, form in stack_file_schema()["$defs"].items() if "properties" in form}
    silent = [
        f"{name}.{field}"
        for name, form in models.items()
        for field, property_ in form["properties"].items()
        if not property_.get("description")
    ]
    assert not silent
