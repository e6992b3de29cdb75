from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from azureml_events.resources.access import is_missing_access, retrying

MISSING = 'Code="BadRequest" Message="Managed Identity Authorization Error: ..."'


class Clock:
    """A clock that runs only while somebody sleeps."""

    def __init__(self) -> None:
        self.present = 1000.0
        self.pauses: list[float] = []

    def now(self) -> float:
        """The present."""
        return self.present

    async def sleep(self, seconds: float) -> None:
        """Let time pass at once."""
        self.pauses.append(seconds)
        self.present += seconds


def failing(minutes: float, error: str = MISSING, operation: str = "create", urn: str = "urn:a") -> list[float]:
    """The pauses between the attempts at a creation that fails again and again."""
    clock = Clock()
    retry = retrying(minutes * 60, clock.sleep, clock.now)

    async def attempts() -> None:
        errors = [error]
        while await retry(_failure(errors, operation, urn)):
            errors = [error, *errors]

    asyncio.run(attempts())
    return clock.pauses


def _failure(errors: list[str], operation: str = "create", urn: str = "urn:a") -> Any:
    return SimpleNamespace(urn=urn, name="ml/failed", failed_operation=operation, errors=errors)


def test_the_pauses_double_from_five_seconds_to_a_minute() -> None:
    assert failing(minutes=6) == [5, 10, 20, 40, 60, 60, 60, 60]


def test_it_stops_where_the_next_attempt_would_come_too_late() -> None:
    assert failing(minutes=1) == [5, 10, 20]


def test_with_no_minutes_nothing_is_tried_again() -> None:
    assert failing(minutes=0) == []


def test_each_resource_has_its_own_time() -> None:
    clock = Clock()
    retry = retrying(60, clock.sleep, clock.now)

    async def two() -> bool:
        await clock.sleep(3600)
        await retry(_failure([MISSING], urn="urn:a"))
        await clock.sleep(3600)
        return await retry(_failure([MISSING], urn="urn:b"))

    assert asyncio.run(two())


ACCEPTED = "1 error occurred:\n\t* "
HANDSHAKE = 'Code="Url validation" Message="The attempt to validate the endpoint failed: 401 Unauthorized"'
AGAIN = "run `pulumi up` again, without a refresh"


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (
            f"{ACCEPTED}{MISSING}",
            f"Azure accepted ml/failed and then found that access is missing, which takes time: {AGAIN}",
        ),
        (
            f"{ACCEPTED}{HANDSHAKE}",
            f"Azure accepted ml/failed, but its endpoint did not answer the handshake: mend the endpoint, then {AGAIN}",
        ),
        (f"{ACCEPTED}Status=200 quota", f"Azure accepted ml/failed and failed afterwards: {AGAIN}"),
        (
            "resource created but read failed Status=403 Forbidden",
            f"Azure accepted ml/failed and then found that access is missing, which takes time: {AGAIN}",
        ),
    ],
)
def test_a_creation_that_azure_accepted_is_never_tried_again(
    error: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A second creation would be refused, and leave the resource outside the state for ever."""
    assert failing(minutes=10, error=error) == []
    assert says in capsys.readouterr().err


@pytest.mark.parametrize("error", [MISSING, f"{ACCEPTED}{MISSING}"])
def test_an_update_is_tried_again_while_access_is_missing_accepted_or_not(error: str) -> None:
    assert failing(minutes=1, error=error, operation="update") == [5, 10, 20]


@pytest.mark.parametrize("operation", ["create", "update"])
@pytest.mark.parametrize(
    "error",
    ["the destination does not exist", "Webhook validation handshake failed", HANDSHAKE, f"{ACCEPTED}{HANDSHAKE}", ""],
)
def test_another_error_is_not_tried_again(error: str, operation: str) -> None:
    assert failing(minutes=10, error=error, operation=operation) == []


def test_a_deletion_is_not_tried_again() -> None:
    assert failing(minutes=10, operation="delete") == []


def test_the_terminal_says_what_is_waited_for_and_what_to_do_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    failing(minutes=0.1)

    said = capsys.readouterr().err
    assert "access is missing for ml/failed; waiting 5 s before it is tried again" in said
    assert f"access is still missing for ml/failed: {AGAIN}" in said


@pytest.mark.parametrize(
    "error",
    [
        "Managed Identity Authorization Error: the identity",
        "does not have permission to perform appropriate action on the destination resource",
        'Code="AuthorizationFailed"',
        'Code="LinkedAuthorizationFailed"',
        "Status=401 Unauthorized",
        "403 Forbidden",
    ],
)
def test_azures_ways_to_say_that_access_is_missing_are_known(error: str) -> None:
    assert is_missing_access(error)
    assert is_missing_access(f"{ACCEPTED}{error}")
