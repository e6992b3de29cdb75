"""The encoding of text files."""

from __future__ import annotations

import pytest
from azureml_events.base.text_encoding import decode_text, encoding_of

TEXT = '{"subject": "modèle:3"}\r\n'


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(TEXT.encode(), id="UTF-8"),
        pytest.param(b"\xef\xbb\xbf" + TEXT.encode(), id="UTF-8 with its mark"),
        pytest.param(b"\xff\xfe" + TEXT.encode("utf-16-le"), id="UTF-16, little end first"),
        pytest.param(b"\xfe\xff" + TEXT.encode("utf-16-be"), id="UTF-16, big end first"),
    ],
)
def test_a_text_is_decoded_by_its_mark(data: bytes) -> None:
    assert decode_text(data) == TEXT


@pytest.mark.parametrize("data", [b"\xff", b"\xff\xfea", b"\xfe\xff\xd8\x00"])
def test_a_text_that_is_not_what_its_mark_says_is_refused(data: bytes) -> None:
    with pytest.raises(UnicodeDecodeError):
        decode_text(data)


def test_an_empty_text_is_utf_8() -> None:
    assert (encoding_of(b""), decode_text(b"")) == ("utf-8-sig", "")
