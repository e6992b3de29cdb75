"""Counts large archives in several processes: plain files are cut at line ends, all else stays with this process."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BufferedReader
from pathlib import Path

from azureml_events.routing.reading.events import display_name, file_blocks
from azureml_events.routing.reading.records import holds_records
from azureml_events.routing.reading.streams import (
    Block,
    Refusal,
    describe_break,
    is_lines,
    is_log,
    read_start,
    split_lines,
)
from azureml_events.routing.reading.unpacking import BROKEN, Stream, is_plain
from azureml_events.routing.replay.replay import Replay, Tally
from azureml_events.routing.subscription import RoutedSubscription

PIECE = 1 << 23
"""Bytes of a file that one process counts at a time."""

WORTH_IT = 1 << 28
"""Bytes of plain files from which on several processes are the default: a second of work, thrice what a start takes."""

_MOST_REFUSALS = 1000
_AT_A_TIME = 1 << 18


class WorkerError(RuntimeError):
    """A process that counted ended by itself, as where memory is short."""


@dataclass(frozen=True)
class Piece:
    """A part of the input.

    Attributes:
        name: The file's path, `-` for standard input.
        start: Where it begins, in bytes.
        end: Where it ends, in bytes; None for the whole file, which no other process counts.
    """

    name: str
    start: int = 0
    end: int | None = None


@dataclass(frozen=True)
class Share:
    """What a process found in a piece.

    Attributes:
        tally: The counts.
        texts: The number of texts.
        lines: The number of line ends.
        refusals: The texts that were refused, with their lines in the piece.
        place: Line and place of the first event that stands inside something else; None where there is none.
    """

    tally: Tally
    texts: int
    lines: int
    refusals: tuple[Refusal, ...]
    place: tuple[int, str] | None


def default_jobs(names: Iterable[str]) -> int:
    """Return how many processes are worth it: all cores for large plain files, else one.

    Args:
        names: Paths, `-` for standard input.
    """
    return _cores() if sum(_plain_size(name) or 0 for name in names) >= WORTH_IT else 1


def count_files(
    replay: Replay, names: Sequence[str], jobs: int, on_block: Callable[[int], None] = lambda _: None
) -> None:
    """Count the events of files, with the same result whatever the number of processes.

    Args:
        replay: What counts, and tells refusals and warnings in the order of the input.
        names: Paths, `-` for standard input.
        jobs: The number of processes, from 1.
        on_block: Is called now and then with the number of texts that were read since.

    Raises:
        WorkerError: A process ended by itself.
    """
    if jobs == 1:
        for name in names:
            replay.add_blocks(file_blocks(name), display_name(name), on_block)
        return
    with _workers(replay, jobs) as submit:
        waiting: deque[tuple[Piece, Future[Share | None] | None]] = deque()
        counter = _Counter(replay, on_block)
        try:
            for piece in (piece for name in names for piece in _pieces(name)):
                waiting.append((piece, None if piece.end is None else submit(piece)))
                while len(waiting) > 2 * jobs:
                    counter.add(*waiting.popleft())
            while waiting:
                counter.add(*waiting.popleft())
        except BrokenProcessPool:
            raise WorkerError("a process that counted was ended, perhaps for want of memory; try --jobs 1") from None


class _Counter:
    """Puts shares together in the order of the input.

    Args:
        replay: What counts.
        on_block: Is called now and then with the number of texts that were read since.
    """

    def __init__(self, replay: Replay, on_block: Callable[[int], None]) -> None:
        self._replay = replay
        self._on_block = on_block
        self._lines = 0

    def add(self, piece: Piece, future: Future[Share | None] | None) -> None:
        shown = display_name(piece.name)
        if piece.start == 0:
            self._lines = 0
            self._replay.begin_file()
        if future is None:
            self._replay.add_blocks(file_blocks(piece.name), shown, self._on_block)
            return
        share = future.result()
        if share is None:
            self._add_here(piece, shown)
            return
        self._replay.add_tally(share.tally)
        for refusal in share.refusals:
            line = None if refusal.line is None else refusal.line + self._lines
            self._replay.on_refusal(replace(refusal, line=line))
        if share.place:
            line, place = share.place
            self._replay.warn(shown, line + self._lines, place)
        self._lines += share.lines
        self._on_block(share.texts)

    def _add_here(self, piece: Piece, shown: str) -> None:
        with Path(piece.name).open("rb") as file:
            part = _Part(piece, file)
            for block in part.blocks(self._lines + 1):
                self._on_block(self._replay.add_read(block, shown))
            self._lines += part.lines


class _Part:
    """The bytes of a piece, as a stream."""

    def __init__(self, piece: Piece, file: BufferedReader) -> None:
        self._file = file
        self._file.seek(piece.start)
        self._left = (piece.end or 0) - piece.start
        self._name = display_name(piece.name)
        self.lines = 0

    def read1(self, size: int, /) -> bytes:
        read = self._file.read1(min(size, self._left))
        self._left -= len(read)
        self.lines += read.count(b"\n")
        return read

    def blocks(self, line: int) -> Iterator[Block | Refusal]:
        """Yield the lines.

        Args:
            line: The first line's number.
        """
        try:
            yield from split_lines(b"", Stream(self), self._name, line)
        except BROKEN as error:
            yield Refusal(self._name, None, describe_break(error))


def _pieces(name: str) -> Iterator[Piece]:
    """Yield the pieces of a file: several where it is plain and read line by line."""
    size = _plain_size(name)
    if size is None:
        yield Piece(name)
        return
    with Path(name).open("rb") as file:
        first = read_start(Stream(file))
        if is_log(first) or not is_lines(first):
            yield Piece(name)
            return
        start = 0
        while start < size:
            file.seek(start + PIECE)
            while (line := file.readline(_AT_A_TIME)) and not line.endswith(b"\n"):
                pass
            end = min(file.tell(), size)
            yield Piece(name, start, end)
            start = end


def _plain_size(name: str) -> int | None:
    """Return the bytes of a file that can be cut; None for any other."""
    try:
        if name == "-" or not Path(name).is_file():
            return None
        with Path(name).open("rb") as file:
            start = file.read(4)
            return file.seek(0, os.SEEK_END) if is_plain(start) and not holds_records(start) else None
    except OSError:
        return None


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _workers(replay: Replay, jobs: int) -> Iterator[Callable[[Piece], Future[Share | None]]]:
    """Start processes that count pieces; all end with the block."""
    plain = [replace(each, describe_effect=None) for each in replay.subscriptions]
    executor = ProcessPoolExecutor(
        jobs, multiprocessing.get_context("spawn"), initializer=_begin, initargs=(plain, replay.workspace)
    )

    def submit(piece: Piece) -> Future[Share | None]:
        with _uninterrupted():
            return executor.submit(_count, piece)

    try:
        yield submit
    finally:
        executor.shutdown(cancel_futures=True)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Hold Ctrl-C back while a process starts, which inherits that: the one that started it ends it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(subscriptions: Sequence[RoutedSubscription], workspace: str | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _worker.append(_Worker(subscriptions, workspace))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)


def _count(piece: Piece) -> Share | None:
    return _worker[0].count(piece)


class _Worker:
    """Counts pieces in a process of its own."""

    def __init__(self, subscriptions: Sequence[RoutedSubscription], workspace: str | None) -> None:
        self._refusals: list[Refusal] = []
        self._place: tuple[int, str] | None = None
        self._replay = Replay(subscriptions, workspace, self._refusals.append, self._keep_place)

    def count(self, piece: Piece) -> Share | None:
        """Count a piece; None where there are more refusals than it hands over."""
        self._refusals.clear()
        self._place, texts = None, 0
        self._replay.begin_file()
        shown = display_name(piece.name)
        with Path(piece.name).open("rb") as file:
            part = _Part(piece, file)
            for block in part.blocks(1):
                texts += self._replay.add_read(block, shown)
                if len(self._refusals) > _MOST_REFUSALS:
                    self._replay.take_tally()
                    return None
        tally = self._replay.take_tally()
        return Share(tally, texts, part.lines, tuple(self._refusals), self._place)

    def _keep_place(self, _: str, line: int, place: str) -> None:
        self._place = line, place


_worker: list[_Worker] = []
