"""Counting in several processes: the same as in one, whatever is read and wherever it is cut."""

from __future__ import annotations

import gzip
import json
import multiprocessing
from collections.abc import Sequence
from pathlib import Path

import pytest
from azureml_events.event_grid.samples import sample
from azureml_events.routing.of_stack import routed
from azureml_events.routing.reading.streams import Refusal
from azureml_events.routing.replay import parallel
from azureml_events.routing.replay.parallel import WORTH_IT, WorkerError, count_files, default_jobs
from azureml_events.routing.replay.replay import Replay, Summary
from azureml_events.stackfile.stack_file import load_stack_file
from routing_strategies import USUAL_EVENTS, line

SUBSCRIPTIONS = routed(load_stack_file(Path(__file__).parents[3] / "stacks" / "Pulumi.recipes.yaml").stack)
TEXT = line(sample("RunStatusChanged", set={"data.runStatus": "Failed"}))
USUAL = [line(event) for event in USUAL_EVENTS[:60]]
CAPTURE = [json.dumps({"SequenceNumber": 1, "Body": f"[{text.decode()}]"}).encode() for text in USUAL]

FILES = {
    "usual.jsonl": b"\n".join(USUAL),
    "usual-crlf.jsonl": b"\xef\xbb\xbf" + b"\r\n".join(USUAL) + b"\r\n",
    "blank.jsonl": b"\n\n" + b"\n\n\n".join(USUAL[:9]) + b"\n" * 99,
    "capture.jsonl": b"\n".join([*USUAL[:9], *CAPTURE]),
    "broken.jsonl": b"\n".join([TEXT, b"{oops", b"[]", b'"\xff"', b"5", TEXT]),
    "many-broken.jsonl": b"\n".join([TEXT, *[b"x"] * 2500, TEXT, b"x", *CAPTURE[:2]]),
    "function.log": b"2026-03-02 Executing\n2026-03-02 event: " + TEXT + b"\n",
    "array.json": b"[\n" + b",\n".join(USUAL) + b"\n]",
    "packed.jsonl.gz": gzip.compress(b"\n".join([*USUAL, b"x"])),
    "cut.jsonl.gz": gzip.compress(b"\n".join(USUAL))[:-300],
    "utf-16.jsonl": ("\ufeff" + TEXT.decode() + "\r\n").encode("utf-16-le") * 2,
    "dead/FAILED/2026/3/2/9/1.json": b"[" + TEXT.removesuffix(b"}") + b', "deadLetterReason": "x"}]',
    "empty": b"",
    "capture.avro": b"Obj\x01broken",
}


def _count(names: Sequence[str], jobs: int) -> tuple[Summary, list[Refusal], list[tuple[str, int, str]], int]:
    refusals: list[Refusal] = []
    places: list[tuple[str, int, str]] = []
    texts: list[int] = []
    replay = Replay(SUBSCRIPTIONS, "ml-dev", refusals.append, lambda *place: places.append(place))
    count_files(replay, names, jobs, texts.append)
    return replay.summary(), refusals, places, sum(texts)


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("archive")
    for name, data in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return [*(str(folder / name) for name in FILES), str(folder / "missing"), str(folder)]


@pytest.mark.parametrize("piece", [700, 20_000, 1 << 23])
def test_several_processes_say_what_one_says(names: list[str], monkeypatch: pytest.MonkeyPatch, piece: int) -> None:
    monkeypatch.setattr(parallel, "PIECE", piece)
    one, several = _count(names, 1), _count(names, 2)
    assert one[0].events > 300
    assert several == one


def test_lines_that_are_longer_than_a_piece_are_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = json.dumps({**sample("RunCompleted"), "x": "y" * 600_000}).encode()
    (tmp_path / "long.jsonl").write_bytes(b"\n".join([TEXT, long, TEXT, long]))
    monkeypatch.setattr(parallel, "PIECE", 1000)
    names = [str(tmp_path / "long.jsonl")]
    assert _count(names, 3) == _count(names, 1)


def test_an_interruption_ends_every_process(names: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "PIECE", 700)

    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        count_files(Replay(SUBSCRIPTIONS), names, 2, interrupt)
    assert multiprocessing.active_children() == []


def test_a_process_that_ends_by_itself_is_said(names: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "PIECE", 700)

    def kill(_: int) -> None:
        for process in multiprocessing.active_children():
            process.kill()

    with pytest.raises(WorkerError, match="--jobs 1"):
        count_files(Replay(SUBSCRIPTIONS), names, 2, kill)


def test_large_plain_files_are_counted_by_all_cores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, start in (("plain", TEXT), ("packed", b"\x1f\x8b"), ("utf-16", b"\xff\xfe"), ("avro", b"Obj\x01")):
        with (tmp_path / name).open("wb") as file:
            file.write(start)
            file.truncate(WORTH_IT)
    monkeypatch.setattr(parallel, "_cores", lambda: 8)
    jobs = {name: default_jobs([str(tmp_path / name)]) for name in ("plain", "packed", "utf-16", "avro")}
    assert jobs == {"plain": 8, "packed": 1, "utf-16": 1, "avro": 1}
    assert default_jobs(["-", str(tmp_path), str(tmp_path / "missing"), "\0"]) == 1
