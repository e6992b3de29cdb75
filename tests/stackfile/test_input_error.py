"""The error of a refused file: a line for each mistake, with its place where it has one."""

from __future__ import annotations

from pathlib import Path

import pytest
from azureml_events.base.mistakes import DeclarationError, MemberPath, Mistake, Position
from azureml_events.stackfile.input_error import InputError, locating, reading

PLACES: dict[MemberPath, Position] = {("a",): Position(2, 3), ("b",): Position(1, 10), ("c",): Position(1, 9)}
FILE = Path("x.yaml")


def test_mistakes_get_their_places_and_the_order_of_the_text_on_their_way_up() -> None:
    with pytest.raises(InputError) as refused, reading(FILE), locating(PLACES.__getitem__):
        raise DeclarationError(Mistake(path, "wrong") for path in PLACES)

    assert refused.value.lines == ("x.yaml:1:9: c: wrong", "x.yaml:1:10: b: wrong", "x.yaml:2:3: a: wrong")
    assert [mistake.path for mistake in refused.value.mistakes] == [("c",), ("b",), ("a",)]


def test_a_mistake_without_a_place_is_said_of_the_file() -> None:
    assert InputError.at(FILE, [Mistake((), "wrong")]).lines == ("x.yaml: wrong",)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused, reading(tmp_path):
        tmp_path.read_bytes()

    assert refused.value.lines == (f"{tmp_path}: cannot be read: Is a directory",)
    assert not refused.value.mistakes


def test_a_mistake_keeps_its_place_when_it_is_seen_from_an_outer_level() -> None:
    assert str(Mistake(("key",), "wrong", Position(4, 2)).below("a", 0)) == "4:2: a[0].key: wrong"
