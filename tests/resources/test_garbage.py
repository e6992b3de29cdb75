from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from azureml_events.resources.garbage import OF_A_COMMAND, collect_rarely


@pytest.fixture(autouse=True)
def _thresholds() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


def test_garbage_is_collected_more_rarely_in_a_command_than_in_somebody_elses_program() -> None:
    gc.set_threshold(700, 10, 10)
    collect_rarely()
    assert gc.get_threshold() == (100_000, 50, 100)
    collect_rarely(OF_A_COMMAND)
    assert gc.get_threshold() == (5_000_000, 50, 100)


def test_garbage_is_collected_never_less_rarely_than_before() -> None:
    gc.set_threshold(9_000_000, 1, 1)
    collect_rarely()
    assert gc.get_threshold() == (9_000_000, 50, 100)
    gc.set_threshold(0)
    collect_rarely()
    assert gc.get_threshold()[0] == 0
