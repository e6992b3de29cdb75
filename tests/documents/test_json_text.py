"""ARM's JSON: what is read, what is refused and where everything stands."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from azureml_events.base.mistakes import DeclarationError, dotted
from azureml_events.documents.json_text import DEEPEST, JsonText, read_json, read_json_bytes
from hypothesis import given
from hypothesis import strategies as st

COMMENTED = """{
  // a line
  "name": "models", // behind a member
  /* over
     two lines */
  "filter": {
    "values": [1, /* in a list */ 2.5,
      {"key": null}]
  },
  "text": "one
two"
} // the end"""
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=30,
)


def test_comments_and_texts_over_several_lines_are_read() -> None:
    assert read_json(COMMENTED).value == {
        "name": "models",
        "filter": {"values": [1, 2.5, {"key": None}]},
        "text": "one\ntwo",
    }


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ((), "1:1"),
        (("name",), "3:11"),
        (("filter",), "6:3"),
        (("filter", "values"), "7:5"),
        (("filter", "values", 1), "7:35"),
        (("filter", "values", 2), "8:7"),
        (("filter", "values", 2, "key"), "8:15"),
        (("filter", "none", 2), "6:3"),
        (("text",), "10:11"),
    ],
)
def test_everything_has_a_place(path: tuple[str | int, ...], place: str) -> None:
    assert str(read_json(COMMENTED).locate(path)) == place


def test_lines_may_end_as_in_windows() -> None:
    assert str(read_json('{\r\n"a":\r\n1}').locate(("a",))) == "3:1"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_mark_says_the_encoding(encoding: str) -> None:
    text = read_json_bytes('{"näme":\r\n "→"}'.encode(encoding))

    assert (text.value, str(text.locate(("näme",)))) == ({"näme": "→"}, "2:2")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "1:1: not JSON: there is nothing in it"),
        ("// only a comment", "1:18: not JSON: there is nothing in it"),
        ('{"a": 1', "1:8: not JSON: expected ',' or '}', got the end of the file"),
        ('{"a" 1}', "1:6: not JSON: expected ':' after 'a', got '1'"),
        ("{'a': 1}", "1:2: not JSON: expected a member's name in double quotes, got \"'\""),
        ('{\n  "a": yes}', "2:8: not JSON: expected a value, got 'yes'"),
        ("[1\n 2]", "2:2: not JSON: expected ',' or ']', got '2'"),
        ("[01]", "1:3: not JSON: expected ',' or ']', got '1'"),
        ("[NaN]", "1:2: not JSON: expected a value, got 'NaN'"),
        ("[,]", "1:2: not JSON: expected a value, got ','"),
        ("[1e999]", "1:2: not JSON: a number too large for any use"),
        ("[" + "9" * 5000 + "]", "1:2: not JSON: a number too large for any use"),
        ('["a]', "1:2: not JSON: unterminated string starting at"),
        ('["\\x"]', "1:3: not JSON: invalid \\escape"),
        ("[1] /* x", "1:5: not JSON: a comment that nothing ends; expected */"),
        ("[1]\n]", "2:1: not JSON: ']' after the end"),
        ("[1]\n{}", "2:1: not JSON: '{' after the end; each document needs a file of its own"),
        ("[" * 5000, "1:301: nested too deeply; allowed: 300 maps and lists in each other"),
    ],
)
def test_what_is_no_json_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        read_json(text)

    assert str(refused.value) == message


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(DeclarationError, match="not text in UTF-8: byte 1 is none of it; save it as UTF-8"):
        read_json_bytes(b'"\xff"')


@pytest.mark.parametrize(
    ("text", "value", "note"),
    [
        ('{"a": [1,\n]}', {"a": [1]}, "a: a comma before ] in line 2; Azure CLI refuses it"),
        (
            '{"a": {"b": 1,\n"b": 2}}',
            {"a": {"b": 2}},
            "a.b: stands here twice, the second time in line 2; the last is read",
        ),
    ],
)
def test_what_is_odd_is_noted(text: str, value: Any, note: str) -> None:
    read = read_json(text)

    assert (read.value, [f"{dotted(each.path)}: {each.text}" for each in read.notes]) == (value, [note])


def test_half_a_character_is_replaced() -> None:
    assert read_json(r'["\ud83d\ude00", "a\ud800b", {"\udc00": 1}]').value == ["😀", "a\ufffdb", {"\ufffd": 1}]


def test_the_deepest_text_is_read() -> None:
    assert read_json("[" * DEEPEST + "/**/" + "]" * DEEPEST).locate((0,) * (DEEPEST - 1)).column == DEEPEST


@given(VALUES, st.sampled_from([None, 2]))
def test_json_is_read_as_by_json(value: Any, indent: int | None) -> None:
    text = json.dumps(value, indent=indent)

    assert read_json(text).value == read_json(f"// commented\n{text}/**/").value == value


@given(VALUES)
def test_a_place_is_where_the_value_stands(value: Any) -> None:
    text = json.dumps(value, indent=1)
    read, lines = read_json(text), text.split("\n")
    for path, single in singles(value):
        place = read.locate(path)
        assert lines[place.line - 1][place.column - 1 :].startswith(json.dumps(single))


def singles(value: Any, at: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], Any]]:
    """The single values of a value, with their paths."""
    if not isinstance(value, (dict, list)):
        return [(at, value)]
    members = value.items() if isinstance(value, dict) else enumerate(value)
    return [single for step, member in members for single in singles(member, (*at, step))]


@given(st.text(alphabet='{}[]",:/*\n 1a\\', max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(DeclarationError):
        assert isinstance(read_json(text), JsonText)
