"""Events inside what people keep them in."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from azureml_events.event_grid.samples import sample
from azureml_events.routing.reading.events import ReadEvent, read_files, read_text
from azureml_events.routing.reading.streams import Refusal
from hypothesis import given
from hypothesis import strategies as st

EVENT = sample("ModelRegistered", set={"data.modelName": "modèle"})
OTHER = sample("RunCompleted")
TEXT = json.dumps(EVENT, ensure_ascii=False)
BASE64 = base64.b64encode(TEXT.encode()).decode()
CAPTURE = {"SequenceNumber": 0, "Offset": "0", "EnqueuedTimeUtc": "3/2/2026 9:39:42 AM", "Properties": {}}
SERIALIZED = "@\x06string\x083http://schemas.microsoft.com/2003/10/Serialization/\x9a\x05" + TEXT + "\x01"
ROWS = {
    "tables": [
        {
            "name": "PrimaryResult",
            "columns": [{"name": "TimeGenerated", "type": "datetime"}, {"name": "Message", "type": "string"}],
            "rows": [["2026-03-02T09:39:43Z", f"processed an event: {TEXT}"]],
        }
    ]
}
RUN = {"id": "/workflows/w1/runs/0858", "type": "Microsoft.Logic/workflows/runs"}


def _read(value: Any, line: int = 1) -> list[ReadEvent | Refusal]:
    text = value if isinstance(value, str) else json.dumps(value)
    return list(read_text(text.encode(errors="surrogatepass"), "events.json", line))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param({**CAPTURE, "Body": TEXT}, "Body", id="Capture, text"),
        pytest.param({**CAPTURE, "Body": f"[{TEXT}]"}, "Body", id="Capture, text of an array"),
        pytest.param({**CAPTURE, "Body": EVENT}, "Body", id="Capture, object"),
        pytest.param({**CAPTURE, "Body": [EVENT]}, "Body", id="Capture, array"),
        pytest.param({**CAPTURE, "Body": BASE64}, "Body (base64)", id="Capture, base64"),
        pytest.param({**CAPTURE, "Body": TEXT.encode().decode("latin-1")}, "Body", id="Capture as fastavro prints it"),
        pytest.param({"Body": {"bytes": TEXT.encode().decode("latin-1")}}, "Body.bytes", id="Capture, Avro's own JSON"),
        pytest.param({**CAPTURE, "Body": list(TEXT.encode())}, "Body", id="Capture, bytes"),
        pytest.param({"body": {"type": "Buffer", "data": list(TEXT.encode())}}, "body", id="bytes of Node.js"),
        pytest.param([{"content": BASE64, "dequeueCount": 0}], "content (base64)", id="az storage message peek"),
        pytest.param({"content": TEXT, "id": "2"}, "content", id="a storage queue's message, plain"),
        pytest.param({"messageText": BASE64}, "messageText (base64)", id="a storage queue's message of an SDK"),
        pytest.param({"MessageText": BASE64.rstrip("=")}, "MessageText (base64)", id="base64 without its end"),
        pytest.param({"body": EVENT, "messageId": "2"}, "body", id="a Service Bus message"),
        pytest.param({"ContentData": BASE64}, "ContentData (base64)", id="a Service Bus message in a Logic App"),
        pytest.param({"body": SERIALIZED}, "body", id="a Service Bus message, serialized by .NET"),
        pytest.param({"headers": {}, "body": EVENT}, "body", id="a Logic App's trigger"),
        pytest.param({**RUN, "properties": {"trigger": {"outputs": {"body": [EVENT]}}}},
                     "properties.trigger.outputs.body", id="a Logic App's run"),
        pytest.param(f"2026-03-02T09:39:43Z   [Information]   processed: {TEXT}", "a log line", id="a log line"),
        pytest.param(f"[2026-03-02T09:39:43.1Z] event: {TEXT} (end)", "a log line", id="a function host's log line"),
        pytest.param(f"event: {json.dumps(TEXT)}", "a log line", id="a log line with the event as text"),
        pytest.param({"Type": "FunctionAppLogs", "Message": f"event: {TEXT}"}, "Message", id="a row of Log Analytics"),
        pytest.param(ROWS, "tables.rows.Message", id="the answer of Log Analytics"),
        pytest.param({"itemType": "trace", "customDimensions": json.dumps({"prop__event": TEXT})},
                     "customDimensions.prop__event", id="a row of Application Insights"),
        pytest.param({"PartitionId": 0, "event": EVENT}, "event", id="a column of objects"),
        pytest.param({"raw": TEXT, "event": EVENT}, "raw", id="one event in two columns"),
        pytest.param(json.dumps(TEXT), "", id="a text of a text"),
    ],
)  # fmt: skip
def test_an_event_is_found_where_people_keep_it(text: Any, place: str) -> None:
    (read,) = _read(text)
    assert isinstance(read, ReadEvent)
    assert (read.event.members, read.place) == (EVENT, place)


def test_different_events_in_several_members_are_all_read() -> None:
    read = _read({"first": EVENT, "second": [OTHER, OTHER]})
    assert [each.event.type for each in read if isinstance(each, ReadEvent)] == [
        EVENT["eventType"],
        OTHER["eventType"],
        OTHER["eventType"],
    ]


def test_an_element_without_an_event_is_refused_beside_those_that_have_one() -> None:
    _, refusal = _read({"value": [{"content": TEXT}, {"content": "hello", "dequeueCount": 0}]})
    assert str(refusal) == "events.json:1: a queue's message, in which there is no event"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({**RUN, "properties": {"status": "Failed"}}, "a Logic App run ('Microsoft.Logic/workflows/runs')"),
        ({"type": "Microsoft.EventGrid/systemTopics", "properties": {}}, "an Azure resource ('Microsoft.EventGrid/"),
        ({"$schema": "https://x/2019-04-01/deploymentTemplate.json#"}, "an ARM template"),
        ({**CAPTURE, "Body": "hello"}, "an Event Hubs Capture record, in which there is no event"),
        ({**CAPTURE, "Body": None}, "an Event Hubs Capture record, in which there is no event"),
        ({"eventSubscriptionName": "X", "message": "outcome=NotFound"}, "a record of Event Grid's delivery failures"),
        ({"type": "x"}, "not an event: it has no eventType (CloudEvents: type)"),
        ("2026-03-02T09:39:43Z [Information] Executed 'Functions.on-event'", "not JSON"),
    ],
)
def test_what_holds_no_event_is_refused_once_by_what_it_is(value: Any, said: str) -> None:
    (refusal,) = _read(value)
    assert isinstance(refusal, Refusal)
    assert said in refusal.text


@pytest.mark.parametrize("name", ["data", "source", "specversion"])
def test_a_type_beside_a_member_of_cloudevents_makes_an_event(name: str) -> None:
    (read,) = _read({"type": "x", name: "y"})
    assert isinstance(read, ReadEvent)


def test_a_workspaces_event_type_needs_nothing_beside_it() -> None:
    (read,) = _read({"type": "Microsoft.MachineLearningServices.RunCompleted"})
    assert isinstance(read, ReadEvent)


def test_a_file_says_once_where_its_events_stood(tmp_path: Any) -> None:
    path = tmp_path / "capture.jsonl"
    path.write_text("\n".join(json.dumps({**CAPTURE, "Body": f"[{TEXT}]"}) for _ in range(3)), encoding="utf-8")
    read = [each for each in read_files([str(path), str(path)]) if isinstance(each, ReadEvent)]
    assert [each.warnings for each in read] == [("read from Body",), (), (), ("read from Body",), (), ()]


def test_a_log_is_read_line_by_line(tmp_path: Any) -> None:
    path = tmp_path / "function.log"
    path.write_text(f"2026-03-02 [Information] Executing\n2026-03-02 event: {TEXT}\n", encoding="utf-8")
    assert [(type(each).__name__, each.line) for each in read_files([str(path)])] == [("Refusal", 1), ("ReadEvent", 2)]


@pytest.mark.parametrize("text", ['type {"a":' * 50_000, "type " + "[1," * 50_000, 'type "' + "{" * 500_000])
def test_a_line_of_openings_is_refused_at_once(text: str) -> None:
    (refusal,) = _read(text)
    assert isinstance(refusal, Refusal)


_LEAVES = st.one_of(
    st.none(),
    st.integers(),
    st.text(max_size=9),
    st.sampled_from([TEXT, BASE64, f"log {TEXT}", SERIALIZED, "[[", '{"']),
)
_NAMES = st.sampled_from(["Body", "body", "bytes", "type", "data", "columns", "rows", "content", "value", '"', "\\"])
_CONTAINERS = st.recursive(
    st.one_of(_LEAVES, st.just(EVENT)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(_NAMES, inner, max_size=3),
        inner.map(json.dumps),
        inner.map(lambda value: base64.b64encode(json.dumps(value).encode()).decode()),
    ),
    max_leaves=8,
)


@given(_CONTAINERS, st.data())
def test_any_container_is_read_or_refused_also_a_broken_one(value: Any, data: st.DataObject) -> None:
    text = json.dumps(value)
    at = data.draw(st.integers(0, len(text)))
    for each in (*_read(value), *_read(text[:at]), *_read(text[at:]), *_read(text[:at] + "x" + text[at:])):
        assert isinstance(each, (ReadEvent, Refusal))
        if isinstance(each, ReadEvent):
            assert each.event.type
            assert isinstance(each.warnings, tuple)
