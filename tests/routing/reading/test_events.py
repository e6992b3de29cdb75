"""Reading events from the streams that people have."""

from __future__ import annotations

import errno
import gzip
import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from azureml_events.event_grid.catalogue import EVENT_TYPES, PREFIX
from azureml_events.event_grid.samples import sample
from azureml_events.routing.reading import streams
from azureml_events.routing.reading.events import ReadEvent, read_files, read_text
from azureml_events.routing.reading.streams import Refusal, files_in
from hypothesis import given
from hypothesis import strategies as st

EVENT = sample("RunStatusChanged")
LINE = json.dumps(EVENT)


def _read(tmp_path: Path, text: str | bytes) -> list[ReadEvent | Refusal]:
    path = tmp_path / "events"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return list(read_files([str(path)]))


def _lines(read: list[ReadEvent | Refusal]) -> list[tuple[str, int | None]]:
    return [("refused" if isinstance(each, Refusal) else "read", each.line) for each in read]


def _warnings(event: dict[str, Any]) -> set[str]:
    (read,) = read_text(json.dumps(event).encode(), "events.json", 1)
    assert isinstance(read, ReadEvent)
    return set(read.warnings)


def test_a_name_that_cannot_be_looked_up_is_refused_alone(tmp_path: Path) -> None:
    good = tmp_path / "events.jsonl"
    good.write_text(LINE)
    refused, read = read_files(files_in(["x" * 300, str(tmp_path)]))
    assert isinstance(refused, Refusal)
    assert isinstance(read, ReadEvent)


def test_a_folder_that_cannot_be_listed_does_not_pass_for_an_empty_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: str) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert files_in([str(tmp_path)]) == [str(tmp_path)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(LINE, [("read", 1)], id="an object"),
        pytest.param(json.dumps(EVENT, indent=1), [("read", 1)], id="a pretty-printed object"),
        pytest.param(f"[{LINE}, {LINE}]", [("read", 1), ("read", 1)], id="an array"),
        pytest.param(f"[\n{LINE},\n{LINE}\n]\n", [("read", 2), ("read", 3)], id="an array over lines"),
        pytest.param(f"{LINE}\n\n{LINE}\r\n", [("read", 1), ("read", 3)], id="JSON Lines with a blank line"),
        pytest.param(f"{LINE},\n{LINE},\n", [("read", 1), ("read", 2)], id="lines cut out of an array"),
        pytest.param(
            json.dumps(EVENT, indent=1) + "\n" + json.dumps(EVENT, indent=1),
            [("read", 1), ("read", json.dumps(EVENT, indent=1).count("\n") + 2)],
            id="documents one after the other",
        ),
        pytest.param(f"\ufeff{LINE}", [("read", 1)], id="a byte order mark"),
        pytest.param("", [], id="nothing"),
        pytest.param("[]", [], id="an empty array"),
        pytest.param(json.dumps({"headers": {}, "body": EVENT}), [("read", 1)], id="a Logic App's trigger"),
        pytest.param(json.dumps({"body": [EVENT, EVENT]}), [("read", 1), ("read", 1)], id="a batch in a body"),
        pytest.param(f"{LINE}\n{{oops\n{LINE}", [("read", 1), ("refused", 2), ("read", 3)], id="a broken line"),
        pytest.param(f'{{"a": 1,\n{LINE}\n{LINE}', [("refused", 1), ("read", 2), ("read", 3)], id="broken at once"),
        pytest.param(f'{LINE}\n{{"a": 1}}\n5', [("read", 1), ("refused", 2), ("refused", 3)], id="no events"),
        pytest.param(f"[{LINE}, null, 7]", [("read", 1), ("refused", 1), ("refused", 1)], id="no objects"),
        pytest.param(f"[\n{LINE},\n", [("read", 2), ("refused", 3)], id="half an array"),
        pytest.param(f"{LINE}\n" + '{"type": "x", "a": NaN}', [("read", 1), ("refused", 2)], id="no number"),
        pytest.param("[" * 100_000, [("refused", 1)], id="brackets without end"),
        pytest.param('{"type":"x","data":' + "[" * 100_000, [("refused", 1)], id="nested too deeply"),
        pytest.param(
            f'{{\n"a": oops\n}}\n{{"a": 1}}\n{LINE}\nnot\n{LINE}',
            [("refused", 2), ("read", 5), ("read", 7)],
            id="lines behind a broken document",
        ),
        pytest.param(f'{LINE}\n{{"type": ""}}', [("read", 1), ("refused", 2)], id="an empty type"),
    ],
)
def test_every_form_is_read_or_refused_with_its_line(
    tmp_path: Path, text: str, expected: list[tuple[str, int]]
) -> None:
    assert _lines(_read(tmp_path, text)) == expected


