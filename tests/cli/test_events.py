"""`events`: the catalogue."""

from __future__ import annotations

import json

from azureml_events.event_grid.catalogue import EVENT_TYPES
from cli.conftest import Run


def test_events_shows_every_type_with_every_key(run: Run) -> None:
    printed = run("events").stdout

    for row in EVENT_TYPES.values():
        assert row.short in printed
        assert all(f"data.{field.name}: " in printed for field in row.fields)


def test_events_as_json_has_every_type_by_its_full_name(run: Run) -> None:
    printed = json.loads(run("events", "--json").stdout)

    assert [row.name for row in EVENT_TYPES.values()] == [each["type"] for each in printed]
