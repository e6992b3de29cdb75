"""How docstrings begin: a function's with a verb in the imperative, as what it does is what it is for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "components" / "azureml_events"

NO_VERB = re.compile(
    # articles, numbers, quantities
    "A|An|The|One|Two|Three|All|Any|Both|Each|Every|Few|First|Many|More|Most|No|None|Some|"
    # pronouns and question words
    "He|Her|His|I|It|Its|Our|She|Someone|That|Their|These|They|This|Those|We|What|When|Where|Whether|Which|Who|Whose|"
    "Why|How|You|Your|"
    # prepositions, conjunctions, adverbs
    "After|Also|Always|As|At|Before|Behind|Below|Beside|By|For|From|If|In|Into|Like|Never|Not|Of|On|Only|Or|Over|"
    "Per|Since|So|Then|There|To|Under|Until|Upon|Via|With|Without|"
    # names
    "Azure|Click|Event|Pulumi|Pydantic|Python|True|False"
)
"""What begins a sentence that is no imperative. A noun without such a word before it is a plural, or rare."""

NOT_A_BASE_FORM = re.compile(r"[a-z]*(?<!s)s|[a-z]*(?<!e)ed|[a-z]{2,}ing")
"""A third person, a plural, a participle."""

BASE_FORMS = {"bring", "embed", "focus", "shed", "string"}
"""Verbs that look like one of these."""


def is_imperative(sentence: str) -> bool:
    """Tell whether a sentence may begin with a verb in the imperative.

    Args:
        sentence: A docstring.
    """
    word = re.match(r"[A-Z][a-z]+(?=[ .,;:]|$)", sentence)
    if word is None or NO_VERB.fullmatch(word[0]):
        return False
    return word[0].lower() in BASE_FORMS or not NOT_A_BASE_FORM.fullmatch(word[0].lower())


def functions(source: str) -> Iterator[tuple[str, str]]:
    """Yield name and docstring of the functions that have one; a property is described as what it is.

    Args:
        source: A module's text.
    """
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        decorators = {ast.unparse(each).rpartition(".")[2] for each in node.decorator_list}
        words = ast.get_docstring(node)
        if words and not decorators & {"property", "cached_property"}:
            yield node.name, words


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Return the name.", True),
        ("Pass it on.", True),
        ("Embed a text.", True),
        ("Feed a decoder.", True),
        ("The name.", False),
        ("A name.", False),
        ("Whether it holds.", False),
        ("Names of the fields.", False),
        ("Returns the name.", False),
        ("Cached name.", False),
        ("Reading a name.", False),
        ("`str.split`.", False),
        ("10 names.", False),
        ("return the name.", False),
    ],
)
def test_an_imperative_is_told_from_a_noun(sentence: str, expected: bool) -> None:
    assert is_imperative(sentence) is expected


def test_docstrings_of_functions_begin_with_a_verb() -> None:
    wrong = [
        f"{path.relative_to(PACKAGE)}: {name}: {words.splitlines()[0]}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for name, words in functions(path.read_text("utf-8"))
        if not is_imperative(words)
    ]
    assert wrong == []