def test_a_line_that_is_not_utf_8_stops_nothing(tmp_path: Path) -> None:
    read = _read(tmp_path, LINE.encode() + b'\n"\xff"\n' + LINE.encode())
    assert _lines(read) == [("read", 1), ("refused", 2), ("read", 3)]


def test_a_text_in_an_array_that_is_not_utf_8_stops_nothing(tmp_path: Path) -> None:
    read = _read(tmp_path, b'[\n{"type": "\xff"},\n' + LINE.encode() + b"]")
    assert _lines(read) == [("refused", 2), ("read", 3)]


def test_gzip_is_seen_by_its_content(tmp_path: Path) -> None:
    assert _lines(_read(tmp_path, gzip.compress(f"{LINE}\n{LINE}".encode()))) == [("read", 1), ("read", 2)]


@pytest.mark.parametrize("cut", [5, 15, -9])
def test_half_a_gzip_file_is_refused(tmp_path: Path, cut: int) -> None:
    read = _read(tmp_path, gzip.compress(LINE.encode())[:cut])
    assert _lines(read)[-1] == ("refused", None)


@pytest.mark.parametrize("name", ["missing", ".", "\0"])
def test_a_file_that_cannot_be_read_is_refused(name: str) -> None:
    (refusal,) = read_files([name])
    assert isinstance(refusal, Refusal)
    assert "cannot be read" in refusal.text


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(LINE.encode()))))
    (read,) = read_files(["-"])
    assert isinstance(read, ReadEvent)
    assert read.file == "<stdin>"


def test_a_closed_standard_input_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    (refusal,) = read_files(["-"])
    assert str(refusal) == "<stdin>: cannot be read: standard input is closed"


@pytest.mark.parametrize(
    ("text", "places"),
    [
        pytest.param('{"type": "x", "data": "LONG"}\nLINE', [1, 2], id="the first line"),
        pytest.param('{"type": "x", "data": "LONG\nLINE', [1, 2], id="the first line, broken"),
        pytest.param('{"type": "x",\n "data": "LONG"}\nLINE', [1, 3], id="over lines"),
        pytest.param('[{"type": "x", "data": "LONG"}, LINE]', [1, 1], id="in an array on one line"),
        pytest.param('{\n"data": "LONG\nLINE\nLINE', [1, 3, 4], id="over lines, broken"),
        pytest.param('LINE\n"LONG"\nLINE\n', [1, 2, 3], id="a line"),
    ],
)
@pytest.mark.parametrize("chunk", [512, 4096])
def test_what_follows_a_text_that_is_too_long_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, places: list[int], chunk: int
) -> None:
    monkeypatch.setattr(streams, "CHUNK", chunk)
    monkeypatch.setattr(streams, "_SNIFFED", chunk)
    monkeypatch.setattr(streams, "LONGEST_TEXT", 10_000)
    read = _read(tmp_path, text.replace("LONG", "x" * 50_000).replace("LINE", LINE))
    assert [each.line for each in read] == places
    refusals = [each.text for each in read if isinstance(each, Refusal)]
    assert len(refusals) == 1
    assert "longer than 10,000 bytes, the most that is read of one; passed over" in refusals[0]


def test_a_line_that_is_too_long_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "CHUNK", 4096)
    monkeypatch.setattr(streams, "LONGEST_TEXT", 10_000)
    long = json.dumps({"type": "x", "data": "x" * 50_000})
    read = _read(tmp_path, f"{LINE}\n{LINE}\n{long}\n{LINE}\n")
    assert _lines(read) == [("read", 1), ("read", 2), ("refused", 3), ("read", 4)]


