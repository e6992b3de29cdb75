"""Printing: nothing that people wrote steers a terminal or a build log, and styles are for terminals."""

from __future__ import annotations

import io
import json

import pytest
from azureml_events.cli.console import STYLES, many, print_json, print_line, shown

CASES = [
    ("plain é…", "plain é…"),
    ("a\nb\r\tc", r"a\nb\r\tc"),
    ("\x1b[31m\x07\x9b", r"\x1b[31m\x07\x9b"),
    ("\u202etxt\u2066", r"\u202etxt\u2066"),
    ("\u2028\ufeff\u200b", r"\u2028\ufeff\u200b"),
    ("\ud800", r"\ud800"),
    ("::error::x", r"\x3a:error::x"),
    ("   ::add-mask::x", r"   \x3a:add-mask::x"),
    ("a::error::x", "a::error::x"),
    ("urn:pulumi:dev::shop::t::a", "urn:pulumi:dev::shop::t::a"),
    ("a ##vso[task.setvariable variable=x]y", r"a \x23\x23vso[task.setvariable variable=x]y"),
    ("##[error]x ##VSO[x", r"\x23\x23[error]x \x23\x23VSO[x"),
    ("## title", "## title"),
]


@pytest.mark.parametrize(("text", "printed"), CASES)
def test_a_line_is_shown_so_that_nothing_obeys_it(text: str, printed: str) -> None:
    assert shown(text) == printed


@pytest.mark.parametrize(("text", "printed"), CASES)
def test_a_coloured_line_is_shown_likewise(monkeypatch: pytest.MonkeyPatch, text: str, printed: str) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    file = io.StringIO()

    print_line("", (text, "strong"), file=file)

    assert file.getvalue() == f"\x1b[1m{printed}\x1b[0m\n"


@pytest.mark.parametrize("style", STYLES)
def test_no_color_takes_every_style(monkeypatch: pytest.MonkeyPatch, style: str) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    file = io.StringIO()

    print_line(("a", style), file=file)

    assert file.getvalue() == "a\n"


def test_json_is_ascii_and_holds_no_command_of_a_build_log(capsys: pytest.CaptureFixture[str]) -> None:
    value = {"##vso[task.x]": "\x1b\u202e\x7f é\ud800", "::error::": "##[error]"}

    print_json(value)

    printed = capsys.readouterr().out
    assert json.loads(printed) == value
    assert printed.isascii()
    assert "##" not in printed
    assert not any(line.lstrip().startswith("::") for line in printed.splitlines())
    assert set(printed) - {"\n"} <= set(map(chr, range(32, 127)))


@pytest.mark.parametrize(("count", "text"), [(0, "0 events"), (1, "1 event"), (2000, "2,000 events")])
def test_numbers_agree_with_nouns(count: int, text: str) -> None:
    assert many(count, "event") == text


def test_a_noun_may_have_a_plural_of_its_own() -> None:
    assert (many(1, "alias", "aliases"), many(2, "alias", "aliases")) == ("1 alias", "2 aliases")
