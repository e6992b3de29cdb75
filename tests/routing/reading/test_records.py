"""Files of records: Event Hubs Capture as Avro, and Parquet."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import fastavro
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from azureml_events.event_grid.samples import sample
from azureml_events.routing.reading.events import ReadEvent, read_files
from azureml_events.routing.reading.streams import Refusal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

EVENT = sample("ModelRegistered", set={"data.modelName": "modèle"})
RUN = sample("RunCompleted")
CAPTURE = {
    "type": "record",
    "name": "EventData",
    "namespace": "Microsoft.ServiceBus.Messaging",
    "fields": [
        {"name": "SequenceNumber", "type": "long"},
        {"name": "Offset", "type": "string"},
        {"name": "EnqueuedTimeUtc", "type": "string"},
        {"name": "SystemProperties", "type": {"type": "map", "values": ["long", "double", "string", "bytes"]}},
        {"name": "Properties", "type": {"type": "map", "values": ["long", "double", "string", "bytes", "null"]}},
        {"name": "Body", "type": ["null", "bytes"]},
    ],
}


def _capture(*bodies: bytes | None, codec: str = "deflate") -> bytes:
    file = io.BytesIO()
    records = [
        {
            "SequenceNumber": number,
            "Offset": "0",
            "EnqueuedTimeUtc": "3/2/2026 9:39:42 AM",
            "SystemProperties": {"x-opt-enqueued-time": 1772444382000},
            "Properties": {"aeg-event-type": "Notification"},
            "Body": body,
        }
        for number, body in enumerate(bodies)
    ]
    fastavro.writer(file, CAPTURE, records, codec)
    return file.getvalue()


def _parquet(rows: list[dict[str, Any]], schema: Any = None) -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema), file)
    return file.getvalue()


def _read(tmp_path: Path, data: bytes) -> list[ReadEvent | Refusal]:
    path = tmp_path / "archive"
    path.write_bytes(data)
    return list(read_files([str(path)]))


def _text(event: dict[str, Any]) -> bytes:
    return json.dumps(event, ensure_ascii=False).encode()


def _seen(read: list[ReadEvent | Refusal]) -> list[tuple[int | None, Any, str]]:
    return [(each.line, each.event.members, each.place) for each in read if isinstance(each, ReadEvent)]


@pytest.mark.parametrize("codec", ["null", "deflate"])
def test_capture_is_read_record_by_record(tmp_path: Path, codec: str) -> None:
    read = _read(tmp_path, _capture(_text(EVENT), b"[" + _text(RUN) + b"]", None, b"hello", codec=codec))
    assert _seen(read) == [(1, EVENT, "Body"), (2, RUN, "Body")]
    assert [each.line for each in read if isinstance(each, Refusal)] == [3, 4]


def test_an_empty_capture_file_is_no_mistake(tmp_path: Path) -> None:
    assert _read(tmp_path, _capture()) == []


def test_half_a_capture_file_gives_its_whole_blocks_and_a_refusal(tmp_path: Path) -> None:
    data = _capture(_text(EVENT))
    read = _read(tmp_path, data[:-5])
    assert isinstance(read[-1], Refusal)
    assert "the file is broken after" in read[-1].text


@pytest.mark.parametrize(
    ("row", "place"),
    [
        ({"event": json.dumps(EVENT), "PartitionId": 0}, "a row.event"),
        ({"Body": _text(EVENT)}, "a row.Body"),
        (EVENT, "a row"),
    ],
)
def test_parquet_is_read_row_by_row(tmp_path: Path, row: dict[str, Any], place: str) -> None:
    read = _read(tmp_path, _parquet([row]))
    assert [(line, where) for line, _, where in _seen(read)] == [(1, place)]
    (found,) = (each for each in read if isinstance(each, ReadEvent))
    assert (found.event.type, found.event.subject) == (EVENT["eventType"], EVENT["subject"])


def test_a_field_that_another_row_has_is_missing_not_null(tmp_path: Path) -> None:
    read = _read(tmp_path, _parquet([EVENT, RUN]))
    data = [each.event.members["data"] for each in read if isinstance(each, ReadEvent)]
    assert ("modelName" in data[0], "modelName" in data[1]) == (True, False)


def test_a_map_column_is_an_object(tmp_path: Path) -> None:
    tags = pa.map_(pa.string(), pa.string())
    schema = pa.schema({"eventType": pa.string(), "data": pa.struct({"modelTags": tags})})
    (read,) = _read(tmp_path, _parquet([{"eventType": "x", "data": {"modelTags": {"stage": "prod"}}}], schema))
    assert isinstance(read, ReadEvent)
    assert read.event.members["data"] == {"modelTags": {"stage": "prod"}}


def test_parquet_comes_through_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    data = _parquet([{"event": json.dumps(EVENT)}])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(data))))
    assert [line for line, _, _ in _seen(list(read_files(["-"])))] == [1]


@pytest.mark.parametrize(
    ("data", "module", "command"),
    [
        (_capture(_text(EVENT)), "fastavro", "an Avro file (Event Hubs Capture); convert it: fastavro "),
        (_parquet([EVENT]), "pyarrow", "a Parquet file; convert it: duckdb "),
    ],
)
def test_without_the_extra_the_refusal_names_what_converts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes, module: str, command: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setitem(sys.modules, f"{module}.parquet", None)
    (refusal,) = _read(tmp_path, data)
    assert isinstance(refusal, Refusal)
    assert refusal.text.startswith(command)
    assert "| azureml-events route … -" in refusal.text
    assert "azureml-events[archives]" in refusal.text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([_capture(_text(EVENT), _text(RUN)), _parquet([EVENT])]), st.data())
def test_a_broken_archive_is_read_or_refused(tmp_path: Path, whole: bytes, data: st.DataObject) -> None:
    broken = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 4))):
        broken[data.draw(st.integers(4, len(broken) - 1))] = data.draw(st.integers(0, 255))
    for each in _read(tmp_path, bytes(broken[: data.draw(st.integers(4, len(broken)))])):
        assert isinstance(each, (ReadEvent, Refusal))
