"""The queries over the log of failed deliveries: what they take out of a record, and that they are explained."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from azureml_events.event_grid.metrics import CONDITIONS, DELIVERY_FAILURES
from delivery_failure_logs import COLUMNS, MESSAGE, QUERIES, TABLE

QUERY = pytest.mark.parametrize("query", QUERIES, ids=lambda path: path.stem)
TAKEN = {
    "outcome": "NotFound",
    "httpStatusCode": "404",
    "eventType": "Type",
    "deliveryCount": "0",
    "latencyInMs": "2635",
    "id": "0a1b2c3d",
    "publishTime": "11/1/2019 12:17:10 AM",
    "deliveryResponse": "NotFound: The messaging entity was not found, says the bus",
}
PATTERN = re.compile(r'extract\(@"([^"]+)", 1, (\w+)\)')


@QUERY
def test_a_query_asks_the_table_of_failed_deliveries_for_system_topics_and_says_what_it_answers(query: Path) -> None:
    text = query.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith(("//", "let "))]

    assert text.startswith("// ")
    assert lines[0] == TABLE
    assert f'_ResourceId contains "/systemtopics/" and Category == "{DELIVERY_FAILURES}"' in text


@QUERY
def test_a_query_finds_each_value_in_a_record_by_a_pattern_of_its_own(query: Path) -> None:
    found = PATTERN.findall(query.read_text(encoding="utf-8"))
    messages = [pattern for pattern, column in found if column == "Message"]

    assert {column for _, column in found} <= COLUMNS.keys()
    for pattern in messages:
        taken = re.search(pattern, MESSAGE)
        assert taken
        assert taken[1] == TAKEN[pattern.removeprefix(r"\b").partition("=")[0]]


def test_a_topics_name_is_found_in_the_upper_case_in_which_azure_writes_it() -> None:
    ((pattern, _),) = {
        each for query in QUERIES for each in PATTERN.findall(query.read_text("utf-8")) if "topics" in each[0]
    }
    found = re.search(
        pattern, "/SUBSCRIPTIONS/0/RESOURCEGROUPS/RG/PROVIDERS/MICROSOFT.EVENTGRID/SYSTEMTOPICS/ML-EVENTS"
    )

    assert found
    assert found[1] == "ML-EVENTS"


def test_the_page_beside_the_queries_names_each() -> None:
    page = (QUERIES[0].parent / "README.md").read_text(encoding="utf-8")

    assert [query.name for query in QUERIES if f"({query.name})" not in page] == []


@pytest.mark.parametrize("page", ["README.md", "stacks/README.md"])
def test_where_alerts_and_dead_letters_are_told_the_page_on_events_that_stop_is_near(page: str) -> None:
    text = (Path(__file__).parents[2] / page).read_text(encoding="utf-8")

    assert "[when events stop](" in text


@pytest.mark.parametrize("needed", [*CONDITIONS, "azureml-events route", "--replay", "az storage blob"])
def test_the_page_on_events_that_stop_has_each_alert_and_the_way_of_a_dead_letter_back(needed: str) -> None:
    assert needed in (QUERIES[0].parent / "README.md").read_text(encoding="utf-8")
