from __future__ import annotations

import pytest
from azureml_events.workflows.actions import Compose
from azureml_events.workflows.expressions import call, literal, render, text
from azureml_events.workflows.workflow import definition
from hypothesis import given
from hypothesis import strategies as st
from workflows.checker import problems
from workflows.grammar import Call, calls, expressions
from workflows.samples import HOSTILE
from workflows.wdl import evaluate

ANY_TEXT = st.text(alphabet=st.one_of(st.sampled_from("@{}'[]()?,\\\"\r\n a"), st.characters()))


@given(ANY_TEXT)
def test_a_plain_text_stays_what_it_is(plain: str) -> None:
    assert evaluate(render(plain), {}) == plain


@given(ANY_TEXT)
def test_a_literal_stays_what_it_is(plain: str) -> None:
    assert evaluate(render(literal(plain)), {}) == plain


@given(st.lists(ANY_TEXT), ANY_TEXT)
def test_pieces_of_a_text_stand_side_by_side(pieces: list[str], value: str) -> None:
    inserted = call("parameters", "value")
    lookup = {"parameters": lambda _: value}

    woven = [part for piece in pieces for part in (piece, inserted)]

    assert evaluate(render(text(*woven)), lookup) == "".join(piece + value for piece in pieces)
    assert evaluate(render(text(*woven).expression), lookup) == "".join(piece + value for piece in pieces)


@given(ANY_TEXT)
def test_a_member_is_found_by_any_name(name: str) -> None:
    lookup = {"triggerBody": lambda: {name: 1}}
    assert evaluate(render(call("triggerBody").member(name)), lookup) == 1


@pytest.mark.parametrize(
    ("value", "rendered"),
    [
        ("ops@contoso.com", "ops@contoso.com"),
        ("@ops", "@{'@'}ops"),
        ("a @{b}", "a @{'@'}{b}"),
        ("it's", "it's"),
        (literal("it's"), "@'it''s'"),
        (literal(None), "@null"),
        (literal(value=True), "@true"),
        (call("triggerBody").member("data", "a b"), "@triggerBody()?['data']?['a b']"),
        (text("id ", call("guid"), "!"), "id @{guid()}!"),
        ({"a": [call("guid"), 3]}, {"a": ["@guid()", 3]}),
    ],
)
def test_how_a_value_is_written(value: object, rendered: object) -> None:
    assert render(value) == rendered


@pytest.mark.parametrize(("function", "count"), [("concat", 1), ("guid", 1), ("eval", 1)])
def test_a_function_that_does_not_exist_so_is_refused(function: str, count: int) -> None:
    with pytest.raises(ValueError, match=rf"{function}\(\) does not exist with {count} arguments"):
        call(function, *["x"] * count)


def test_the_parser_finds_each_call_with_its_literals() -> None:
    assert calls("concat('it''s',body('A')?['x'],string(-1))") == [
        Call("body", ("A",)),
        Call("string", (-1.0,)),
        Call("concat", ("it's", None, Call("string", (-1.0,)))),
    ]


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("plain", []),
        ("@guid()", ["guid()"]),
        ("a @{guid()} b @{string('}')}", ["guid()", "string('}')"]),
        ("@@guid()", []),
    ],
)
def test_the_parser_finds_the_expressions_of_a_text(template: str, found: list[str]) -> None:
    assert list(expressions(template)) == found


@pytest.mark.parametrize("source", ["concat('a'", "'a", "guid() x", "a[", "{}", "concat(,)", ""])
def test_what_is_no_expression_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match=r"unexpected|expected"):
        calls(source)


def test_a_text_in_a_definition_is_no_expression_whatever_it_holds() -> None:
    made = definition({}, {}, [Compose(name="Hostile", value=HOSTILE)])
    assert problems(made) == []
    assert evaluate(made["actions"]["Hostile"]["inputs"], {}) == HOSTILE
