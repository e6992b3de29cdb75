"""Files that are refused by what they are."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
from pathlib import Path

import pytest
from azureml_events.event_grid.samples import sample
from azureml_events.routing.reading.events import read_files
from azureml_events.routing.reading.streams import Refusal

TEXT = json.dumps(sample("ModelRegistered"))
QUOTED = TEXT.replace('"', '""')


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (f'"TimeGenerated [UTC]",Message\n"3/2/2026, 9:39:43 AM","{QUOTED}"\n'.encode(), "a CSV file; export the rows"),
        (f'\ufefftimestamp,message\r\n1,"{QUOTED}"\r\n'.encode(), "a CSV file; export the rows"),
        (b"PK\x03\x04" + bytes(30), "a ZIP archive; unpack it first"),
        (bz2.compress(TEXT.encode()), "packed by bzip2; unpack it first"),
        (lzma.compress(TEXT.encode()), "packed by xz; unpack it first"),
        (b"\x28\xb5\x2f\xfd" + bytes(30), "packed by zstd; unpack it first"),
        (gzip.compress(gzip.compress(TEXT.encode())), "packed by gzip twice; unpack it first"),
        (b'<?xml version="1.0"?><QueueMessagesList/>', "XML, not JSON"),
        (TEXT.encode("utf-16-le"), "UTF-16 without its mark"),
    ],
    ids=["CSV", "CSV of Windows", "ZIP", "bzip2", "xz", "zstd", "gzip twice", "XML", "UTF-16"],
)
def test_a_file_of_another_kind_is_one_refusal_in_words(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "events"
    path.write_bytes(content)

    [refusal] = read_files([str(path)])

    assert isinstance(refusal, Refusal)
    assert refusal.line is None
    assert refusal.text.startswith(said)


def test_a_log_that_begins_with_words_is_no_csv(tmp_path: Path) -> None:
    path = tmp_path / "function.log"
    path.write_text(f"Starting host, please wait\ngot {TEXT}\n")

    assert [each.line for each in read_files([str(path)])] == [1, 2]
