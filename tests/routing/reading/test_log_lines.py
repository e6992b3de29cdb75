"""Values that a log prints over several lines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from azureml_events.event_grid.samples import sample
from azureml_events.routing.reading.events import ReadEvent, read_files
from azureml_events.routing.reading.log_lines import Joiner
from azureml_events.routing.reading.streams import Block, Refusal, blocks
from azureml_events.routing.reading.unpacking import Stream
from hypothesis import given
from hypothesis import strategies as st

EVENT = sample("ModelRegistered")
PRETTY = json.dumps(EVENT, indent=2)
BEFORE, AFTER = (
    "2026-03-02T09:39:43.1 [Information] Executing 'Fn'",
    "2026-03-02T09:39:43.3 [Information] Executed 'Fn'",
)
HEIGHT = len(PRETTY.splitlines())
CUT = PRETTY.rsplit("\n", 2)[0]


class FirstOf:
    """A pipe that fails where more is read than it has so far."""

    def __init__(self, chunks: list[bytes]) -> None:
        self._chunks = chunks

    def read1(self, size: int, /) -> bytes:
        """The next chunk."""
        del size
        return self._chunks.pop(0)


def _read(tmp_path: Path, text: str) -> list[ReadEvent | Refusal]:
    path = tmp_path / "function.log"
    path.write_text(text)
    return list(read_files([str(path)]))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param(f"{BEFORE}\n2026-03-02 [Info] {PRETTY}\n{AFTER}\n", [1, 2, 2 + HEIGHT], id="after a prefix"),
        pytest.param(f"{BEFORE}\ngot: [{PRETTY}] (4 ms)\n", [1, 2], id="an array, with more after it"),
        pytest.param(f"INFORMATION: {PRETTY}".replace("\n", "\r\n"), [1], id="ends of lines of Windows"),
        pytest.param(f"// an event\n{PRETTY}", [1, 2], id="on lines of its own"),
        pytest.param(f"{BEFORE} {{\n{AFTER}\nINFORMATION: {PRETTY}\n", [1, 2, 3], id="after an opening alone"),
        pytest.param(f"INFORMATION: {CUT}\nINFORMATION: {PRETTY}\n", [*range(1, HEIGHT)], id="after one that is cut"),
    ],
)  # fmt: skip
def test_an_event_over_several_lines_of_a_log_is_read_where_it_begins(
    tmp_path: Path, text: str, lines: list[int]
) -> None:
    read = _read(tmp_path, text)

    assert [each.event.id for each in read if isinstance(each, ReadEvent)] == [EVENT["id"]]
    assert [each.line for each in read] == lines


def test_the_first_line_of_a_log_on_a_pipe_is_read_before_there_is_a_second() -> None:
    line = f"2026-03-02 [Info] {json.dumps(EVENT)}\n".encode()
    stream = Stream(FirstOf([line]))
    first = next(blocks(stream, "x"))
    assert isinstance(first, Block)
    assert first.texts == [line.rstrip()]


def test_what_a_log_holds_back_is_read_where_the_file_breaks_off() -> None:
    joiner = Joiner(1000)

    assert list(joiner.add(1, b"got {")) == []
    assert list(joiner.add(2, b'"a": 1')) == []
    assert joiner.end() == [(1, b"got {"), (2, b'"a": 1')]


def test_no_more_is_held_back_than_the_limit() -> None:
    joiner = Joiner(1000)
    given = [(number, b"[") for number in range(1, 100)]

    came = [text for line in given for text in joiner.add(*line)]

    assert len(given) - len(came) < 20
    assert came + joiner.end() == given


@given(st.lists(st.text('{}[]",:\\\\ a1\r', min_size=1).map(str.encode)))
def test_nothing_of_a_log_is_lost(lines: list[bytes]) -> None:
    joiner = Joiner(1000)

    came = [text for number, line in enumerate(lines, 1) for _, text in joiner.add(number, line)]
    came += [text for _, text in joiner.end()]

    assert b"\n".join(came) == b"\n".join(lines)
