"""The documentation says what the code does."""

from __future__ import annotations

import pytest
from documentation import PAGES, ROOT, written


@pytest.mark.parametrize("page", PAGES)
def test_the_tables_of_a_page_are_those_that_the_code_gives(page: str) -> None:
    expected = written(page)

    assert expected == (ROOT / page).read_text(encoding="utf-8"), f"{page} is stale: run make golden"
