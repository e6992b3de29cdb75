"""Case files that read as tables: one case a line, the members in one order, the first column aligned.

`make golden` rewrites them, so a new case can be written as it comes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

CASES = Path(__file__).parent / "cases"
MATCH = "name expected where deliverySchema type set event without data filter why"
COLUMNS = {
    "expressions.json": "expression value text known",
    "ignored_by_arm.json": "at value says path unknown why",
    "lint.json": "name rules deliverySchema allEvents filter why",
    "match.json": MATCH,
    "scalars.json": "yaml value why",
}
"""The members of the cases of each file, in their order."""


def case_table(name: str) -> str:
    """A case file as it should be: a list of cases, or lists of cases by name."""
    kept = json.loads((CASES / name).read_text(encoding="utf-8"))
    columns = COLUMNS[name].split()
    if isinstance(kept, list):
        return f"[\n{_lines(kept, columns)}\n]\n"
    parts = [f'"{key}": {_part(value, columns)}' for key, value in kept.items()]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _part(value: Any, columns: Sequence[str]) -> str:
    return f"[\n{_lines(value, columns)}\n]" if isinstance(value, list) else json.dumps(value, indent=2)


def _lines(cases: Sequence[dict[str, Any]], columns: Sequence[str]) -> str:
    """The cases' lines; a member without a column breaks the build of the line."""
    rows = [[_cell(name, case[name]) for name in sorted(case, key=columns.index)] for case in cases]
    width = max(len(first) for first, *_ in rows)
    return ",\n".join("{" + " ".join([f"{first},".ljust(width + 1), ", ".join(rest)]) + "}" for first, *rest in rows)


def _cell(name: str, value: Any) -> str:
    return f'"{name}": {json.dumps(value, ensure_ascii=False)}'
