"""The JSON Schema of stack files: as fresh as the code, and of one mind with the parser as far as a schema can be."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from azureml_events.base.mistakes import DeclarationError
from azureml_events.cli import main
from azureml_events.stack.defaults import Defaults
from azureml_events.stack.parse import parse_handler
from azureml_events.stack.subscription import Subscription
from azureml_events.stack.workspace import Workspace
from azureml_events.stackfile.reader import parse_stack_file
from azureml_events.stackfile.schema import stack_file_schema
from azureml_events.stackfile.secrets import seal
from click.testing import CliRunner
from entry_strategies import DEFINITIONS, Entry, changed_entries, fields_never_given, plain, schema_of, single_changes
from hypothesis import given, settings
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from stack_texts import cases, filled

STACKS = Path(__file__).parents[2] / "stacks"
FIRST_LINE = "# yaml-language-server: $schema=schema.json"


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    return Draft202012Validator(stack_file_schema())


CANNOT_TELL = {
    r"expected a whole number, got -?\d+\.0": "JSON Schema takes 1.0 for a whole number",
    r"^deliveryAttributeMappings.*stands already at": "no schema compares members of two items",
    r"differs from the imported id's": "no schema compares two fields",
    r"^advancedFilters: \d+ values|^when: \d+ values": "no schema adds up the operands of several filters",
    r"^subjectBeginsWith: the intent in 'when' sets it": "which arguments set it, the intent alone knows",
    r"a secret in the clear, as the name": "which names are those of credentials, code alone knows",
    r"can be secret; write it in the clear": "a map of any names may have the one name 'secure'",
    r"^(subject|body): (unknown event field|a single|.* cannot be addressed)": "the catalogue knows a text's places",
}
"""What `check` alone can say of an entry: a pattern of the mistake -> the reason."""

PARSERS: dict[str, Callable[[Any], object]] = {
    "workspaces": Workspace.parse,
    "handlers": parse_handler,
    "subscriptions": Subscription.parse,
    "defaults": Defaults.parse,
}


def mistakes_in(section: str, entry: dict[str, Any]) -> list[str]:
    """Check an entry by itself and list the mistakes."""
    sealed, mistakes = seal({section: {"x": entry}})
    try:
        PARSERS[section](sealed[section]["x"])
    except DeclarationError as error:
        mistakes += error.mistakes
    return [str(mistake) for mistake in mistakes]


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


@cache
def validator_of(section: str) -> Draft202012Validator:
    return Draft202012Validator({**schema_of(section), "$defs": DEFINITIONS})


def agrees(section: str, entry: dict[str, Any]) -> bool:
    """Whether the schema accepts an entry that `check` accepts, and refuses one that it can tell to be wrong."""
    mistakes = mistakes_in(section, entry)
    can_tell = [each for each in mistakes if not any(re.search(rule, each) for rule in CANNOT_TELL)]
    return not can_tell if validator_of(section).is_valid(entry) else bool(mistakes)


def test_it_agrees_with_check_on_every_entry_with_one_member_changed() -> None:
    assert not [(section, entry) for section, entry in single_changes() if not agrees(section, entry)]


@settings(max_examples=300)
@given(changed_entries())
def test_it_agrees_with_check_on_changed_entries(changed: Entry) -> None:
    assert agrees(*changed)


def test_the_entries_that_are_changed_have_every_field() -> None:
    assert not fields_never_given()
