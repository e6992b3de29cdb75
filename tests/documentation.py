"""The tables and outputs of the documentation that are made from the code, between two marks in a Markdown file.

A table begins with `<!-- table: <name> <argument> -->` and ends with `<!-- end of table -->`;
`make golden` rewrites it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from contextlib import chdir
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from azureml_events.cli import main
from azureml_events.event_grid.catalogue import EVENT_TYPES
from azureml_events.event_grid.operators import OPERATORS, Operand
from azureml_events.handlers import ENDPOINTS, WORKFLOW_HANDLERS
from azureml_events.handlers.workflow_handler import Bridge
from azureml_events.lint.rules import RULES
from azureml_events.review.rules import REVIEW_RULES
from azureml_events.stackfile.schema import stack_file_schema
from click.testing import CliRunner

ROOT = Path(__file__).parent.parent
_WIDE = 150
_FIELDS = ("field", "is", "meaning")
_schema = cache(stack_file_schema)

ALIKE = {
    "endpoints": tuple(ENDPOINTS),
    "created": tuple(f"Create{name}" for name, kind in ENDPOINTS.items() if "create" in kind.model_fields),
    "bridges": tuple(WORKFLOW_HANDLERS),
}
"""The parts of a stack file whose common fields stand in one table."""

PAGES = ("README.md", "stacks/README.md", "components/README.md")

_OUTPUT = re.compile(r"(<!-- output: ([^>]+) -->\n```\n).*?(```\n<!-- end of output -->)", re.DOTALL)
_TABLE = re.compile(r"(<!-- table: (\S+)(?: (\S+))? -->\n).*?(<!-- end of table -->)", re.DOTALL)


def written(page: str) -> str:
    """A page as it would be with every table made anew."""
    text = _TABLE.sub(_filled, (ROOT / page).read_text(encoding="utf-8"))
    return _OUTPUT.sub(lambda match: f"{match[1]}{OUTPUTS[match[2]]()}{match[3]}", text)


def _filled(match: re.Match[str]) -> str:
    begin, name, argument, end = match.groups()
    return f"{begin}{TABLES[name](argument)}\n{end}"


def fields(model: str) -> str:
    """The fields of a part of the stack file, but for those that `shared` shows."""
    shown_once = next((_shared(models) for models in ALIKE.values() if model in models), [])
    return _table(_FIELDS, [row for row in _rows(model) if row not in shown_once])


def shared(group: str) -> str:
    """The fields that all parts of a group have."""
    return _table(_FIELDS, _shared(ALIKE[group]))


def _shared(models: Sequence[str]) -> list[tuple[str, ...]]:
    first, *others = map(_rows, models)
    return [row for row in first if all(row in each for each in others)]


def _rows(model: str) -> list[tuple[str, ...]]:
    """The fields from the JSON Schema, but for a handler's `type`, which the headline says."""
    properties = _schema()["$defs"][model]["properties"]
    return [
        (f"`{name}`", _kind(field), field.get("description", ""))
        for name, field in properties.items()
        if field.get("const") != model
    ]


def operators(_: str | None) -> str:
    """The operators of advanced filters."""
    rows = [
        (
            f"`{row.name}`",
            f"`{row.member}`: {row.operand.value}" if row.operand is not Operand.NOTHING else "-",
            {True: "matches", False: "no match", None: "not documented"}[row.matches_missing],
        )
        for row in OPERATORS.values()
    ]
    return _table(("operatorType", "operand", "where the event lacks the key"), rows)


def endpoints(_: str | None) -> str:
    """The kinds of endpoint and what delivery needs."""
    rows = [
        (
            f"`{name}`",
            kind.role.name if kind.role else "- (without identity)",
            "yes" if "create" in kind.model_fields else "-",
            " ".join((kind.__doc__ or "").split("\n\n", maxsplit=1)[0].split()),
        )
        for name, kind in ENDPOINTS.items()
    ]
    return _table(("type", "role of the topic's identity", "`create`", "is"), rows)


