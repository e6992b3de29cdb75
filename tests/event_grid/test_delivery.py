"""When a subscription ends: moments as people write them and as Pulumi hands them over."""

from __future__ import annotations

import pytest
from azureml_events.event_grid.delivery import has_passed, in_utc


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2099-12-31T10:00:00Z", "2099-12-31T10:00:00Z"),
        ("2099-12-31t10:00:00z", "2099-12-31T10:00:00Z"),
        ("2099-12-31T10:00:00+02:30", "2099-12-31T07:30:00Z"),
        ("2099-12-31 10:00:00.5-01:00", "2099-12-31T11:00:00.500000Z"),
        ("2099-12-31 00:00:00 +0000 UTC", "2099-12-31T00:00:00Z"),
        ("2099-12-31 10:00:00 +0200 +0200", "2099-12-31T08:00:00Z"),
        ("2099-07-31 10:00:00 +0200 CEST", "2099-07-31T08:00:00Z"),
    ],
)
def test_a_moment_is_kept_in_utc(text: str, moment: str) -> None:
    assert in_utc(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "2099-12-31",
        "2099-12-31T10:00:00",
        "2099-02-30T10:00:00Z",
        "2099-12-31T25:00:00Z",
        "soon",
        "",
        "0001-01-01T00:00:00+01:00",
    ],
)
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected a date and time with an offset, as 2030-01-31T12:00:00Z"):
        in_utc(text)


def test_a_moment_has_passed_or_not() -> None:
    assert has_passed("2020-01-01T00:00:00Z")
    assert not has_passed("2099-01-01T00:00:00Z")
