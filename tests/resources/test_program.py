from __future__ import annotations

import gc

from azureml_events.resources.program import collect_rarely, once
from resources.mocks import run


def test_a_thing_is_made_once_a_program() -> None:
    made: list[object] = []

    def make() -> object:
        made.append(object())
        return made[-1]

    def program() -> None:
        assert once(object, "key", make) is once(object, "key", make)
        assert once(object, "other", make) is not once(object, "key", make)

    run(program)
    run(program)

    assert len(made) == 4


def test_garbage_is_collected_rarely_but_never_less_rarely_than_before() -> None:
    before = gc.get_threshold()
    try:
        gc.set_threshold(200_000, 1, 1)
        collect_rarely()
        assert gc.get_threshold() == (200_000, 50, 100)
        gc.set_threshold(0)
        collect_rarely()
        assert gc.get_threshold()[0] == 0
    finally:
        gc.set_threshold(*before)
