"""The encoding of a text file: UTF-16 where its byte order mark says so, else UTF-8."""

from __future__ import annotations

import codecs

UTF_8_MARK = codecs.BOM_UTF8
"""The mark that some editors put before UTF-8."""

_UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def encoding_of(start: bytes) -> str:
    """Return the name of the codec that decodes a text and takes its byte order mark away.

    Args:
        start: The text's first bytes, at least three where there are as many.

    Returns:
        `utf-16` where its mark stands there, of either order, as Windows PowerShell writes it; else `utf-8-sig`.
    """
    return "utf-16" if start.startswith(_UTF_16_MARKS) else "utf-8-sig"


def decode_text(data: bytes) -> str:
    """Decode a whole text by its byte order mark; without one it is UTF-8.

    Args:
        data: The text's bytes.

    Raises:
        UnicodeDecodeError: They are not what the mark says.
    """
    return data.decode(encoding_of(data))