def bridges(_: str | None) -> str:
    """The kinds of handler behind a workflow, and what the workflow's identity needs."""
    rows = [
        (
            f"[`{name}`](#{name.lower()})",
            kind.role.name if issubclass(kind, Bridge) and kind.role else "-",
            " ".join((kind.__doc__ or "").split("\n\n", maxsplit=1)[0].split()),
        )
        for name, kind in WORKFLOW_HANDLERS.items()
    ]
    return _table(("type", "role of the workflow's identity", "is"), rows)


def events(_: str | None) -> str:
    """The event types."""
    rows = [
        (f"`{row.short}`" + (" (legacy)" if row.legacy else ""), row.raised, row.often, f"`{row.subject}`")
        for row in EVENT_TYPES.values()
    ]
    return _table(("event type", "raised", "how often", "subject"), rows)


def data(event_type: str) -> str:
    """The data fields of an event type."""
    rows = [
        (
            f"`data.{row.name}`",
            row.kind.value,
            row.description,
            ", ".join(f"`{value}`" for value in row.known) + ("" if row.closed or not row.known else ", …"),
        )
        for row in EVENT_TYPES[event_type].fields
    ]
    return _table(("key", "is", "says", "known values"), rows)


def rules(_: str | None) -> str:
    """The rules of `check`."""
    rows = [(f"`{row.name}`", row.level, row.text) for row in (*RULES.values(), *REVIEW_RULES.values())]
    return _table(("rule", "level", "finds"), rows)


def _kind(field: dict[str, Any]) -> str:
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in field:
        return " or ".join(dict.fromkeys(_kind(each) for each in field["anyOf"]))
    if "enum" in field or "const" in field:
        values = (f"`{json.dumps(value).strip(chr(34))}`" for value in field.get("enum", [field.get("const")]))
        return ", ".join(dict.fromkeys(values))
    items, members = field.get("items", {}), field.get("additionalProperties")
    words = {
        "string": "text",
        "array": f"list of {_kind(items)}" if items else "list",
        "object": f"map to {_kind(members)}" if isinstance(members, dict) else "map",
    }
    kind = str(field.get("type", "any"))
    return words.get(kind, kind)


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    cells = [head, tuple("---" for _ in head), *rows]
    lines = (" | ".join(cell.replace("|", r"\|") for cell in row) for row in cells)
    return "\n".join(f"| {line} |" for line in lines)


def preview_of_dev() -> str:
    """The summary and the beginning of the tree that `make preview` prints."""
    shown = _run("preview", "dev").splitlines()
    types, tree = shown.index("Types"), shown.index("Resources")
    first = next(index for index, line in enumerate(shown) if index > tree and "WorkspaceEvents" in line)
    chosen = [*shown[: types + 3], "…", *shown[tree - 1 : tree + 2], "…", *shown[first : first + 10], "…"]
    return "".join(f"{line if len(line) <= _WIDE else line[:_WIDE] + '…'}\n" for line in chosen)


def why() -> str:
    """Where an event of the dev stack goes, and why not elsewhere."""
    with TemporaryDirectory() as directory:
        event = Path(directory) / "event.json"
        event.write_text(_run("sample", "RunStatusChanged", "--set", "data.runStatus=Running"), encoding="utf-8")
        return _run("route", "dev", str(event), "--workspace", "ml-dev")


def _run(*arguments: str) -> str:
    with chdir(ROOT):
        return CliRunner().invoke(main, list(arguments), catch_exceptions=False).stdout


OUTPUTS: dict[str, Callable[[], str]] = {"preview dev": preview_of_dev, "why": why}

TABLES: dict[str, Callable[[Any], str]] = {
    "fields": fields,
    "shared": shared,
    "operators": operators,
    "endpoints": endpoints,
    "bridges": bridges,
    "events": events,
    "data": data,
    "rules": rules,
}


def rewrite() -> None:
    """Make every table of every page anew."""
    for page in PAGES:
        (ROOT / page).write_text(written(page), encoding="utf-8")


if __name__ == "__main__":
    rewrite()
