"""The comment of a pull request: nothing in it is obeyed, and it is never too long.

Read by a Markdown parser (`markdown-it-py` with GitHub's tables), which says what a reader gets.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from azureml_events.cli.review_markdown import LONGEST, code, review_markdown
from azureml_events.lint.rule import Level
from azureml_events.policy.exemption import Exemption
from azureml_events.policy.grants import Grant
from azureml_events.review.changes.change import Change, Example, Side
from azureml_events.review.reported import Reported
from azureml_events.review.review import Review
from azureml_events.routing.conditions import Outcome
from markdown_it import MarkdownIt
from markdown_it.token import Token

HOSTILE = {
    "a heading": "# all policies passed",
    "the end of a section": "</details>",
    "backticks": "``` `` `",
    "a pipe": "a|b",
    "a pipe after a backslash": "a\\|b",
    "a mention": "@org/team",
    "a reference": "#12",
    "text turned round": "a\u202egnp.exe",
    "an image": "<img src=x onerror=alert(1)>",
    "the end of a comment": "--><script>alert(1)</script>",
    "a line end": "a\n\n# b",
    "a link": "[a](https://example.com)",
    "300 characters": "x" * 300,
    "a command of a build log": "##[error]x",
    "nothing": "",
    "blanks": "  ",
}


def parsed(text: str) -> list[Token]:
    """The tokens of a comment, those inside lines among them."""
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(text)
    return [inner for token in tokens for inner in (token, *(token.children or ()))]


def finding(message: str, level: Level = "error", exempt: Exemption | None = None) -> Reported:
    """A finding of which everything that an input may name is a text."""
    return Reported(
        "webhook-host", level, message, message, message, message, message, Path("stack.yaml"), 3, 5, exempt=exempt
    )


def change(text: str) -> Change:
    """A change of which everything that an input may name is a text."""
    event = {"eventType": f"Microsoft.MachineLearningServices.{text}", "data": {"runStatus": text}}
    example = Example(event, Side(Outcome.MATCH), Side(Outcome.NO_MATCH), deciding={f"data.{text}": text})
    return Change("change-no-longer-delivered", text, text, (text,), text, "", (example,), 4, "warning")


def review_of(text: str) -> Review:
    """A review in which everything that an input may name is a text."""
    grant = Grant(text, text, text, None, (text,), "created")
    reason = f"accepted because of {text}"
    exemption = Exemption(
        resource=text if text.strip() else "*", reason=reason, until=date(2027, 3, 31), by=text.strip() or "x"
    )
    exempt = finding(text, "warning", exemption)
    return Review(text, [finding(text), exempt], grants=[grant], changes=[change(text)])


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_an_input_names_is_text(text: str) -> None:
    tokens = parsed(review_markdown(review_of(text)))

    html = [token.content.strip() for token in tokens if token.type in ("html_block", "html_inline")]
    assert {re.sub(r"<!--.*?-->", "<!-- -->", each, flags=re.DOTALL) for each in html} <= {
        "<!-- -->",
        "<details><summary>1 exempt, until 2027-03-31</summary>",
        "<details><summary>Grants</summary>",
        "</details>",
    }
    assert not [token for token in tokens if token.type in ("link_open", "image", "fence")]
    assert len([token for token in tokens if token.type == "heading_open"]) == 1
    rows = [token for token in tokens if token.type == "tr_open"]
    cells = [token for token in tokens if token.type in ("td_open", "th_open")]
    assert (len(rows), len(cells)) == (4, 5 * 4)
    spoken = "".join(token.content for token in tokens if token.type == "text")
    assert text.strip() not in spoken or len(text.strip()) < 2


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_code_span_says_what_it_was_given(text: str) -> None:
    (span,) = [token for token in parsed(code(text)) if token.type == "code_inline"]

    assert span.content.strip() == code_text(text).strip()


def code_text(text: str) -> str:
    """A text with the escapes of what would steer something."""
    from azureml_events.cli.console import shown

    return shown(text)


def test_the_first_line_is_the_key_of_the_comment() -> None:
    assert review_markdown(Review("prod", [])).splitlines()[0] == "<!-- azureml-events review: prod -->"


def test_the_heading_is_the_answer() -> None:
    text = review_markdown(Review("prod", [finding("a"), finding("b", "warning")], changes=[change("c")]))

    assert text.splitlines()[1] == "### Events of `prod`: 1 error, 1 warning; 1 change in delivery"


def big(count: int) -> Review:
    """A review of many subscriptions."""
    name = "a-subscription-with-a-long-name"
    return Review(
        "prod",
        [finding(f"{name}-{number}", level) for number in range(count) for level in ("error", "warning")],
        grants=[
            Grant("topic", "role", f"/subscriptions/{number}", None, (name,), "created") for number in range(count)
        ],
        changes=[change(f"{name}-{number}") for number in range(count)],
    )


@pytest.mark.parametrize("count", [0, 1, 40, 200, 1000, 5000])
def test_it_is_never_longer_than_the_limit(count: int) -> None:
    text = review_markdown(big(count))

    assert len(text) <= len(text.encode()) <= LONGEST
    assert count < 1000 or len(text.encode()) > LONGEST * 0.9


def test_folded_sections_are_left_out_whole_each_with_its_count() -> None:
    text = review_markdown(big(150))

    assert "Left out here, and in the HTML report: " in text
    assert "Grants (150)" in text
    assert "<summary>Grants</summary>" not in text


def test_of_a_section_that_is_not_folded_rows_are_left_out() -> None:
    text = review_markdown(big(1000))

    rows = [line for line in text.splitlines() if line.startswith("| − ")]
    assert f"and {1000 - len(rows):,} more in the HTML report" in text
    assert all(line.endswith(" |") for line in rows)


def test_every_section_that_is_opened_is_closed() -> None:
    for count in (1, 40, 100, 150):
        text = review_markdown(big(count))
        assert text.count("<details>") == text.count("</details>")
