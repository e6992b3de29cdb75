"""Replaying archives: the fast way says what the explaining one says."""

from __future__ import annotations

from typing import Any

from azureml_events.routing.conditions import Outcome
from azureml_events.routing.match import match
from azureml_events.routing.reading.events import ReadEvent, read_text
from azureml_events.routing.reading.streams import Block, Refusal
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
