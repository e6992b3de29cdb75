"""Files that hold no texts with events, by their first bytes, and what to do with them."""

from __future__ import annotations

import re

_UNPACK = "unpack it first, as with `{} | azureml-events route … -`"
_MARKS = {
    b"PK\x03\x04": "a ZIP archive; " + _UNPACK.format("unzip -p FILE"),
    b"BZh": "packed by bzip2; " + _UNPACK.format("bzcat FILE"),
    b"\xfd7zXZ\0": "packed by xz; " + _UNPACK.format("xzcat FILE"),
    b"\x28\xb5\x2f\xfd": "packed by zstd; " + _UNPACK.format("zstdcat FILE"),
    b"\x1f\x8b": "packed by gzip twice; " + _UNPACK.format("zcat FILE"),
    b"<?xml": "XML, not JSON; `az storage message peek … -o json` prints a queue's messages",
}
_WIDE = re.compile(rb"[\[{\"]\0")
_CELL = rb'(?:"\w+(?: \[\w+\])?"|\w+(?: \[\w+\])?)'
_CSV_HEADER = re.compile(rb"%(cell)s(?:,%(cell)s)+\r?\n" % {b"cell": _CELL})


def describe_foreign(start: bytes) -> str | None:
    """Say what a file is that holds no texts with events, and what to do; None for any other.

    Args:
        start: Its first bytes, its first line if that is among them.
    """
    for mark, said in _MARKS.items():
        if start.startswith(mark):
            return said
    if _WIDE.match(start):
        return "UTF-16 without its mark; save it as UTF-8"
    if _CSV_HEADER.match(start):
        return (
            "a CSV file; export the rows as JSON: `az monitor log-analytics query … -o json`, or "
            "`az monitor app-insights query … -o json`"
        )
    return None