@pytest.mark.parametrize("form", ["\n".join, lambda lines: f"[{','.join(lines)}]"])
def test_the_size_of_what_is_read_at_a_time_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: Any
) -> None:
    text = form([json.dumps({**EVENT, "id": str(number), "data": {"ö": "\n" * number}}) for number in range(40)])
    for size in (1, 7, 100, 1 << 18):
        monkeypatch.setattr(streams, "CHUNK", size)
        read = _read(tmp_path, text)
        assert [each.event.id for each in read if isinstance(each, ReadEvent)] == list(map(str, range(40)))


@pytest.mark.parametrize("short", EVENT_TYPES)
@pytest.mark.parametrize("schema", ["EventGridSchema", "CloudEventSchemaV1_0"])
def test_a_delivered_event_is_not_odd(short: str, schema: Any) -> None:
    assert _warnings(sample(short, schema)) == set()


@pytest.mark.parametrize(
    ("change", "warning"),
    [
        ({"eventType": None, "event_type": EVENT["eventType"]}, "'event_type' read as 'eventType'"),
        ({"topic": None}, "no topic"),
        ({"subject": None}, "no subject"),
        ({"dataVersion": None}, "no dataVersion"),
        ({"data": None}, "no data"),
        ({"eventTime": 1772444381}, "eventTime is a number; delivered events carry text"),
        ({"eventType": PREFIX + "RunFailed"}, f"event type '{PREFIX}RunFailed' is not in the catalogue"),
        (
            {"eventType": "Microsoft.EventGrid.SubscriptionValidationEvent"},
            "this is the handshake of a webhook, which passes no subscription's filter",
        ),
        ({"data": "{}"}, "data is text; delivered events carry an object"),
    ],
)
def test_what_is_odd_about_an_event_is_said(change: dict[str, Any], warning: str) -> None:
    event = {name: value for name, value in {**EVENT, **change}.items() if value is not None}
    assert warning in _warnings(event)


@pytest.mark.parametrize(
    ("short", "name", "value", "warning"),
    [
        ("RunCompleted", "RunTags", {}, "data.RunTags is 'runTags' in delivered events"),
        ("ModelRegistered", "modelVersion", 20, "data.modelVersion is a number; delivered events carry text"),
        ("RunStatusChanged", "runStatus", "Fialed", "data.runStatus 'Fialed' is not in the catalogue"),
        ("RunCompleted", "RunStatus", "Failed", "data.RunStatus is a field of RunStatusChanged, not of RunCompleted"),
        (
            "DatasetDriftDetected",
            "tarAsSystemEventDatasetId",
            "x",
            "data.tarAsSystemEventDatasetId is not in the catalogue; it may be 'targetDatasetId'",
        ),
    ],
)
def test_what_is_odd_about_the_data_is_said(short: str, name: str, value: Any, warning: str) -> None:
    event = sample(short)
    event["data"][name] = value
    assert _warnings(event) == {warning}


def test_a_member_that_stands_twice_is_said_and_the_last_one_counts() -> None:
    text = LINE.removesuffix("}") + ', "subject": "x"}'
    (read,) = read_text(text.encode(), "events.json", 1)
    assert isinstance(read, ReadEvent)
    assert read.event.subject == "x"
    assert read.warnings == ("'subject' stands twice; the last one counts",)


def test_numbers_keep_their_digits() -> None:
    text = '{"type": "x", "data": {"a": 0.1000000000000000055, "b": 1e999999999999999999999, "c": %s}}' % ("9" * 5000)
    (read,) = read_text(text.encode(), "events.json", 1)
    assert isinstance(read, ReadEvent)
    data = read.event.members["data"]
    assert str(data["a"]) == "0.1000000000000000055"
    assert data["b"] > data["c"] > 10**4000


_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.floats(), st.integers(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["type", "eventType", "body", "data", "subject", "x"]), inner, max_size=4),
    ),
    max_leaves=12,
)


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda t: t.encode(errors="replace"))))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    for each in _read(tmp_path_factory.getbasetemp(), data):
        assert isinstance(each, (ReadEvent, Refusal))


@given(st.lists(_JSON, max_size=3), st.booleans())
def test_any_json_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, values: list[Any], pretty: bool) -> None:
    text = "\n".join(json.dumps(value, indent=1 if pretty else None) for value in values)
    for each in _read(tmp_path_factory.getbasetemp(), text):
        assert isinstance(each, (ReadEvent, Refusal))
        if isinstance(each, ReadEvent):
            assert each.event.type
