"""Reads files of records: Avro, as Event Hubs Capture writes it, and Parquet. Needs the extra `archives`."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, Any, cast

from azureml_events.routing.reading.streams import Block, Refusal
from azureml_events.routing.reading.unpacking import Stream

_AVRO = b"Obj\x01"
_PARQUET = b"PAR1"
_AT_A_TIME = 256


def holds_records(start: bytes) -> bool:
    """Return whether a file is Avro or Parquet.

    Args:
        start: Its first bytes.
    """
    return start.startswith((_AVRO, _PARQUET))


def read_records(stream: Stream, name: str, shown: str) -> Iterator[Block | Refusal] | None:
    """Return the JSON texts in the records of an Avro or Parquet file, or None where the file is neither.

    Args:
        stream: The file's content.
        name: The file's path, `-` for standard input.
        shown: The name that refusals show.

    Yields:
        Blocks whose lines are the records' numbers; a refusal where the file is broken or the extra is missing.
    """
    if stream.peek(len(_AVRO)) == _AVRO:
        advice = f"an Avro file (Event Hubs Capture); convert it: fastavro {shown}"
        return _blocks(lambda: _avro(stream), shown, advice)
    if stream.peek(len(_PARQUET)) == _PARQUET:
        advice = f"a Parquet file; convert it: duckdb -jsonlines -c \"from '{shown}'\""
        return _blocks(lambda: _parquet(stream, name), shown, advice)
    return None


def _blocks(read: Callable[[], Iterator[tuple[str, bytes]]], shown: str, advice: str) -> Iterator[Block | Refusal]:
    number, place = 1, ""
    texts: list[bytes] = []
    try:
        for where, text in read():
            if texts and (where != place or len(texts) >= _AT_A_TIME):
                yield Block(range(number, number + len(texts)), texts, place)
                number, texts = number + len(texts), []
            place = where
            texts.append(text)
    except ImportError:
        others = "| azureml-events route … -, or install azureml-events[archives], which reads it"
        yield Refusal(shown, None, f"{advice} {others}")
        return
    except Exception as error:  # noqa: BLE001 fastavro lets out what a broken file hits, KeyError to its own bare Exception
        broken = _describe(error, number + len(texts) - 1)
    else:
        broken = ""
    if texts:
        yield Block(range(number, number + len(texts)), texts, place)
    if broken:
        yield Refusal(shown, None, broken)


def _describe(error: Exception, read: int) -> str:
    said = next(iter(str(error).splitlines()), "") or type(error).__name__
    return f"cannot be unpacked: {said}" if "codec" in said else f"the file is broken after {read:,} records: {said}"


def _avro(stream: Stream) -> Iterator[tuple[str, bytes]]:
    import fastavro

    for record in fastavro.reader(cast("IO[bytes]", stream)):
        body = record.get("Body") if isinstance(record, Mapping) else None
        if isinstance(body, bytes):
            yield "Body", body
        else:
            yield "", _json(record)


def _parquet(stream: Stream, name: str) -> Iterator[tuple[str, bytes]]:
    import pyarrow.parquet

    with _seekable(stream, name) as file:
        for batch in pyarrow.parquet.ParquetFile(file).iter_batches(batch_size=_AT_A_TIME):
            columns = [batch.column(at).to_pylist(maps_as_pydicts="lossy") for at in range(batch.num_columns)]
            for row in zip(*columns, strict=True):
                yield "a row", _json(_filled(dict(zip(batch.schema.names, row, strict=True))))


@contextmanager
def _seekable(stream: Stream, name: str) -> Iterator[IO[bytes]]:
    """Open a file that can be read anywhere: the file itself where it is not packed, else a copy."""
    if name != "-":
        with Path(name).open("rb") as file:
            if file.read(len(_PARQUET)) == _PARQUET:
                yield file
                return
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(cast("IO[bytes]", stream), copy)
        yield copy


def _filled(value: Any) -> Any:
    """Leave empty columns out: a struct's columns are those of all its rows, so an empty one says nothing."""
    if isinstance(value, Mapping):
        return {name: _filled(member) for name, member in value.items() if member is not None}
    return [_filled(each) for each in value] if isinstance(value, list) else value


def _json(value: Any) -> bytes:
    return json.dumps(value, default=_plain, ensure_ascii=False).encode(errors="surrogatepass")


def _plain(value: Any) -> Any:
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).decode("utf-8-sig", errors="replace")
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    return list(value) if isinstance(value, Iterable) else str(value)
