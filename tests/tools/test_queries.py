"""The queries over the log of failed deliveries, parsed and bound by Microsoft's own parser of KQL.

It comes from npm; `make tools` installs it beside the other tools.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from delivery_failure_logs import COLUMNS, QUERIES, TABLE

BIND = Path(__file__).with_name("bind_queries.js")


def _bound(*files: Path) -> dict[str, list[str]]:
    schema = ", ".join(f"{name}: {kind}" for name, kind in COLUMNS.items())
    command = ["node", str(BIND), TABLE, f"({schema})", *map(str, files)]
    found: dict[str, list[str]] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return found


@pytest.mark.needs("npm", "node")
def test_the_parser_knows_every_name_and_type_in_every_query() -> None:
    assert _bound(*QUERIES) == {str(query): [] for query in QUERIES}


@pytest.mark.needs("npm", "node")
def test_the_parser_finds_a_column_a_table_and_a_function_that_are_not_there(tmp_path: Path) -> None:
    texts = [
        f"{TABLE} | where Mesage has 'x'",
        "AegPublishFailureLogs | take 1",
        f"{TABLE} | extend y = tointt(Message)",
    ]
    files = [tmp_path / f"{number}.kql" for number in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text, encoding="utf-8")

    assert [len(found) for found in _bound(*files).values()] == [1, 1, 1]
