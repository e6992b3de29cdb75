"""Unpacks the bytes of a file: gzip and UTF-16 become plain UTF-8, whatever the file is called."""

from __future__ import annotations

import codecs
import zlib
from typing import Protocol

from azureml_events.base.text_encoding import encoding_of

BROKEN = (EOFError, zlib.error, OSError)
"""What reading raises where a file breaks off, or cannot be read any more."""

_GZIP = b"\x1f\x8b"
_AT_A_TIME = 1 << 14


class Readable(Protocol):
    """A stream of bytes."""

    def read1(self, size: int, /) -> bytes:
        """Return what has arrived, at most so many bytes; none at the end."""


class Stream:
    """A stream that shows what comes next, and gives all that comes before an error.

    Args:
        source: The stream beneath.
    """

    def __init__(self, source: Readable) -> None:
        self._source = source
        self._ahead = b""
        self._error: Exception | None = None

    def peek(self, size: int) -> bytes:
        """Return the next bytes without taking them, fewer at the end."""
        if len(self._ahead) < size:
            self._ahead += self._gather(size - len(self._ahead))
        return self._ahead[:size]

    def read1(self, size: int, /) -> bytes:
        """Return what has arrived, at most so many bytes; none at the end.

        Raises:
            EOFError, zlib.error, OSError: Nothing more can be read.
        """
        if self._error is not None and not self._ahead:
            raise self._error
        if not self._ahead:
            return self._source.read1(size)
        taken, self._ahead = self._ahead[:size], self._ahead[size:]
        return taken

    def read(self, size: int, /) -> bytes:
        """Return so many bytes, fewer at the end or before an error.

        Raises:
            EOFError, zlib.error, OSError: Nothing more can be read.
        """
        taken, self._ahead = self._ahead[:size], self._ahead[size:]
        if len(taken) < size:
            taken += self._gather(size - len(taken))
        if not taken and self._error is not None and size:
            raise self._error
        return taken

    def _gather(self, size: int) -> bytes:
        parts: list[bytes] = []
        while size > 0 and self._error is None:
            try:
                part = self._source.read1(min(size, 1 << 20))
            except BROKEN as error:
                self._error = error
                break
            if not part:
                break
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


def is_plain(start: bytes) -> bool:
    """Return whether a file is UTF-8 as it lies on the disk, so that it can be cut anywhere.

    Args:
        start: Its first bytes.
    """
    return not start.startswith(_GZIP) and encoding_of(start) == "utf-8-sig"


def unpack(source: Readable) -> Stream:
    """Return a file's content as plain bytes, text in UTF-8."""
    stream = Stream(source)
    if stream.peek(len(_GZIP)) == _GZIP:
        stream = Stream(_Gunzipped(stream))
    encoding = encoding_of(stream.peek(len(codecs.BOM_UTF8)))
    return stream if encoding == "utf-8-sig" else Stream(_Transcoded(stream, encoding))


class _Gunzipped:
    """What gzip packed, up to the byte where the file breaks off."""

    def __init__(self, source: Stream) -> None:
        self._source = source
        self._packed = b""
        self._member = zlib.decompressobj(wbits=31)
        self._begun = False
        self._error: zlib.error | None = None

    def read1(self, size: int, /) -> bytes:
        while True:
            if self._error is not None:
                raise self._error
            packed = self._packed or self._source.read1(_AT_A_TIME)
            if not packed and self._begun:
                raise EOFError("it ends in the middle")
            if not packed:
                return b""
            data = self._inflate(packed, size)
            if data:
                return data

    def _inflate(self, packed: bytes, size: int) -> bytes:
        self._begun, before = True, self._member.copy()
        try:
            data = self._member.decompress(packed, size)
        except zlib.error as error:
            data = _up_to_error(before, packed)
            if not data:
                raise
            self._error = error
            return data
        self._packed = self._member.unconsumed_tail
        if self._member.eof:
            self._next_member()
        return data

    def _next_member(self) -> None:
        rest = self._member.unused_data
        while not (rest := rest.lstrip(b"\0")):
            if not (rest := self._source.read1(_AT_A_TIME)):
                break
        self._packed, self._begun = rest, False
        self._member = zlib.decompressobj(wbits=31)


def _up_to_error(member: zlib._Decompress, packed: bytes) -> bytes:
    """Return what still comes out before a broken byte."""
    parts: list[bytes] = []
    for at in range(len(packed)):
        try:
            parts.append(member.decompress(packed[at : at + 1]))
        except zlib.error:
            break
    return b"".join(parts)


class _Transcoded:
    """A text as UTF-8; what is no text stays recognisable as such."""

    def __init__(self, source: Stream, encoding: str) -> None:
        self._source = source
        self._decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")

    def read1(self, size: int, /) -> bytes:
        while data := self._source.read1(size):
            if text := self._decoder.decode(data):
                return text.encode(errors="surrogatepass")
        try:
            self._decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            self._decoder.reset()
            return b"\xff"
        return b""
