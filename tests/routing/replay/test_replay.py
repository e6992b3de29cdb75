"""Replaying archives: the fast way says what the explaining one says."""

from __future__ import annotations

import json
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from azureml_events.event_grid.filters import EventFilter
from azureml_events.event_grid.samples import SAMPLE_WORKSPACE, sample
from azureml_events.routing.conditions import Outcome
from azureml_events.routing.match import match
from azureml_events.routing.reading.events import ReadEvent, read_text
from azureml_events.routing.reading.streams import Block, Refusal
from azureml_events.routing.replay.parallel import count_files
from azureml_events.routing.replay.replay import Replay, Summary
from azureml_events.routing.subscription import RoutedSubscription
from hypothesis import given
from hypothesis import strategies as st
from routing_strategies import line, odd_events, subscriptions, usual_events


def _replayed(texts: list[bytes], wanted: list[RoutedSubscription], workspace: str | None = None) -> Summary:
    replay = Replay(wanted, workspace)
    replay.add_block(Block(range(1, len(texts) + 1), texts), "events.jsonl")
    return replay.summary()


def _explained(texts: list[bytes], wanted: list[RoutedSubscription], workspace: str | None) -> dict[int, Any]:
    read = [each for text in texts for each in read_text(text, "events.jsonl", 1)]
    events = [each.event for each in read if isinstance(each, ReadEvent)]
    return {
        id(item): (
            [match(item, event, workspace).outcome for event in events].count(Outcome.MATCH),
            [match(item, event, workspace).outcome for event in events].count(Outcome.UNCERTAIN),
        )
        for item in wanted
    }


@given(
    st.lists(st.one_of(usual_events, odd_events()), min_size=1, max_size=4),
    st.lists(subscriptions(), min_size=1, max_size=5),
    st.sampled_from([None, None, "ml-dev"]),
)
def test_the_fast_way_says_what_the_explaining_one_says(
    events: list[dict[str, Any]], wanted: list[RoutedSubscription], workspace: str | None
) -> None:
    texts = [line(event) for event in events]
    summary = _replayed(texts, wanted, workspace)
    counted = {id(count.subscription): (count.match, count.uncertain) for count in summary.counts}
    assert counted == _explained(texts, wanted, workspace)
    assert (summary.events, summary.malformed) == (len(events), 0)


@given(usual_events, st.data())
def test_the_fast_way_refuses_what_the_reader_refuses(event: dict[str, Any], data: st.DataObject) -> None:
    text = bytearray(line(event))
    for _ in range(data.draw(st.integers(1, 3))):
        text[data.draw(st.integers(0, len(text) - 1))] = data.draw(st.integers(0, 255))
    broken = bytes(text).replace(b"\n", b" ")
    read = list(read_text(broken, "events.jsonl", 1))
    summary = _replayed([broken], [])
    assert summary.malformed == sum(isinstance(each, Refusal) for each in read)
    assert summary.events == sum(isinstance(each, ReadEvent) for each in read)


@pytest.mark.parametrize("name", ['a"b', "a\\b", "a\nb", "\x00", "\ud800", "a" * 1000, "é", ""])
def test_a_member_of_any_name_is_counted(name: str) -> None:
    event = sample("RunCompleted")
    odd = {**event, name: 1, "data": {**event["data"], name: 1}}
    text = json.dumps(odd).encode()
    assert (_replayed([text, text, text], []).events, _replayed([text], []).malformed) == (3, 0)


@pytest.mark.parametrize("form", ["[{}]", " [ {} ] ", '{{"Body": "[]"}}', "log: {}", "[{0},{0}]", "[{0},]", "[]"])
def test_what_surrounds_events_is_counted_as_it_is_read(form: str) -> None:
    text = form.format(line(sample("RunCompleted")).decode()).encode()
    read = list(read_text(text, "events.jsonl", 1))
    summary = _replayed([text, text], [])
    assert summary.events == 2 * sum(isinstance(each, ReadEvent) for each in read)
    assert summary.malformed == 2 * sum(isinstance(each, Refusal) for each in read)


def test_a_dead_letter_is_matched_without_what_event_grid_added() -> None:
    added = {"deadletterreason": "x", "deliveryattempts": 3}
    item = {"operatorType": "IsNullOrUndefined", "key": "deadletterreason"}
    wanted = RoutedSubscription(
        "ml-dev",
        "s",
        EventFilter.parse({"advancedFilters": [item]}),
        SAMPLE_WORKSPACE,
        delivery_schema="CloudEventSchemaV1_0",
    )
    event = {**sample("RunCompleted", "CloudEventSchemaV1_0"), **added}
    assert [count.match for count in _replayed([line(event)], [wanted]).counts] == [1]


def test_places_are_told_once_a_file(tmp_path: Path) -> None:
    path = tmp_path / "capture.jsonl"
    path.write_bytes(b"\n".join([b"", *[json.dumps({"Body": sample("RunCompleted")}).encode()] * 3]))
    told: list[tuple[str, int, str]] = []
    count_files(Replay([], on_warning=lambda *place: told.append(place)), [str(path), str(path)], 1)
    assert told == [(str(path), 2, "Body")] * 2


def test_the_values_of_events_are_not_kept() -> None:
    wanted = [
        RoutedSubscription(
            "ml-dev",
            "s",
            EventFilter.parse(
                {
                    "subjectBeginsWith": "experiments/",
                    "advancedFilters": [
                        {"operatorType": "StringIn", "key": "data.runStatus", "values": ["Failed"]},
                        {"operatorType": "StringIn", "key": "data.runTags.stage", "values": ["prod"]},
                    ],
                }
            ),
            SAMPLE_WORKSPACE,
        )
    ]
    replay = Replay(wanted)
    size = 100_000
    tracemalloc.start()
    for number in range(100):
        event = sample("RunStatusChanged", set={"subject": f"experiments/{number}" + "x" * size})
        event["data"]["runStatus"] = f"{number}" + "y" * size
        event["data"]["runTags"] = {"stage": f"{number}" + "z" * size, f"{number}" + "n" * size: "x"}
        replay.add_block(Block((1,), (line(event),)), "events.jsonl")
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert replay.summary().events == 100
    assert kept < 10 * size


@pytest.mark.parametrize("text", [b"\n", b"x\n", b" \r\n", b"[]\n", b"5\n"])
def test_odd_lines_cost_the_same_each_however_many_there_are(tmp_path: Path, text: bytes) -> None:
    def seconds(count: int) -> float:
        path = tmp_path / "events.jsonl"
        path.write_bytes(line(sample("RunCompleted")) + b"\n" + text * count)
        begin = time.process_time()
        count_files(Replay([]), [str(path)], 1)
        return time.process_time() - begin

    few = min(seconds(5_000) for _ in range(3))
    assert seconds(50_000) < 10 * few * 3 + 0.1
