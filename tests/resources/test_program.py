from __future__ import annotations

from azureml_events.resources.program import once
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
