"""Parameter files: what they give a template, and what is wrong with them."""

from __future__ import annotations

from typing import Any

import pytest
from azureml_events.base.mistakes import DeclarationError
from azureml_events.documents.template.parameters import read_parameters
from azureml_events.documents.unresolved import SECRET
from hypothesis import given
from hypothesis import strategies as st

TEMPLATE: dict[str, Any] = {
    "contentVersion": "1.0.0.0",
    "definitions": {"stage": {"type": "string", "allowedValues": ["dev", "prod"]}},
    "parameters": {
        "prefix": {"type": "string", "minLength": 3, "maxLength": 20},
        "stage": {"$ref": "#/definitions/stage"},
        "count": {"type": "int", "minValue": 1, "maxValue": 30},
        "enabled": {"type": "bool"},
        "types": {"type": "array", "maxLength": 2},
        "filter": {"type": "object", "nullable": True},
        "key": {"type": "secureString", "allowedValues": ["a"]},
    },
    "resources": [],
}


def test_both_forms_are_read() -> None:
    inner = {"Prefix": {"value": "models/"}, "types": {"value": ["a"]}, "filter": {"value": None}}

    given_ = read_parameters({"$schema": "…deploymentParameters.json#", "parameters": inner}, TEMPLATE)

    assert given_ == read_parameters(inner, TEMPLATE) == {"prefix": "models/", "types": ["a"], "filter": None}


def test_a_secret_of_a_key_vault_is_not_known() -> None:
    reference = {"reference": {"keyVault": {"id": "/x"}, "secretName": "s"}}

    assert read_parameters({"key": reference, "prefix": reference}, TEMPLATE) == {"key": SECRET, "prefix": SECRET}


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ({"prefx": {"value": "a"}}, "prefx: unknown parameter 'prefx'; did you mean 'prefix'?"),
        ({"prefix": "models/"}, 'prefix: expected {"value": …}, or {"reference": …} to a secret of a key vault'),
        ({"prefix": {"value": 1}}, "prefix.value: expected text, got 1"),
        ({"prefix": {"value": "ab"}}, "prefix.value: 'ab' is too short; at least 3 characters"),
        ({"prefix": {"value": None}}, "prefix.value: null, where the template's parameter is not nullable"),
        ({"stage": {"value": "Dev"}}, "stage.value: 'Dev' is not allowed; allowed: dev, prod"),
        ({"count": {"value": "3"}}, "count.value: expected a whole number, got '3'"),
        ({"count": {"value": True}}, "count.value: expected a whole number, got true"),
        ({"count": {"value": 31}}, "count.value: 31 is too large; at most 30"),
        ({"enabled": {"value": "true"}}, "enabled.value: expected true or false, without quotes, got 'true'"),
        ({"types": {"value": "a"}}, "types.value: expected a list, got 'a'"),
        ({"types": {"value": [1, 2, 3]}}, "types.value: a list is too long; at most 2 elements"),
        ({"filter": {"value": []}}, "filter.value: expected a map, got a list"),
        ({"key": {"value": 5}}, "key.value: expected text, got a value that is not shown"),
        ({"key": {"value": "s3cr3t"}}, "key.value: a value that is not shown is not allowed; allowed: a"),
    ],
)
def test_mistakes_say_what_is_right(entries: Any, message: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        read_parameters(entries, TEMPLATE)

    assert str(refused.value) == message


def test_all_mistakes_are_said_at_once() -> None:
    with pytest.raises(DeclarationError) as refused:
        read_parameters({"parameters": {"prefix": {"value": 1}, "count": {"value": "3"}}}, TEMPLATE)

    assert [mistake.path for mistake in refused.value.mistakes] == [
        ("parameters", "prefix", "value"),
        ("parameters", "count", "value"),
    ]


@pytest.mark.parametrize(
    ("file", "template", "message"),
    [
        ([], TEMPLATE, "not a parameter file"),
        ({"parameters": 1}, TEMPLATE, "not a parameter file"),
        ({"a": {"value": 1}}, {"contentVersion": "1", "resources": []}, "the template has no parameters"),
        ({}, [], "parameters belong to an ARM template, which the document is not"),
    ],
)
def test_what_is_none_is_refused(file: Any, template: Any, message: str) -> None:
    with pytest.raises(DeclarationError, match=message):
        read_parameters(file, template)


ANY = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.just("string"), st.just("int")),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["parameters", "value", "type", "a", "$ref", "minValue", "allowedValues"]), inner
        ),
    ),
    max_leaves=15,
)


@given(ANY, ANY)
def test_any_file_for_any_template_is_read_or_refused(file: Any, declared: Any) -> None:
    try:
        read_parameters(file, {"contentVersion": "1", "resources": [], "parameters": declared})
    except DeclarationError as error:
        assert str(error)  # noqa: PT017  # any of our errors will do
