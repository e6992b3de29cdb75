from __future__ import annotations

import gc

from azureml_events.resources.garbage import collect_rarely


def test_garbage_is_collected_rarely_but_never_less_rarely_than_before() -> None:
    before = gc.get_threshold()
    try:
        gc.set_threshold(9_000_000, 1, 1)
        collect_rarely()
        assert gc.get_threshold() == (9_000_000, 50, 100)
        gc.set_threshold(0)
        collect_rarely()
        assert gc.get_threshold()[0] == 0
    finally:
        gc.set_threshold(*before)
