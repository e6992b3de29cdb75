from __future__ import annotations

import pytest
from azureml_events.base.mistakes import DeclarationError, Position
from azureml_events.stackfile.nodes import DEEPEST, compose

BOMB = "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
LADDER = "a: &a0 [1]\n" + "".join(f"b: &a{at + 1} [*a{at}]\n" for at in range(DEEPEST))


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("a: 1\n b: 2", 2, 3, "mapping values are not allowed"),
        ("a: {b: 1", 2, 1, "flow mapping"),
        ("a:\n\tb: 1", 2, 1, "indent with spaces, not with tabs"),
        ("a: @b", 1, 4, "cannot start any token"),
        ("a: 1\nb: \x07", 2, 4, "U+0007"),
        ("a: \ud800", 1, 4, "U+D800"),
        ("a: 1\n---\nb: 1", 2, 1, "a second document begins here"),
        ("a: *b", 1, 4, "no anchor '&b' stands before '*b'"),
        ("a: &a [*a]", 1, 8, "holds an alias of itself"),
        ("a: &a {<<: *a}", 1, 12, "holds an alias of itself"),
        ("a: " + "[" * 100_000, 1, 67, "nested deeper than 64 levels"),
        ("a: " + "{b: " * 100_000, 1, 256, "nested deeper than 64 levels"),
        ("- " * 100_000, 1, 129, "nested deeper than 64 levels"),
        (LADDER, 64, 10, "nested deeper than 64 levels by aliases"),
        (BOMB, 5, 44, "aliases repeat more than 100,000 values"),
    ],
    ids=lambda value: value[:12] if isinstance(value, str) else None,
)
def test_what_is_not_one_small_yaml_document_is_refused_where_it_goes_wrong(
    text: str, line: int, column: int, message: str
) -> None:
    with pytest.raises(DeclarationError) as caught:
        compose(text)
    (mistake,) = caught.value.mistakes
    assert message in mistake.message
    assert mistake.position == Position(line, column)


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n"])
def test_a_text_without_a_document_has_no_root(text: str) -> None:
    assert compose(text) is None
