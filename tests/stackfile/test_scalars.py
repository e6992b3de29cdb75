"""Scalars by the Pulumi CLI's rules; `cases/scalars.json` holds what the CLI itself printed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from azureml_events.stackfile.reader import parse_stack_file
from azureml_events.stackfile.scalars import ScalarError, as_text, resolve

CASES = json.loads((Path(__file__).parents[1] / "cases" / "scalars.json").read_text("utf-8"))


def typed(value: object) -> str:
    """Return a value's JSON: it tells 1 from 1.0 and from true, which `==` does not."""
    return json.dumps(value, sort_keys=True)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["yaml"])
def test_a_value_in_a_map_reads_as_the_cli_reads_it(case: dict[str, Any]) -> None:
    written = case["yaml"].replace("\n", "\n    ")
    document = parse_stack_file(f"config:\n  key:\n    value: {written}\n")
    assert typed(document.config["azureml-events:key"]) == typed({"value": case["value"]})


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("True", "true"),
        ("no", "no"),
        ("", ""),
        ("~", ""),
        ("0777", "511"),
        ("1.0", "1"),
        ("1.50", "1.5"),
        ("1e6", "1000000"),
        ("1e-7", "1e-7"),
        ("0.00001", "0.00001"),
        ("1e21", "1e+21"),
        ("18446744073709551615", "18446744073709551615"),
        ("+18446744073709551615", "18446744073709552000"),
        ("2026-12-31", "2026-12-31 00:00:00 +0000 UTC"),
    ],
)
def test_a_key_that_holds_a_single_value_holds_text(written: str, text: str) -> None:
    """`pulumi.Config.get` returns the same text."""
    assert as_text(resolve(written)) == text


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("yes", "bool"),
        ("x", "null"),
        ("", "int"),
        ("1.5", "int"),
        ("x", "float"),
        ("12:30", "timestamp"),
        ("***", "binary"),
        ("/w==", "binary"),
    ],
)
def test_a_text_that_does_not_fit_its_tag_is_refused(text: str, tag: str) -> None:
    with pytest.raises(ScalarError):
        resolve(text, f"tag:yaml.org,2002:{tag}")


def test_an_integer_of_a_million_digits_is_no_problem() -> None:
    assert resolve("9" * 1_000_000) == "9" * 1_000_000
    assert resolve("0" * 1_000_000 + "7") == 7
