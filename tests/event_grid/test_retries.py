"""Retries: outcomes, waits and probation, as Event Grid's page on delivery and retry has them."""

from __future__ import annotations

import pytest
from azureml_events.event_grid.retries import DELIVERED, final_status, outcome_of, probation_after, wait_after


@pytest.mark.parametrize(
    ("statuses", "outcome"),
    [
        ((200, 204), DELIVERED),
        ((205, 206, 301, 307, 400, 418), "BadRequest"),
        ((429, 500, 503, 599), "Busy"),
        ((404, 410), "NotFound"),
        ((408,), "TimedOut"),
    ],
)
def test_a_status_has_an_outcome(statuses: tuple[int, ...], outcome: str) -> None:
    assert {outcome_of(each) for each in statuses} == {outcome}


@pytest.mark.parametrize(
    ("status", "of_web_hook", "of_resource"),
    [
        (None, None, None),
        (400, "BadRequest", "BadRequest"),
        (401, "Unauthorized", None),
        (403, "Forbidden", "Forbidden"),
        (404, None, None),
        (413, "RequestEntityTooLarge", "RequestEntityTooLarge"),
        (503, None, None),
    ],
)
def test_after_some_statuses_nothing_is_tried_again(
    status: int | None, of_web_hook: str | None, of_resource: str | None
) -> None:
    assert final_status(status, azure_resource=False) == of_web_hook
    assert final_status(status, azure_resource=True) == of_resource


@pytest.mark.parametrize(
    ("outcome", "seconds"),
    [
        (DELIVERED, 0),
        ("BadRequest", 0),
        ("Busy", 10),
        ("TimedOut", 10),
        ("SocketError", 30),
        ("NotFound", 300),
        ("ResolutionError", 300),
        ("Disabled", 300),
        ("Full", 300),
        ("Unauthorized", 300),
        ("Forbidden", 300),
        ("InvalidAzureFunctionDestination", 600),
    ],
)
def test_a_failure_puts_a_subscription_on_probation(outcome: str, seconds: int) -> None:
    assert probation_after(outcome) == seconds


@pytest.mark.parametrize(
    ("attempts", "status", "outcome", "seconds"),
    [
        pytest.param(1, 500, "Busy", 10, id="the schedule's first step"),
        pytest.param(10, 500, "Busy", 43200, id="its last step"),
        pytest.param(99, 500, "Busy", 43200, id="its last step, again and again"),
        pytest.param(1, 503, "Busy", 30, id="the least wait after a status"),
        pytest.param(4, 503, "Busy", 300, id="a step that is longer than the least wait"),
        pytest.param(1, None, "Full", 300, id="a probation that is longer than the step"),
        pytest.param(5, None, "Full", 600, id="a step that is longer than the probation"),
    ],
)
def test_the_longest_of_step_least_wait_and_probation_passes_before_the_next_attempt(
    attempts: int, status: int | None, outcome: str, seconds: int
) -> None:
    assert wait_after(attempts, status, outcome, azure_resource=False) == seconds
