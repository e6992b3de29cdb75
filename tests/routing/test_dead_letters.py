"""Dead letters: whose they are, and what their reasons mean."""

from __future__ import annotations

import json
from typing import Any

import pytest
from azureml_events.event_grid.dead_letters import explain_dead_letter
from azureml_events.event_grid.delivery import EventDeliverySchema
from azureml_events.event_grid.filters import EventFilter
from azureml_events.event_grid.samples import SAMPLE_WORKSPACE, sample
from azureml_events.routing.dead_letters import DeadLetter, take_dead_letter
from azureml_events.routing.event import Event
from azureml_events.routing.reading.events import ReadEvent, read_text
from azureml_events.routing.subscription import RoutedSubscription

ADDED: dict[str, Any] = {
    "deadLetterReason": "MaxDeliveryAttemptsExceeded",
    "deliveryAttempts": 30,
    "lastDeliveryOutcome": "NotFound",
    "publishTime": "2026-03-02T09:39:41.99Z",
    "lastDeliveryAttemptTime": "2026-03-02T10:01:00Z",
}
LETTER = DeadLetter("MaxDeliveryAttemptsExceeded", 30, "NotFound", published=ADDED["publishTime"])


@pytest.mark.parametrize("schema", ["EventGridSchema", "CloudEventSchemaV1_0"])
def test_what_event_grid_added_is_taken_away(schema: EventDeliverySchema) -> None:
    event = sample("RunCompleted", schema)
    cloud = schema == "CloudEventSchemaV1_0"
    added = {name.lower() if cloud else name: value for name, value in ADDED.items()}

    members, letter = take_dead_letter({**event, **added}, "x.json")

    assert (members, letter) == (event, LETTER)


def test_a_blob_of_several_events_is_read_one_by_one() -> None:
    blob = [{**sample("RunCompleted"), **ADDED}, {**sample("ModelRegistered"), **ADDED, "deliveryAttempts": 0}]
    read = list(read_text(json.dumps(blob).encode(), "x.json", 1))
    assert [each.dead_letter and each.dead_letter.attempts for each in read if isinstance(each, ReadEvent)] == [30, 0]
    assert [each.warnings for each in read if isinstance(each, ReadEvent)] == [(), ()]


def test_a_publish_time_alone_makes_no_dead_letter() -> None:
    members = {**sample("RunCompleted"), "publishTime": "2026-03-02T09:39:41.99Z"}
    assert take_dead_letter(members, "x.json") == (members, None)


@pytest.mark.parametrize(("value", "attempts"), [("3", 3), (True, None), ("three", None), (None, None), ([1], None)])
def test_attempts_are_a_number_or_unknown(value: Any, attempts: int | None) -> None:
    _, letter = take_dead_letter({"type": "x", "deadLetterReason": "y", "deliveryAttempts": value}, "x.json")
    assert letter == DeadLetter("y", attempts, None)


@pytest.mark.parametrize(
    ("reason", "outcome", "meaning"),
    [
        (
            "UndeliverableDueToProbationCausedByClientError",
            "Probation",
            (
                "the endpoint had refused events before, so it was on probation and this one was skipped; "
                "the destination was on probation, in which nothing is tried"
            ),
        ),
        (
            "maxdeliveryattemptsexceeded",
            "Unheard",
            "every attempt that the retry policy allows failed; Event Grid's documents do not name this outcome",
        ),
        ("Unheard", None, "Event Grid's documents do not name this reason"),
        (None, None, "neither a reason nor an outcome was recorded"),
    ],
)
def test_reason_and_outcome_are_explained(reason: str | None, outcome: str | None, meaning: str) -> None:
    assert explain_dead_letter(reason, outcome) == meaning


def _declared(workspace: str, name: str, workspace_id: str | None, azure_name: str | None = None) -> RoutedSubscription:
    return RoutedSubscription(workspace, name, EventFilter.parse({}), workspace_id, azure_name=azure_name)


OWN = _declared("ml-dev", "failed", SAMPLE_WORKSPACE)
SAME = _declared("ml-prod", "failed", f"{SAMPLE_WORKSPACE}-2")
NAMED = _declared("ml-dev", "models", SAMPLE_WORKSPACE, "evgs-models")
LATER = _declared("ml-new", "late", None)
DECLARED = [SAME, OWN, NAMED, LATER]


@pytest.mark.parametrize(
    ("file", "workspace", "origin"),
    [
        ("letters/FAILED/2026/3/2/9/1f.json", None, OWN),
        ("letters/FAILED/2026/3/2/9/1f.json", "ml-prod", SAME),
        (r"letters\EVGS-MODELS\2026\3\2\9\1f.json", None, NAMED),
        ("MODELS/2026/3/2/9/1f.json", None, None),
        ("LATE/2026/3/2/9/1f.json", None, LATER),
        ("OTHER/2026/3/2/9/1f.json", None, None),
        ("failed.json", None, None),
    ],
)
def test_the_blobs_path_names_the_subscription(
    file: str, workspace: str | None, origin: RoutedSubscription | None
) -> None:
    members, letter = take_dead_letter({**sample("RunCompleted"), **ADDED}, file)
    assert letter is not None
    assert letter.origin(Event(members), DECLARED, workspace) is origin
