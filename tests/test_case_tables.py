from __future__ import annotations

import pytest
from case_tables import CASES, COLUMNS, case_table


@pytest.mark.parametrize("name", COLUMNS)
def test_a_case_file_is_one_case_a_line(name: str) -> None:
    assert (CASES / name).read_text(encoding="utf-8") == case_table(name), "`make golden` rewrites it"
