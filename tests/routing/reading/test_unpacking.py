"""Packed and marked files, and what is left of broken ones."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from random import Random

import pytest
from azureml_events.event_grid.samples import sample
from azureml_events.routing.reading.events import ReadEvent, read_files
from azureml_events.routing.reading.streams import Refusal
from azureml_events.routing.reading.unpacking import BROKEN, unpack
from hypothesis import given
from hypothesis import strategies as st

_DRAW = Random(3)  # noqa: S311 no secrets
LINES = [json.dumps({**sample("RunCompleted"), "id": f"{_DRAW.random()}"}).encode() for _ in range(400)]
WHOLE = b"\n".join(LINES)
PACKED = gzip.compress(WHOLE)
ARRAY = b"[\n" + b",\n".join(LINES) + b"\n]"


def _read(tmp_path: Path, data: bytes) -> list[ReadEvent | Refusal]:
    path = tmp_path / "events"
    path.write_bytes(data)
    return list(read_files([str(path)]))


@pytest.mark.parametrize("mark", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("packed", [False, True])
def test_utf_16_is_read_by_its_mark(tmp_path: Path, mark: str, *, packed: bool) -> None:
    text = json.dumps({**sample("RunCompleted"), "id": "é"}, ensure_ascii=False) + "\r\n"
    data = ("\ufeff" + text + text).encode(mark)
    read = _read(tmp_path, gzip.compress(data) if packed else data)
    assert [(each.line, each.event.id) for each in read if isinstance(each, ReadEvent)] == [(1, "é"), (2, "é")]


@pytest.mark.parametrize("data", [b"\xff\xfe{\x00\x00\xd8", b"\xff\xfe{", b"\xff\xfe", b"\xfe\xff\xd8\x00"])
def test_broken_utf_16_is_refused(tmp_path: Path, data: bytes) -> None:
    assert all(isinstance(each, Refusal) for each in _read(tmp_path, data))


@pytest.mark.parametrize("share", [0.2, 0.5, 0.99])
def test_half_a_gzip_file_gives_every_line_that_comes_out_of_it(tmp_path: Path, share: float) -> None:
    cut = PACKED[: int(len(PACKED) * share)]
    out = _decompressed(cut)

    *read, refusal = _read(tmp_path, cut)

    assert isinstance(refusal, Refusal)
    assert refusal.text == "the file is cut: gzip ends in the middle; every whole line before that is read"
    assert [each.line for each in read if isinstance(each, ReadEvent)] == list(range(1, out.count(b"\n") + 1))


def test_half_a_gzip_file_of_an_array_gives_its_whole_elements(tmp_path: Path) -> None:
    packed = gzip.compress(ARRAY)
    cut = packed[: len(packed) // 2]

    *read, refusal = _read(tmp_path, cut)

    assert len(read) == _decompressed(cut).count(b",\n")
    assert "the file is cut" in str(refusal)


def test_a_broken_gzip_file_gives_every_line_before_the_break(tmp_path: Path) -> None:
    broken = bytearray(PACKED)
    broken[-8:-4] = b"\0\0\0\0"  # the checksum

    *read, refusal = _read(tmp_path, bytes(broken))

    assert len(read) == len(LINES)
    assert "the file is broken, it is no whole gzip file" in str(refusal)


def test_several_gzip_files_in_one_are_read(tmp_path: Path) -> None:
    both = gzip.compress(LINES[0] + b"\n") + gzip.compress(LINES[1]) + b"\0\0"
    assert [each.line for each in _read(tmp_path, both)] == [1, 2]


def _decompressed(cut: bytes) -> bytes:
    out = b""
    with gzip.GzipFile(fileobj=io.BytesIO(cut)) as file:
        try:
            while byte := file.read1(1):
                out += byte
        except EOFError:
            pass
    return out


@given(st.binary(max_size=300), st.integers(0, 300), st.integers(1, 40))
def test_unpacking_gives_bytes_or_says_that_it_cannot(data: bytes, at: int, size: int) -> None:
    packed = bytearray(gzip.compress(data))
    packed[at % len(packed)] ^= 0x55
    stream = unpack(io.BytesIO(bytes(packed)))
    out = b""
    try:
        while part := stream.read(size):
            out += part
    except BROKEN:
        pass
    assert len(out) <= 1 << 20
